"""A heat map of risks: a table by nature, so it reads as one, prints, and needs no colour.

Beside common/charts.py and by its rules: safe markup without style attributes, for page and PDF.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from common.marks import WORDS, drawing, in_words, risk_class
from common.risk import BY_SEVERITY, Risk


@dataclass(frozen=True, slots=True)
class HeatCell:
    """What stands where a row and a column meet; with ``url`` it leads there."""

    counts: Mapping[Risk, int] = field(default_factory=dict)
    url: str = ""

    @property
    def worst(self) -> Risk | None:
        """The worst risk that occurs; None where nothing is asked."""
        return next((risk for risk in BY_SEVERITY if self.counts.get(risk)), None)


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One thing and its cells, one for each column."""

    name: str
    cells: Sequence[HeatCell]
    url: str = ""


def heat_map(
    columns: Sequence[str], rows: Iterable[HeatRow], *, caption: str, corner: str
) -> SafeString:
    """The worst risk in each cell, by mark, colour and word, and how many questions stand at it.

    ``caption`` names the table to screen readers, ``corner`` heads the column of names.
    """
    heads = format_html_join("", '<th scope="col">{}</th>', ((column,) for column in columns))
    return format_html(
        '<table class="heat"><caption class="visually-hidden">{}</caption>'
        '<thead><tr><th scope="col">{}</th>{}</tr></thead><tbody>{}</tbody></table>',
        caption,
        corner,
        heads,
        format_html_join("", "{}", ((_row(row),) for row in rows)),
    )


def _row(row: HeatRow) -> SafeString:
    name = format_html('<a href="{}">{}</a>', row.url, row.name) if row.url else row.name
    cells = format_html_join("", "<td>{}</td>", ((_cell(cell),) for cell in row.cells))
    return format_html('<tr><th scope="row" title="{}">{}</th>{}</tr>', row.name, name, cells)


def _cell(cell: HeatCell) -> SafeString:
    worst = cell.worst
    if worst is None:
        return SafeString('<span class="heat-nothing" aria-hidden="true">·</span>')
    # "No risk" and "not applicable" are good however many they are of.
    number = cell.counts[worst] if worst.is_at_risk or worst == Risk.UNANSWERED else ""
    inside = format_html(
        '{}<span class="visually-hidden">{}</span>{}', drawing(worst), WORDS[worst], number
    )
    classes, words = f"heat-cell {risk_class(worst)}", in_words(cell.counts)
    if not cell.url:
        return format_html('<span class="{}" title="{}">{}</span>', classes, words, inside)
    return format_html(
        '<a class="{}" title="{}" href="{}">{}</a>', classes, words, cell.url, inside
    )
