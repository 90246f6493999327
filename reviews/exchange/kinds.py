"""The reports of a workload that are data: workbook, tables, Markdown and JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, Final

from django.utils.translation import gettext_lazy as _

from common.csvfile import csv_text
from reviews.exchange.markdown import workload_markdown
from reviews.exchange.overview import Overview, load_overview
from reviews.exchange.tables import Table, answer_table, plan_tables, question_table
from reviews.exchange.workbook import write_workbook
from reviews.exchange.writing import Values, as_json, workload_values
from reviews.reports.kinds import (
    CSV,
    JSON,
    MARKDOWN,
    XLSX,
    Progress,
    ReportContext,
    ReportKind,
    Scope,
)

Whole = tuple[Overview, list[Table]]
"""A workload with the further views of it."""


def _prepare(context: ReportContext) -> Whole:
    return load_overview(context.subject), plan_tables(context.subject)


def _write_workbook(whole: Whole, file: BinaryIO, progress: Progress) -> None:
    overview, extra = whole
    write_workbook(file, overview, extra, progress)


def _write_markdown(whole: Whole, file: BinaryIO, _progress: Progress) -> None:
    overview, extra = whole
    file.write(workload_markdown(overview, extra).encode("utf-8"))


def _prepare_json(context: ReportContext) -> Values:
    return workload_values(
        context.subject, by=context.created_by_name, organization=context.organization.name
    )


def _write_json(values: Values, file: BinaryIO, _progress: Progress) -> None:
    file.write(as_json(values))


def write_csv(table: Table, file: BinaryIO, _progress: Progress) -> None:
    """Write a table as CSV: UTF-8 with a byte order mark, no cell a formula."""
    file.write(csv_text(table.as_text()).encode("utf-8-sig"))


def _table_of(make: Callable[[Overview], Table]) -> Callable[[ReportContext], Table]:
    return lambda context: make(load_overview(context.subject))


WORKBOOK: Final[ReportKind[Whole]] = ReportKind(
    key="workload-xlsx",
    label=_("Workbook"),
    description=_(
        "Summary, risks by pillar, questions, plan and milestones with charts; and the answers, to "
        "be filled in offline and imported again."
    ),
    format=XLSX,
    scope=Scope.WORKLOAD,
    prepare=_prepare,
    write=_write_workbook,
)
QUESTIONS_CSV: Final[ReportKind[Table]] = ReportKind(
    key="workload-questions-csv",
    label=_("Questions"),
    description=_("Every question with its risk, what is ticked, and the notes."),
    format=CSV,
    scope=Scope.WORKLOAD,
    prepare=_table_of(question_table),
    write=write_csv,
)
ANSWERS_CSV: Final[ReportKind[Table]] = ReportKind(
    key="workload-answers-csv",
    label=_("Answers"),
    description=_("Every choice of every question, ticked or not, with its note."),
    format=CSV,
    scope=Scope.WORKLOAD,
    prepare=_table_of(answer_table),
    write=write_csv,
)
MARKDOWN_REPORT: Final[ReportKind[Whole]] = ReportKind(
    key="workload-markdown",
    label=_("Report as text"),
    description=_("All of it as Markdown, to be read in a repository or a wiki."),
    format=MARKDOWN,
    scope=Scope.WORKLOAD,
    prepare=_prepare,
    write=_write_markdown,
)
WORKLOAD_JSON: Final[ReportKind[Values]] = ReportKind(
    key="workload-json",
    label=_("Whole workload"),
    description=_(
        "Properties, answers, links, milestones and the plan, to be imported into another "
        "organisation or server. Files of evidence, comments and the history stay here."
    ),
    format=JSON,
    scope=Scope.WORKLOAD,
    prepare=_prepare_json,
    write=_write_json,
)

ALL: Final = (WORKBOOK, QUESTIONS_CSV, ANSWERS_CSV, MARKDOWN_REPORT, WORKLOAD_JSON)
