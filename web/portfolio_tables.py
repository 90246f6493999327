"""The portfolio as tables: every workload, the groups, the common risks, the trend. Only reads."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from common.heat_map import HeatCell
from common.marks import CHARACTERS
from common.pillars import WELL_KNOWN
from common.risk import BY_SEVERITY, Risk
from reviews.exchange.tables import Column, Kind, Table, Value, risk_text
from reviews.models import LensReview, WorkloadSummary
from reviews.selectors import Counts, total
from reviews.selectors_groups import groups_by
from reviews.selectors_portfolio import Portfolio, versions_in_use
from web.attention import Attention
from web.portfolio import common_risk_rows
from web.portfolio_groups import Grouping
from web.portfolio_heat import Line, read_lines
from workloads.models import Workload, WorkloadTag

_CHUNK: Final = 500


def workload_table(portfolio: Portfolio) -> Table:
    """Every workload of the portfolio, those with the most risk first. Six queries."""
    scope = portfolio.scope
    workloads = {each.pk: each for each in scope.all_workloads().order_by("name_key", "pk")}
    tags: dict[UUID, list[str]] = defaultdict(list)
    for tag in scope.of(WorkloadTag.objects.order_by("key"), "workload"):
        tags[tag.workload_id].append(str(tag) if tag.value else tag.key)
    lenses: dict[UUID, list[str]] = defaultdict(list)
    reviews = scope.of(LensReview.objects.order_by("position", "pk"), "workload", "lens")
    for workload_id, name in reviews.values_list("workload", "lens__name"):
        lenses[workload_id].append(name)
    summaries = scope.of(WorkloadSummary.objects.all(), "workload")
    milestones = dict(summaries.values_list("workload", "milestone_at"))
    rows: list[list[Value]] = []
    for group in groups_by(portfolio, "pk"):
        workload = workloads.get(UUID(str(group.said[0])))
        if workload is None:
            continue
        rows.append(
            [
                *_properties(workload),
                ", ".join(tags[workload.pk]),
                ", ".join(lenses[workload.pk]),
                *_figures(group.counts),
                milestones.get(workload.pk),
                workload.next_review_on.isoformat() if workload.next_review_on else "",
            ]
        )
    columns = [
        *(Column(_("Workload"), 32), Column(_("Review owner"), 22), Column(_("Environment"), 15)),
        *(Column(_("Industry type"), 18), Column(_("Industry"), 18), Column(_("Tags"), 28)),
        *(Column(_("Lenses"), 34), *_figure_columns()),
        *(Column(_("Last milestone"), 17, Kind.MOMENT), Column(_("Next review"), 14)),
    ]
    return Table(_("Workloads"), columns, rows)


def _properties(workload: Workload) -> list[Value]:
    return [
        *(workload.name, workload.review_owner),
        *(str(workload.get_environment_display()), workload.industry_type, workload.industry),
    ]


def _figure_columns() -> Iterable[Column]:
    numbers = (_("Questions"), _("Answered"), *map(risk_text, BY_SEVERITY))
    return [Column(title, 14, Kind.NUMBER) for title in numbers]


def _figures(counts: Counts) -> list[Value]:
    questions = counts.total()
    answered = questions - counts[Risk.UNANSWERED]
    return [questions, answered, *(counts[risk] for risk in BY_SEVERITY)]


def pillar_table(portfolio: Portfolio) -> Table:
    """The heat map of every workload: the worst risk in each pillar, and how many stand at it.

    Read some at a time: the counts of ten thousand workloads at once would take much memory.
    """
    ranked = portfolio.workloads_by_risk
    names: dict[str, str] = {}
    found: list[tuple[str, dict[str, str]]] = []
    for begin in range(0, len(ranked), _CHUNK):
        lines, known = read_lines(portfolio.scope, ranked[begin : begin + _CHUNK])
        names = {**known, **names}
        found += [(line.workload.name, _worst_by_pillar(line)) for line in lines]
    well_known = [pillar for pillar in WELL_KNOWN if pillar in names]
    pillars = [*well_known, *(pillar for pillar in names if pillar not in WELL_KNOWN)]
    rows: list[list[Value]] = [
        [name, *(cells.get(pillar, "") for pillar in pillars)] for name, cells in found
    ]
    columns = [Column(_("Workload"), 32), *(Column(names[pillar], 18) for pillar in pillars)]
    return Table(_("Workloads and pillars"), columns, rows)


def _worst_by_pillar(line: Line) -> dict[str, str]:
    cells = {}
    for pillar, parts in line.parts.items():
        cell = HeatCell(total(counts for _review, counts in parts))
        if cell.worst:
            cells[pillar] = f"{CHARACTERS[cell.worst]} {cell.counts[cell.worst]}"
    return cells


def group_table(grouping: Grouping) -> Table:
    """The groups by one thing, those with the most risk first."""
    rows: list[list[Value]] = [
        [name, group.workloads, *_figures(group.counts)]
        for name, group in zip(grouping.names, grouping.groups, strict=True)
    ]
    head = [Column(grouping.title, 36), Column(_("Workloads"), 11, Kind.NUMBER)]
    return Table(grouping.title, [*head, *_figure_columns()], rows)


def common_risk_table(portfolio: Portfolio) -> Table:
    """The questions at high risk, those in most reviews first."""
    rows: list[list[Value]] = [
        [
            row.question.title if row.question else row.question_id,
            row.lens.name,
            row.pillar.name if row.pillar else "",
            row.reviews,
        ]
        for row in common_risk_rows(portfolio.common_risks(), versions_in_use())
    ]
    columns = [
        *(Column(_("Question at high risk"), 60), Column(_("Lens"), 30), Column(_("Pillar"), 26)),
        Column(_("Workloads"), 11, Kind.NUMBER),
    ]
    return Table(_("Most common risks"), columns, rows)


def attention_table(attention: Attention) -> Table:
    """What waits for somebody, kind by kind."""
    rows: list[list[Value]] = [[item.text, item.note] for item in attention.items]
    return Table(
        _("Needs attention"), [Column(_("What"), 60), Column(_("When or where"), 30)], rows
    )


def trend_table(portfolio: Portfolio) -> Table:
    """The sums of the workloads' latest milestones, a row for each day with any."""
    rows: list[list[Value]] = [
        [
            point.on.isoformat(),
            *(point.high, point.medium, point.answered, point.questions, point.workloads),
        ]
        for point in portfolio.trend
    ]
    numbers = (_("High"), _("Medium"), _("Answered"), _("Questions"), _("Workloads"))
    columns = [Column(_("Day"), 17), *(Column(title, 12, Kind.NUMBER) for title in numbers)]
    return Table(_("Over time"), columns, rows)
