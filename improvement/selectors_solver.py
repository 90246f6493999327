"""What the solver works on: answers, efforts and priorities of a workload, or of many.

Computed from the answers each time, so never stale. As many queries for many workloads as for one.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Sum

from common.risk import Risk
from improvement.efforts import TeamEfforts
from improvement.models import ImprovementItem
from improvement.plan import ReviewedLens
from improvement.selectors_items import in_force
from improvement.solver import AtRisk, Order, PlanStep, Subject, at_risk, next_best
from improvement.worth import Priorities
from reviews.merge import AnswerState, state_from
from reviews.models import Answer, LensReview, ReviewSummary
from reviews.selectors import reviews_with_lenses
from workloads.models import Workload

MOST_WORKLOADS: Final = 100
"""Workloads that the order of an organisation is made of: those with the most high risks."""

Place = tuple[UUID, str]
"""A review and a question id."""

_STATE: Final = ("selected", "choice_details", "is_applicable", "reason", "notes")


@dataclass(frozen=True)
class Problem:
    """What is at risk in some workloads, without the risks that are accepted.

    ``accepted`` are the questions that were left out for that.
    """

    workloads: Mapping[UUID, Workload]
    reviews: Mapping[UUID, LensReview]
    subjects: Sequence[Subject]
    efforts: TeamEfforts
    questions: Sequence[AtRisk]
    accepted: frozenset[Place]

    @property
    def reviewed(self) -> list[ReviewedLens]:
        """The reviews as the solver and what_if read them."""
        return [subject.review for subject in self.subjects]

    def order(self) -> Order:
        """Return all steps, the best bargains first."""
        return next_best(self.questions)


def problem_of(workload: Workload, reviews: Sequence[LensReview]) -> Problem:
    """Return what is at risk in a workload; ``reviews`` are all of its reviews. Three queries.

    The answers hold what is not at risk too, as what_if asks for it.
    """
    return _problem({workload.pk: workload}, reviews, risks=None)


def problem_of_organization() -> Problem:
    """Return what is at risk in the MOST_WORKLOADS workloads that have most at risk."""
    rows = ReviewSummary.objects.order_by().values("review__workload")
    sums = rows.annotate(high=Sum("high"), medium=Sum("medium")).exclude(high=0, medium=0)
    ranked = sums.order_by("-high", "-medium", "review__workload")[:MOST_WORKLOADS]
    chosen = [row["review__workload"] for row in ranked]
    workloads = {row.pk: row for row in Workload.objects.filter(pk__in=chosen)}
    found = reviews_with_lenses().filter(workload__in=chosen)
    reviews = list(found.order_by("workload__name_key", "workload", "position", "pk"))
    return _problem(workloads, reviews, risks=[Risk.HIGH, Risk.MEDIUM])


def _problem(
    workloads: Mapping[UUID, Workload],
    reviews: Sequence[LensReview],
    *,
    risks: Collection[Risk] | None,
) -> Problem:
    by_id = {review.pk: review for review in reviews}
    answers = _answers(by_id, risks)
    subjects = [
        Subject(
            ReviewedLens(review.pk, review.lens_version.definition, answers[review.pk]),
            Priorities.of(workloads[review.workload_id].pillar_priorities),
        )
        for review in reviews
    ]
    efforts = team_efforts(by_id)
    rows = in_force().filter(review__in=list(by_id)).order_by()
    accepted = frozenset(rows.values_list("review", "question_id"))
    questions = at_risk(subjects, efforts)
    return Problem(
        workloads=workloads,
        reviews=by_id,
        subjects=subjects,
        efforts=efforts,
        questions=[at for at in questions if place_of(at) not in accepted],
        accepted=accepted & {place_of(at) for at in questions},
    )


def place_of(at: AtRisk) -> Place:
    """Return the review and the question id of a question at risk."""
    return at.subject.review.review_id, at.question.id


def _answers(
    review_ids: Collection[UUID], risks: Collection[Risk] | None
) -> dict[UUID, dict[str, AnswerState]]:
    answers: dict[UUID, dict[str, AnswerState]] = {key: {} for key in review_ids}
    rows = Answer.objects.filter(review__in=list(review_ids))
    if risks is not None:
        rows = rows.filter(risk__in=list(risks))
    for row in rows.values("review", "question_id", *_STATE):
        answers[row["review"]][row["question_id"]] = state_from(row)
    return answers


def team_efforts(review_ids: Collection[UUID]) -> TeamEfforts:
    """Return the half days that the team set for the practices of reviews. One query."""
    rows = ImprovementItem.objects.filter(review__in=list(review_ids), team_effort__isnull=False)
    found: dict[Place, dict[str, int]] = defaultdict(dict)
    for review, question, choice, half_days in rows.order_by().values_list(
        "review", "question_id", "choice_id", "team_effort"
    ):
        found[review, question][choice] = half_days
    return TeamEfforts(found)


def items_at(places: Collection[Place]) -> dict[tuple[UUID, str, str], ImprovementItem]:
    """Return the items of questions with their owners: by review, question, choice. One query."""
    wanted = set(places)
    rows = ImprovementItem.objects.filter(
        review__in={review for review, _question in wanted},
        question_id__in={question for _review, question in wanted},
    )
    return {
        (item.review_id, item.question_id, item.choice_id): item
        for item in rows.select_related("owner")
        if (item.review_id, item.question_id) in wanted
    }


def steps_within(order: Order, number: int) -> tuple[PlanStep, ...]:
    """Return the first steps of an order."""
    return order.steps[: max(0, number)]
