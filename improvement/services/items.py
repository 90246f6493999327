"""What people say about improvement items: who does it, by when, and what came of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from common.clock import now
from common.errors import Conflict, Invalid, NotFound
from improvement.efforts import MOST_HALF_DAYS
from improvement.models import ImprovementItem, PlanState
from improvement.services.recording import (
    Author,
    Change,
    Kind,
    Left,
    changed_fields,
    kind_of,
    record_changes,
)
from improvement.services.refreshing import stand
from improvement.statuses import SET_BY_HAND, ClosedAs, Standing, Status
from reviews.merge import ChoiceDetail
from reviews.selectors import answer_to, load_question
from reviews.services.answers import AnswerOutcome, answer_question, state_of
from tenants import audit
from tenants.actors import Actor
from tenants.models import Membership
from tenants.permissions import Permission, Role, is_allowed
from tenants.transactions import writing

MOST_AT_ONCE: Final = 200
"""Items of one bulk edit."""

EDITABLE: Final = (
    "status",
    "reason",
    "owner_id",
    "due",
    "team_effort",
    "notes",
    "ticket_key",
    "ticket_url",
)
"""The fields that people set.

``owner_id`` is a member's user id or None, ``due`` a date or None, ``team_effort`` half days or
None for the lens's, ``status`` one of SET_BY_HAND; the others are texts.
"""

_LENGTHS: Final = {"reason": 500, "notes": 5_000, "ticket_key": 100, "ticket_url": 2_048}
_YEARS: Final = (2000, 2200)


class StaleItem(Conflict):
    """Somebody else changed the item after the editor opened it.

    ``current`` is what is stored now; its revision replaces it knowingly.
    """

    code = "stale_item"

    def __init__(self, item: ImprovementItem) -> None:
        super().__init__(_("Somebody else changed this item while you were editing it."))
        self.current = item


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """What came of an edit of several items."""

    changed: list[ImprovementItem] = field(default_factory=list)
    stale: list[ImprovementItem] = field(default_factory=list)
    accepted: list[ImprovementItem] = field(default_factory=list)


def edit_item(
    *,
    actor: Actor,
    item_id: UUID,
    expected_revision: int,
    changes: Mapping[str, Any],
    workload_id: UUID | None = None,
) -> ImprovementItem:
    """Set fields (EDITABLE) of an item.

    ``expected_revision`` is the one the editor began with: another one stored means StaleItem, and
    nothing is written. The same again changes nothing. Raises Forbidden, NotFound, StaleItem;
    Invalid with each field; Conflict where the risk is accepted and the status is to change.
    """
    actor.require(Permission.ANSWER)
    with writing():
        item = _lock([item_id], workload_id).get(item_id)
        if item is None:
            raise NotFound
        if item.revision != expected_revision:
            raise StaleItem(item)
        wanted = _checked(changes, [item])
        if _is_held(item, wanted):
            raise Conflict(
                fields={"status": [_("The risk is accepted: end the acceptance first.")]}
            )
        _write(actor, [item], wanted)
    return item


def edit_items(
    *,
    actor: Actor,
    revisions: Mapping[UUID, int],
    changes: Mapping[str, Any],
    workload_id: UUID | None = None,
) -> BulkOutcome:
    """Set the same fields of several items, given with the revisions that the editor saw.

    Those that somebody else changed since are left as they are and returned as ``stale``; those
    whose risk is accepted keep their status and are returned as ``accepted``. Raises Forbidden;
    NotFound where one is not there; Invalid with each field, or for more than MOST_AT_ONCE.
    """
    actor.require(Permission.ANSWER)
    if len(revisions) > MOST_AT_ONCE:
        raise Invalid(_("At most %(n)d items at once.") % {"n": MOST_AT_ONCE})
    with writing():
        items = _lock(revisions, workload_id)
        if len(items) < len(revisions):
            raise NotFound
        wanted = _checked(changes, list(items.values()))
        outcome = BulkOutcome()
        for item in items.values():
            if item.revision != revisions[item.pk]:
                outcome.stale.append(item)
            elif _is_held(item, wanted):
                outcome.accepted.append(item)
            else:
                outcome.changed.append(item)
        _write(actor, outcome.changed, wanted)
    return outcome


def follow_practice(
    *, actor: Actor, item_id: UUID, answer_revision: int, workload_id: UUID | None = None
) -> AnswerOutcome:
    """Tick an item's practice in its review, as whoever answers would; the item follows.

    ``answer_revision`` is the one of the answer that the person saw: what was said since is merged
    as always. Raises Forbidden, NotFound, and what answer_question raises.
    """
    actor.require(Permission.ANSWER)
    # Not locked: the answer's own refresh changes the item, and locks have an order.
    items = ImprovementItem.objects.filter(pk=item_id)
    item = items.first() if workload_id is None else items.filter(workload=workload_id).first()
    if item is None:
        raise NotFound
    review, question = load_question(item.workload_id, item.review_id, item.question_id)
    if item.choice_id not in question.choice_ids:
        raise NotFound
    seen = state_of(answer_to(review, question.id))
    none_of_these = {choice.id for choice in question.choices if choice.is_none_of_these}
    state = replace(
        seen,
        selected=(seen.selected - none_of_these) | {item.choice_id},
        details=_as_applicable(seen.details, item.choice_id),
    )
    return answer_question(
        actor=actor,
        review_id=item.review_id,
        question_id=item.question_id,
        state=state,
        expected_revision=answer_revision,
        workload_id=item.workload_id,
    )


def _as_applicable(details: Mapping[str, ChoiceDetail], choice_id: str) -> dict[str, ChoiceDetail]:
    """Return the details with a choice that applies; the note on it stays."""
    applicable = dict(details)
    if choice_id in details and details[choice_id].not_applicable:
        applicable[choice_id] = replace(
            details[choice_id], not_applicable=False, reason=ChoiceDetail().reason
        )
    return applicable


def _lock(item_ids: Iterable[UUID], workload_id: UUID | None) -> dict[UUID, ImprovementItem]:
    rows = ImprovementItem.objects.select_for_update().filter(pk__in=list(item_ids))
    if workload_id is not None:
        rows = rows.filter(workload=workload_id)
    return {item.pk: item for item in rows.order_by("review", "pk")}


def _is_held(item: ImprovementItem, wanted: Mapping[str, Any]) -> bool:
    status = wanted.get("status", item.status)
    return item.status == Status.ACCEPTED and status != Status.ACCEPTED


def _checked(changes: Mapping[str, Any], items: Sequence[ImprovementItem]) -> dict[str, Any]:
    """Return the changes tidied; raises Invalid naming each field that is wrong."""
    unknown = changes.keys() - set(EDITABLE)
    if unknown:
        raise ValueError(f"no such fields of an item: {sorted(unknown)}")
    wanted: dict[str, Any] = {
        name: value.strip() if isinstance(value, str) else value for name, value in changes.items()
    }
    errors = problems_of(wanted)
    _check_status(wanted, items, errors)
    _check_owner(wanted, items, errors)
    if errors:
        raise Invalid(fields=errors)
    return wanted


def problems_of(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what is wrong with fields (EDITABLE) by themselves; that of the effort as ``effort``.

    Whether a status or an owner can be set depends on more and is not looked at.
    """
    errors: dict[str, list[str]] = {}
    for name, longest in _LENGTHS.items():
        _check_text(name, values.get(name, ""), longest, errors)
    _check_due(values.get("due"), errors)
    _check_effort(values.get("team_effort"), errors)
    _check_link(values.get("ticket_url", ""), errors)
    return errors


