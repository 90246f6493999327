"""Tables as CSV files, which spreadsheets open without taking any cell for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from django.http import HttpResponse
from django.utils.http import content_disposition_header

# What a spreadsheet may begin to calculate at, the full-width forms of East Asian keyboards too.
_STARTS_FORMULA: Final = frozenset("=+-@\t\r\n＝＋－＠")


def safe_cell(value: object) -> str | int | float:
    """Return a value as it may stand in a CSV file: numbers as they are, all else as text.

    A text that a spreadsheet could take for a formula gets a ``'`` in front. None is empty.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = "" if value is None else str(value)
    begins = {text[:1], text.lstrip(" ")[:1]}
    return f"'{text}" if begins & _STARTS_FORMULA else text


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Return rows, the header among them, as CSV (RFC 4180) with every cell made safe."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows([safe_cell(cell) for cell in row] for row in rows)
    return file.getvalue()


def csv_response(name: str, rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Return a response that saves rows, the header first, as the file ``name``.

    UTF-8 with a byte order mark: without one Excel misreads every letter beyond ASCII.
    """
    response = HttpResponse(
        csv_text(rows).encode("utf-8-sig"), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
