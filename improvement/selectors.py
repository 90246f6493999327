"""Reads for the improvement plan: computed from the answers each time, so never stale."""

from collections.abc import Sequence
from uuid import UUID

from common.risk import Risk
from improvement.plan import Plan, ReviewedLens, make_plan
from reviews.merge import AnswerState, state_from
from reviews.models import Answer, LensReview
from workloads.models import Workload

_STATE = ("selected", "choice_details", "is_applicable", "reason", "notes")


def plan_of(workload: Workload, reviews: Sequence[LensReview]) -> Plan:
    """Return the workload's plan. ``reviews`` are all of its reviews (reviews_of); one query."""
    answers: dict[UUID, dict[str, AnswerState]] = {review.pk: {} for review in reviews}
    rows = Answer.objects.filter(review__in=answers, risk__in=[Risk.HIGH, Risk.MEDIUM])
    for row in rows.values("review", "question_id", *_STATE):
        answers[row["review"]][row["question_id"]] = state_from(row)
    return make_plan(
        [
            ReviewedLens(review.pk, review.lens_version.definition, answers[review.pk])
            for review in reviews
        ],
        workload.pillar_priorities,
    )
