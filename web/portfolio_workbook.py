"""The portfolio as a workbook: a sheet for each view, the trend with a native chart."""

from collections.abc import Sequence
from typing import Any, BinaryIO, Final

import xlsxwriter
from django.utils.translation import gettext as _

from common.risk import Risk
from reviews.exchange.styles import RISK_COLOURS, Styles
from reviews.exchange.tables import Table
from reviews.exchange.workbook import OPTIONS, write_table
from reviews.reports.kinds import Progress

_LINES: Final = ((1, Risk.HIGH, "triangle", "solid"), (2, Risk.MEDIUM, "diamond", "dash"))


def write_portfolio(
    file: BinaryIO, title: str, tables: Sequence[Table], trend: Table, progress: Progress
) -> None:
    """Write tables, the trend as the last; ``title`` names the file's properties."""
    total = len(tables) + 1
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        book.set_properties({"title": title, "company": "Plumbline"})
        styles = Styles(book)
        for done, table in enumerate(tables, start=1):
            write_table(book, styles, table)
            progress(done, total)
        sheet = write_table(book, styles, trend)
        if len(trend.rows) > 1:
            _add_chart(book, sheet, trend)
        progress(total, total)


def _add_chart(book: Any, sheet: Any, trend: Table) -> None:
    chart = book.add_chart({"type": "line"})
    name, last = sheet.get_name(), len(trend.rows)
    for column, risk, marker, dash in _LINES:
        colour = RISK_COLOURS[risk]
        chart.add_series(
            {
                "name": [name, 0, column],
                "categories": [name, 1, 0, last, 0],
                "values": [name, 1, column, last, column],
                "line": {"color": colour, "width": 2, "dash_type": dash},
                "marker": {"type": marker, "size": 6, "fill": {"color": colour}},
            }
        )
    title = _("High and medium risks over time")
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_y_axis({"min": 0, "major_gridlines": {"visible": True, "line": {"color": "#e3e6eb"}}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 720, "height": 320})
    sheet.insert_chart(1, 7, chart, {"description": title})
