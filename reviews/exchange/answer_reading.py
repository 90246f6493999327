"""Reading the sheet *Answers* of a workbook that somebody uploaded, hostile ones too.

What could hurt is bounded before a parser sees it: the size, what it unpacks to, how many files it
has, document types within XML. What a cell says wrongly is named by sheet, cell and value.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from common.errors import InvalidDocument
from common.problems import Problem
from lenses.schema.findings import MAX_PROBLEMS, shown
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
)

MOST_BYTES: Final = 10 * 1024**2
MOST_UNPACKED: Final = 60 * 1024**2
_MOST_FILES: Final = 500
_MOST_ROWS: Final = 100_000
_MOST_COLUMNS: Final = 60
_MOST_FORMAT_ROWS: Final = 100
_FIRST_ROW: Final = 3
_PIECE: Final = 1024**2
_MACROS: Final = ("vbaproject.bin", "macrosheets/", "activex/")
_XML: Final = (".xml", ".rels", ".vml")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of the sheet: the texts of its cells by column, and where they stand.

    The cells of all hidden columns are there, of the others those that could be read.
    """

    number: int
    cells: Mapping[str, str]
    places: Mapping[str, str]

    def place(self, column: str) -> str:
        """Return where a cell stands: ``Answers!G12``."""
        return f"{SHEET}!{self.places.get(column, '')}{self.number}"


@dataclass(slots=True)
class CellProblems:
    """What is wrong in a sheet, cell by cell; beyond a thousand the rest is counted."""

    found: list[Problem] = field(default_factory=list)
    more: int = 0

    def add(self, place: str, rule: str, message: str, value: str = "") -> None:
        """Name one cell, or the file where there is no cell."""
        if len(self.found) >= MAX_PROBLEMS:
            self.more += 1
        else:
            self.found.append(Problem(place, rule, message, shown(value) if value else None))

    def raise_any(self) -> None:
        """Raise InvalidDocument where something is wrong."""
        if not self.found:
            return
        if self.more:
            message = _("%(count)d more cells are not listed.") % {"count": self.more}
            self.found.append(Problem(SHEET, "cell.more", message))
        raise InvalidDocument(sorted(self.found, key=_row_of))


def _row_of(problem: Problem) -> int:
    # ``Answers!F5``: in the order in which people go through a sheet; the rest behind.
    digits = "".join(sign for sign in problem.path if sign.isdigit())
    return int(digits) if digits else _MOST_ROWS + 1


@dataclass(frozen=True, slots=True)
class AnswerSheet:
    """What a workbook holds for import.

    ``problems`` has the cells that cannot be read, which the rows do not have: whoever reads the
    rows adds what is wrong with them, so that all is told at once.
    """

    workload_id: str
    words: Words
    rows: tuple[SheetRow, ...]
    problems: CellProblems


def read_answer_sheet(content: bytes) -> AnswerSheet:
    """Read the answers of a workbook.

    Raises InvalidDocument for what is no such workbook, and never anything else, whatever the
    bytes.
    """
    # Only whoever imports one needs it.
    from openpyxl import load_workbook  # noqa: PLC0415

    _bound(content)
    try:
        with warnings.catch_warnings():
            # It warns of what it leaves aside, such as charts: nothing that is read here.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            return _read(book)
    except InvalidDocument:
        raise
    except Exception as error:
        raise _refused("file.broken", _("The file cannot be read as a workbook.")) from error


def _refused(rule: str, message: str, place: str = "$") -> InvalidDocument:
    return InvalidDocument([Problem(place, rule, message)])


