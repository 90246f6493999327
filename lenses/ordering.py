"""Which of the things that two versions share changed their place. Pure."""

from __future__ import annotations

from collections.abc import Sequence

Pair = tuple[str, str]
"""What two versions call one thing: its old id and its new."""


def moved_pairs(pairs: Sequence[Pair], order: Sequence[str]) -> set[Pair]:
    """The pairs that left their order: all but the longest sequence that both orders have.

    ``pairs`` stand in the old order, ``order`` is the new one. Of several longest sequences one is
    taken that does not depend on which side is called old.
    """
    place = {new: number for number, new in enumerate(order)}
    weights = {pair: 1 << rank for rank, pair in enumerate(sorted(pairs, key=undirected))}
    heavy = 1 << len(pairs)
    best: list[tuple[int, list[Pair]]] = []
    for index, pair in enumerate(pairs):
        longest: tuple[int, list[Pair]] = (0, [])
        for earlier in range(index):
            if place[pairs[earlier][1]] < place[pair[1]] and best[earlier][0] > longest[0]:
                longest = best[earlier]
        best.append((longest[0] + heavy + weights[pair], [*longest[1], pair]))
    kept = max(best, key=lambda found: found[0])[1] if best else []
    return set(pairs) - set(kept)


def undirected(pair: Pair) -> tuple[str, ...]:
    """A key that sorts pairs alike, whichever side is called old."""
    return tuple(sorted(pair))
