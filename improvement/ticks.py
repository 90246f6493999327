"""Ticks that somebody supposes: as an address says them, and as a scenario keeps them. Pure.

An address or a form names a choice as ``<review>.<question>.<choice>``: none of the ids has a dot.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from improvement.plan import ReviewedLens
from improvement.solver import PlanStep
from improvement.whatif import Tick, ticks_of
from lenses.definition import UnknownChoice, UnknownQuestion
from reviews.merge import EMPTY

MOST_TICKS: Final = 2_000
"""More than any workload's lenses have; what is beyond is not read."""

TICK: Final = "tick"
UNTICK: Final = "untick"
_LONGEST: Final = 400
_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class Sorted:
    """Ticks by what they come to.

    ``known`` are of questions and choices that the lenses have. Of these ``settled`` change
    nothing, because the answer says so already or because it does not apply. ``gone`` name what is
    no more there.
    """

    known: tuple[Tick, ...]
    settled: tuple[Tick, ...]
    gone: tuple[Tick, ...]


def written(tick: Tick) -> str:
    """Return how an address names the choice of a tick."""
    return f"{tick.review_id}.{tick.question_id}.{tick.choice_id}"


def read_ticks(ticks: Iterable[str], unticks: Iterable[str]) -> list[Tick]:
    """Return what an address or a form says, each choice once; what makes no sense is left out."""
    found: dict[tuple[UUID, str, str], Tick] = {}
    for texts, is_ticked in ((ticks, True), (unticks, False)):
        for text in texts:
            tick = _read(text, is_ticked=is_ticked)
            if tick is not None and len(found) < MOST_TICKS:
                found[tick[:3]] = tick
    return list(found.values())


def _read(text: str, *, is_ticked: bool) -> Tick | None:
    parts = text.split(".")
    if len(parts) != _PARTS or len(text) > _LONGEST or "\x00" in text:
        return None
    try:
        return Tick(UUID(parts[0]), parts[1], parts[2], is_ticked)
    except ValueError:
        return None


def as_query(ticks: Iterable[Tick]) -> list[tuple[str, str]]:
    """Return ticks as the parameters of an address."""
    return [(TICK if tick.is_ticked else UNTICK, written(tick)) for tick in ticks]


def as_values(ticks: Iterable[Tick]) -> list[list[Any]]:
    """Return ticks as plain values, to be stored."""
    return [[str(tick.review_id), *tick[1:]] for tick in ticks]


def from_values(values: Iterable[Sequence[Any]]) -> list[Tick]:
    """Return the ticks that ``as_values`` described."""
    return [Tick(UUID(review), *rest) for review, *rest in values]


def ticks_of_steps(steps: Iterable[PlanStep]) -> list[Tick]:
    """Return the ticks that steps of a plan are made of, in their order."""
    return [
        tick
        for step in steps
        for tick in ticks_of(
            step.at.subject.review.review_id, step.at.question.id, step.option.changes
        )
    ]


def sort_ticks(reviews: Sequence[ReviewedLens], ticks: Iterable[Tick]) -> Sorted:
    """Tell the ticks that the lenses and answers of ``reviews`` know from those that are gone."""
    by_id = {review.review_id: review for review in reviews}
    known, settled, gone = [], [], []
    for tick in ticks:
        review = by_id.get(tick.review_id)
        if review is None or not _has(review, tick):
            gone.append(tick)
            continue
        known.append(tick)
        if _is_settled(review, tick):
            settled.append(tick)
    return Sorted(tuple(known), tuple(settled), tuple(gone))


def _has(review: ReviewedLens, tick: Tick) -> bool:
    try:
        review.definition.question(tick.question_id).choice(tick.choice_id)
    except (UnknownQuestion, UnknownChoice):
        return False
    return True


def _is_settled(review: ReviewedLens, tick: Tick) -> bool:
    state = review.answers.get(tick.question_id, EMPTY)
    if not state.is_applicable or tick.choice_id in state.not_applicable:
        return True
    return (tick.choice_id in state.selected) == tick.is_ticked
