"""What becomes of an improvement item when the answers change. Pure.

People set a status; answers close items and open them again. Nothing here asks who or when.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """Where an item stands."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    ACCEPTED = "accepted"
    DONE = "done"
    DISMISSED = "dismissed"


class ClosedAs(StrEnum):
    """Why a done item is done: the practice is followed, its risk is gone, or somebody said so."""

    NOT_CLOSED = ""
    FOLLOWED = "followed"
    RISK_GONE = "risk_gone"
    SAID_DONE = "said_done"


LEFT: Final = (Status.OPEN, Status.IN_PROGRESS)
"""What is still to be done."""

SHOWN: Final = (Status.OPEN, Status.IN_PROGRESS, Status.ACCEPTED)
"""What a plan shows unless asked for more: the risk is there."""

SET_BY_HAND: Final = (Status.OPEN, Status.IN_PROGRESS, Status.DONE, Status.DISMISSED)
"""What a person may set; ACCEPTED follows from the acceptance of a risk."""


class ImprovementStatus(StrEnum):
    """How far the improvement of a whole workload is (names as in the AWS tool's API)."""

    NOT_APPLICABLE = "NOT_APPLICABLE"
    NOT_STARTED = "NOT_STARTED"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETE = "COMPLETE"
    RISK_ACKNOWLEDGED = "RISK_ACKNOWLEDGED"


@dataclass(frozen=True, slots=True)
class Standing:
    """An item's status, with why it is closed where it is done."""

    status: Status
    closed_as: ClosedAs = ClosedAs.NOT_CLOSED


def standing_after(
    before: Standing | None, *, is_wanted: bool, is_accepted: bool, is_followed: bool
) -> Standing | None:
    """Return where an item stands after the answers changed; None where there is to be none.

    ``before`` is None for an item that is not there yet. ``is_wanted``: the practice would lower a
    risk that is there; ``is_accepted``: that risk is accepted; ``is_followed``: the practice is
    ticked. A dismissed item stays so. One that somebody said is done stays done while its practice
    is wanted still; once it was not, it opens again like any other when the risk returns.
    """
    if before is None:
        return _opened(is_accepted) if is_wanted else None
    if before.status is Status.DISMISSED:
        return before
    if not is_wanted:
        return Standing(Status.DONE, ClosedAs.FOLLOWED if is_followed else ClosedAs.RISK_GONE)
    if before.status is Status.DONE:
        return before if before.closed_as is ClosedAs.SAID_DONE else _opened(is_accepted)
    if is_accepted or before.status is Status.ACCEPTED:
        return _opened(is_accepted)
    return before


def _opened(is_accepted: bool) -> Standing:
    return Standing(Status.ACCEPTED if is_accepted else Status.OPEN)


def derived_status(counts: dict[Status, int]) -> ImprovementStatus:
    """Return a workload's status from how many of its items stand where.

    A workload of which nothing was ever at risk has nothing to improve: NOT_APPLICABLE. One with
    nothing left to do is COMPLETE, or RISK_ACKNOWLEDGED where accepted risks remain.
    """
    if not any(counts.values()):
        return ImprovementStatus.NOT_APPLICABLE
    if not any(counts.get(status) for status in LEFT):
        accepted = counts.get(Status.ACCEPTED)
        return ImprovementStatus.RISK_ACKNOWLEDGED if accepted else ImprovementStatus.COMPLETE
    begun = (Status.IN_PROGRESS, Status.DONE)
    if any(counts.get(status) for status in begun):
        return ImprovementStatus.IN_PROGRESS
    return ImprovementStatus.NOT_STARTED
