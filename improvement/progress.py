"""How the work of a plan went down, and when it is done at the pace so far, for pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from improvement.forecast import (
    DAYS_A_WEEK,
    MAX_FORECAST,
    Event,
    Forecast,
    Pace,
    Point,
    burn_down,
    forecast,
    pace,
)
from improvement.selectors_items import BurnDownEvent, burn_down_events
from improvement.step_wording import days, rounded_days

MOST_POINTS: Final = 53
"""Points of a chart: a year by weeks; longer ago, each stands for more weeks."""


@dataclass(frozen=True)
class Progress:
    """What was left over time, the pace, the forecast, and what both come to in words."""

    points: list[Point]
    pace: Pace | None
    forecast: Forecast | None
    words: list[str]

    @property
    def now(self) -> Point | None:
        """What is left today."""
        return self.points[-1] if self.points else None


def progress_of(workload_ids: Collection[UUID] | None, today: date) -> Progress:
    """Return the progress of some workloads, or of the whole organisation. One query."""
    return progress_from(burn_down_events(workload_ids), today)


def progress_from(rows: Iterable[BurnDownEvent], today: date) -> Progress:
    """Return the progress that events make, by the days of the reader's time zone."""
    events = [Event(timezone.localtime(row.at).date(), row.items, row.half_days) for row in rows]
    found, speed = forecast(events, today), pace(events, today)
    points = burn_down(events, today, every_days=_every_days(events, today))
    return Progress(points, speed, found, _words(points, speed, found))


def _every_days(events: list[Event], today: date) -> int:
    first = min((event.on for event in events), default=today)
    weeks = ceil(((today - first).days + 1) / DAYS_A_WEEK)
    return DAYS_A_WEEK * max(1, ceil(weeks / (MOST_POINTS - 1)))


def _words(points: list[Point], speed: Pace | None, found: Forecast | None) -> list[str]:
    if not points:
        return []
    if not points[-1].half_days:
        return [_("Nothing is left to do.")]
    left = days(points[-1].half_days)
    if speed is None:
        text = _("Work left: %(left)s. Nothing was closed lately: without a pace, no forecast.")
        return [text % {"left": left}]
    said = [_pace_words(speed)]
    if found is None:
        text = _("At this pace what is left, %(left)s, takes more than %(years)d years.")
        said.append(text % {"left": left, "years": MAX_FORECAST.days // 365})
    else:
        text = _("At this pace what is left, %(left)s, is done on %(day)s if nothing is added.")
        said.append(text % {"left": left, "day": date_format(found.done_on, "j F Y")})
    if speed.added >= speed.closed:
        said.append(_("As much or more is added as is closed: if that goes on, it is never done."))
    return said


def _pace_words(speed: Pace) -> str:
    text = _(
        "Closed in the last %(span)d days: %(closed)s of work, which is %(a_week)s a week."
        " Added in the same time: %(added)s."
    )
    return text % {
        "span": speed.days,
        "closed": days(speed.closed),
        "a_week": rounded_days(speed.closed_a_week),
        "added": days(max(0, speed.added)),
    }
