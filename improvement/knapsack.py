"""The most worth for a budget, where of each group at most one option is taken. Pure.

Options are pairs of whole numbers: what one takes, and what it is worth. By dynamic programming
over the budget the answer is exact. Where the table would be too large, options are taken by their
ratio, which is worth at least half of the best and nearly always almost all of it; a bound says how
much better the best could be at most.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from operator import gt
from typing import Final, TypeAlias

Option: TypeAlias = tuple[int, int]
"""What it takes (0 or more), and what it is worth (more than 0)."""

Group: TypeAlias = tuple[Option, ...]

MAX_CELLS: Final = 2_000_000
"""Groups × budget that are worked through exactly: two bytes each, less than a second."""

Marks: TypeAlias = list[tuple[int, int, bytes]]
"""Of the options of a group: place, what it takes, and whether it pays, by what is left."""


@dataclass(frozen=True, slots=True)
class Packed:
    """What to take: the place of the option in each group, or None.

    Nothing within the budget is worth more than ``bound``.
    """

    chosen: tuple[int | None, ...]
    takes: int
    worth: int
    bound: int

    @property
    def is_exact(self) -> bool:
        """Whether nothing within the budget is worth more than this."""
        return self.worth == self.bound


def pack(groups: Sequence[Group], budget: int, *, max_cells: int = MAX_CELLS) -> Packed:
    """Return what to take within a budget.

    Of choices that are worth as much, an exact one takes least, and as little as it can from the
    groups that come last. Raises ValueError for a negative budget.
    """
    if budget < 0:
        raise ValueError(f"a budget of {budget}")
    everything = [_most(group) for group in groups]
    whole = _packed(groups, everything)
    if whole.takes <= budget:
        return whole
    useful = _useful(groups, budget)
    unit = gcd(*(takes for i in useful for takes, _ in groups[i] if takes <= budget)) or 1
    if len(useful) * (budget // unit + 1) > max_cells:
        return _by_ratio(groups, budget)
    scaled = [tuple((_scaled(takes, unit), worth) for takes, worth in groups[i]) for i in useful]
    chosen: list[int | None] = [None] * len(groups)
    for i, place in zip(useful, _exactly(scaled, budget // unit), strict=True):
        chosen[i] = place
    return _packed(groups, chosen)


def ratio_ranks(options: Collection[Option]) -> dict[Option, int]:
    """Return the rank of each distinct option: most worth for what it takes, then most worth.

    What takes nothing comes first. Compared as fractions: no two are taken for equal that are not.
    """
    ordered = sorted(set(options), key=_ratio)
    return {option: rank for rank, option in enumerate(ordered)}


def _ratio(option: Option) -> tuple[bool, Fraction, int]:
    takes, worth = option
    return takes > 0, Fraction(-worth, takes or 1), -worth


def _packed(
    groups: Sequence[Group], chosen: Sequence[int | None], *, bound: int | None = None
) -> Packed:
    taken = [group[place] for group, place in zip(groups, chosen, strict=True) if place is not None]
    worth = sum(worth for _takes, worth in taken)
    takes = sum(takes for takes, _worth in taken)
    return Packed(tuple(chosen), takes, worth, worth if bound is None else bound)


def _most(group: Group, budget: int | None = None) -> int | None:
    """The place of the option that is worth most, of several the one that takes least."""
    places = [i for i, (takes, _) in enumerate(group) if budget is None or takes <= budget]
    return min(places, key=lambda i: (-group[i][1], group[i][0]), default=None)


def _useful(groups: Sequence[Group], budget: int) -> list[int]:
    """The places of the groups that can matter.

    Of groups that are all alike no more can be taken from than the budget pays for.
    """
    seen: Counter[Group] = Counter()
    useful = []
    for i, group in enumerate(groups):
        least = min((takes for takes, _ in group), default=budget + 1)
        if least <= budget and (least == 0 or seen[group] < budget // least):
            seen[group] += 1
            useful.append(i)
    return useful


def _scaled(takes: int, unit: int) -> int:
    # What does not divide is beyond the budget, and stays so when rounded up.
    return -(-takes // unit)


def _exactly(groups: Sequence[Group], budget: int) -> list[int | None]:
    # most[b] is the most worth for b or less, of the groups that were looked at so far.
    most = [0] * (budget + 1)
    history: list[Marks] = []
    for group in groups:
        before, marks = most, []
        for place, (takes, worth) in enumerate(group):
            if takes > budget:
                continue
            with_it = [value + worth for value in before[: budget + 1 - takes]]
            without = most[takes:]
            marks.append((place, takes, bytes(map(gt, with_it, without))))
            most = [*most[:takes], *map(max, with_it, without)]
        history.append(marks)
    # The least that is worth as much as the whole budget is.
    return _walk_back(history, most.index(most[-1]))


def _walk_back(history: Sequence[Marks], left: int) -> list[int | None]:
    chosen: list[int | None] = []
    for marks in reversed(history):
        taken = next(
            (
                (place, takes)
                for place, takes, pays in reversed(marks)
                if takes <= left and pays[left - takes]
            ),
            None,
        )
        chosen.append(taken[0] if taken else None)
        left -= taken[1] if taken else 0
    return chosen[::-1]


@dataclass(frozen=True, slots=True)
class _Increment:
    """From one option of a group (None: nothing) to the next better one that is worth its price."""

    group: int
    before: int | None
    place: int
    takes: int
    worth: int


def _by_ratio(groups: Sequence[Group], budget: int) -> Packed:
    increments = _sorted_increments(groups, budget)
    chosen: list[int | None] = [None] * len(groups)
    left = budget
    for step in increments:
        if step.takes <= left and chosen[step.group] == step.before:
            chosen[step.group] = step.place
            left -= step.takes
    bound = _bound(increments, budget)
    single = max(range(len(groups)), key=lambda i: _worth_alone(groups[i], budget))
    alone: list[int | None] = [None] * len(groups)
    alone[single] = _most(groups[single], budget)
    found = (_packed(groups, taken, bound=bound) for taken in (chosen, alone))
    return max(found, key=lambda packed: packed.worth)


def _worth_alone(group: Group, budget: int) -> int:
    place = _most(group, budget)
    return 0 if place is None else group[place][1]


def _bound(increments: Iterable[_Increment], budget: int) -> int:
    """The most worth if the last increment could be taken in part."""
    worth = 0
    for step in increments:
        if step.takes > budget:
            return worth + step.worth * budget // step.takes
        worth += step.worth
        budget -= step.takes
    return worth


def _sorted_increments(groups: Sequence[Group], budget: int) -> list[_Increment]:
    known: dict[Group, tuple[int, ...]] = {}
    increments: list[_Increment] = []
    for i, group in enumerate(groups):
        if group not in known:
            known[group] = tuple(_hull(group, budget))
        increments += _increments(i, group, known[group])
    ranks = ratio_ranks([(step.takes, step.worth) for step in increments])
    # Stable, and within a group the ratios fall: each increment comes after the one before it.
    return sorted(increments, key=lambda step: ranks[step.takes, step.worth])


def _increments(number: int, group: Group, hull: Sequence[int]) -> Iterator[_Increment]:
    before: int | None = None
    for place in hull:
        takes, worth = group[place]
        if before is not None:
            takes, worth = takes - group[before][0], worth - group[before][1]
        yield _Increment(number, before, place, takes, worth)
        before = place


def _hull(group: Group, budget: int) -> list[int]:
    """The places of the options that are the best for their price, with ever lower ratios."""
    hull: list[int] = []
    affordable = [i for i, (takes, _worth) in enumerate(group) if takes <= budget]
    for place in sorted(affordable, key=lambda i: (group[i][0], -group[i][1])):
        if hull and group[place][1] <= group[hull[-1]][1]:
            continue
        while hull and not _falls(group, hull, place):
            hull.pop()
        hull.append(place)
    return hull


def _falls(group: Group, hull: Sequence[int], place: int) -> bool:
    """Whether the ratio to a place is lower than that to the last one of a hull."""
    last = group[hull[-1]]
    first = group[hull[-2]] if len(hull) > 1 else (0, 0)
    (takes, worth), (more, better) = (
        (last[0] - first[0], last[1] - first[1]),
        (group[place][0] - last[0], group[place][1] - last[1]),
    )
    return better * takes < worth * more
