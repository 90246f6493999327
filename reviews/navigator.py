"""The list of questions beside a review: what is where, and how it stands."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from common.risk import Risk
from lenses.definition import LensDefinition, Pillar, Question

SHOW_ALL = "all"
SHOW_UNANSWERED = "unanswered"
SHOW_AT_RISK = "risk"
SHOW_HIGH = "high"
SHOW_MEDIUM = "medium"
SHOW_CHANGED = "changed"
SHOW_MINE = "mine"
SHOW_COMMENTS = "comments"
SHOW_PRIORITISED = "prioritised"
PICKED = frozenset({SHOW_CHANGED, SHOW_MINE, SHOW_COMMENTS, SHOW_PRIORITISED})
"""Filters that take more than the risks to know: a read of their own."""
FILTERS = (SHOW_ALL, SHOW_UNANSWERED, SHOW_AT_RISK, SHOW_HIGH, SHOW_MEDIUM, *sorted(PICKED))


@dataclass(frozen=True, slots=True)
class Entry:
    """One question with its risk; ``is_shown`` says whether it passes the filter."""

    question: Question
    risk: Risk
    is_current: bool
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Section:
    """One pillar with its entries."""

    pillar: Pillar
    entries: tuple[Entry, ...]

    @property
    def answered(self) -> int:
        """How many of its questions are answered."""
        return sum(entry.risk != Risk.UNANSWERED for entry in self.entries)

    @property
    def is_open(self) -> bool:
        """Whether it holds the question at hand."""
        return any(entry.is_current for entry in self.entries)

    @property
    def is_shown(self) -> bool:
        """Whether any of its questions passes the filter."""
        return any(entry.is_shown for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Navigator:
    """All of a review's questions in order, and the ways from the one at hand."""

    sections: tuple[Section, ...]
    counts: Counter[Risk]
    previous: Question | None
    next: Question | None
    next_unanswered: Question | None

    @property
    def answered(self) -> int:
        """How many questions are answered."""
        return self.counts.total() - self.counts[Risk.UNANSWERED]

    @property
    def questions(self) -> int:
        """How many questions there are."""
        return self.counts.total()

    @property
    def at_risk(self) -> int:
        """How many questions are at high or medium risk."""
        return self.counts[Risk.HIGH] + self.counts[Risk.MEDIUM]

    @property
    def is_shown(self) -> bool:
        """Whether any question passes the filter."""
        return any(section.is_shown for section in self.sections)


def navigator(
    definition: LensDefinition,
    risks: Mapping[str, Risk],
    current: Question | None,
    *,
    show: str = SHOW_ALL,
    find: str = "",
    picked: Collection[str] = (),
) -> Navigator:
    """Return the navigator for the question ``current``, None where another lens is open.

    ``risks`` holds answered questions only. ``show`` is one of FILTERS, ``find`` words that must
    all be in the question's title, in any case; ``picked`` are the questions that a filter of
    PICKED shows. The ways to the previous and the next question lead to those that pass.
    """
    words = find.casefold().split()

    def entry(question: Question) -> Entry:
        risk = risks.get(question.id, Risk.UNANSWERED)
        title = question.title.casefold()
        return Entry(
            question=question,
            risk=risk,
            is_current=question is current,
            is_shown=(question.id in picked if show in PICKED else passes(risk, show))
            and all(word in title for word in words),
        )

    sections = tuple(
        Section(pillar, tuple(entry(question) for question in pillar.questions))
        for pillar in definition.pillars
    )
    questions = definition.questions
    here = questions.index(current) if current else -1
    entries = [entry for section in sections for entry in section.entries]
    shown = {entry.question.id for entry in entries if entry.is_shown}
    earlier = (each for each in reversed(questions[: max(here, 0)]) if each.id in shown)
    later = (each for each in questions[here + 1 :] if each.id in shown)
    return Navigator(
        sections=sections,
        counts=Counter(entry.risk for entry in entries),
        previous=next(earlier, None),
        next=next(later, None),
        next_unanswered=first_unanswered(
            (*questions[here + 1 :], *questions[: max(here, 0)]), risks, default=None
        ),
    )


def prioritised_questions(definition: LensDefinition, priorities: Collection[str]) -> list[str]:
    """Return the questions of the pillars that a workload names as priorities."""
    return [
        question.id
        for pillar in definition.pillars
        if pillar.id in priorities
        for question in pillar.questions
    ]


def first_unanswered(
    questions: tuple[Question, ...], risks: Mapping[str, Risk], default: Question | None
) -> Question | None:
    """Return the first question without an answer, or ``default``."""
    open_questions = (
        question
        for question in questions
        if risks.get(question.id, Risk.UNANSWERED) == Risk.UNANSWERED
    )
    return next(open_questions, default)


def passes(risk: Risk, show: str) -> bool:
    """Whether a question at a risk is shown by a filter that is not of PICKED."""
    if show == SHOW_UNANSWERED:
        return risk == Risk.UNANSWERED
    if show == SHOW_AT_RISK:
        return risk.is_at_risk
    if show in {SHOW_HIGH, SHOW_MEDIUM}:
        return risk == (Risk.HIGH if show == SHOW_HIGH else Risk.MEDIUM)
    return True
