"""The plan of a workload as a table: in the workbook, in the Markdown, and as CSV."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.risk import Risk
from improvement.efforts import in_days
from improvement.models import status_word
from improvement.rows import ItemRow, item_rows
from improvement.selectors_items import items_of_workload
from improvement.services.staleness import bring_up_to_date
from improvement.statuses import SHOWN, Status
from reviews.exchange.kinds import write_csv
from reviews.exchange.tables import Column, Kind, Table, Value
from reviews.reports.kinds import CSV, ReportContext, ReportKind, Scope
from reviews.selectors import reviews_of
from workloads.models import Workload


def plan_table(workload: Workload) -> Table:
    """Return the items whose risk is there, the most urgent first: what the plan's page shows."""
    bring_up_to_date(workload_id=workload.pk)
    reviews = reviews_of(workload.pk)
    items = items_of_workload(workload.pk).filter(status__in=SHOWN)
    rows = item_rows(items, {workload.pk: workload}, reviews)
    columns = [
        *(Column(_("No."), 6, Kind.NUMBER), Column(_("Lens"), 24), Column(_("Pillar"), 22)),
        *(Column(_("Question"), 44), Column(_("Risk"), 16, Kind.RISK)),
        *(Column(_("Practice"), 48), Column(_("Why now"), 52)),
        *(Column(_("Status"), 16), Column(_("Accepted until"), 14)),
        *(Column(_("Owner"), 20), Column(_("Due"), 12)),
        *(Column(_("Effort in days"), 14, Kind.NUMBER), Column(_("Ticket"), 16)),
    ]
    return Table(_("Plan"), columns, [_values(place, row) for place, row in enumerate(rows, 1)])


def _values(place: int, row: ItemRow) -> list[Value]:
    item = row.item
    accepted = row.acceptance if item.status == Status.ACCEPTED else None
    return [
        *(place, row.review.lens.name, item.pillar_name),
        *(item.question_title, Risk(item.risk), item.practice_title, row.why),
        str(status_word(item.status)),
        accepted.until.isoformat() if accepted else "",
        str(item.owner or ""),
        item.due.isoformat() if item.due else "",
        float(in_days(item.effort)),
        item.ticket_key or item.ticket_url,
    ]


def _prepare(context: ReportContext) -> Table:
    return plan_table(context.subject)


PLAN_CSV: Final[ReportKind[Table]] = ReportKind(
    key="workload-plan-csv",
    label=gettext_lazy("Plan"),
    description=gettext_lazy("What to do next, the most urgent first: why, who does it, by when."),
    format=CSV,
    scope=Scope.WORKLOAD,
    prepare=_prepare,
    write=write_csv,
)