def _check_text(name: str, text: str, longest: int, errors: dict[str, list[str]]) -> None:
    if len(text) > longest:
        message = _("%(length)d characters; at most %(longest)d.")
        errors.setdefault(name, []).append(message % {"length": len(text), "longest": longest})
    if "\x00" in text:
        errors.setdefault(name, []).append(_("The text holds a character that cannot be stored."))


def _check_status(
    wanted: dict[str, Any], items: Sequence[ImprovementItem], errors: dict[str, list[str]]
) -> None:
    status = wanted.get("status")
    if status is None:
        return
    stays = all(item.status == status for item in items)
    if status not in SET_BY_HAND and not stays:
        errors["status"] = [_("There is no such status to set.")]
    if status == Status.DISMISSED and not wanted.get("reason"):
        kept = all(item.reason for item in items) and "reason" not in wanted
        if not kept:
            errors["reason"] = [_("Say why it is dismissed.")]
    elif status != Status.DISMISSED:
        wanted["reason"] = ""


def _check_owner(
    wanted: Mapping[str, Any], items: Sequence[ImprovementItem], errors: dict[str, list[str]]
) -> None:
    owner_id = wanted.get("owner_id")
    if owner_id is None or all(item.owner_id == owner_id for item in items):
        return
    membership = Membership.objects.select_related("user").filter(user=owner_id).first()
    if membership is None:
        errors["owner"] = [_("This is no member of the organisation.")]
    elif not is_allowed(Role(membership.role), Permission.ANSWER):
        problem = _("%(name)s may only read. Choose somebody who may answer.")
        errors["owner"] = [problem % {"name": membership.user.display_name}]


