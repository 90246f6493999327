"""What if, as a page tells it: what can be supposed, and what would become of the risks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from common import marks
from common.risk import Risk
from improvement.selectors_solver import Problem
from improvement.step_wording import days, explain_efforts
from improvement.ticks import Sorted, sort_ticks, written
from improvement.whatif import Affected, ScenarioComparison, Tick, WhatIf, what_if
from lenses.definition import Choice, Pillar, Question
from reviews.merge import EMPTY, AnswerState, risk_of
from reviews.models import LensReview

_TOLD: Final = (Risk.HIGH, Risk.MEDIUM, Risk.UNANSWERED)


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """A choice that can be supposed otherwise than it is: followed, or given up if it is now."""

    choice: Choice
    value: str
    is_ticked_now: bool
    is_supposed: bool


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question with what can be supposed of it."""

    question: Question
    risk: Risk
    choices: Sequence[ChoiceRow]

    @property
    def to_follow(self) -> list[ChoiceRow]:
        """The choices that are not ticked."""
        return [row for row in self.choices if not row.is_ticked_now]

    @property
    def to_give_up(self) -> list[ChoiceRow]:
        """The choices that are ticked."""
        return [row for row in self.choices if row.is_ticked_now]


@dataclass(frozen=True, slots=True)
class PillarPart:
    """The questions of a pillar; ``counts`` are of its risks now, ``supposed`` of its marks."""

    review: LensReview
    pillar: Pillar
    questions: Sequence[QuestionRow]
    counts: Counter[Risk]
    supposed: int


def pillar_parts(problem: Problem, ticks: Collection[Tick]) -> list[PillarPart]:
    """Return every question that applies, by lens and pillar, with what is supposed of it."""
    wanted = {tick[:3]: tick.is_ticked for tick in ticks}
    parts = []
    for review in problem.reviewed:
        for pillar in review.definition.pillars:
            rows = []
            for question in pillar.questions:
                state = review.answers.get(question.id, EMPTY)
                if state.is_applicable:
                    rows.append(_question(review.review_id, question, state, wanted))
            if rows:
                counts = Counter(row.risk for row in rows)
                supposed = sum(each.is_supposed for row in rows for each in row.choices)
                found = problem.reviews[review.review_id]
                parts.append(PillarPart(found, pillar, rows, counts, supposed))
    return parts


def _question(
    review_id: UUID,
    question: Question,
    state: AnswerState,
    wanted: Mapping[tuple[UUID, str, str], bool],
) -> QuestionRow:
    rows = []
    for choice in question.choices:
        if choice.id in state.not_applicable:
            continue
        is_ticked = choice.id in state.selected
        tick = Tick(review_id, question.id, choice.id)
        is_supposed = wanted.get(tick[:3], is_ticked) != is_ticked
        rows.append(ChoiceRow(choice, written(tick), is_ticked, is_supposed))
    return QuestionRow(question, risk_of(question, state), rows)


@dataclass(frozen=True, slots=True)
class PillarChange:
    """A pillar's counts as they are and as they would be."""

    review: LensReview
    pillar: Pillar
    before: Counter[Risk]
    after: Counter[Risk]

    @property
    def is_changed(self) -> bool:
        """Whether anything of it would be otherwise."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class AffectedRow:
    """A question that would be answered otherwise, with its changes in words."""

    review: LensReview
    affected: Affected
    days: str
    changes: Sequence[tuple[Choice, bool, str]]


@dataclass(frozen=True)
class Supposition:
    """What would become of a workload."""

    found: WhatIf
    ticks: Sorted
    pillars: Sequence[PillarChange]
    rows: Sequence[AffectedRow]
    days: str

    @property
    def sentence(self) -> str:
        """Say what it brings: "1 high risk instead of 3, … for 4 days."."""
        if not self.found.affected:
            return _("Nothing changes yet. Tick what you would do.")
        said = [text for risk in _TOLD if (text := self._moved(risk))]
        words = {"moved": ", ".join(said), "days": self.days}
        if not said:
            return _("As many risks as now, for %(days)s.") % words
        return _("%(moved)s, for %(days)s.") % words

    def _moved(self, risk: Risk) -> str:
        before, after = self.found.before.total[risk], self.found.after.total[risk]
        if before == after:
            return ""
        words = {"then": marks.counted(risk, after), "now": before}
        return _("%(then)s instead of %(now)d") % words


def suppose(problem: Problem, ticks: Iterable[Tick]) -> Supposition:
    """Return what would become of the workload; ticks of what is gone are named and left out."""
    found_ticks = sort_ticks(problem.reviewed, ticks)
    found = what_if(problem.reviewed, found_ticks.known, problem.efforts)
    return Supposition(
        found=found,
        ticks=found_ticks,
        pillars=[
            PillarChange(
                problem.reviews[review.review_id],
                pillar,
                found.before.by_pillar[review.review_id, pillar.id],
                found.after.by_pillar[review.review_id, pillar.id],
            )
            for review in problem.reviewed
            for pillar in review.definition.pillars
            if (review.review_id, pillar.id) in found.before.by_pillar
        ],
        rows=[_affected(problem, each) for each in found.affected],
        days=days(found.half_days),
    )


def _affected(problem: Problem, each: Affected) -> AffectedRow:
    words = explain_efforts(each.efforts)
    changes = [
        (effort.choice, effort.is_tick, text)
        for effort, text in zip(each.efforts, words, strict=True)
    ]
    return AffectedRow(problem.reviews[each.review_id], each, days(each.half_days), changes)


@dataclass(frozen=True, slots=True)
class PillarComparison:
    """A pillar's counts now, and as each of two scenarios would have them."""

    review: LensReview
    pillar: Pillar
    now: Counter[Risk]
    first: Counter[Risk]
    second: Counter[Risk]

    @property
    def is_different(self) -> bool:
        """Whether the scenarios would have it differently."""
        return self.first != self.second


def compared_pillars(problem: Problem, found: ScenarioComparison) -> list[PillarComparison]:
    """Return the pillars of a comparison, in the lenses' order."""
    return [
        PillarComparison(
            problem.reviews[key[0]],
            pillar,
            found.first.before.by_pillar[key],
            found.first.after.by_pillar[key],
            found.second.after.by_pillar[key],
        )
        for review in problem.reviewed
        for pillar in review.definition.pillars
        if (key := (review.review_id, pillar.id)) in found.first.before.by_pillar
    ]


def names_of_gone(ticks: Iterable[Tick]) -> list[str]:
    """Return what to call ticks whose practices are no more there: by their ids."""
    return [f"{tick.question_id} · {tick.choice_id}" for tick in ticks]
