"""Charts drawn on the server as SVG: they print, need no script and name themselves to a reader.

Every function returns safe markup without style attributes; classes of `static/css/components`
give the colours, so light, dark and print come for free. Lengths are SVG user units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from textwrap import wrap
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from common.marks import METER_ORDER, counted, in_words, risk_class
from common.risk import Risk

_WHOLE: Final = 100.0
_NARROWEST_NUMBER: Final = 6.0  # per cent of the bar that a number needs
_NARROWEST_DIGIT: Final = 3.0  # per cent of the bar that each of its digits needs
_LABEL_LENGTH: Final = 14  # characters beside a radar
_LONG_NUMBER: Final = 10_000  # from here on it has more digits than there is room for
_MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Segment:
    """One risk's part of a meter: where it begins and how wide it is, in per cent."""

    risk: Risk
    count: int
    start: float
    width: float


def meter_segments(counts: Mapping[Risk, int]) -> tuple[Segment, ...]:
    """Lays the risks that occur side by side over 100 per cent, in the order of the meter."""
    total = sum(counts.get(risk, 0) for risk in METER_ORDER)
    segments: list[Segment] = []
    start = 0.0
    for risk in METER_ORDER:
        count = counts.get(risk, 0)
        if count <= 0:
            continue
        width = _WHOLE * count / total
        segments.append(Segment(risk, count, start, width))
        start += width
    return tuple(segments)


def risk_meter(counts: Mapping[Risk, int], *, numbers: bool = False) -> SafeString:
    """A stacked bar of the five risks, as wide as its container.

    With `numbers` the bar is tall enough to write each count into its part (the comparison);
    without, it is the thin line of the navigator. Its accessible name says all counts.
    """
    segments = meter_segments(counts)
    if not segments:
        body: SafeString = format_html(
            '<rect class="risk-meter-empty" width="100%" height="100%"/>{}', ""
        )
    else:
        body = format_html_join(
            "", "{}", ((_meter_part(segment, numbers=numbers),) for segment in segments)
        )
    return format_html(
        '<svg class="risk-meter{}" role="img" width="100%" height="{}"><title>{}</title>{}</svg>',
        " risk-bar" if numbers else "",
        14 if numbers else 6,
        in_words(counts),
        body,
    )


def _meter_part(segment: Segment, *, numbers: bool) -> SafeString:
    number = SafeString("")
    needed = max(_NARROWEST_NUMBER, _NARROWEST_DIGIT * len(str(segment.count)))
    if numbers and segment.width >= needed:
        number = format_html(
            '<text x="{}%" y="50%">{}</text>',
            _short(segment.start + segment.width / 2),
            segment.count,
        )
    return format_html(
        '<g class="{}"><title>{}</title><rect x="{}%" width="{}%" height="100%"/>{}</g>',
        risk_class(segment.risk),
        counted(segment.risk, segment.count),
        _short(segment.start),
        _short(segment.width),
        number,
    )


def progress(done: int, total: int) -> SafeString:
    """A short bar for "done of total"; the figures stand beside it as text."""
    share = _WHOLE * min(done, total) / total if total else 0.0
    return format_html(
        '<svg aria-hidden="true" width="64" height="6"><rect width="100%" height="100%" rx="3"/>'
        '<rect width="{}%" height="100%" rx="3"/></svg>',
        _short(share),
    )


