"""The workbook, the tables and the Markdown of a workload: what is in them, and what never runs."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import pytest
from markdown_it import MarkdownIt
from openpyxl import load_workbook

from common.csvfile import csv_text
from reviews.exchange.document import read_workload_document
from reviews.exchange.markdown import escaped, workload_markdown
from reviews.exchange.overview import load_overview
from reviews.exchange.tables import (
    answer_table,
    pillar_table,
    plan_tables,
    question_table,
    trend_table,
)
from reviews.exchange.workbook import workbook_bytes
from reviews.reports.kinds import Scope, kinds_for
from reviews.services.reports import request_report
from tenants.models import Job, Organization
from tests.builders import make_review, make_workload
from tests.conftest import Cast
from tests.reviews.exchange import FORMULAS, filled_workload
from tests.reviews.milestones import say
from tests.reviews.reports import of_workload, run
from workloads.models import Workload, WorkloadTag

KINDS = {
    "workload-xlsx": b"PK",
    "workload-questions-csv": "\ufeffLens".encode(),
    "workload-answers-csv": "\ufeffLens".encode(),
    "workload-plan-csv": "\ufeffNo.".encode(),
    "workload-markdown": b"# Payments",
    "workload-json": b"{",
}


@pytest.fixture
def workload(cast: Cast, in_northwind: Organization) -> Workload:
    return filled_workload(cast)


def test_each_kind_can_be_asked_for_and_is_written_by_the_worker(
    cast: Cast, workload: Workload
) -> None:
    assert {kind.key for kind in kinds_for([Scope.WORKLOAD])} >= KINDS.keys()
    for key, beginning in KINDS.items():
        report = request_report(
            actor=cast.actor("viewer"), kind=key, subject=of_workload(workload.pk)
        )
        run(report)
        report.refresh_from_db()
        assert Job.objects.get(pk=report.job_id).status == Job.Status.DONE, key
        with report.file.open("rb") as file:
            content = file.read()
        assert content.startswith(beginning), key
        if key == "workload-json":
            document = read_workload_document(content)
            assert document.exported.by == "Viewer"
            assert len(json.loads(content)["milestones"]) == 2


def test_the_workbook_has_a_sheet_for_each_view_with_filters_and_charts(
    workload: Workload,
) -> None:
    content = workbook_bytes(load_overview(workload), plan_tables(workload))
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == [
        *("Summary", "Risks by pillar", "Questions", "Plan", "Milestones", "Answers", "Format"),
    ]
    for name in ("Risks by pillar", "Questions", "Plan", "Milestones", "Answers"):
        assert book[name].auto_filter.ref
        assert book[name].freeze_panes
    assert book["Format"].sheet_state == "veryHidden"
    risks = {cell.value for cell in book["Questions"]["E"]}
    assert risks >= {"● No risk", "○ Unanswered", "– Not applicable"}
    assert len(book["Answers"].data_validations.dataValidation) == 3
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        charts = [archive.read(name) for name in archive.namelist() if "/charts/chart" in name]
    assert [chart.count(b"<c:lineChart>") for chart in charts] == [0, 1]
    assert charts[0].count(b'<c:barDir val="bar"/>') == 1


def test_a_lens_of_three_pillars_has_a_radar(in_northwind: Organization, cast: Cast) -> None:
    from tests.builders import lens_document, make_lens_version

    review = make_review(version=make_lens_version(lens_document(pillars=3)))
    content = workbook_bytes(load_overview(review.workload))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        charts = [archive.read(name) for name in archive.namelist() if "/charts/chart" in name]
    assert sum(b"<c:radarChart>" in chart for chart in charts) == 1


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_becomes_a_formula_or_a_link(
    cast: Cast, in_northwind: Organization, text: str
) -> None:
    workload = make_workload(f"{text} workload")
    workload.description = workload.review_owner = workload.notes = text
    workload.save()
    WorkloadTag.objects.create(workload=workload, key="team", value=text)
    review = make_review(workload)
    review.pillar_notes = {"pillar_1": text}
    review.notes = text
    review.save()
    say(cast, review, "pillar_1_question_1_choice_1", notes=text)
    overview = load_overview(workload)
    tables = [make(overview) for make in (pillar_table, question_table, answer_table, trend_table)]
    for table in [*tables, *plan_tables(workload)]:
        for row in csv.reader(io.StringIO(csv_text(table.as_text()))):
            for cell in row:
                assert cell[:1] not in {"=", "+", "-", "@", "\t", "\r"}, cell
    with zipfile.ZipFile(io.BytesIO(workbook_bytes(overview, plan_tables(workload)))) as archive:
        for name in archive.namelist():
            if "/worksheets/" in name:
                content = archive.read(name)
                assert b"<f>" not in content
                assert b"<hyperlink" not in content


HOSTILE = (
    "# Heading\n* list\n1. one\n> quote\n```\ncode\n| a | b |\n---\n===\n"
    "<script>alert(1)</script> ![i](https://evil.example/x.png) [l](javascript:x) "
    "@everyone #12 !34 &lt; https://evil.example ~~s~~ \\"
)


def test_markdown_shows_what_people_wrote_as_text(cast: Cast, in_northwind: Organization) -> None:
    review = make_review()
    say(cast, review, "pillar_1_question_1_choice_1", notes=HOSTILE)
    html = (
        MarkdownIt("commonmark", {"html": True})
        .enable("table")
        .render(workload_markdown(load_overview(review.workload)))
    )
    for line in HOSTILE.splitlines()[:9]:
        assert line.replace(">", "&gt;").replace("* ", "* ") in html
    for made in ("<script", "<img", "<code", "<a ", "@everyone", "#12", "<h1>Heading"):
        assert made not in html
    assert html.count("<h1>") == 1


def test_an_escaped_text_stays_in_its_line() -> None:
    assert escaped("a\nb\r\n| c") == r"a b \| c"
    assert escaped("mail a@b.example, see #1") == r"mail a@<!-- -->b.example, see #<!-- -->1"
    assert [escaped(text) for text in ("1. one", "# one", "- one", "2026-01-01")] == [
        *("1\\. one", "\\# one", "\\- one", "2026-01-01"),
    ]


def test_the_numbers_of_queries_do_not_grow_with_the_answers(
    cast: Cast, in_northwind: Organization, query_count: Any
) -> None:
    review = make_review()
    say(cast, review, "pillar_1_question_1_choice_1")
    one = query_count(lambda: load_overview(review.workload))
    for question in review.lens_version.definition.questions[1:]:
        say(cast, review, question=question.id, notes="Said.")
    # The new lens is compiled the first time that it is read.
    load_overview(make_review(review.workload).workload)
    assert query_count(lambda: load_overview(review.workload)) == one
    assert one <= 6
