"""Making the plan of a workload that was just made from another server's file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import timezone

from common.clock import now
from common.risk import Risk
from improvement.models import ImprovementItem, RiskAcceptance
from improvement.plan_file import AcceptancePart, ItemPart, PlanPart
from improvement.services.acceptances import notices_past, said
from improvement.services.recording import (
    NOTHING,
    Author,
    Change,
    Kind,
    kind_of,
    record_changes,
)
from improvement.services.refreshing import refresh_plan_of_review
from improvement.statuses import Status
from improvement.wanted import item_of
from reviews.models import LensReview
from tenants import audit
from tenants.actors import Actor
from tenants.models import Membership
from tenants.permissions import Permission, Role, is_allowed
from tenants.transactions import writing
from workloads.models import Workload

State = RiskAcceptance.State


def restore_plan(
    *, actor: Actor, workload: Workload, reviews: Mapping[str, LensReview], plan: PlanPart
) -> None:
    """Write the items and acceptances of a checked plan for reviews that have none.

    ``reviews`` by the key that the plan names them by. The items then follow the answers, as
    always. Raises Forbidden.

    An owner is found again by name: the one member of that name who may answer. Where there is
    none, or are several, the item is nobody's, and its history says whose it was.

    What was asked and decided is kept as it was, people as names. But nobody accepts a risk by
    importing a file: what it says is approved is in force here only if the day has not gone by and
    whoever imports it may accept risks in this organisation, and so stands by the approval of the
    person it names. From anybody else it is history that has ended, and the same is asked for
    anew, in the importer's name: somebody else decides. Who imports a request, too, is who asks.
    """
    actor.require(Permission.MANAGE_WORKLOADS)
    with writing():
        acceptances = _acceptances(actor, workload, reviews, plan.acceptances)
        RiskAcceptance.objects.bulk_create(acceptances)
        in_force = {
            (row.review_id, row.question_id) for row in acceptances if row.state == State.APPROVED
        }
        _create_items(actor, workload, reviews, plan.items, in_force)
        for review in reviews.values():
            refresh_plan_of_review(review_id=review.pk)
        live = [row for row in acceptances if row.state in (State.REQUESTED, State.APPROVED)]
        if live:
            audit.record_all(
                actor=actor,
                events=[audit.Event("acceptance.imported", row, after=said(row)) for row in live],
            )


def _acceptances(
    actor: Actor,
    workload: Workload,
    reviews: Mapping[str, LensReview],
    parts: Iterable[AcceptancePart],
) -> list[RiskAcceptance]:
    parts = list(parts)
    asked = {(part.review, part.question) for part in parts if part.state == "requested"}
    rows = []
    for part in parts:
        row = _acceptance(workload, reviews[part.review], part)
        rows.append(row)
        if part.state not in ("requested", "approved"):
            continue
        if part.until < timezone.localdate():
            row.state, row.ended_at = State.EXPIRED, now()
        elif part.state == "requested":
            row.requested_by_id = actor.user_id
        elif actor.can(Permission.ACCEPT_RISKS):
            row.notices = notices_past(part.until)
        else:
            row.state, row.ended_at = State.EXPIRED, now()
            if (part.review, part.question) not in asked:
                rows.append(_asked_anew(actor, row))
    return rows


def _acceptance(workload: Workload, review: LensReview, part: AcceptancePart) -> RiskAcceptance:
    return RiskAcceptance(
        workload=workload,
        review=review,
        question_id=part.question,
        question_title=review.lens_version.definition.question(part.question).title,
        risk=part.risk,
        state=part.state,
        reason=part.reason,
        conditions=part.conditions,
        until=part.until,
        requested_by_name=part.requested_by,
        requested_at=part.requested_at,
        decided_by_name=part.decided_by,
        decided_at=part.decided_at,
        decision=part.decision,
        ended_by_name=part.ended_by,
        ended_at=part.ended_at,
    )


def _asked_anew(actor: Actor, ended: RiskAcceptance) -> RiskAcceptance:
    same = ("workload", "review", "question_id", "question_title", "risk", "reason", "conditions")
    return RiskAcceptance(
        **{name: getattr(ended, name) for name in same},
        until=ended.until,
        requested_by_id=actor.user_id,
        requested_by_name=actor.name,
    )


def _create_items(
    actor: Actor,
    workload: Workload,
    reviews: Mapping[str, LensReview],
    parts: Iterable[ItemPart],
    in_force: set[tuple[Any, str]],
) -> None:
    people = _people_by_name()
    author = Author(actor.user_id, actor.name)
    changes = []
    for part in parts:
        item = _item(workload, reviews[part.review], part)
        if item.status == Status.ACCEPTED and (item.review_id, item.question_id) not in in_force:
            item.status = Status.OPEN.value
        item.owner_id = people.get(part.owner)
        told: dict[str, Any] = {"status": [None, item.status]}
        if part.owner and item.owner_id is None:
            told["owner"] = [part.owner, ""]
        status = Status(item.status)
        kind = Kind.OPENED if item.is_left else kind_of(Status.OPEN, status)
        changes.append(Change(item, kind, NOTHING, author, told))
    ImprovementItem.objects.bulk_create(change.item for change in changes)
    record_changes(changes)


def _item(workload: Workload, review: LensReview, part: ItemPart) -> ImprovementItem:
    told = item_of(
        review.lens_version.definition,
        part.question,
        part.choice,
        Risk(part.risk),
        position=review.position,
        priorities=workload.pillar_priorities,
    )
    return ImprovementItem(
        workload=workload,
        review=review,
        question_id=told.question_id,
        choice_id=told.choice_id,
        pillar_id=told.pillar_id,
        pillar_name=told.pillar_name,
        question_title=told.question_title,
        practice_title=told.practice_title,
        rank=told.rank,
        lens_effort=told.lens_effort,
        **part.model_dump(exclude={"review", "question", "choice", "owner"}),
    )


def _people_by_name() -> dict[str, Any]:
    """Return the ids of those who may answer, by the names that one person only has."""
    members = [
        row.user
        for row in Membership.objects.select_related("user")
        if is_allowed(Role(row.role), Permission.ANSWER)
    ]
    counts = Counter(str(person) for person in members)
    return {str(person): person.pk for person in members if counts[str(person)] == 1}
