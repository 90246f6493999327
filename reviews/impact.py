"""What publishing a draft would do to the reviews through its lens, counted. Pure.

A tally takes in what becomes of one answer after the other and keeps sums and one short line a
review, whatever the number of answers. Worse and better are those of reviews/changes.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from common.risk import Risk
from reviews.carry_over import Dropped, Passage, RiskChange
from reviews.changes import badness
from reviews.merge import AnswerState

MAX_ROWS: Final = 20_000
"""Reviews that are listed one by one; beyond, they are in the sums only."""

_MAX_REMEMBERED: Final = 50_000


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """What is counted of an outcome; one object for all answers that come to the same.

    Compared by identity, which is what makes counting half a million of them quick. ``worse``,
    ``better``, ``changed`` (neither) and ``lost`` are 0 or 1.
    """

    change: RiskChange | None
    question_id: str
    worse: int
    better: int
    changed: int
    lost: int
    lost_choices: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one answer; ids of ``change`` and ``dropped`` as in carry_over.

    ``effect`` is None where it stays as it is.
    """

    change: RiskChange | None = None
    dropped: tuple[Dropped, ...] = ()
    effect: Effect | None = None

    @property
    def loses_answer(self) -> bool:
        """Whether the question is gone and takes the whole answer with it."""
        return any(not dropped.choice_id for dropped in self.dropped)


NOTHING: Final = Outcome()


@dataclass(slots=True)
class Outcomes:
    """Outcomes on one way from a version to a draft, by what was answered.

    Thousands of reviews answer alike: each answer is judged once. The keys say all that matters
    about an answer, whatever they are made of.
    """

    passage: Passage
    _known: dict[tuple[Any, ...], Outcome] = field(default_factory=dict)
    _effects: dict[tuple[Any, ...], Effect] = field(default_factory=dict)

    def get(self, key: tuple[Any, ...]) -> Outcome | None:
        """Return the outcome that was found for a key."""
        return self._known.get(key)

    def find(self, key: tuple[Any, ...], question_id: str, state: AnswerState) -> Outcome:
        """Return what becomes of an answer, and remember it within a bound."""
        if len(self._known) >= _MAX_REMEMBERED:
            self._known.clear()
        found = self._known[key] = self._outcome(question_id, state)
        return found

    def _outcome(self, question_id: str, state: AnswerState) -> Outcome:
        carried = self.passage.carry({question_id: state})
        if not carried.changed_risks and not carried.dropped:
            return NOTHING
        change = next(iter(carried.changed_risks), None)
        lost_choices = sum(bool(dropped.choice_id) for dropped in carried.dropped)
        lost = len(carried.dropped) > lost_choices
        difference = badness(change.after) - badness(change.before) if change else None
        effect = Effect(
            change=change,
            question_id=question_id,
            worse=int(difference is not None and difference > 0),
            better=int(difference is not None and difference < 0),
            changed=int(difference == 0),
            lost=int(lost),
            lost_choices=lost_choices,
        )
        same = (question_id, change, lost, lost_choices)
        return Outcome(change, carried.dropped, self._effects.setdefault(same, effect))


@dataclass(slots=True)
class Row:
    """One review that would not stay as it is, counted in questions; ``lost`` in answers."""

    review_id: str
    worse: int = 0
    better: int = 0
    changed: int = 0
    lost: int = 0
    lost_choices: int = 0

    @property
    def weight(self) -> tuple[int, ...]:
        """The more, the higher it is listed."""
        return (self.worse, self.lost, self.better, self.changed, self.lost_choices)


Transition = tuple[Risk, Risk]


@dataclass(slots=True)
class Impact:
    """The sums over all reviews, and a line for each that would not stay as it is.

    ``versions`` counts the reviews by the version they are on. ``questions`` holds, by id of the
    draft, how many reviews go from which risk to which; ``lost`` and ``lost_choices``, by id of the
    version before, in how many reviews a whole answer, or something said about a choice, is lost.
    """

    versions: Counter[str] = field(default_factory=Counter)
    # Counted until ``finish``, which makes the sums of it.
    effects: Counter[Effect] = field(default_factory=Counter)
    questions: dict[str, Counter[Transition]] = field(default_factory=dict)
    lost: Counter[str] = field(default_factory=Counter)
    lost_choices: Counter[str] = field(default_factory=Counter)
    rows: list[Row] = field(default_factory=list)
    touched: int = 0

    @property
    def reviews(self) -> int:
        """How many reviews there are through the lens."""
        return self.versions.total()

    @property
    def is_cut(self) -> bool:
        """Whether more reviews are touched than are listed."""
        return self.touched > len(self.rows)

    @property
    def transitions(self) -> Counter[Transition]:
        """How many answers go from which risk to which."""
        return sum(self.questions.values(), Counter())

    def add(self, review_id: str, version_id: str, effects: Sequence[Effect]) -> None:
        """Count one review with what becomes of its answers."""
        self.versions[version_id] += 1
        if not effects:
            return
        self.effects.update(effects)
        self.touched += 1
        if len(self.rows) < MAX_ROWS:
            self.rows.append(
                Row(
                    review_id,
                    worse=sum([effect.worse for effect in effects]),
                    better=sum([effect.better for effect in effects]),
                    changed=sum([effect.changed for effect in effects]),
                    lost=sum([effect.lost for effect in effects]),
                    lost_choices=sum([effect.lost_choices for effect in effects]),
                )
            )

    def finish(self) -> None:
        """Make the sums, and put the reviews with most at stake first."""
        for effect, count in self.effects.items():
            if change := effect.change:
                transitions = self.questions.setdefault(change.question_id_after, Counter())
                transitions[change.before, change.after] += count
            if effect.lost:
                self.lost[effect.question_id] += count
            if effect.lost_choices:
                self.lost_choices[effect.question_id] += count * effect.lost_choices
        self.effects.clear()
        self.rows.sort(key=lambda row: row.weight, reverse=True)

    def as_json(self) -> dict[str, Any]:
        """Return plain values, as a job keeps them."""
        return {
            "versions": dict(self.versions),
            "questions": {
                key: [[before, after, count] for (before, after), count in found.items()]
                for key, found in self.questions.items()
            },
            "lost": dict(self.lost),
            "lost_choices": dict(self.lost_choices),
            "touched": self.touched,
            "rows": [[row.review_id, *_counts(row)] for row in self.rows],
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Impact:
        """Return what ``as_json`` described."""
        return cls(
            versions=Counter(values["versions"]),
            questions={
                key: Counter({(Risk(before), Risk(after)): count for before, after, count in found})
                for key, found in values["questions"].items()
            },
            lost=Counter(values["lost"]),
            lost_choices=Counter(values["lost_choices"]),
            rows=[Row(*row) for row in values["rows"]],
            touched=values["touched"],
        )


def _counts(row: Row) -> tuple[int, ...]:
    return (row.worse, row.better, row.changed, row.lost, row.lost_choices)
