"""The list of workloads: which rows, in which order, with figures that are true."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import add
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, F, FloatField, Max, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce, Greatest, NullIf
from django.http import QueryDict

from improvement.selectors_items import improvement_statuses
from improvement.statuses import ImprovementStatus
from lenses.models import Lens
from reviews.models import LensReview
from reviews.selectors import Counts, Progress, progress, reviews_with_lenses, summaries, total
from workloads.models import Workload, WorkloadTag
from workloads.selectors import find_workloads

DEFAULT_SORT: Final = "name"
_LONGEST_SEARCH: Final = 200


@dataclass(frozen=True, slots=True)
class WorkloadFilter:
    """What the list shows, as its address says it."""

    words: str = ""
    environment: str = ""
    lens_id: UUID | None = None
    sort: str = DEFAULT_SORT

    @property
    def is_set(self) -> bool:
        """Whether anything is left out."""
        return bool(self.words or self.environment or self.lens_id)

    def as_query(self) -> dict[str, str]:
        """Return the address's parameters, without those that say nothing."""
        values = {
            "q": self.words,
            "environment": self.environment,
            "lens": str(self.lens_id or ""),
            "sort": "" if self.sort == DEFAULT_SORT else self.sort,
        }
        return {name: value for name, value in values.items() if value}


def read_filter(query: QueryDict) -> WorkloadFilter:
    """Return what an address asks for; what makes no sense in it counts as not said."""
    environment = query.get("environment", "")
    sort = query.get("sort", DEFAULT_SORT)
    return WorkloadFilter(
        words=" ".join(query.get("q", "").replace("\x00", "").split())[:_LONGEST_SEARCH],
        environment=environment if environment in Workload.Environment.values else "",
        lens_id=_uuid(query.get("lens", "")),
        sort=sort if sort.removeprefix("-") in _SORTS else DEFAULT_SORT,
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def filtered_workloads(wanted: WorkloadFilter) -> QuerySet[Workload]:
    """Return the workloads in order, those without a value last.

    Orders by risk and progress go by the summaries that Celery keeps, which may be seconds old; the
    figures in the rows are always true (``workload_rows``).
    """
    found = find_workloads(words=wanted.words, environment=wanted.environment)
    if wanted.lens_id:
        # Not through the join: a figure to sort by is that of all lenses.
        reviewed = LensReview.objects.filter(lens=wanted.lens_id).values("workload")
        found = found.filter(pk__in=reviewed)
    name = wanted.sort.removeprefix("-")
    if name == DEFAULT_SORT:
        # As it is, so that the index of the unique name serves it.
        return found.order_by("-name_key" if wanted.sort.startswith("-") else "name_key", "pk")
    value = F("sorted_by")
    order = value.desc if wanted.sort.startswith("-") else value.asc
    return found.annotate(sorted_by=_SORTS[name]()).order_by(
        order(nulls_last=True), "name_key", "pk"
    )


def _sum(figure: str) -> Any:
    return Coalesce(Sum(f"reviews__summaries__{figure}"), 0)


def _answered() -> Any:
    questions = ("high", "medium", "none", "not_applicable", "unanswered")
    everything = reduce(add, (_sum(figure) for figure in questions))
    answered = Cast(everything - _sum("unanswered"), FloatField())
    return Coalesce(answered / NullIf(Cast(everything, FloatField()), Value(0.0)), 0.0)


# Aggregates over one join, each computed once: without statistics SQLite reads all summaries of the
# organisation for every row of a correlated subquery.
_SORTS: Final[dict[str, Callable[[], Any]]] = {
    "name": lambda: F("name_key"),
    "owner": lambda: NullIf(F("review_owner"), Value("")),
    "lenses": lambda: Count("reviews"),
    "answered": _answered,
    "high": lambda: _sum("high"),
    "medium": lambda: _sum("medium"),
    "changed": lambda: Greatest("updated_at", Coalesce(Max("reviews__updated_at"), "updated_at")),
    "next_review": lambda: F("next_review_on"),
}


@dataclass(slots=True)
class WorkloadRow:
    """One workload with what the list says about it."""

    workload: Workload
    changed_at: datetime
    tags: list[WorkloadTag] = field(default_factory=list)
    reviews: list[LensReview] = field(default_factory=list)
    counts: Counts = field(default_factory=Counter)
    improvement: str = ImprovementStatus.NOT_APPLICABLE.value

    @property
    def progress(self) -> Progress:
        """How far all reviews together are."""
        return progress(self.counts)


def workload_rows(workloads: Sequence[Workload]) -> list[WorkloadRow]:
    """Return the rows of one page: tags, lenses and figures true to the last answer.

    The same number of queries whatever the number of workloads.
    """
    rows = {each.pk: WorkloadRow(each, changed_at=each.updated_at) for each in workloads}
    for tag in WorkloadTag.objects.filter(workload__in=list(rows)).order_by("key"):
        rows[tag.workload_id].tags.append(tag)
    reviews = list(reviews_with_lenses().filter(workload__in=list(rows)).order_by("position", "pk"))
    counts = summaries(reviews)
    for review in reviews:
        row = rows[review.workload_id]
        row.reviews.append(review)
        row.counts += total(counts[review.pk].values())
        row.changed_at = max(row.changed_at, review.updated_at)
    for workload_id, found in improvement_statuses(list(rows)).items():
        rows[workload_id].improvement = found.status.value
    return list(rows.values())


def lenses_in_use() -> list[Lens]:
    """Return the lenses that any workload is reviewed through, by name: what to filter by."""
    in_use = LensReview.objects.order_by().values("lens")
    return list(Lens.objects.filter(pk__in=in_use).order_by("name", "pk"))
