"""Workbooks of answers that are refused: every cell is named, and a hostile file hurts nobody."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from uuid import uuid4

import pytest
from openpyxl import Workbook

from common.errors import Forbidden, InvalidDocument
from reviews.exchange.answer_reading import MOST_BYTES, read_answer_sheet
from reviews.exchange.answer_sheet import COLUMNS
from reviews.exchange.pending import (
    import_answers,
)
from reviews.models import LensReview
from tenants.models import Organization
from tenants.permissions import Role
from tests.builders import make_review, make_workload
from tests.conftest import Cast
from tests.reviews.sheets import Sheet, refused, upload, workbook
from tests.reviews.versions import (
    OTHER,
    QUESTION,
    A,
    B,
    C,
)

NONE = f"{QUESTION}_no"


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


class TestRefusals:
    def test_every_cell_that_cannot_be_used_is_named(self, cast: Cast, review: LensReview) -> None:
        sheet = Sheet(workbook(review.workload))
        sheet.write(QUESTION, A, ticked="maybe", applies=None)
        sheet.write(QUESTION, B, reason="Because")
        sheet.write(QUESTION, ticked="Yes")
        sheet.cell(sheet.row(OTHER), "notes").value = "=1+1"
        rows = {key: sheet.row(QUESTION, key) for key in (A, B, "")}
        assert refused(cast, review.workload, sheet.saved()).items() == {
            (f"Answers!I{sheet.row(OTHER)}", "cell.formula"),
            (f"Answers!F{rows[A]}", "cell.ticked"),
            (f"Answers!G{rows[A]}", "cell.applies"),
            (f"Answers!H{rows[B]}", "cell.reason"),
            (f"Answers!F{rows['']}", "cell.ticked"),
        }

    def test_the_rules_of_answers_hold_and_name_the_cell(
        self, cast: Cast, review: LensReview
    ) -> None:
        sheet = Sheet(workbook(review.workload))
        sheet.write(QUESTION, NONE, applies="No").write(QUESTION, B, notes="x" * 300)
        sheet.write(OTHER, notes="x" * 3000)
        assert refused(cast, review.workload, sheet.saved()) == {
            f"Answers!G{sheet.row(QUESTION, NONE)}": "answer",
            f"Answers!I{sheet.row(QUESTION, B)}": "answer",
            f"Answers!I{sheet.row(OTHER)}": "answer",
        }

    def test_rows_that_belong_nowhere_are_named(self, cast: Cast, review: LensReview) -> None:
        sheet = Sheet(workbook(review.workload))
        sheet.write(QUESTION, A, review_id=str(uuid4())).write(QUESTION, B, revision="7")
        sheet.write(QUESTION, C, revision="x")
        last = sheet.sheet.max_row
        sheet.cell(last + 1, "notes").value = "Whose?"
        for column in COLUMNS:
            sheet.cell(last + 2, column).value = sheet.cell(last, column).value
        found = refused(cast, review.workload, sheet.saved())
        assert set(found.values()) >= {"row.review", "row.revision", "row.unknown", "row.repeated"}

    def test_a_workbook_of_another_workload(self, cast: Cast, review: LensReview) -> None:
        other = make_review(make_workload("Other"))
        assert set(refused(cast, other.workload, workbook(review.workload)).values()) == {
            "sheet.workload"
        }

    @pytest.mark.parametrize(
        ("make", "rule"),
        [
            (lambda _content: b"", "file.type"),
            (lambda _content: b"PK\x03\x04" + b"\0" * 100, "file.type"),
            (lambda _content: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "file.type"),
            (lambda _content: b"x" * (MOST_BYTES + 1), "file.size"),
            (lambda content: content[: len(content) // 2], "file.type"),
            (lambda _content: zipped({"a.txt": b"x"}), "file.type"),
            (lambda content: repacked(content, {"xl/vbaProject.bin": b"x"}), "file.macros"),
            (lambda content: repacked(content, {"xl/x.xml": b" " * 70_000_000}), "file.unpacked"),
            (
                lambda content: repacked(content, {f"xl/{n}.txt": b"" for n in range(600)}),
                "file.unpacked",
            ),
            (
                lambda content: repacked(
                    content,
                    {"xl/sharedStrings.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'},
                ),
                "file.xml",
            ),
            (
                lambda content: repacked(
                    content, {"xl/sharedStrings.xml": '<?xml version="1.0"?><a/>'.encode("utf-16")}
                ),
                "file.xml",
            ),
            (lambda content: repacked(content, {"xl/workbook.xml": b"<a>"}), "file.broken"),
            (lambda content: repacked(content, {"xl/sharedStrings.xml": b"<a/>"}), "file.broken"),
            (lambda _content: plain_workbook(), "sheet.missing"),
        ],
    )
    def test_a_hostile_file_is_refused_as_a_document(
        self, review: LensReview, make: Callable[[bytes], bytes], rule: str
    ) -> None:
        with pytest.raises(InvalidDocument) as caught:
            read_answer_sheet(make(workbook(review.workload)))
        assert [problem.rule for problem in caught.value.errors] == [rule]

    def test_a_sheet_of_a_million_rows_is_refused(self, review: LensReview) -> None:
        far = b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
        content = workbook(review.workload)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name for name in archive.namelist() if "/worksheets/sheet" in name]
            changed = {name: archive.read(name).replace(b"</sheetData>", far) for name in names}
        with pytest.raises(InvalidDocument) as caught:
            read_answer_sheet(repacked(content, changed))
        assert [problem.rule for problem in caught.value.errors] == ["sheet.rows"]

    def test_only_who_may_answer(self, cast: Cast, review: LensReview) -> None:
        content = workbook(review.workload)
        with pytest.raises(Forbidden):
            upload(cast, review.workload, content, Role.VIEWER)
        pending = upload(cast, review.workload, content)
        with pytest.raises(Forbidden):
            import_answers(
                actor=cast.actor("viewer"),
                workload_id=review.workload_id,
                import_id=pending.pk,
                fingerprint="",
            )


def zipped(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def repacked(content: bytes, changes: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return zipped(files | changes)


def plain_workbook() -> bytes:
    file = io.BytesIO()
    Workbook().save(file)
    return file.getvalue()
