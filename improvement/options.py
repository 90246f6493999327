"""The cheapest changes by which one question gets to a lower risk. Pure.

Of all sets of changes (`lenses.ways.Changes`) two are enough for any plan, so nothing is lost by
keeping no others: whatever else is done elsewhere, a dearer set to the same risk never pays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from common.risk import Risk
from improvement.efforts import ChangeEffort, effort_of, efforts_of, total
from lenses.definition import Question
from lenses.ways import Changes, ChangeSet, targets_from
from reviews.merge import AnswerState


@dataclass(frozen=True, slots=True)
class Option:
    """A set of changes, what each of them takes, and half days together."""

    before: Risk
    changes: ChangeSet
    efforts: tuple[ChangeEffort, ...]
    half_days: int

    @property
    def lowers_to(self) -> Risk:
        """The risk once all of it is done."""
        return self.changes.lowers_to


@dataclass(frozen=True, slots=True)
class Options:
    """What can be done about one question; all None where nothing lowers its risk.

    ``to_medium`` is there only where it takes less than ``to_none``. ``rest`` leads from there to
    no risk, so it is there where both are.
    """

    to_medium: Option | None = None
    to_none: Option | None = None
    rest: Option | None = None

    def __bool__(self) -> bool:
        return bool(self.to_medium or self.to_none)


@dataclass(slots=True)
class KnownOptions:
    """Options by question, answer and efforts: in a thousand reviews many answers are alike.

    Questions are told apart by identity: a process has one of each lens version.
    """

    # With the question itself, so that no other one comes to have its identity.
    _known: dict[tuple[object, ...], tuple[Question, Options]] = field(default_factory=dict)

    def of(
        self, question: Question, risk: Risk, state: AnswerState, own: Mapping[str, int]
    ) -> Options:
        """Return the options of a question at ``risk``; ``own`` is the team's, as in efforts.py."""
        key = (id(question), state.selected, state.not_applicable, frozenset(own.items()))
        if key not in self._known:
            self._known[key] = question, options_of(question, risk, state, own)
        return self._known[key][1]


def options_of(
    question: Question, risk: Risk, state: AnswerState, own: Mapping[str, int]
) -> Options:
    """Return the cheapest changes from ``risk``, which is that of ``state``; none if it is none.

    Of sets that take as long, the one that un-ticks less, then the one with fewer changes, then
    the first in the lens's order. The set to medium is, where it costs nothing more, a part of the
    set to none. Raises UnknownChoice.
    """
    targets = targets_from(risk)
    if not targets:
        return Options()
    search = _Search(Changes.of(question, state.selected, state.not_applicable), own)
    to_none = search.cheapest(Risk.NONE)
    to_medium = search.cheapest(Risk.MEDIUM, part_of=to_none) if Risk.MEDIUM in targets else None
    if to_none is not None and to_medium is not None:
        # Going all the way may take no longer.
        to_medium = to_medium if search.takes(to_medium) < search.takes(to_none) else None
    return Options(
        to_medium=search.option(risk, to_medium),
        to_none=search.option(risk, to_none),
        rest=None if to_medium is None else _rest(search, to_medium),
    )


def _rest(search: _Search, done: int) -> Option | None:
    rest = _Search(search.changes.then(done), search.own)
    return rest.option(Risk.MEDIUM, rest.cheapest(Risk.NONE))


class _Search:
    """The sets of changes from one answer, by what they take."""

    def __init__(self, changes: Changes, own: Mapping[str, int]) -> None:
        self.changes, self.own = changes, own

    @cached_property
    def _half_days(self) -> dict[int, int]:
        """What each change takes, by its bit."""
        choices, start = self.changes.question.choices, self.changes.start
        return {
            1 << i: effort_of(choices[i], is_tick=not start >> i & 1, own=self.own).half_days
            for i in self.changes.free
        }

    def cheapest(self, target: Risk, *, part_of: int | None = None) -> int | None:
        """Return the changes to a target that take least, as a mask."""
        found = self.changes.to(target)
        if len(found) <= 1:
            return found[0] if found else None
        takes = [self.takes(flips) for flips in found]
        least = min(takes)
        whole = -1 if part_of is None else part_of
        return min(
            (flips for flips, half_days in zip(found, takes, strict=True) if half_days == least),
            key=lambda flips: self._preference(flips, whole),
        )

    def option(self, before: Risk, flips: int | None) -> Option | None:
        if flips is None:
            return None
        changes = self.changes.change_set(flips)
        efforts = efforts_of(changes, self.own)
        return Option(before, changes, efforts, total(efforts))

    def takes(self, flips: int) -> int:
        half_days = 0
        while flips:
            lowest = flips & -flips
            half_days += self._half_days[lowest]
            flips ^= lowest
        return half_days

    def _preference(self, flips: int, whole: int) -> tuple[bool, int, int, int]:
        count, unticks, _severity, mask = self.changes.rank(flips)
        return bool(flips & ~whole), unticks, count, mask
