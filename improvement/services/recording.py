"""Writing changes of items down: their history, and the signal that tells of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from common.clock import now
from improvement.models import ImprovementItem, ItemEvent
from improvement.signals import item_changed
from improvement.statuses import LEFT, Status

Kind = ItemEvent.Kind


@dataclass(frozen=True, slots=True)
class Left:
    """What an item adds to the work that is left: itself, and its half days."""

    items: int = 0
    effort: int = 0

    @classmethod
    def of(cls, item: ImprovementItem) -> "Left":
        """Return what an item adds as it stands."""
        return cls(1, item.effort) if item.is_left else cls()


NOTHING = Left()


@dataclass(frozen=True, slots=True)
class Author:
    """Who did it; nobody is Plumbline."""

    user_id: UUID | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """An item after a change; ``changes`` by field: [before, after] as plain values."""

    item: ImprovementItem
    kind: Kind
    before: Left
    author: Author = Author()
    changes: Mapping[str, Any] = field(default_factory=dict)


def kind_of(before: Status | None, after: Status) -> Kind:
    """Return what it is called when an item goes from one status to another."""
    if before is None:
        return Kind.ACCEPTED if after is Status.ACCEPTED else Kind.OPENED
    if before is not after:
        if after is Status.ACCEPTED:
            return Kind.ACCEPTED
        if after in LEFT and before not in LEFT:
            return Kind.REOPENED
        if after not in LEFT:
            return Kind.CLOSED
    return Kind.EDITED


def record_changes(changes: Sequence[Change]) -> None:
    """Append to the history of items that were just written, and tell of it. One query."""
    at = now()
    ItemEvent.objects.bulk_create(_event(change, at) for change in changes)
    if item_changed.has_listeners(ImprovementItem):
        for change in changes:
            _tell(change)


def _event(change: Change, at: Any) -> ItemEvent:
    after = Left.of(change.item)
    return ItemEvent(
        item=change.item,
        at=at,
        kind=change.kind,
        by_id=change.author.user_id,
        by_name=change.author.name,
        changes=dict(change.changes),
        status=change.item.status,
        effort=change.item.effort,
        left_items=after.items - change.before.items,
        left_effort=after.effort - change.before.effort,
    )


def _tell(change: Change) -> None:
    item_changed.send(
        sender=ImprovementItem,
        item_id=change.item.pk,
        organization_id=change.item.organization_id,
        fields=frozenset(change.changes),
        revision=change.item.revision,
    )


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return what differs, by field: [before, after]."""
    return {name: [before[name], after[name]] for name in after if before[name] != after[name]}
