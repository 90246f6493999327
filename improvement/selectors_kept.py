"""The plan as plain values: for milestones, and for the file of a workload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from improvement.models import ImprovementItem, RiskAcceptance
from improvement.selectors_items import items_of_workload, live_acceptances
from lenses.definition import LensDefinition, UnknownQuestion
from reviews.models import LensReview
from workloads.models import Workload

Values = dict[str, Any]


def milestone_plan_of(workload_id: UUID) -> list[Values] | None:
    """Return what a milestone keeps of a plan: every item and where it stands. Two queries.

    None for a plan without items; else values as `improvement.plan_file.KeptItem` has them, in the
    order of the plan. They have no id of this server: a milestone travels.
    """
    rows = items_of_workload(workload_id).select_related("owner", "review__lens")
    items = list(rows.order_by("rank", "review__position", "review", "question_id", "choice_id"))
    acceptances = live_acceptances((item.review_id, item.question_id) for item in items)
    kept = [_kept(item, acceptances.get((item.review_id, item.question_id))) for item in items]
    return kept or None


def _kept(item: ImprovementItem, acceptance: RiskAcceptance | None) -> Values:
    lens = item.review.lens
    return {
        "lens": lens.alias or lens.name,
        "question_id": item.question_id,
        "question": item.question_title,
        "choice_id": item.choice_id,
        "practice": item.practice_title,
        "risk": item.risk,
        "status": item.status,
        "owner": str(item.owner or ""),
        "due": item.due.isoformat() if item.due else None,
        "effort": item.effort,
        "ticket_key": item.ticket_key,
        "acceptance": {"state": acceptance.state, "until": acceptance.until.isoformat()}
        if acceptance
        else None,
    }


def plan_values(workload: Workload, reviews: Mapping[str, LensReview]) -> Values | None:
    """Return the plan as `improvement.plan_file.PlanPart` has it; None for no plan. Two queries.

    What is about a question or a practice that the lens version has no more is left out, as its
    answers are. Items stand in the order of the lenses, acceptances as they were asked for.
    """
    keys = {review.pk: key for key, review in reviews.items()}
    places = {
        review.pk: (place, _places(review.lens_version.definition))
        for place, review in enumerate(reviews.values())
    }
    found = []
    for item in items_of_workload(workload.pk):
        if item.review_id not in places:
            continue  # of a lens that was added in this moment
        place, known = places[item.review_id]
        at = known.get((item.question_id, item.choice_id))
        if at is not None:
            found.append(((place, at), _item(item, keys[item.review_id])))
    acceptances = [
        _acceptance(row, keys[row.review_id])
        for row in RiskAcceptance.objects.filter(workload=workload).order_by("requested_at", "pk")
        if row.review_id in keys
        and _has(reviews[keys[row.review_id]].lens_version.definition, row.question_id)
    ]
    items = [values for _place, values in sorted(found, key=lambda each: each[0])]
    return {"items": items, "acceptances": acceptances} if items or acceptances else None


def _places(definition: LensDefinition) -> dict[tuple[str, str], int]:
    practices = [
        (question.id, choice_id)
        for question in definition.questions
        for choice_id in question.choice_ids
    ]
    return {practice: place for place, practice in enumerate(practices)}


def _has(definition: LensDefinition, question_id: str) -> bool:
    try:
        definition.question(question_id)
    except UnknownQuestion:
        return False
    return True


def _item(item: ImprovementItem, key: str) -> Values:
    return {
        "review": key,
        "question": item.question_id,
        "choice": item.choice_id,
        "risk": item.risk,
        "risk_at_opening": item.risk_at_opening,
        "status": item.status,
        "closed_as": item.closed_as,
        "reason": item.reason,
        "owner": str(item.owner or ""),
        "due": item.due.isoformat() if item.due else None,
        "team_effort": item.team_effort,
        "notes": item.notes,
        "ticket_key": item.ticket_key,
        "ticket_url": item.ticket_url,
        "reopened": item.reopened,
        "opened_at": item.opened_at.isoformat(),
        "closed_at": item.closed_at.isoformat() if item.closed_at else None,
    }


def _acceptance(row: RiskAcceptance, key: str) -> Values:
    return {
        "review": key,
        "question": row.question_id,
        "risk": row.risk,
        "state": row.state,
        "reason": row.reason,
        "conditions": row.conditions,
        "until": row.until.isoformat(),
        "requested_by": row.requested_by_name,
        "requested_at": row.requested_at.isoformat(),
        "decided_by": row.decided_by_name,
        "decided_at": row.decided_at.isoformat() if row.decided_at else None,
        "decision": row.decision,
        "ended_by": row.ended_by_name,
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
    }
