"""In what order to take the practices that would lower a workload's risks. Pure.

Which practices lower the risk of one question is said by `lenses.ways`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from common.risk import Risk
from lenses.definition import LensDefinition, Pillar, Question
from lenses.ways import Step, practices_that_lower
from reviews.merge import AnswerState, risk_of


@dataclass(frozen=True, slots=True)
class ReviewedLens:
    """A review as the plan reads it: its lens and its answers by question id."""

    review_id: UUID
    definition: LensDefinition
    answers: Mapping[str, AnswerState]


@dataclass(frozen=True, slots=True)
class QuestionAtRisk:
    """A question at high or medium risk, and the practices that lower it: none, if none does.

    ``priority`` is the pillar's place among the workload's priorities, from 1; None when it has
    none.
    """

    review: ReviewedLens
    pillar: Pillar
    question: Question
    risk: Risk
    priority: int | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One practice to follow, and the question whose risk it lowers."""

    at: QuestionAtRisk
    step: Step


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do next, the most urgent first."""

    questions: tuple[QuestionAtRisk, ...]

    @property
    def items(self) -> tuple[PlanItem, ...]:
        """The practices, in order; one that lowers two questions' risks stands twice."""
        return tuple(PlanItem(at, step) for at in self.questions for step in at.steps)

    @property
    def lowered(self) -> Counter[Risk]:
        """How many questions of each risk the practices would lower."""
        return Counter(at.risk for at in self.questions if at.steps)

    @property
    def stuck(self) -> tuple[QuestionAtRisk, ...]:
        """The questions whose risk ticking alone does not lower."""
        return tuple(at for at in self.questions if not at.steps)


def make_plan(reviews: Sequence[ReviewedLens], priorities: Sequence[str]) -> Plan:
    """Order all that is at risk: risk, then the pillar's priority, then the lenses' own order.

    ``reviews`` come in the order in which the workload lists its lenses; ``priorities`` are pillar
    ids, the most important first, and pillars not named follow.
    """
    places = {pillar_id: place for place, pillar_id in reversed([*enumerate(priorities, start=1)])}
    questions = [at for review in reviews for at in _at_risk(review, places)]
    # Sorting is stable: what has the same risk and priority stays in the lenses' order.
    questions.sort(key=lambda at: (-at.risk.severity, at.priority or len(priorities) + 1))
    return Plan(tuple(questions))


def _at_risk(review: ReviewedLens, places: Mapping[str, int]) -> Iterable[QuestionAtRisk]:
    for pillar in review.definition.pillars:
        for question in pillar.questions:
            state = review.answers.get(question.id)
            if state is None:
                continue
            risk = risk_of(question, state)
            if risk.is_at_risk:
                steps = practices_that_lower(question, state.selected, state.not_applicable)
                yield QuestionAtRisk(review, pillar, question, risk, places.get(pillar.id), steps)
