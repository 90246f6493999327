"""What a change takes: in half days, so that every sum is exact. Pure.

The team's own figure counts where there is one, then the effort that the lens gives a practice. A
lens that gives none leaves us with the middle. Giving a practice up is taken to be small whatever
its introduction took; a lens does not say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal
from uuid import UUID

from lenses.definition import Choice
from lenses.ways import ChangeSet

HALF_DAYS_A_DAY: Final = 2

HALF_DAYS: Final = MappingProxyType({"small": 2, "medium": 6, "large": 20})
"""What the words of a lens stand for: one day, three days, ten days."""

UNSAID: Final = "medium"
"""What counts where a lens says nothing."""

MOST_HALF_DAYS: Final = 1_000
"""The largest effort that a team can set: 500 days."""

TO_UNTICK: Final = HALF_DAYS["small"]

Source = Literal["team", "lens", "unsaid", "untick"]
"""Where a figure is from; `unsaid` is that of UNSAID, `untick` is TO_UNTICK."""

_NONE_SET: Final[Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ChangeEffort:
    """What ticking a practice, or un-ticking it, takes."""

    choice: Choice
    is_tick: bool
    half_days: int
    source: Source


@dataclass(frozen=True, slots=True)
class TeamEfforts:
    """Half days that the team set: by review and question id, then by choice id.

    Raises ValueError for one that is not within 0 and MOST_HALF_DAYS.
    """

    by_question: Mapping[tuple[UUID, str], Mapping[str, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what would make a step pay for another."""
        for place, efforts in self.by_question.items():
            if not all(0 <= half_days <= MOST_HALF_DAYS for half_days in efforts.values()):
                raise ValueError(f"no such effort at {place}: {dict(efforts)}")

    def of(self, review_id: UUID, question_id: str) -> Mapping[str, int]:
        """Return what was set for the practices of one question."""
        return self.by_question.get((review_id, question_id), _NONE_SET)


NOTHING_SET: Final = TeamEfforts()


def half_days_of(word: str) -> int:
    """Return the half days that a lens's word stands for; those of UNSAID for any other."""
    return HALF_DAYS.get(word, HALF_DAYS[UNSAID])


def effort_of(choice: Choice, *, is_tick: bool, own: Mapping[str, int]) -> ChangeEffort:
    """Return what one change takes; ``own`` are the team's half days by choice id."""
    source: Source
    if choice.id in own:
        half_days, source = own[choice.id], "team"
    elif not is_tick:
        half_days, source = TO_UNTICK, "untick"
    else:
        word = choice.notes.effort
        half_days, source = half_days_of(word), "lens" if word in HALF_DAYS else "unsaid"
    return ChangeEffort(choice, is_tick, half_days, source)


def efforts_of(changes: ChangeSet, own: Mapping[str, int]) -> tuple[ChangeEffort, ...]:
    """Return what each change of a set takes, ticks first. "None of these" takes nothing."""
    ticks = (effort_of(choice, is_tick=True, own=own) for choice in changes.ticks)
    unticks = (effort_of(choice, is_tick=False, own=own) for choice in changes.unticks)
    return (*ticks, *unticks)


def total(efforts: Iterable[ChangeEffort]) -> int:
    """Return the half days of some changes together."""
    return sum(effort.half_days for effort in efforts)


def in_days(half_days: int) -> Decimal:
    """Return half days as days: 3 is 1.5."""
    return Decimal(half_days) / HALF_DAYS_A_DAY


def in_half_days(days: Decimal) -> int:
    """Return days as half days; what is less than half a day is lost, so no budget grows.

    Raises ValueError for a negative number or none at all (NaN, infinity).
    """
    if not days.is_finite() or days < 0:
        raise ValueError(f"not a number of days: {days}")
    return int(days * HALF_DAYS_A_DAY)
