"""Taking turns: the thing, its floor, the thing, its floor."""

import statistics
import time
from collections.abc import Callable

from benchmarks.report import Comparison

Timed = Callable[[], float]
"""Does a thing once and returns the seconds it took."""


def timed(call: Callable[[], object]) -> Timed:
    """Return a function that times a call."""

    def once() -> float:
        began = time.perf_counter()
        call()
        return time.perf_counter() - began

    return once


def compare(
    floor: Timed, thing: Timed, *, rounds: int, times: int, settle: float = 0.0
) -> Comparison:
    """Measure both in turn, ``times`` in a row; a round's figure is the median of its times.

    ``settle`` seconds pass after each half, so that work that one half left behind for the
    background is not charged to the other. One round before is not counted: it warms caches.
    """
    floors: list[float] = []
    values: list[float] = []
    for number in range(rounds + 1):
        for once, found in ((floor, floors), (thing, values)):
            median = statistics.median(once() for _time in range(times))
            time.sleep(settle)
            if number:
                found.append(median)
    return Comparison(tuple(floors), tuple(values))
