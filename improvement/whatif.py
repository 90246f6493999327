"""What if: the risks as they would be with some practices ticked or un-ticked. Pure.

Nothing is saved. A hypothetical tick does what the same tick would do in the browser: "None of
these" goes when a practice is ticked, and the other way round. What does not apply, a practice or a
whole question, stays so, and a tick of it comes to nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from uuid import UUID

from common.risk import Risk
from improvement.efforts import NOTHING_SET, ChangeEffort, TeamEfforts, effort_of
from improvement.plan import ReviewedLens
from lenses.definition import Question
from lenses.ways import ChangeSet
from reviews.merge import EMPTY, AnswerState, keep_exclusive, risk_of


class UnknownReview(KeyError):
    """A tick names a review that is none of those asked about."""


class Tick(NamedTuple):
    """A choice that would be ticked, or un-ticked."""

    review_id: UUID
    question_id: str
    choice_id: str
    is_ticked: bool = True


@dataclass(frozen=True, slots=True)
class Counts:
    """How many questions are at which risk: altogether, by review, by review and pillar id."""

    total: Counter[Risk] = field(default_factory=Counter)
    by_review: dict[UUID, Counter[Risk]] = field(default_factory=dict)
    by_pillar: dict[tuple[UUID, str], Counter[Risk]] = field(default_factory=dict)

    def add(self, review_id: UUID, pillar_id: str, risk: Risk) -> None:
        """Count one question."""
        self.total[risk] += 1
        self.by_review.setdefault(review_id, Counter())[risk] += 1
        self.by_pillar.setdefault((review_id, pillar_id), Counter())[risk] += 1


@dataclass(frozen=True, slots=True)
class Affected:
    """A question that would be answered otherwise; the risk may stay what it is.

    ``efforts`` are what each change takes, in the lens's order; "None of these" takes nothing and
    is not among them.
    """

    review_id: UUID
    pillar_id: str
    question: Question
    before: Risk
    after: Risk
    efforts: tuple[ChangeEffort, ...]

    @property
    def half_days(self) -> int:
        """What its changes take."""
        return sum(effort.half_days for effort in self.efforts)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The counts as they are and as they would be, and the questions that make the difference."""

    before: Counts
    after: Counts
    affected: tuple[Affected, ...]

    @property
    def half_days(self) -> int:
        """What all of it takes."""
        return sum(affected.half_days for affected in self.affected)

    @property
    def difference(self) -> Counter[Risk]:
        """How many more questions there would be of each risk; fewer where it is negative."""
        return _difference(self.before.total, self.after.total)


@dataclass(frozen=True, slots=True)
class Differing:
    """A question that two scenarios leave at different risks."""

    review_id: UUID
    pillar_id: str
    question: Question
    first: Risk
    second: Risk


@dataclass(frozen=True, slots=True)
class ScenarioComparison:
    """What the second scenario has more of than the first: negative where it has less."""

    first: WhatIf
    second: WhatIf
    total: Counter[Risk]
    by_review: dict[UUID, Counter[Risk]]
    by_pillar: dict[tuple[UUID, str], Counter[Risk]]
    half_days: int
    questions: tuple[Differing, ...]


def what_if(
    reviews: Sequence[ReviewedLens], ticks: Iterable[Tick], efforts: TeamEfforts = NOTHING_SET
) -> WhatIf:
    """Return what would become of the reviews; ``answers`` hold every answer that there is.

    A choice that is named twice is as it is named last. Raises UnknownReview, UnknownQuestion,
    UnknownChoice.
    """
    wanted = _by_question(reviews, ticks)
    before, after, affected = Counts(), Counts(), []
    for review in reviews:
        for question in review.definition.questions:
            place = review.review_id, question.id
            state = review.answers.get(question.id, EMPTY)
            changed = with_ticks(question, state, wanted.get(place, {}))
            risk = hypothetical = risk_of(question, state)
            if changed is not state:
                hypothetical = risk_of(question, changed)
                takes = _efforts(question, state, changed, efforts.of(*place))
                affected.append(
                    Affected(
                        review.review_id, question.pillar_id, question, risk, hypothetical, takes
                    )
                )
            before.add(review.review_id, question.pillar_id, risk)
            after.add(review.review_id, question.pillar_id, hypothetical)
    return WhatIf(before, after, tuple(affected))


