"""The burn-down of a plan, its pace, and when it is done."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from improvement.forecast import MAX_FORECAST, Event, Point, burn_down, forecast, pace

TODAY = date(2026, 6, 30)


def day(ago: int) -> date:
    return TODAY - timedelta(days=ago)


def opened(ago: int, half_days: int) -> Event:
    return Event(day(ago), 1, half_days)


def closed(ago: int, half_days: int) -> Event:
    return Event(day(ago), -1, -half_days)


FOUR_WEEKS = [opened(27, 20), opened(27, 20), closed(14, 10), closed(1, 10), opened(3, 6)]


def test_the_burn_down_goes_week_by_week_from_before_the_first_event_to_today() -> None:
    assert burn_down(FOUR_WEEKS, TODAY) == [
        Point(day(28), 0, 0),
        Point(day(21), 2, 40),
        Point(day(14), 1, 30),
        Point(day(7), 1, 30),
        Point(TODAY, 1, 26),
    ]


def test_the_first_stretch_may_be_shorter_and_days_can_be_asked_for() -> None:
    events = [opened(2, 4), closed(0, 4), closed(-1, 4)]
    assert burn_down(events, TODAY) == [Point(day(3), 0, 0), Point(TODAY, 0, 0)]
    assert [point.half_days for point in burn_down(events, TODAY, every_days=1)] == [0, 4, 4, 0]


def test_without_an_event_there_is_nothing_to_show_and_no_forecast() -> None:
    assert burn_down([], TODAY) == []
    assert burn_down([opened(-1, 4)], TODAY) == []
    assert pace([], TODAY) is None
    assert forecast([], TODAY) is None


def test_the_forecast_goes_on_as_in_the_weeks_so_far_and_adds_up_by_hand() -> None:
    found = forecast(FOUR_WEEKS, TODAY)
    assert found
    assert (found.pace.days, found.pace.closed, found.pace.added) == (28, 20, 46)
    assert found.pace.closed_a_week == 5
    assert found.pace.added_a_week == Fraction(23, 2)
    # 26 half days at 20 in 28 days are 36.4 days.
    assert found.done_on == TODAY + timedelta(days=37)


def test_only_the_last_weeks_make_the_pace() -> None:
    events = [opened(400, 100), closed(300, 50), closed(13, 2), closed(14, 40)]
    found = pace(events, TODAY, weeks=2)
    assert found
    assert (found.days, found.closed, found.closed_a_week) == (14, 2, Fraction(1))
    assert pace(events[:2], TODAY) is None


def test_a_plan_of_a_day_is_judged_as_one_of_a_week() -> None:
    found = pace([opened(0, 10), closed(0, 5)], TODAY)
    assert found
    assert (found.days, found.closed_a_week) == (7, Fraction(5))


def test_with_nothing_open_it_is_done_today() -> None:
    found = forecast([*FOUR_WEEKS, closed(0, 26)], TODAY)
    assert found
    assert (found.done_on, found.half_days_left) == (TODAY, 0)


def test_an_effort_that_is_set_anew_is_more_to_do_and_nothing_done() -> None:
    less = [*FOUR_WEEKS, Event(day(2), 0, -6)]
    assert burn_down(less, TODAY)[-1] == Point(TODAY, 1, 20)
    found = forecast(less, TODAY)
    assert found
    assert (found.pace.closed, found.pace.added, found.half_days_left) == (20, 40, 20)
    assert found.done_on == TODAY + timedelta(days=28)


def test_an_end_that_nobody_will_see_is_none() -> None:
    longest = MAX_FORECAST.days // 56
    assert forecast([opened(55, longest + 1), closed(0, 1)], TODAY)
    assert forecast([opened(55, longest + 2), closed(0, 1)], TODAY) is None


dated = st.builds(
    Event,
    st.integers(-10, 90).map(day),
    st.sampled_from([1, -1, 0]),
    st.integers(-20, 20),
)


@given(st.lists(dated, max_size=20), st.integers(1, 30))
def test_the_last_point_is_the_sum_of_all_events_so_far(
    events: list[Event], every_days: int
) -> None:
    points = burn_down(events, TODAY, every_days=every_days)
    past = [event for event in events if event.on <= TODAY]
    assert bool(points) == bool(past)
    if points:
        assert points[-1].on == TODAY
        assert points[-1].items == sum(event.items for event in past)
        assert points[-1].half_days == sum(event.half_days for event in past)
        gaps = [(after.on - before.on).days for before, after in pairwise(points)]
        assert all(0 < gap <= every_days for gap in gaps)
        assert set(gaps[1:]) <= {every_days}
