"""Which changes of one answer would lower the risk of its question. Pure.

Exact, from the question's table of risks (lenses/tables.py); the lens's own rules decide, also
where they contain a negation. A *change* ticks a practice or un-ticks one; a set of changes leads
to a target where all of them together bring the risk down to it or below, while no proper part of
the set does. Sets that only tick are called *ways*.

What is not applicable cannot be changed. "None of these" is no practice: as in the browser it goes
when anything is done, so it is un-ticked along with every set, for nothing and without being
counted, and no set ticks it, whatever a lens's rules would give for it.

Everywhere ``selected`` are the ids of the ticked choices and ``not_applicable`` of those that do
not apply; the question as a whole does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from common.risk import Risk
from lenses.definition import Choice, Question
from lenses.tables import RISKS, StateSet, columns

MAX_SETS: Final = 100
"""Sets that are returned at once; 14 practices can have 3,432, and nobody reads them."""


def _digits(*wanted: Risk) -> bytes:
    # Turns a table into the binary digits of the set of its states with a wanted risk.
    return bytes.maketrans(
        bytes(range(len(RISKS))), bytes(ord("01"[risk in wanted]) for risk in RISKS)
    )


_AT_MOST: Final = {
    Risk.MEDIUM: _digits(Risk.MEDIUM, Risk.NONE),
    Risk.NONE: _digits(Risk.NONE),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A practice that lowers a risk.

    ``way`` is the smallest way it is part of, in the lens's order and with the practice itself;
    ``lowers_to`` is the risk once all of the way is ticked.
    """

    choice: Choice
    lowers_to: Risk
    way: tuple[Choice, ...]

    @property
    def is_alone(self) -> bool:
        """Whether ticking this practice alone lowers the risk."""
        return len(self.way) == 1

    @property
    def others(self) -> tuple[Choice, ...]:
        """The practices that have to come with it."""
        return tuple(choice for choice in self.way if choice.id != self.choice.id)


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What to do to one answer; choices in the lens's order.

    ``lowers_to`` is the risk once it is done. ``none_of_these`` is that choice where it is ticked
    now: it goes along with the changes and is none of them.
    """

    ticks: tuple[Choice, ...]
    unticks: tuple[Choice, ...]
    none_of_these: tuple[Choice, ...]
    lowers_to: Risk

    @property
    def size(self) -> int:
        """How many changes it has."""
        return len(self.ticks) + len(self.unticks)


@dataclass(frozen=True, slots=True)
class ChangeSets:
    """The sets of changes to a target, the smallest first: no more than asked for.

    ``count`` is how many there are, ``fewest`` how many of them are as small as the first.
    """

    sets: tuple[ChangeSet, ...]
    count: int
    fewest: int


def changes_to(
    question: Question,
    selected: Collection[str],
    not_applicable: Collection[str],
    target: Risk,
    *,
    at_most: int = MAX_SETS,
) -> ChangeSets:
    """Return the sets of changes that bring the risk down to ``target`` (MEDIUM or NONE) or below.

    Of two with as many changes, the one that un-ticks less comes first, then the one that lowers
    more. One empty set says that no change is needed: the risk is there already, or is once "None
    of these" is un-ticked. Raises KeyError for another target, UnknownChoice.
    """
    changes = Changes.of(question, selected, not_applicable)
    found = sorted(changes.to(target), key=changes.rank)
    return ChangeSets(
        sets=tuple(changes.change_set(flips) for flips in found[:at_most]),
        count=len(found),
        fewest=sum(flips.bit_count() == found[0].bit_count() for flips in found),
    )


def practices_that_lower(
    question: Question, selected: Collection[str], not_applicable: Collection[str]
) -> tuple[Step, ...]:
    """Return every practice that is part of a way to a lower risk, in the lens's order.

    From HIGH a practice stands for its way to MEDIUM; one that is part of none, but of a way to
    NONE, for that. Nothing where the question is not at risk or no tick lowers its risk.
    """
    ticking = Changes.of(question, selected, not_applicable, may_untick=False)
    found: dict[str, Step] = {}
    seen = 0
    for target in targets_from(question.risk(selected, not_applicable)):
        for way in sorted(ticking.to(target), key=ticking.rank):
            new, seen = way & ~seen, seen | way
            if new:
                lowers_to, choices = ticking.risk_after(way), _choices(question, way)
                for choice in _choices(question, new):
                    found[choice.id] = Step(choice, lowers_to, choices)
    return tuple(found[choice.id] for choice in question.choices if choice.id in found)


def targets_from(risk: Risk) -> tuple[Risk, ...]:
    """Return what a risk can be lowered to, the nearest first; nothing where it is no risk."""
    if risk is Risk.HIGH:
        return Risk.MEDIUM, Risk.NONE
    return (Risk.NONE,) if risk is Risk.MEDIUM else ()


def _choices(question: Question, mask: int) -> tuple[Choice, ...]:
    return tuple(choice for i, choice in enumerate(question.choices) if mask >> i & 1)


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes that an answer allows, as masks: the bit of a choice says that it changes.

    ``start`` is the mask of what is ticked, without "None of these"; ``free`` are the places of
    the choices that may change.
    """

    question: Question
    table: bytes
    start: int
    none_of_these: int
    free: tuple[int, ...]

    @classmethod
    def of(
        cls,
        question: Question,
        selected: Collection[str],
        not_applicable: Collection[str],
        *,
        may_untick: bool = True,
    ) -> Changes:
        """Return what may be changed in an answer; raises UnknownChoice."""
        dropped, ticked = question.mask(not_applicable), question.mask(selected)
        none_of_these = question.none_of_these
        start = ticked & ~none_of_these
        fixed = none_of_these | dropped | (0 if may_untick else start)
        return cls(
            question=question,
            table=question.table(dropped),
            start=start,
            none_of_these=ticked & none_of_these,
            free=tuple(i for i in range(len(question.choices)) if not fixed >> i & 1),
        )

    def then(self, flips: int) -> Changes:
        """Return what may be changed once some changes are made."""
        return Changes(self.question, self.table, self.start ^ flips, 0, self.free)

    def risk_after(self, flips: int) -> Risk:
        """Return the risk once some changes are made."""
        return RISKS[self.table[self.start ^ flips]]

    def rank(self, flips: int) -> tuple[int, int, int, int]:
        """Return the key by which sets are listed: `changes_to` says how."""
        unticks = (flips & self.start).bit_count()
        return flips.bit_count(), unticks, self.risk_after(flips).severity, flips

    def change_set(self, flips: int) -> ChangeSet:
        """Return some changes as the choices they are."""
        return ChangeSet(
            ticks=_choices(self.question, flips & ~self.start),
            unticks=_choices(self.question, flips & self.start),
            none_of_these=_choices(self.question, self.none_of_these),
            lowers_to=self.risk_after(flips),
        )

    def to(self, target: Risk) -> list[int]:
        """Return all sets of changes to a target (`changes_to`), in no order that matters."""
        column = columns(len(self.table).bit_length() - 1)
        lowered = int(self.table.translate(_AT_MOST[target])[::-1], 2)
        # By the changes that lead to a state instead of by its ticks: the halves of the table with
        # and without a choice that is ticked now change places.
        for i, with_it in enumerate(column):
            if self.start >> i & 1:
                width = 1 << i
                lowered = (lowered & with_it) >> width | (lowered << width) & with_it
        return list(_members(self._minimal(lowered & self._allowed(), column)))

    def _allowed(self) -> StateSet:
        states = 1
        for i in self.free:
            states |= states << (1 << i)
        return states

    def _minimal(self, states: StateSet, column: tuple[StateSet, ...]) -> StateSet:
        """The sets of changes that have no other one as a part."""
        # Closed under one more change, choice by choice, it holds all that has a member as a part;
        # what is one change above anything in it is therefore not minimal.
        closed = states
        for i in self.free:
            closed |= (closed << (1 << i)) & column[i]
        above = 0
        for i in self.free:
            above |= (closed << (1 << i)) & column[i]
        return states & ~above


def _members(states: StateSet) -> Iterator[int]:
    while states:
        lowest = states & -states
        yield lowest.bit_length() - 1
        states ^= lowest
