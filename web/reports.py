"""The report on all workloads of an organisation."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.risk import BY_SEVERITY, Risk
from lenses.definition import LensDefinition, UnknownQuestion
from reviews.models import Answer, LensReview
from reviews.reports.kinds import ReportContext, Scope
from reviews.reports.paper import pdf_kind
from reviews.selectors import Counts, progress, reviews_with_lenses, summaries, total
from workloads.models import Workload

# A director reads no thousand rows: those with most risk are shown, all are counted.
_MOST_ROWS: Final = 300
_MOST_PILLARS: Final = 8
_MOST_COMMON: Final = 10


@dataclass(frozen=True, slots=True)
class HeatCell:
    """The worst risk of a workload in a pillar, and how many questions have it."""

    risk: Risk
    count: int


@dataclass(frozen=True, slots=True)
class PortfolioRow:
    """One workload; a cell for each pillar of the table, None where it has no such pillar."""

    name: str
    owner: str
    cells: list[HeatCell | None]
    high: int
    medium: int
    percent: int


@dataclass(frozen=True, slots=True)
class CommonRisk:
    """A question at high risk, and in how many workloads."""

    title: str
    lens_name: str
    pillar_name: str
    workloads: int


def _read(context: ReportContext) -> dict[str, Any]:
    workloads = list(Workload.objects.only("name", "review_owner").order_by("name_key", "pk"))
    reviews = list(reviews_with_lenses().order_by("position", "pk"))
    counts = summaries(reviews)
    by_workload: dict[UUID, dict[str, Counts]] = {each.pk: {} for each in workloads}
    names: Counter[str] = Counter()
    for review in reviews:
        for pillar in review.lens_version.definition.pillars:
            pillars = by_workload[review.workload_id]
            found = pillars.setdefault(pillar.name, Counter())
            found.update(counts[review.pk].get(pillar.id, Counter()))
            names[pillar.name] += 1
    shown = [name for name, _number in names.most_common(_MOST_PILLARS)]
    rows = [_row(each, by_workload[each.pk], shown) for each in workloads]
    rows.sort(key=lambda row: (-row.high, -row.medium))
    everything = total(found for pillars in by_workload.values() for found in pillars.values())
    return {
        "subject": _("All workloads"),
        "contents": [("summary", _("Summary"), 1), ("workloads", _("Workloads and pillars"), 1)],
        "number": len(workloads),
        "shown": min(len(rows), _MOST_ROWS),
        "counts": everything,
        "progress": progress(everything),
        "pillars": shown,
        "rows": rows[:_MOST_ROWS],
        "common": _common_risks(reviews),
    }


def _row(workload: Workload, pillars: dict[str, Counts], names: Sequence[str]) -> PortfolioRow:
    counts = total(pillars.values())
    return PortfolioRow(
        name=workload.name,
        owner=workload.review_owner,
        cells=[_cell(pillars[name]) if name in pillars else None for name in names],
        high=counts[Risk.HIGH],
        medium=counts[Risk.MEDIUM],
        percent=progress(counts).percent,
    )


def _cell(counts: Counts) -> HeatCell | None:
    worst = next((risk for risk in BY_SEVERITY if counts[risk]), None)
    return HeatCell(worst, counts[worst]) if worst else None


def _common_risks(reviews: Sequence[LensReview]) -> list[CommonRisk]:
    """Return the questions at high risk in most workloads; the same question of all versions."""
    definitions: dict[UUID, LensDefinition] = {}
    for review in reviews:
        definitions.setdefault(review.lens_id, review.lens_version.definition)
    rows = Answer.objects.filter(risk=Risk.HIGH).values("review__lens", "question_id")
    counted = rows.annotate(workloads=Count("review__workload", distinct=True))
    found = []
    for row in counted.order_by("-workloads", "question_id")[: _MOST_COMMON * 2]:
        definition = definitions[row["review__lens"]]
        try:
            question = definition.question(row["question_id"])
        except UnknownQuestion:
            continue
        pillar = definition.pillar(question.pillar_id)
        found.append(CommonRisk(question.title, definition.name, pillar.name, row["workloads"]))
    return found[:_MOST_COMMON]


PORTFOLIO_PDF: Final = pdf_kind(
    key="portfolio-pdf",
    label=gettext_lazy("Portfolio"),
    description=gettext_lazy("All workloads: figures, workloads by pillar, the most common risks."),
    scope=Scope.ORGANIZATION,
    template="portfolio.html",
    read=_read,
)
