"""The burn-down as SVG: what was left over time, and where the line leads at the pace so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from common.charts import _round_up, _short

_WIDTH: Final = 640
_HEIGHT: Final = 240
_LEFT: Final = 40
_RIGHT: Final = 14
_TOP: Final = 10
_BOTTOM: Final = 28
_LONGEST_FORECAST: Final = 2
"""The forecast is drawn for at most as many times the past; beyond, its line leaves the chart."""


@dataclass(frozen=True, slots=True)
class Left:
    """What was left at the end of a day."""

    on: date
    value: float


def burn_down_chart(
    points: Sequence[Left], *, done_on: date | None = None, title: str
) -> SafeString:
    """A line through ``points``, the oldest first, and a dashed one to ``done_on``.

    A table of the same figures belongs beside it; ``title`` is its accessible name. Fewer than two
    points draw nothing.
    """
    if len(points) < 2:  # noqa: PLR2004 - a line needs two points
        return SafeString("")
    first, last = points[0], points[-1]
    past = max(1, (last.on - first.on).days)
    ahead = (done_on - last.on).days if done_on and last.value else 0
    span = past + min(max(0, ahead), past * _LONGEST_FORECAST)
    top = _round_up(max(point.value for point in points))

    def x(day: float) -> str:
        return _short(_LEFT + (_WIDTH - _LEFT - _RIGHT) * day / span)

    def y(value: float) -> str:
        return _short(_TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - value / top))

    path = "L".join(f"{x((point.on - first.on).days)} {y(point.value)}" for point in points)
    dashed = SafeString("")
    if ahead > 0:
        drawn = span - past
        end = last.value * (1 - drawn / ahead)
        dashed = format_html(
            '<path class="chart-line chart-forecast" d="M{} {}L{} {}"/>',
            *(x(past), y(last.value), x(span), y(end)),
        )
    return format_html(
        '<svg class="chart burn-down" viewBox="0 0 {} {}" role="img"><title>{}</title>{}'
        '<path class="chart-line" d="M{}"/>{}{}</svg>',
        *(_WIDTH, _HEIGHT, title, _grid(top), path, dashed, _ticks(first.on, past, span)),
    )


def _grid(top: float) -> SafeString:
    plot = _HEIGHT - _TOP - _BOTTOM
    return format_html_join(
        "",
        '<path class="chart-axis" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (_LEFT, _short(y), _WIDTH - _RIGHT, _LEFT - 6, _short(y + 4), f"{top * part / 2:g}")
            for part in (0, 1, 2)
            for y in (_TOP + plot * (1 - part / 2),)
        ),
    )


def _ticks(first: date, past: int, span: int) -> SafeString:
    places = [(0, "start"), (past, "end" if past == span else "middle")]
    if span > past:
        places.append((span, "end"))
    # What would touch its neighbour is left out.
    if past < span * 0.2 or (past != span and past > span * 0.8):
        places = [place for place in places if place[0] != past]
    width = _WIDTH - _LEFT - _RIGHT
    return format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="{}">{}</text>',
        (
            (
                _short(_LEFT + width * day / span),
                _HEIGHT - 8,
                anchor,
                date_format(date.fromordinal(first.toordinal() + day), "j M Y"),
            )
            for day, anchor in places
        ),
    )
