"""Letting go of what somebody was to do."""

from uuid import UUID

from accounts.models import User
from common.clock import now
from improvement.models import ImprovementItem, ItemEvent
from improvement.services.recording import Change, Left, record_changes
from tenants.models import Membership
from tenants.transactions import writing


def release_items_of(*, user_id: UUID) -> None:
    """Take every item from a person who is no member any more. Idempotent.

    Somebody who is a member again keeps what is theirs.
    """
    with writing():
        if Membership.objects.filter(user=user_id).exists():
            return
        person = User.objects.filter(pk=user_id).first()
        rows = ImprovementItem.objects.select_for_update().filter(owner=user_id)
        items = list(rows.order_by("review", "pk"))
        changes = []
        for item in items:
            left = Left.of(item)
            item.owner_id, item.changed_at = None, now()
            item.revision += 1
            said = {"owner": [str(person or ""), ""]}
            changes.append(Change(item, ItemEvent.Kind.EDITED, left, changes=said))
        ImprovementItem.objects.bulk_update(
            items, ["owner", "revision", "changed_at"], batch_size=200
        )
        record_changes(changes)
