"""Writing the sheets *Answers* and *Format* of a workbook (reviews/exchange/answer_sheet.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from reviews.exchange.answer_sheet import (
    COLUMNS,
    EDITABLE,
    FORMAT,
    FORMAT_SHEET,
    FORMAT_VERSION,
    HIDDEN,
    LONGEST_CELL,
    SHEET,
    Words,
    answer_rows,
)
from reviews.exchange.overview import Overview
from reviews.exchange.styles import Styles

_WIDTHS: Final = {
    **{"lens": 18, "pillar": 18, "number": 5, "item": 52, "risk": 16},
    **{"ticked": 9, "applies": 9, "reason": 24, "notes": 52},
}
_HEADING_ROW: Final = 1


def write_answers(book: Any, styles: Styles, overview: Overview) -> None:
    """Add the sheet that can be filled in and imported again, and the one that says how."""
    words = Words.current()
    sheet = book.add_worksheet(SHEET)
    for place, name in enumerate(COLUMNS):
        sheet.write_string(0, place, name)
        sheet.write_string(_HEADING_ROW, place, _headings().get(name, name), styles.heading)
        is_hidden = {"hidden": True} if name in HIDDEN else {}
        sheet.set_column(place, place, _WIDTHS.get(name, 12), None, is_hidden)
    sheet.set_row(0, None, None, {"hidden": True})
    number = _HEADING_ROW
    for number, row in enumerate(answer_rows(overview, words), start=_HEADING_ROW + 1):
        _write_row(sheet, styles, number, row)
    _offer(sheet, words, number)
    sheet.freeze_panes(_HEADING_ROW + 1, COLUMNS.index("item") + 1)
    sheet.autofilter(_HEADING_ROW, 0, max(number, _HEADING_ROW + 1), len(COLUMNS) - 1)
    # Not protected: programs then sort and delete no rows. What is written elsewhere is not read,
    # and an id that was changed is named by the import.
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    _write_format(book, overview, words)


def _headings() -> dict[str, str]:
    return {
        "lens": _("Lens"),
        "pillar": _("Pillar"),
        "number": _("No."),
        "item": _("Question, and its choices"),
        "risk": _("Risk at the export"),
        "ticked": _("Ticked"),
        "applies": _("Applies"),
        "reason": _("Why it does not apply"),
        "notes": _("Notes"),
    }


def _write_row(sheet: Any, styles: Styles, number: int, row: Mapping[str, str]) -> None:
    is_question = not row["choice_id"]
    for place, name in enumerate(COLUMNS):
        if name in EDITABLE and not (is_question and name == "ticked"):
            style = styles.to_fill_question if is_question else styles.to_fill
        elif name == "item" and not is_question:
            style = styles.practice
        else:
            style = styles.question if is_question else styles.text
        text = row[name]
        if text:
            sheet.write_string(number, place, text[:LONGEST_CELL], style)
        else:
            sheet.write_blank(number, place, None, style)


def _offer(sheet: Any, words: Words, last: int) -> None:
    """Let the cells offer what they take."""
    if last <= _HEADING_ROW:
        return
    lists = {
        "ticked": [words.yes, words.no],
        "applies": [words.yes, words.no],
        "reason": list(words.reasons.values()),
    }
    for name, values in lists.items():
        place = COLUMNS.index(name)
        rule = {
            "validate": "list",
            "source": values,
            "error_title": _headings()[name][:32],
            "error_message": _("Choose one of the list."),
        }
        sheet.data_validation(_HEADING_ROW + 1, place, last, place, rule)


def _write_format(book: Any, overview: Overview, words: Words) -> None:
    sheet = book.add_worksheet(FORMAT_SHEET)
    values = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "workload_id": str(overview.workload_id),
        "workload": overview.properties.name,
        **words.as_mapping(),
    }
    for number, (name, value) in enumerate(values.items()):
        sheet.write_string(number, 0, name)
        sheet.write_string(number, 1, value)
    sheet.very_hidden()
