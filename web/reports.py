"""The reports on all workloads of an organisation, or on those that a filter leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.charts import line_chart
from common.heat_map import HeatCell
from common.risk import Risk
from reviews.exchange.kinds import write_csv
from reviews.exchange.tables import Table
from reviews.reports.kinds import CSV, XLSX, Progress, ReportContext, ReportKind, Scope
from reviews.reports.paper import pdf_kind
from reviews.selectors import progress
from reviews.selectors_portfolio import Portfolio, versions_in_use
from web.attention import needs_attention, watch_now
from web.portfolio import (
    Trend,
    common_risk_rows,
    figure_cards,
    sampled,
    stand_now,
    trend_of,
)
from web.portfolio_filter import chips, read_portfolio_filter
from web.portfolio_groups import groupings, rows_of
from web.portfolio_heat import HeatLines, heat_lines
from web.portfolio_options import PORTFOLIO_OPTIONS
from web.portfolio_tables import (
    attention_table,
    common_risk_table,
    group_table,
    pillar_table,
    trend_table,
    workload_table,
)
from web.portfolio_workbook import write_portfolio

# A director reads no thousand rows: those with most risk are shown, all are counted.
MOST_ROWS: Final = 100
_MOST_GROUPS: Final = 8
_MOST_COMMON: Final = 10
# Of each kind in a workbook, which is there to be filtered.
_MOST_WAITING: Final = 10_000


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One workload; a cell for each column of the heat map."""

    name: str
    owner: str
    cells: list[HeatCell]
    high: int
    medium: int
    percent: int


def _read(context: ReportContext) -> dict[str, Any]:
    wanted = read_portfolio_filter(context.options)
    scope = wanted.scope()
    found = Portfolio(scope)
    versions = versions_in_use()
    figures, ranked = found.figures, found.workloads_by_risk
    points = sampled(found.trend, timezone.localdate(), stand_now(figures))
    heat = heat_lines(scope, ranked[0:MOST_ROWS])
    grouped = [(each, rows_of(each, _MOST_GROUPS)) for each in groupings(found) if len(ranked)]
    attention = needs_attention(watch_now(context.organization.slug, scope, versions))
    common = common_risk_rows(found.common_risks(_MOST_COMMON), versions)
    chart = _chart(trend_of(points))
    parts = [
        ("summary", _("Summary"), True),
        ("common", _("Most common risks"), bool(common)),
        ("attention", _("Needs attention"), bool(attention.items)),
        ("groups", _("Where the risk is"), bool(grouped)),
        ("workloads", _("Workloads and pillars"), bool(heat.lines)),
    ]
    return {
        "subject": _("Some workloads") if wanted.is_set else _("All workloads"),
        "contents": [(anchor, name, 1) for anchor, name, is_there in parts if is_there],
        "words": [chip.words for chip in chips(wanted)],
        "figures": figures,
        "counts": figures.counts,
        "progress": progress(figures.counts),
        "cards": figure_cards(figures, points),
        "trend": chart,
        "common": common,
        "attention": attention,
        "groupings": grouped,
        "columns": heat.columns,
        "rows": _rows(heat),
        "reviewed": len(ranked),
        "left_out": max(len(ranked) - MOST_ROWS, 0),
        "without_lens": figures.workloads - len(ranked),
    }


def _chart(trend: Trend) -> str:
    if not trend.is_drawn:
        return ""
    return line_chart(trend.series, trend.labels, title=_("High and medium risks over time"))


def _rows(heat: HeatLines) -> list[PaperRow]:
    rows = []
    for line in heat.lines:
        counts = line.counts
        rows.append(
            PaperRow(
                name=line.workload.name,
                owner=line.workload.review_owner,
                cells=[HeatCell(line.counts_in(column)) for column in heat.columns],
                high=counts[Risk.HIGH],
                medium=counts[Risk.MEDIUM],
                percent=progress(counts).percent,
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class _Book:
    title: str
    tables: Sequence[Table]
    trend: Table


def _portfolio_of(context: ReportContext) -> Portfolio:
    return Portfolio(read_portfolio_filter(context.options).scope())


def _read_book(context: ReportContext) -> _Book:
    found = _portfolio_of(context)
    watch = watch_now(context.organization.slug, found.scope, versions_in_use(), most=_MOST_WAITING)
    tables = [
        *(workload_table(found), pillar_table(found)),
        *(*map(group_table, groupings(found)), common_risk_table(found)),
        attention_table(needs_attention(watch)),
    ]
    return _Book(context.organization.name, tables, trend_table(found))


def _write_book(book: _Book, file: BinaryIO, said: Progress) -> None:
    write_portfolio(file, book.title, book.tables, book.trend, said)


def _read_table(context: ReportContext) -> Table:
    return workload_table(_portfolio_of(context))


PORTFOLIO_PDF: Final = pdf_kind(
    key="portfolio-pdf",
    label=gettext_lazy("Portfolio"),
    description=gettext_lazy(
        "For a director: figures with their change, workloads by pillar, common risks, groups."
    ),
    scope=Scope.ORGANIZATION,
    template="portfolio.html",
    read=_read,
    options=PORTFOLIO_OPTIONS,
)

PORTFOLIO_WORKBOOK: Final[ReportKind[_Book]] = ReportKind(
    key="portfolio-xlsx",
    label=gettext_lazy("Portfolio workbook"),
    description=gettext_lazy(
        "Every workload with its figures and pillars; groups, common risks, what waits, the trend."
    ),
    format=XLSX,
    scope=Scope.ORGANIZATION,
    prepare=_read_book,
    write=_write_book,
    options=PORTFOLIO_OPTIONS,
)

PORTFOLIO_CSV: Final[ReportKind[Table]] = ReportKind(
    key="portfolio-csv",
    label=gettext_lazy("Workloads"),
    description=gettext_lazy("Every workload with its properties, tags, lenses and figures."),
    format=CSV,
    scope=Scope.ORGANIZATION,
    prepare=_read_table,
    write=write_csv,
    options=PORTFOLIO_OPTIONS,
)

ALL: Final = (PORTFOLIO_PDF, PORTFOLIO_WORKBOOK, PORTFOLIO_CSV)
