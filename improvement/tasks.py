"""What Celery does for improvement plans."""

from collections.abc import Sequence
from uuid import UUID

from celery import shared_task

from improvement.services.acceptance_ends import expire_acceptances, mark_notices
from improvement.services.notices import mail_notice
from improvement.services.releasing import release_items_of
from improvement.services.staleness import late, refresh_some_late, refresh_those_behind
from tenants.tasks import TenantTask, enqueue, send_to_each_organization
from tenants.transactions import writing

# Reviews of one message.
_TOGETHER = 50


@shared_task(base=TenantTask)
def refresh_plan(*, organization_id: str, review_ids: list[str]) -> None:
    """Bring the items of reviews up to their last answers."""
    refresh_those_behind([UUID(review_id) for review_id in review_ids])


def send_refreshes(organization_id: UUID, review_ids: Sequence[UUID]) -> None:
    """Have a worker refresh the plans of reviews, a message for some together."""
    for start in range(0, len(review_ids), _TOGETHER):
        together = [str(review_id) for review_id in review_ids[start : start + _TOGETHER]]
        enqueue(refresh_plan, organization_id=organization_id, review_ids=together)


@shared_task(base=TenantTask)
def release_items(*, organization_id: str, user_id: str) -> None:
    """Take from a person who left what they were to do."""
    release_items_of(user_id=UUID(user_id))


@shared_task
def requeue_stale_plans() -> None:
    """Make up for messages that got lost: the outbox behind ``review_changed``, run each minute."""
    send_to_each_organization(requeue_stale_plans_of)


@shared_task(base=TenantTask)
def requeue_stale_plans_of(*, organization_id: str) -> None:
    """Make up for the refreshes that one organisation lost."""
    if late().exists():
        enqueue(refresh_late_plans, organization_id=UUID(organization_id))


@shared_task(base=TenantTask)
def refresh_late_plans(*, organization_id: str) -> None:
    """Refresh some of the plans that are late, then send itself for more.

    Which they are is asked at each turn: two at once, sent by two sweeps, share what is left.
    """
    if refresh_some_late():
        enqueue(refresh_late_plans, organization_id=UUID(organization_id))


@shared_task
def see_to_acceptances() -> None:
    """End what was accepted until yesterday, and tell of what ends soon: run each hour."""
    send_to_each_organization(expire_acceptances_of)
    send_to_each_organization(send_acceptance_notices_of)


@shared_task(base=TenantTask)
def expire_acceptances_of(*, organization_id: str) -> None:
    """End what one organisation accepted until yesterday."""
    expire_acceptances()


@shared_task(base=TenantTask)
def send_acceptance_notices_of(*, organization_id: str) -> None:
    """Tell of the accepted risks of one organisation that come back soon.

    A task of its own, since a task is one transaction on PostgreSQL: this one locks reviews, which
    nobody may who has recorded in the audit log already, as the end of an acceptance is.
    """
    # What is marked and the messages are kept together, or neither is: no notice gets lost.
    with writing():
        for notice in mark_notices():
            enqueue(
                mail_acceptance_notice,
                organization_id=UUID(organization_id),
                acceptance_id=str(notice.acceptance_id),
                user_id=str(notice.user_id),
                days=notice.days,
            )


@shared_task(
    base=TenantTask,
    autoretry_for=(OSError,),
    retry_backoff=60,
    max_retries=5,
)
def mail_acceptance_notice(
    *, organization_id: str, acceptance_id: str, user_id: str, days: int
) -> None:
    """Tell one person by e-mail that an accepted risk comes back soon.

    Sent again when the server is away. A message has one person: an address that is refused keeps
    nobody else from being told, and nobody else is told again for it.
    """
    mail_notice(acceptance_id=UUID(acceptance_id), user_id=UUID(user_id), days=days)
