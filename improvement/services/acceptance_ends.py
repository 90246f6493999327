"""What time does to accepted risks: notices before the end, and the end. Run by the clock."""

from uuid import UUID

from django.utils import timezone

from common.clock import now
from improvement.models import RiskAcceptance
from improvement.services.acceptances import NOTICE_DAYS, lock_review, said
from improvement.services.refreshing import refresh_plan_of_review
from tenants import audit
from tenants.actors import system_actor
from tenants.context import current_organization_id
from tenants.models import Organization
from tenants.transactions import writing

State = RiskAcceptance.State


def expire_acceptances() -> int:
    """End what was accepted until a day that has gone by, and open its items; their number.

    Requests that nobody decided on in time end too. Idempotent.
    """
    over = RiskAcceptance.objects.filter(
        state__in=(State.APPROVED, State.REQUESTED), until__lt=timezone.localdate()
    )
    reviews = sorted(set(over.values_list("review", flat=True)))
    return sum(_expire_of(review_id) for review_id in reviews)


def _expire_of(review_id: UUID) -> int:
    with writing():
        lock_review(review_id)
        rows = RiskAcceptance.objects.select_for_update().filter(
            review=review_id,
            state__in=(State.APPROVED, State.REQUESTED),
            until__lt=timezone.localdate(),
        )
        ended = list(rows.order_by("pk"))
        if not ended:
            return 0
        for acceptance in ended:
            acceptance.state, acceptance.ended_at = State.EXPIRED, now()
        RiskAcceptance.objects.bulk_update(ended, ["state", "ended_at"])
        refresh_plan_of_review(review_id=review_id)
        audit.record_all(
            actor=system_actor(_organization()),
            events=[
                audit.Event("acceptance.expired", acceptance, after=said(acceptance))
                for acceptance in ended
            ],
        )
    return len(ended)


def send_notices() -> list[tuple[UUID, int]]:
    """Mark the notices that are due as sent; return what to send: acceptance ids and days.

    Of several that are due the nearest is sent. Idempotent: each is returned once, and the caller
    enqueues the mail in the same transaction.
    """
    due = []
    with writing():
        rows = RiskAcceptance.objects.select_for_update().filter(
            state=State.APPROVED, until__gte=timezone.localdate()
        )
        events = []
        for acceptance in rows.order_by("pk"):
            left = (acceptance.until - timezone.localdate()).days
            new = [days for days in NOTICE_DAYS if left <= days and days not in acceptance.notices]
            if not new:
                continue
            acceptance.notices = sorted({*acceptance.notices, *new}, reverse=True)
            acceptance.save(update_fields=["notices"])
            after = {**said(acceptance), "days": left}
            events.append(audit.Event("acceptance.notice_sent", acceptance, after=after))
            due.append((acceptance.pk, min(new)))
        if events:
            audit.record_all(actor=system_actor(_organization()), events=events)
    return due


def _organization() -> Organization:
    return Organization.objects.get(pk=current_organization_id())  # type: ignore[no-any-return]
