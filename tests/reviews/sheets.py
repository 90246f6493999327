"""The workbook of a workload as somebody edits it, uploads it and imports it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from common.errors import InvalidDocument
from reviews.exchange.answer_sheet import SHEET
from reviews.exchange.overview import load_overview
from reviews.exchange.pending import import_answers, pending_answers, upload_answers
from reviews.exchange.workbook import workbook_bytes
from reviews.models import LensReview, PendingImport
from tests.conftest import Cast
from workloads.models import Workload


def workbook(workload: Workload) -> bytes:
    return workbook_bytes(load_overview(Workload.objects.get(pk=workload.pk)))


class Sheet:
    """A workbook as somebody edits it in a spreadsheet."""

    def __init__(self, content: bytes) -> None:
        self.book = load_workbook(io.BytesIO(content))
        self.sheet = self.book[SHEET]
        self.columns: dict[Any, Any] = {cell.value: cell.column for cell in self.sheet[1]}

    def row(self, question: str, choice: str = "", review: LensReview | None = None) -> int:
        for number in range(3, self.sheet.max_row + 1):
            found = (
                self.cell(number, "question_id").value,
                self.cell(number, "choice_id").value or "",
            )
            is_of = not review or self.cell(number, "review_id").value == str(review.pk)
            if found == (question, choice) and is_of:
                return number
        raise AssertionError(f"no row of {question} {choice}")

    def cell(self, row: int, column: str) -> Any:
        return self.sheet.cell(row, self.columns[column])

    def write(self, question: str, choice: str = "", **cells: object) -> Sheet:
        for column, value in cells.items():
            cell = self.cell(self.row(question, choice), column)
            cell.value = value
            if isinstance(value, str):
                # As a spreadsheet keeps what is typed into a cell of text.
                cell.data_type = "s"
        return self

    def saved(self) -> bytes:
        file = io.BytesIO()
        self.book.save(file)
        return file.getvalue()


def upload(
    cast: Cast, workload: Workload, content: bytes, role: str = "contributor"
) -> PendingImport:
    return upload_answers(
        actor=cast.actor(role), workload_id=workload.pk, content=content, filename="answers.xlsx"
    )


def bring_in(cast: Cast, workload: Workload, content: bytes) -> None:
    pending = upload(cast, workload, content)
    plan = pending_answers(workload, pending)
    import_answers(
        actor=cast.actor("contributor"),
        workload_id=workload.pk,
        import_id=pending.pk,
        fingerprint=plan.fingerprint,
    )


def refused(cast: Cast, workload: Workload, content: bytes) -> dict[str, str]:
    with pytest.raises(InvalidDocument) as caught:
        upload(cast, workload, content)
    assert not PendingImport.objects.exists()
    return {problem.path: problem.rule for problem in caught.value.errors}
