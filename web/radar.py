"""The radar of a workload: the share of questions without risk by pillar, now and before. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from common.risk import Risk
from reviews.selectors import Counts

FEWEST: Final = 3
"""Axes below which there is no shape to see."""

MOST: Final = 12
"""Axes above which the names would touch each other."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One pillar: its share of questions without risk, from 0 to 1.

    ``now`` is None where no question applies; ``before`` also where the milestone does not know
    the pillar or there is no milestone.
    """

    name: str
    now: float | None
    before: float | None

    @property
    def percent_now(self) -> int | None:
        """``now`` in percent, rounded down, so that 100 means all."""
        return _percent(self.now)

    @property
    def percent_before(self) -> int | None:
        """``before`` in percent, rounded down."""
        return _percent(self.before)

    @property
    def gain(self) -> int | None:
        """How many points of a hundred it went up; None where there is nothing to compare."""
        now, before = self.percent_now, self.percent_before
        return None if now is None or before is None else now - before

    @property
    def loss(self) -> int:
        """How many points of a hundred it went down; 0 where it did not."""
        return max(0, -(self.gain or 0))


def axes(
    pillars: Iterable[tuple[str, str, Counts]], before: Iterable[Mapping[str, Counts]] = ()
) -> tuple[Axis, ...]:
    """Return an axis for each pillar id, pillars of several lenses with one id taken together.

    ``pillars`` are id, name and counts in the order of the axes, the first name of an id stands;
    ``before`` are the counts by pillar id of each review of the milestone. Empty where there are
    too few or too many for a radar.
    """
    names: dict[str, str] = {}
    now: dict[str, Counts] = {}
    for key, name, counts in pillars:
        names.setdefault(key, name)
        now[key] = now.get(key, Counter()) + counts
    if not FEWEST <= len(names) <= MOST:
        return ()
    was: dict[str, Counts] = {}
    for review in before:
        for key, counts in review.items():
            was[key] = was.get(key, Counter()) + counts
    return tuple(
        Axis(name, _share(now[key]), _share(was.get(key, Counter()))) for key, name in names.items()
    )


def drawn(shares: Sequence[float | None]) -> list[float]:
    """Return shares as a radar draws them: none at all where not one is known, else 0 for those."""
    if all(share is None for share in shares):
        return []
    return [share or 0.0 for share in shares]


def _percent(share: float | None) -> int | None:
    # A little is added: 0.29 times 100 is a hair below 29.
    return None if share is None else int(share * 100 + 1e-9)


def _share(counts: Counts) -> float | None:
    asked = counts.total() - counts[Risk.NOT_APPLICABLE]
    return counts[Risk.NONE] / asked if asked else None