def _check_due(due: date | None, errors: dict[str, list[str]]) -> None:
    if due is not None and not _YEARS[0] <= due.year <= _YEARS[1]:
        errors["due"] = [_("Please check the year.")]


def _check_effort(half_days: int | None, errors: dict[str, list[str]]) -> None:
    if half_days is not None and not 1 <= half_days <= MOST_HALF_DAYS:
        problem = _("Between half a day and %(n)d days.") % {"n": MOST_HALF_DAYS // 2}
        errors["effort"] = [problem]


def _check_link(url: str, errors: dict[str, list[str]]) -> None:
    if not url or "ticket_url" in errors:
        return
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web or any(sign.isspace() for sign in url):
        errors["ticket_url"] = [_("A web address begins with https:// or http://.")]


def _write(actor: Actor, items: Sequence[ImprovementItem], wanted: Mapping[str, Any]) -> None:
    """Write what differs, with history and audit. As many queries for one as for many."""
    names = _names_of(actor, items, wanted)
    author = Author(actor.user_id, actor.name)
    changes, events = [], []
    for item in items:
        before, left, was = _said(item, names), Left.of(item), Status(item.status)
        _apply(item, wanted)
        told = changed_fields(before, _said(item, names))
        if not told:
            continue
        item.revision += 1
        item.changed_at = now()
        now_is = Status(item.status)
        kind = kind_of(was, now_is) if was is not now_is else Kind.EDITED
        changes.append(Change(item, kind, left, author, told))
        events.append(_event(item, told))
    if not changes:
        return
    ImprovementItem.objects.bulk_update(
        [change.item for change in changes],
        [*EDITABLE[:2], "owner", *EDITABLE[3:], *_KEPT],
        batch_size=200,
    )
    _look_again_at(change for change in changes if change.kind is Kind.REOPENED)
    record_changes(changes)
    audit.record_all(actor=actor, events=events)


def _look_again_at(reopened: Iterable[Change]) -> None:
    """Let the next refresh say where items stand: they may be followed, or their risk accepted."""
    reviews = {change.item.review_id for change in reopened}
    PlanState.objects.filter(review__in=reviews).update(answers_revision=None)


_KEPT: Final = ("closed_as", "closed_at", "reopened", "revision", "changed_at")


def _apply(item: ImprovementItem, wanted: Mapping[str, Any]) -> None:
    for name, value in wanted.items():
        if name != "status":
            setattr(item, name, value)
    status = Status(wanted.get("status", item.status))
    if status == item.status:
        return
    closed_as = ClosedAs.SAID_DONE if status is Status.DONE else ClosedAs.NOT_CLOSED
    stand(item, Standing(status, closed_as))


def _names_of(
    actor: Actor, items: Sequence[ImprovementItem], wanted: Mapping[str, Any]
) -> dict[UUID | None, str]:
    ids = {item.owner_id for item in items} | {wanted.get("owner_id"), actor.user_id}
    people = get_user_model().objects.filter(pk__in=[key for key in ids if key])
    return {person.pk: str(person) for person in people}


def _said(item: ImprovementItem, names: Mapping[UUID | None, str]) -> dict[str, Any]:
    return {
        "status": item.status,
        "reason": item.reason,
        "owner": names.get(item.owner_id, ""),
        "owner_id": str(item.owner_id or ""),
        "due": item.due.isoformat() if item.due else None,
        "team_effort": item.team_effort,
        "notes": item.notes,
        "ticket_key": item.ticket_key,
        "ticket_url": item.ticket_url,
    }


def _event(item: ImprovementItem, told: Mapping[str, Sequence[Any]]) -> audit.Event:
    place = {"review_id": item.review_id, "question_id": item.question_id}
    return audit.Event(
        verb="improvement.changed",
        target=item,
        before={name: values[0] for name, values in told.items()},
        after={**{name: values[1] for name, values in told.items()}, **place},
    )
