"""Figures by what workloads say of themselves: owner, environment, industry, tag.

As true as the figures over all (selectors_portfolio.py): what Celery has yet to count is added.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from common.risk import Risk
from reviews.models import ReviewSummary, WorkloadSummary
from reviews.selectors import Counts, Progress, progress
from reviews.selectors_portfolio import Portfolio
from reviews.services.summaries import FIGURES
from workloads.models import Workload

Said = tuple[str, ...]
"""What a group's workloads have in common, field by field."""


@dataclass(slots=True)
class Group:
    """The workloads that say the same, and their questions by risk."""

    said: Said
    workloads: int = 0
    counts: Counts = field(default_factory=Counter)

    @property
    def progress(self) -> Progress:
        """How far their reviews are."""
        return progress(self.counts)


def groups_by(portfolio: Portfolio, *names: str) -> list[Group]:
    """Return the groups by some of the workload's fields (``review_owner``, ``tags__key``).

    Those with the most risk first. A workload with several tags counts in the group of each, one
    without in that of None. Two queries, three when some review is behind.
    """
    groups: dict[Said, Group] = {}
    for *said, workloads in _numbers(portfolio, names):
        groups[tuple(said)] = Group(tuple(said), workloads)
    for *found, risks in _sums(portfolio, names):
        said = tuple(found)
        groups.setdefault(said, Group(said)).counts.update(risks)
    _correct(portfolio, names, groups)
    return sorted(
        groups.values(),
        key=lambda each: (
            -each.counts[Risk.HIGH],
            -each.counts[Risk.MEDIUM],
            -each.workloads,
            [part or "" for part in each.said],
        ),
    )


def _numbers(portfolio: Portfolio, names: Iterable[str]) -> Iterable[Any]:
    workloads = portfolio.scope.all_workloads().order_by()
    return workloads.values_list(*names).annotate(number=Count("pk", distinct=True))


def _sums(portfolio: Portfolio, names: Iterable[str]) -> Iterable[Any]:
    scope = portfolio.scope
    if scope.lens_id:
        rows = scope.of(ReviewSummary.objects.all(), "review__workload", "review__lens")
        way = "review__workload__"
    else:
        rows, way = scope.of(WorkloadSummary.objects.all(), "workload"), "workload__"
    sums = {f"sum_{name}": Coalesce(Sum(name), 0) for name in FIGURES}
    grouped = rows.order_by().values(*(f"{way}{name}" for name in names)).annotate(**sums)
    for row in grouped:
        counts = {risk: row[f"sum_{risk.name.lower()}"] for risk in Risk}
        yield *(row[f"{way}{name}"] for name in names), counts


def _correct(portfolio: Portfolio, names: Iterable[str], groups: dict[Said, Group]) -> None:
    late: dict[UUID, Counter[Risk]] = {}
    for correction in portfolio.corrections:
        late.setdefault(correction.review.workload_id, Counter()).update(correction.counts)
    if not late:
        return
    for key, *found in Workload.objects.filter(pk__in=late).values_list("pk", *names):
        said = tuple(found)
        groups.setdefault(said, Group(said)).counts.update(late[key])
