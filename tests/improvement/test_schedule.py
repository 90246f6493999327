"""Days for the work of a scenario: by hand."""

from datetime import date

import pytest

from improvement.efforts import TeamEfforts
from improvement.plan import ReviewedLens
from improvement.schedule import in_order, schedule
from improvement.whatif import Tick, what_if
from improvement.worth import NO_PRIORITIES, Priorities
from tests.improvement.test_order import ANSWERS, HIGH_ONE, HIGH_TWO, MEDIUM_ONE, reviewed

MONDAY = date(2030, 1, 7)
REVIEW: ReviewedLens = reviewed(ANSWERS)


def ticks(question: str, *numbers: int) -> list[Tick]:
    return [Tick(REVIEW.review_id, question, f"{question}_choice_{n}") for n in numbers]


def efforts(**half_days: int) -> TeamEfforts:
    return TeamEfforts(
        {
            (REVIEW.review_id, HIGH_ONE): {
                f"{HIGH_ONE}{name}": number for name, number in half_days.items()
            }
        }
    )


def test_five_days_a_week_are_spread_over_all_seven() -> None:
    found = what_if([REVIEW], ticks(HIGH_ONE, 1, 2), efforts(_choice_1=10, _choice_2=10))
    days = [row.due for row in schedule(found.affected, MONDAY, 10)]
    assert days == [date(2030, 1, 13), date(2030, 1, 20)]


def test_what_takes_nothing_is_done_on_the_first_day() -> None:
    found = what_if([REVIEW], ticks(HIGH_ONE, 1), efforts(_choice_1=0))
    assert [row.due for row in schedule(found.affected, MONDAY, 10)] == [MONDAY]


def test_the_most_worth_for_its_effort_comes_first_then_the_lens_s_order() -> None:
    asked = [*ticks(MEDIUM_ONE, 2, 3), *ticks(HIGH_TWO, 1), *ticks(HIGH_ONE, 1)]
    found = what_if([REVIEW], asked)
    order = [each.question.id for each in in_order(found, NO_PRIORITIES)]
    assert order == [HIGH_ONE, HIGH_TWO, MEDIUM_ONE]
    second = Priorities.of([], [HIGH_TWO])
    assert next(each.question.id for each in in_order(found, second)) == HIGH_TWO


def test_what_lowers_nothing_comes_last() -> None:
    found = what_if([REVIEW], [*ticks(HIGH_ONE, 3), *ticks(HIGH_TWO, 1)])
    assert [each.question.id for each in in_order(found, NO_PRIORITIES)] == [HIGH_TWO, HIGH_ONE]


def test_no_pace_is_refused() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        schedule([], MONDAY, 0)