def _bound(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        message = _("The file has %(size)s; a workbook of answers has at most %(limit)s.")
        values = {"size": filesizeformat(len(content)), "limit": filesizeformat(MOST_BYTES)}
        raise _refused("file.size", message % values)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _bound_archive(archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, EOFError, ValueError) as error:
        message = _("This is no .xlsx workbook, or it is damaged.")
        raise _refused("file.type", message) from error
    except (RuntimeError, NotImplementedError) as error:
        message = _("The workbook is encrypted, or packed in a way that is not read here.")
        raise _refused("file.type", message) from error


def _bound_archive(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > _MOST_FILES or unpacked > MOST_UNPACKED:
        message = _("The workbook unpacks to %(size)s in %(count)d parts: that is too much.")
        values = {"size": filesizeformat(unpacked), "count": len(entries)}
        raise _refused("file.unpacked", message % values)
    names = [entry.filename.lower() for entry in entries]
    if "[content_types].xml" not in names:
        raise _refused("file.type", _("This is no .xlsx workbook, or it is damaged."))
    if any(macro in name for name in names for macro in _MACROS):
        message = _("The workbook holds macros. Save it without them, as .xlsx.")
        raise _refused("file.macros", message)
    for entry in entries:
        if entry.filename.lower().endswith(_XML):
            _check_xml(archive, entry)


def _check_xml(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Refuse document types, which entities are declared in, and encodings that hide them."""
    before = b""
    with archive.open(entry) as file:
        while piece := file.read(_PIECE):
            if b"<!DOCTYPE" in before + piece or b"<!ENTITY" in before + piece or b"\0" in piece:
                message = _("The part “%(name)s” of the workbook declares what none may declare.")
                raise _refused("file.xml", message % {"name": shown(entry.filename)})
            before = piece[-10:]


def _read(book: Any) -> AnswerSheet:
    if SHEET not in book.sheetnames or FORMAT_SHEET not in book.sheetnames:
        message = _("The workbook has no sheets “%(answers)s” and “%(format)s”: export one first.")
        raise _refused("sheet.missing", message % {"answers": SHEET, "format": FORMAT_SHEET})
    values = _format(book[FORMAT_SHEET])
    if (values.get("format"), values.get("version")) != (FORMAT, FORMAT_VERSION):
        message = _("The workbook is of another format, or of a later version of it.")
        raise _refused("sheet.format", message, FORMAT_SHEET)
    problems = CellProblems()
    rows = tuple(_rows(book[SHEET], problems))
    return AnswerSheet(values.get("workload_id", ""), Words.read(values), rows, problems)


def _format(sheet: Any) -> dict[str, str]:
    sheet.reset_dimensions()
    values = {}
    rows = sheet.iter_rows(max_row=_MOST_FORMAT_ROWS, max_col=2, values_only=True)
    for row in rows:
        if len(row) > 1 and row[0] is not None:
            values[str(row[0])] = "" if row[1] is None else str(row[1])
    return values


def _rows(sheet: Any, problems: CellProblems) -> Iterator[SheetRow]:
    sheet.reset_dimensions()
    columns: dict[int, str] = {}
    places: dict[str, str] = {}
    for number, row in enumerate(sheet.iter_rows(max_col=_MOST_COLUMNS), start=1):
        if number > _MOST_ROWS:
            message = _("The sheet has more than %(most)d rows.") % {"most": _MOST_ROWS}
            raise _refused("sheet.rows", message, SHEET)
        if number == 1:
            columns = _columns(row)
            places = {name: _letters(place + 1) for place, name in columns.items()}
        elif number >= _FIRST_ROW:
            yield _row(number, row, columns, places, problems)


def _letters(column: int) -> str:
    """Return what a spreadsheet calls a column: A for 1, AA for 27."""
    first, last = divmod(column - 1, 26)
    return (_letters(first) if first else "") + chr(ord("A") + last)


def _columns(row: Any) -> dict[int, str]:
    """Return the columns' names by their places; the hidden first row has them."""
    found = {place: str(cell.value) for place, cell in enumerate(row) if cell.value in COLUMNS}
    missing = set(EDITABLE + HIDDEN) - set(found.values())
    if missing or len(set(found.values())) < len(found):
        message = _("The hidden first row of the sheet does not name each column once: %(names)s.")
        names = ", ".join(sorted(missing)) or "…"
        raise _refused("sheet.columns", message % {"names": names}, f"{SHEET}!1")
    return found


def _row(
    number: int,
    row: Any,
    columns: Mapping[int, str],
    places: Mapping[str, str],
    problems: CellProblems,
) -> SheetRow:
    cells = {}
    for place, name in columns.items():
        cell = row[place] if place < len(row) else None
        value = cell.value if cell is not None else None
        kind = getattr(cell, "data_type", "n")
        text = _text(value)
        wrong = _wrong(kind, text) if name in EDITABLE + HIDDEN else None
        if wrong is not None:
            rule, message = wrong
            problems.add(f"{SHEET}!{places[name]}{number}", rule, message, text)
        if wrong is None or name in HIDDEN:
            cells[name] = text
    return SheetRow(number, cells, places)


def _wrong(kind: str, text: str) -> tuple[str, str] | None:
    """Return why a cell cannot be read: the rule and the sentence."""
    if kind == "f":
        return "cell.formula", _("The cell holds a formula: write what it comes to.")
    if kind == "e":
        return "cell.error", _("The cell holds an error.")
    if len(text) > LONGEST_CELL:
        return "cell.length", _("The cell holds too much.")
    return None


def _text(value: object) -> str:
    """Return what a cell holds as text: programs make numbers and dates of what looks so."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        is_day = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if is_day else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
