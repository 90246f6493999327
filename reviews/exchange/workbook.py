"""A workload as a workbook: a sheet for each view, native charts, and answers to fill in.

Texts are written as texts, whatever they begin with: nothing that people wrote becomes a formula or
a link. Data in, bytes out.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, BinaryIO, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from common.risk import BY_SEVERITY, Risk
from reviews.exchange.answer_sheet import FORMAT_SHEET, LONGEST_CELL, SHEET
from reviews.exchange.answer_writing import write_answers
from reviews.exchange.overview import Overview
from reviews.exchange.styles import RISK_COLOURS, Styles
from reviews.exchange.tables import (
    Kind,
    Table,
    Value,
    pillar_table,
    question_table,
    risk_text,
    trend_table,
)

OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_FEWEST_SPOKES: Final = 3

Progress = Callable[[int, int], None]


def workbook_bytes(overview: Overview, extra: Sequence[Table] = ()) -> bytes:
    """Return the workbook of a workload; ``extra`` are further views, as the plan."""
    file = io.BytesIO()
    write_workbook(file, overview, extra)
    return file.getvalue()


def write_workbook(
    file: BinaryIO,
    overview: Overview,
    extra: Sequence[Table] = (),
    progress: Progress = lambda _done, _total: None,
) -> None:
    """Write the workbook into ``file``; ``progress`` is told after each sheet."""
    # Only workers that write one need it.
    import xlsxwriter  # noqa: PLC0415

    tables = [pillar_table(overview), question_table(overview), *extra, trend_table(overview)]
    total = len(tables) + 2
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        book.set_properties({"title": overview.properties.name, "company": "Plumbline"})
        styles = Styles(book)
        _write_summary(book, styles, overview)
        progress(1, total)
        for place, table in enumerate(tables):
            sheet = write_table(book, styles, table)
            if place == 0:
                _add_pillar_chart(book, sheet, table)
            elif place == len(tables) - 1:
                _add_trend_chart(book, sheet, table)
            progress(place + 2, total)
        write_answers(book, styles, overview)
        progress(total, total)


def write_table(book: Any, styles: Styles, table: Table) -> Any:
    """Add a sheet with one table: headings frozen, filters on, columns as wide as they need."""
    sheet = book.add_worksheet(_free_name(book, table.title))
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width)
        put(sheet, 0, place, column.title, styles.heading)
    for number, row in enumerate(table.rows, start=1):
        for place, value in enumerate(row):
            _put_value(sheet, (number, place), value, styles, table.columns[place].kind)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(table.rows), 1), len(table.columns) - 1)
    _set_up_page(sheet)
    return sheet


def _set_up_page(sheet: Any) -> None:
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def sheet_name(title: str) -> str:
    """Return a title as a sheet can be called: 31 characters without a few signs."""
    return "".join(" " if sign in "[]:*?/\\" else sign for sign in title).strip("' ")[:31]


def _free_name(book: Any, title: str) -> str:
    taken = {SHEET.casefold(), FORMAT_SHEET.casefold()}
    taken |= {sheet.get_name().casefold() for sheet in book.worksheets()}
    name, number = sheet_name(title), 1
    while name.casefold() in taken:
        number += 1
        name = f"{sheet_name(title)[:27]} {number}"
    return name


def put(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    """Write a text as a text."""
    if text:
        sheet.write_string(row, column, text[:LONGEST_CELL], style)
    else:
        sheet.write_blank(row, column, None, style)


def _put_value(
    sheet: Any, place: tuple[int, int], value: Value, styles: Styles, kind: Kind
) -> None:
    if isinstance(value, Risk):
        put(sheet, *place, risk_text(value), styles.risks[value])
    elif isinstance(value, datetime):
        sheet.write_datetime(*place, timezone.make_naive(value), styles.moment)
    elif isinstance(value, int | float):
        sheet.write_number(*place, value, styles.number)
    else:
        put(sheet, *place, value or "", styles.number if kind == Kind.NUMBER else styles.text)


def _write_summary(book: Any, styles: Styles, overview: Overview) -> None:
    sheet = book.add_worksheet(_free_name(book, _("Summary")))
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 7, 15)
    properties = overview.properties
    put(sheet, 0, 0, properties.name, styles.title)
    facts = [
        (_("Description"), properties.description),
        (_("Review owner"), properties.review_owner),
        (_("Environment"), overview.environment),
        (_("Tags"), ", ".join(f"{key} = {value}" for key, value in overview.tags.items())),
        (_("Notes"), properties.notes),
    ]
    row = 1
    for label, text in facts:
        put(sheet, row, 0, label, styles.label)
        put(sheet, row, 1, text, styles.plain)
        row += 1
    row = _write_lenses(sheet, styles, overview, row + 1)
    _write_radar(book, sheet, styles, overview, row + 1)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write_lenses(sheet: Any, styles: Styles, overview: Overview, row: int) -> int:
    headings = [_("Lens"), _("Version"), _("Questions"), *map(risk_text, BY_SEVERITY)]
    for place, heading in enumerate(headings):
        put(sheet, row, place, heading, styles.heading)
    for review in overview.reviews:
        row += 1
        counts = review.total()
        put(sheet, row, 0, review.lens_name, styles.text)
        put(sheet, row, 1, review.version, styles.text)
        sheet.write_number(row, 2, counts.total(), styles.number)
        for place, risk in enumerate(BY_SEVERITY, start=3):
            sheet.write_number(row, place, counts[risk], styles.number)
    return row + 1


def _write_radar(book: Any, sheet: Any, styles: Styles, overview: Overview, row: int) -> None:
    """Write the share without risk by pillar, of the largest lens, beside the last milestone."""
    reviews = sorted(overview.reviews, key=lambda each: -len(each.definition.questions))
    if not reviews:
        return
    review = reviews[0]
    earlier = overview.milestones[-1].lenses.get(review.lens_id) if overview.milestones else None
    put(sheet, row, 0, review.lens_name, styles.label)
    headings = [_("Pillar"), _("Without risk now, %")]
    if earlier is not None:
        headings.append(_("At “%(name)s”, %%") % {"name": overview.milestones[-1].name})
    for place, heading in enumerate(headings):
        put(sheet, row + 1, place, heading, styles.heading)
    first = row + 2
    pillars = review.definition.pillars
    for place, pillar in enumerate(pillars):
        put(sheet, first + place, 0, pillar.name, styles.text)
        sheet.write_number(first + place, 1, _share(review.counts(pillar)), styles.number)
        if earlier is not None:
            then = earlier.get(pillar.id)
            share = _share(then) if then is not None else 0
            sheet.write_number(first + place, 2, share, styles.number)
    if len(pillars) >= _FEWEST_SPOKES:
        last = first + len(pillars) - 1
        _add_radar(book, sheet, (row + 1, first, last), has_earlier=earlier is not None)


def _share(counts: Any) -> int:
    counted = counts.total() - counts[Risk.NOT_APPLICABLE]
    return round(100 * counts[Risk.NONE] / counted) if counted else 100


def _add_radar(book: Any, sheet: Any, rows: tuple[int, int, int], *, has_earlier: bool) -> None:
    heading, first, last = rows
    chart = book.add_chart({"type": "radar", "subtype": "with_markers"})
    name = sheet.get_name()
    looks = [(1, "#3b48c9", "solid", "circle"), (2, "#5f6a7a", "dash", "diamond")]
    for column, colour, dash, marker in looks[: 2 if has_earlier else 1]:
        chart.add_series(
            {
                "name": [name, heading, column],
                "categories": [name, first, 0, last, 0],
                "values": [name, first, column, last, column],
                "line": {"color": colour, "width": 2, "dash_type": dash},
                "marker": {"type": marker, "size": 6, "fill": {"color": colour}},
            }
        )
    chart.set_title({"name": _("Without risk, by pillar"), "name_font": {"size": 12}})
    chart.set_y_axis({"min": 0, "max": 100})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 560, "height": 360})
    sheet.insert_chart(last + 2, 0, chart, {"description": _("Without risk, by pillar")})


def _add_pillar_chart(book: Any, sheet: Any, table: Table) -> None:
    if not table.rows:
        return
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    _add_risk_series(chart, sheet.get_name(), last=len(table.rows), first_column=3, columns=(0, 1))
    chart.set_title({"name": table.title, "name_font": {"size": 12}})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
    chart.set_x_axis({"major_gridlines": {"visible": True, "line": {"color": "#e3e6eb"}}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 900, "height": max(320, 34 * len(table.rows) + 120)})
    sheet.insert_chart(len(table.rows) + 2, 0, chart, {"description": table.title})


def _add_risk_series(
    chart: Any, name: str, *, last: int, first_column: int, columns: tuple[int, int]
) -> None:
    for place, risk in enumerate(BY_SEVERITY):
        colour = RISK_COLOURS[risk]
        chart.add_series(
            {
                "name": [name, 0, first_column + place],
                "categories": [name, 1, columns[0], last, columns[1]],
                "values": [name, 1, first_column + place, last, first_column + place],
                "fill": {"color": colour},
                "border": {"color": "#ffffff"},
                "gap": 60,
            }
        )


def _add_trend_chart(book: Any, sheet: Any, table: Table) -> None:
    chart = book.add_chart({"type": "line"})
    name, last = sheet.get_name(), len(table.rows)
    looks = ((Risk.HIGH, "triangle", "solid"), (Risk.MEDIUM, "diamond", "dash"))
    for risk, marker, dash in looks:
        column = 4 + BY_SEVERITY.index(risk)
        colour = RISK_COLOURS[risk]
        chart.add_series(
            {
                "name": [name, 0, column],
                "categories": [name, 1, 1, last, 1],
                "values": [name, 1, column, last, column],
                "line": {"color": colour, "width": 2, "dash_type": dash},
                "marker": {"type": marker, "size": 8, "fill": {"color": colour}},
            }
        )
    chart.set_title({"name": _("High and medium risks"), "name_font": {"size": 12}})
    chart.set_y_axis({"min": 0, "major_gridlines": {"visible": True, "line": {"color": "#e3e6eb"}}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 720, "height": 320})
    sheet.insert_chart(last + 2, 0, chart, {"description": _("High and medium risks")})
