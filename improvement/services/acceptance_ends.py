"""What time does to accepted risks: notices before the end, and the end. Run by the clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from common.clock import current_day, now
from improvement.models import RiskAcceptance
from improvement.services.acceptances import NOTICE_DAYS, lock_reviews, said
from improvement.services.notices import people_to_tell
from improvement.services.refreshing import refresh_plans
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
        state__in=(State.APPROVED, State.REQUESTED), until__lt=current_day()
    )
    with writing():
        ended = _locked(over)
        for acceptance in ended:
            acceptance.state, acceptance.ended_at = State.EXPIRED, now()
        RiskAcceptance.objects.bulk_update(ended, ["state", "ended_at"], batch_size=200)
        refresh_plans(acceptance.review_id for acceptance in ended)
        _record(
            audit.Event("acceptance.expired", acceptance, after=said(acceptance))
            for acceptance in ended
        )
    return len(ended)


@dataclass(frozen=True, slots=True)
class Notice:
    """What to tell one person: that an acceptance ends, and how many days before its end."""

    acceptance_id: UUID
    user_id: UUID
    days: int


def mark_notices() -> list[Notice]:
    """Mark the notices that are due as sent; return what to send, to each person by themselves.

    Of several that are due the nearest is sent. Idempotent: each is returned once, and the caller
    enqueues the mail in the same transaction.
    """
    open_ones = RiskAcceptance.objects.filter(
        state=State.APPROVED, until__gte=current_day(), until__lte=_last_day_to_tell_of()
    )
    due: list[Notice] = []
    events: list[audit.Event] = []
    with writing():
        for acceptance in _locked(open_ones):
            left = (acceptance.until - current_day()).days
            new = [days for days in NOTICE_DAYS if left <= days and days not in acceptance.notices]
            if not new:
                continue
            acceptance.notices = sorted({*acceptance.notices, *new}, reverse=True)
            acceptance.save(update_fields=["notices"])
            after = {**said(acceptance), "days": left}
            events.append(audit.Event("acceptance.notice_sent", acceptance, after=after))
            due += [
                Notice(acceptance.pk, user_id, min(new)) for user_id in people_to_tell(acceptance)
            ]
        _record(events)
    return due


def _last_day_to_tell_of() -> date:
    return current_day() + timedelta(days=max(NOTICE_DAYS))


def _locked(acceptances: QuerySet[RiskAcceptance]) -> list[RiskAcceptance]:
    """Lock acceptances after all of their reviews: that is the order of whoever writes of one."""
    review_ids = set(acceptances.values_list("review", flat=True))
    lock_reviews(review_ids)
    # Asked again: somebody else may have ended one before the lock.
    rows = acceptances.select_for_update().filter(review__in=review_ids)
    return list(rows.order_by("pk"))


def _record(events: Iterable[audit.Event]) -> None:
    """Record what was done, once and last: the turn that it takes is held to the end."""
    told = list(events)
    if told:
        audit.record_all(actor=system_actor(_organization()), events=told)


def _organization() -> Organization:
    return Organization.objects.get(pk=current_organization_id())  # type: ignore[no-any-return]
