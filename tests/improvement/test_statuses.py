"""The rules of an item's status, over every case there is."""

from itertools import product

import pytest

from improvement.efforts import HALF_DAYS, half_days_of
from improvement.statuses import (
    LEFT,
    ClosedAs,
    ImprovementStatus,
    Standing,
    Status,
    derived_status,
    standing_after,
)
from improvement.wanted import rank

STANDINGS = [
    *(Standing(status) for status in Status if status is not Status.DONE),
    *(Standing(Status.DONE, closed_as) for closed_as in ClosedAs if closed_as),
]
CASES = list(product([None, *STANDINGS], (True, False), (True, False), (True, False)))


@pytest.mark.parametrize(("before", "is_wanted", "is_accepted", "is_followed"), CASES)
def test_every_case(
    before: Standing | None, is_wanted: bool, is_accepted: bool, is_followed: bool
) -> None:
    after = standing_after(
        before, is_wanted=is_wanted, is_accepted=is_accepted, is_followed=is_followed
    )
    if before is None:
        assert (after is not None) == is_wanted
    if after is None:
        return
    # Nothing that is wanted is lost, and nothing that is not is left.
    if before is not None and before.status is Status.DISMISSED:
        assert after == before
    elif not is_wanted:
        assert after.status is Status.DONE
        assert after.closed_as is (ClosedAs.FOLLOWED if is_followed else ClosedAs.RISK_GONE)
    elif before != Standing(Status.DONE, ClosedAs.SAID_DONE):
        assert (after.status is Status.ACCEPTED) == is_accepted
        assert is_accepted or after.status in LEFT
    # Doing it again changes nothing.
    again = standing_after(
        after, is_wanted=is_wanted, is_accepted=is_accepted, is_followed=is_followed
    )
    assert again == after


def test_work_that_was_begun_stays_begun() -> None:
    begun = Standing(Status.IN_PROGRESS)
    assert standing_after(begun, is_wanted=True, is_accepted=False, is_followed=False) == begun


@pytest.mark.parametrize(
    ("counts", "status"),
    [
        ({}, ImprovementStatus.NOT_APPLICABLE),
        ({Status.OPEN: 2}, ImprovementStatus.NOT_STARTED),
        ({Status.OPEN: 2, Status.ACCEPTED: 1}, ImprovementStatus.NOT_STARTED),
        ({Status.OPEN: 2, Status.DONE: 1}, ImprovementStatus.IN_PROGRESS),
        ({Status.OPEN: 1, Status.IN_PROGRESS: 1}, ImprovementStatus.IN_PROGRESS),
        ({Status.DONE: 3, Status.DISMISSED: 1}, ImprovementStatus.COMPLETE),
        ({Status.DISMISSED: 1}, ImprovementStatus.COMPLETE),
        ({Status.DONE: 3, Status.ACCEPTED: 1}, ImprovementStatus.RISK_ACKNOWLEDGED),
    ],
)
def test_a_workload_s_status_follows_from_its_items(
    counts: dict[Status, int], status: ImprovementStatus
) -> None:
    assert derived_status(counts) is status


def test_a_rank_sorts_as_its_parts_and_what_is_too_large_stands_last() -> None:
    places = [(0, 1, 2), (0, 1, 99), (0, 1, 500), (0, 2, 0), (1, 0, 0)]
    ranks = [rank(*each) for each in places]
    assert ranks == sorted(ranks)
    assert rank(0, 1, 99) == rank(0, 1, 500)


def test_an_effort_that_no_lens_names_counts_as_medium() -> None:
    assert half_days_of("") == half_days_of("huge") == HALF_DAYS["medium"]
    assert half_days_of("small") < half_days_of("medium") < half_days_of("large")
