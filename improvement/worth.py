"""What lowering a risk is worth, and to whom more. Pure.

The one place with the weights of the plan. A step is worth

    points of the risk before − points of the risk after
    × the factor of the pillar's place among the priorities
    × the factor of a question that the profile prioritises

so that two steps down are worth what one long step is. Factors are in tenths and a worth is in
hundredths of a point: whole numbers, which add up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from common.risk import Risk
from lenses.definition import Question

POINTS: Final = MappingProxyType({Risk.HIGH: 10, Risk.MEDIUM: 3, Risk.NONE: 0})
"""A high risk weighs as much as three medium ones and a bit: clearing it brings 10, lowering it to
medium 7, clearing a medium one 3."""

PILLAR_TENTHS: Final = (20, 18, 16, 14, 12)
"""Factors of the first, second, third… pillar among the priorities; ORDINARY after these."""

PRIORITISED_TENTHS: Final = 15
ORDINARY: Final = 10
HUNDREDTHS_A_POINT: Final = 100


@dataclass(frozen=True, slots=True)
class Worth:
    """What a step is worth, with the figures it is made of.

    ``place`` is the pillar's among the priorities, from 1; None where it has none.
    """

    points: int
    place: int | None
    pillar_tenths: int
    is_prioritised: bool
    question_tenths: int

    @property
    def hundredths(self) -> int:
        """The worth, in hundredths of a point."""
        return self.points * self.pillar_tenths * self.question_tenths

    @property
    def value(self) -> Decimal:
        """The worth in points: ``points`` × ``pillar_factor`` × ``question_factor``."""
        return in_points(self.hundredths)

    @property
    def pillar_factor(self) -> Decimal:
        """What the pillar's place multiplies by: 1 to 2."""
        return Decimal(self.pillar_tenths) / 10

    @property
    def question_factor(self) -> Decimal:
        """What the profile multiplies by: 1 or 1.5."""
        return Decimal(self.question_tenths) / 10


@dataclass(frozen=True, slots=True)
class Priorities:
    """What counts more in one workload.

    ``places`` has pillar ids with their place from 1; ``questions`` the ids of the questions that
    the workload's profile prioritises.
    """

    places: dict[str, int] = field(default_factory=dict)
    questions: frozenset[str] = frozenset()

    @classmethod
    def of(cls, pillar_ids: Iterable[str], question_ids: Collection[str] = ()) -> Priorities:
        """Return the priorities of pillars, the most important first; named twice counts once."""
        ids = dict.fromkeys(pillar_ids)
        places = {pillar_id: place for place, pillar_id in enumerate(ids, start=1)}
        return cls(places, frozenset(question_ids))

    def worth(self, question: Question, before: Risk, after: Risk) -> Worth:
        """Return what lowering a question's risk is worth; raises KeyError for other risks."""
        place = self.places.get(question.pillar_id)
        is_prioritised = question.id in self.questions
        return Worth(
            points=POINTS[before] - POINTS[after],
            place=place,
            pillar_tenths=_pillar_tenths(place),
            is_prioritised=is_prioritised,
            question_tenths=PRIORITISED_TENTHS if is_prioritised else ORDINARY,
        )


NO_PRIORITIES: Final = Priorities()


def in_points(hundredths: int) -> Decimal:
    """Return hundredths of a point as points."""
    return Decimal(hundredths) / HUNDREDTHS_A_POINT


def _pillar_tenths(place: int | None) -> int:
    return PILLAR_TENTHS[place - 1] if place and place <= len(PILLAR_TENTHS) else ORDINARY
