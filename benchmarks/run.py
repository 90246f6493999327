"""What a benchmark is given, and how much of everything it does."""

from dataclasses import dataclass

from benchmarks.installation import Installations

FEW = 2
# Seconds in which the worker is done: it waits one for further changes of a review
# (reviews/services/changed.py) and polls ten times a second.
SETTLE = 1.6


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the benchmarks."""

    installations: Installations
    is_quick: bool = False

    @property
    def rounds(self) -> int:
        """How often a thing and its floor take turns."""
        return 3 if self.is_quick else 9

    @property
    def times(self) -> int:
        """How often in a row each is done in a round."""
        return 10 if self.is_quick else 30

    @property
    def many(self) -> int:
        """How many workloads are many."""
        return 1_000 if self.is_quick else 10_000