def sparkline(
    values: Sequence[float], *, label: str, width: int = 96, height: int = 28
) -> SafeString:
    """A line without axes through `values`, the oldest first; `label` says what it shows.

    Fewer than two values draw nothing: one point is no trend.
    """
    if len(values) < 2:  # noqa: PLR2004 - a line needs two points
        return SafeString("")
    return format_html(
        '<svg class="sparkline" viewBox="0 0 {} {}" role="img" preserveAspectRatio="none">'
        '<title>{}</title><path d="{}"/></svg>',
        width,
        height,
        label,
        _path(values, left=1, top=3, width=width - 2, height=height - 6, span=_span(values)),
    )


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart: its name, its values from left to right, and its CSS class."""

    name: str
    values: tuple[float, ...]
    css_class: str = ""


def line_chart(series: Sequence[Series], labels: Sequence[str], *, title: str) -> SafeString:
    """Lines over a common time axis, from 0 up; `labels` has one entry for each value.

    A table of the same figures belongs beside it; `title` is its accessible name.
    """
    width, height, left, bottom = 320, 190, 30, 26
    highest = max((value for line in series for value in line.values), default=0.0)
    top = _round_up(highest)
    plot_height = height - bottom - 8
    grid = format_html_join(
        "",
        '<path class="chart-axis" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (left, _short(y), width - 4, left - 6, _short(y + 4), _compact(top * part / 2))
            for part in (0, 1, 2)
            for y in (8 + plot_height * (1 - part / 2),)
        ),
    )
    plot = {"left": left + 4, "top": 8, "width": width - left - 16, "height": plot_height}
    lines = format_html_join(
        "",
        '<path class="chart-line {}" d="{}"><title>{}</title></path>',
        (
            (line.css_class, _path(line.values, span=(0.0, top), **plot), line.name)
            for line in series
            if line.values
        ),
    )
    ticks = format_html_join(
        "", '<text x="{}" y="{}" text-anchor="{}">{}</text>', _ticks(labels, plot)
    )
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img"><title>{}</title>{}{}{}</svg>',
        width,
        height,
        title,
        grid,
        lines,
        ticks,
    )


def radar(
    now: Sequence[float], labels: Sequence[str], *, before: Sequence[float] = (), title: str = ""
) -> SafeString:
    """Shares from 0 to 1 on as many axes as there are labels; `before` is drawn dashed behind.

    Raises ValueError when the lengths differ or there are fewer than three axes.
    """
    count = len(labels)
    if count < 3 or len(now) != count or len(before) not in (0, count):  # noqa: PLR2004
        message = "a radar needs three or more labels and one value for each"
        raise ValueError(message)
    radius, middle_x, middle_y = 84.0, 160.0, 112.0

    def point(index: int, distance: float) -> str:
        angle = 2 * pi * index / count
        return (
            f"{_short(middle_x + distance * sin(angle))},{_short(middle_y - distance * cos(angle))}"
        )

    def polygon(values: Sequence[float], css_class: str) -> SafeString:
        points = " ".join(
            point(index, radius * min(max(value, 0.0), 1.0)) for index, value in enumerate(values)
        )
        return format_html('<polygon class="{}" points="{}"/>', css_class, points)

    rings = [polygon([ring / 4] * count, "chart-axis") for ring in range(1, 5)]
    shapes = [polygon(before, "chart-area-before")] if before else []
    shapes.append(polygon(now, "chart-area"))
    names = []
    for index, label in enumerate(labels):
        x, y = point(index, radius + 16).split(",")
        names.append((x, y, _anchor(sin(2 * pi * index / count)), _label_lines(label, x)))
    return format_html(
        '<svg class="chart radar" viewBox="0 0 320 226" role="img"><title>{}</title>{}{}{}</svg>',
        title or gettext("Share of questions without risk, by pillar"),
        format_html_join("", "{}", ((ring,) for ring in rings)),
        format_html_join("", "{}", ((shape,) for shape in shapes)),
        format_html_join("", '<text x="{}" y="{}" text-anchor="{}">{}</text>', names),
    )


def _label_lines(label: str, x: str) -> SafeString:
    """Two lines at most: a long name would leave the drawing."""
    lines = wrap(label, _LABEL_LENGTH, max_lines=2, placeholder="…") or [""]
    return format_html_join(
        "",
        '<tspan x="{}" dy="{}">{}</tspan>',
        (
            (x, 4 - 6 * (len(lines) - 1) if index == 0 else 12, line)
            for index, line in enumerate(lines)
        ),
    )


def _anchor(sine: float) -> str:
    if abs(sine) < 0.1:  # noqa: PLR2004 - above or below the middle
        return "middle"
    return "start" if sine > 0 else "end"


def _ticks(labels: Sequence[str], plot: Mapping[str, float]) -> list[tuple[str, int, str, str]]:
    """First, middle and last label: more would touch each other."""
    if not labels:
        return []
    last = len(labels) - 1
    places = sorted({0, last // 2, last} if last > 1 else {0, last})
    baseline = int(plot["top"] + plot["height"] + 18)
    ticks = []
    for place in places:
        share = place / last if last else 0.0
        anchor = "start" if place == 0 else "end" if place == last else "middle"
        ticks.append(
            (_short(plot["left"] + plot["width"] * share), baseline, anchor, labels[place])
        )
    return ticks


def _span(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)


def _path(
    values: Sequence[float],
    *,
    left: float,
    top: float,
    width: float,
    height: float,
    span: tuple[float, float],
) -> str:
    low, high = span
    reach = (high - low) or 1.0
    step = width / (len(values) - 1) if len(values) > 1 else 0.0
    points = (
        f"{_short(left + step * index)} {_short(top + height * (1 - (value - low) / reach))}"
        for index, value in enumerate(values)
    )
    return "M" + "L".join(points)


def _round_up(value: float) -> float:
    """The next of 2, 4, 10, 20, 40, 100 …: an axis whose half is a whole number."""
    step = 1.0
    while True:
        for factor in (2, 4, 10):
            if value <= factor * step:
                return factor * step
        step *= 10


def _compact(value: float) -> str:
    """A number that fits beside an axis: 4000, 40k, 4M."""
    if value >= _MILLION:
        return f"{value / _MILLION:g}M"
    return f"{value / 1000:g}k" if value >= _LONG_NUMBER else f"{value:g}"


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
