"""What the plan does when reviews change, and when somebody leaves."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models.signals import post_delete
from django.dispatch import receiver

from improvement.tasks import release_items, send_refreshes
from reviews.signals import review_changed
from tenants.models import Membership
from tenants.tasks import enqueue


@receiver(review_changed, dispatch_uid="refresh_changed_plans")
def refresh_changed_plans(
    *, review_ids: Sequence[UUID], organization_id: UUID, **_signal: Any
) -> None:
    """Have Celery refresh the plans of reviews that changed.

    A message that gets lost is sent again by the sweep (improvement/tasks.py).
    """
    send_refreshes(organization_id, review_ids)


@receiver(post_delete, sender=Membership, dispatch_uid="release_items")
def release(*, instance: Membership, **_signal: Any) -> None:
    """Let go of what somebody was to do when they leave: the items are nobody's again.

    By a task: whoever removes a member holds the audit log, after which no item may be locked.
    """
    enqueue(
        release_items,
        organization_id=instance.organization_id,
        user_id=str(instance.user_id),
    )
