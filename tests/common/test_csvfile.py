"""CSV files: nothing in them is a formula, and everything else comes back as it was."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.csvfile import csv_response, csv_text, safe_cell

FORMULAS = [
    "=cmd()",
    "@SUM(A1)",
    "+1",
    "-1",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "＝1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_could_be_a_formula_becomes_a_text(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", [0, -3, 2.5])
def test_numbers_stay_numbers(value: float) -> None:
    assert safe_cell(value) == value


@pytest.mark.parametrize(("value", "cell"), [(None, ""), ("a=b", "a=b"), (True, "True")])
def test_anything_else_is_its_text(value: object, cell: str) -> None:
    assert safe_cell(value) == cell


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2)))
def test_every_cell_comes_back_from_the_file(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(csv_text(rows), newline="")))
    assert read == [[safe_cell(cell) for cell in row] for row in rows]


def test_the_response_is_a_file_that_spreadsheets_read_as_utf_8() -> None:
    response = csv_response("Größe.csv", [["Name"], ["Ä"]])
    assert response.content == b"\xef\xbb\xbfName\r\n\xc3\x84\r\n"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert response["Cache-Control"] == "private, no-store"