def ticks_of(review_id: UUID, question_id: str, changes: ChangeSet) -> list[Tick]:
    """Return a set of changes as ticks, to see what it does: the un-ticks first."""
    gone = (*changes.none_of_these, *changes.unticks)
    return [
        *(Tick(review_id, question_id, choice.id, False) for choice in gone),
        *(Tick(review_id, question_id, choice.id, True) for choice in changes.ticks),
    ]


def with_ticks(question: Question, state: AnswerState, ticks: Mapping[str, bool]) -> AnswerState:
    """Return an answer with some choices ticked or not, by choice id; itself if nothing changes.

    Raises UnknownChoice.
    """
    question.mask(ticks)
    if not ticks or not state.is_applicable:
        return state
    possible = {key: ticked for key, ticked in ticks.items() if key not in state.not_applicable}
    selected = (state.selected | {key for key, ticked in possible.items() if ticked}) - {
        key for key, ticked in possible.items() if not ticked
    }
    if selected == state.selected:
        return state
    none_ids = frozenset(question.ids(question.none_of_these))
    return keep_exclusive(state, replace(state, selected=selected), none_ids)


def compare(first: WhatIf, second: WhatIf) -> ScenarioComparison:
    """Return how two scenarios for the same reviews differ."""
    return ScenarioComparison(
        first=first,
        second=second,
        total=_difference(first.after.total, second.after.total),
        by_review={
            key: _difference(counts, second.after.by_review[key])
            for key, counts in first.after.by_review.items()
        },
        by_pillar={
            key: _difference(counts, second.after.by_pillar[key])
            for key, counts in first.after.by_pillar.items()
        },
        half_days=second.half_days - first.half_days,
        questions=tuple(_differing(first, second)),
    )


def _by_question(
    reviews: Sequence[ReviewedLens], ticks: Iterable[Tick]
) -> dict[tuple[UUID, str], dict[str, bool]]:
    definitions = {review.review_id: review.definition for review in reviews}
    wanted: dict[tuple[UUID, str], dict[str, bool]] = {}
    for tick in ticks:
        if tick.review_id not in definitions:
            raise UnknownReview(tick.review_id)
        # Raises for what the lens does not have, before anything is computed.
        definitions[tick.review_id].question(tick.question_id).mask((tick.choice_id,))
        of_question = wanted.setdefault((tick.review_id, tick.question_id), {})
        of_question[tick.choice_id] = tick.is_ticked
    return wanted


def _efforts(
    question: Question, before: AnswerState, after: AnswerState, own: Mapping[str, int]
) -> tuple[ChangeEffort, ...]:
    changed = before.selected ^ after.selected
    return tuple(
        effort_of(choice, is_tick=choice.id in after.selected, own=own)
        for choice in question.choices
        if choice.id in changed and not choice.is_none_of_these
    )


def _differing(first: WhatIf, second: WhatIf) -> Iterable[Differing]:
    ends = [
        {(each.review_id, each.question.id): each for each in found.affected}
        for found in (first, second)
    ]
    for key in dict.fromkeys([*ends[0], *ends[1]]):
        at = ends[0].get(key) or ends[1][key]
        risks = [of.after if (of := end.get(key)) else at.before for end in ends]
        if risks[0] is not risks[1]:
            yield Differing(at.review_id, at.pillar_id, at.question, risks[0], risks[1])


def _difference(before: Counter[Risk], after: Counter[Risk]) -> Counter[Risk]:
    return Counter({risk: after[risk] - before[risk] for risk in {*before, *after}})
