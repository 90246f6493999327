"""The figures of charts as tables: what a chart draws, for whoever reads instead.

Beside common/charts.py and by its rules: safe markup without style attributes, for page and PDF.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from common.charts import Series
from common.marks import METER_ORDER, WORDS
from common.risk import Risk


def series_table(
    series: Sequence[Series], labels: Sequence[str], *, caption: str, corner: str
) -> SafeString:
    """The values of a line chart, one row a label; ``caption`` names the table."""
    rows = (
        (label, *(line.values[place] if place < len(line.values) else None for line in series))
        for place, label in enumerate(labels)
    )
    return _table(caption, (corner, *(line.name for line in series)), rows)


def shares_table(
    now: Sequence[float],
    labels: Sequence[str],
    *,
    before: Sequence[float] = (),
    caption: str,
    heads: Sequence[str],
) -> SafeString:
    """The shares of a radar in per cent; ``heads`` are of the labels, of now and of before."""
    columns = [now, before] if before else [now]
    rows = (
        (label, *(f"{round(100 * column[place])} %" for column in columns))
        for place, label in enumerate(labels)
    )
    return _table(caption, heads, rows)


def counts_table(
    counts: Sequence[Mapping[Risk, int]], labels: Sequence[str], *, caption: str, corner: str
) -> SafeString:
    """The counts of stacked bars, one row a bar and one column a risk."""
    heads = (corner, *(str(WORDS[risk]) for risk in METER_ORDER))
    rows = (
        (label, *(each.get(risk, 0) for risk in METER_ORDER))
        for label, each in zip(labels, counts, strict=True)
    )
    return _table(caption, heads, rows)


def _table(caption: str, heads: Sequence[str], rows: object) -> SafeString:
    first, *others = heads
    head = format_html(
        '<th scope="col">{}</th>{}',
        first,
        format_html_join("", '<th scope="col" class="number">{}</th>', ((n,) for n in others)),
    )
    body = format_html_join("", "<tr>{}</tr>", ((_row(row),) for row in rows))  # type: ignore[attr-defined]
    return format_html(
        '<table class="table chart-table"><caption class="visually-hidden">{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table>",
        caption,
        head,
        body,
    )


def _row(row: Sequence[object]) -> SafeString:
    name, *values = row
    return format_html(
        '<th scope="row">{}</th>{}',
        name,
        format_html_join("", '<td class="number">{}</td>', ((_plain(v),) for v in values)),
    )


def _plain(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:g}" if isinstance(value, float) else str(value)
