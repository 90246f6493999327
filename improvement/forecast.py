"""How the work that is left in a plan went down, and when it is gone at the pace so far. Pure.

The pace is what was closed in the last weeks divided by them: a straight line, and no more than
that. What was added in the meantime is stated beside it and not taken off it, so that the forecast
says when the work that is known now would be done. Without a closed item there is no pace, and
without a pace no forecast.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

PACE_WEEKS: Final = 8
"""Weeks that the pace is taken from; fewer where the plan is younger, but one at least."""

MAX_FORECAST: Final = timedelta(days=3_650)
"""A forecast beyond ten years is none."""

DAYS_A_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Event:
    """On a day so many items and half days were added to what is left; negative: taken off.

    An item whose effort is set anew adds 0 items.
    """

    on: date
    items: int
    half_days: int

    @property
    def closed(self) -> int:
        """Half days that went with items that were closed, whatever they were closed as."""
        return -self.half_days if self.items < 0 else 0


@dataclass(frozen=True, slots=True)
class Point:
    """What was left at the end of a day: items, and half days."""

    on: date
    items: int
    half_days: int


@dataclass(frozen=True, slots=True)
class Pace:
    """What was closed and what was added in some days up to today, in half days.

    ``added`` has in it what efforts that were set anew made more, or less.
    """

    days: int
    closed: int
    added: int

    @property
    def closed_a_week(self) -> Fraction:
        """Half days closed a week: what the forecast goes by."""
        return Fraction(self.closed * DAYS_A_WEEK, self.days)

    @property
    def added_a_week(self) -> Fraction:
        """Half days added a week: where it is more than what is closed, no end is in sight."""
        return Fraction(self.added * DAYS_A_WEEK, self.days)


@dataclass(frozen=True, slots=True)
class Forecast:
    """When what is left is gone, if it goes on as in the pace and nothing is added."""

    done_on: date
    half_days_left: int
    pace: Pace


def burn_down(
    events: Iterable[Event], today: date, *, every_days: int = DAYS_A_WEEK
) -> list[Point]:
    """Return what was left, from the day before the first event's to today; [] without an event.

    The steps are of ``every_days``, counted back from today; the first may be shorter. Events
    after today are left out.
    """
    past = sorted((event for event in events if event.on <= today), key=lambda event: event.on)
    if not past:
        return []
    first = past[0].on - timedelta(days=1)
    days = [today]
    while days[-1] > first:
        days.append(max(first, days[-1] - timedelta(days=every_days)))
    points, items, half_days, done = [], 0, 0, 0
    for day in reversed(days):
        while done < len(past) and past[done].on <= day:
            items, half_days = items + past[done].items, half_days + past[done].half_days
            done += 1
        points.append(Point(day, items, half_days))
    return points


def pace(events: Iterable[Event], today: date, *, weeks: int = PACE_WEEKS) -> Pace | None:
    """Return the pace of the last weeks up to today; None where nothing was closed in them."""
    past = [event for event in events if event.on <= today]
    if not past:
        return None
    age = (today - min(event.on for event in past)).days + 1
    days = min(weeks * DAYS_A_WEEK, max(age, DAYS_A_WEEK))
    since = today - timedelta(days=days)
    recent = [event for event in past if event.on > since]
    closed = sum(event.closed for event in recent)
    added = closed + sum(event.half_days for event in recent)
    return Pace(days, closed, added) if closed > 0 else None


def forecast(events: Iterable[Event], today: date, *, weeks: int = PACE_WEEKS) -> Forecast | None:
    """Return when what is left today is gone: today where nothing is.

    None without a pace, and where the end is further away than MAX_FORECAST.
    """
    past = [event for event in events if event.on <= today]
    found = pace(past, today, weeks=weeks)
    if found is None:
        return None
    left = max(0, sum(event.half_days for event in past))
    # Rounded up: the day by whose end the last half day is done.
    days = -(-left * found.days // found.closed)
    if days > MAX_FORECAST.days:
        return None
    return Forecast(today + timedelta(days=days), left, found)
