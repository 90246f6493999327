"""The portfolio's heat map: workloads by pillars, from the figures of their reviews."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.heat_map import HeatCell, HeatRow, heat_map
from common.pillars import WELL_KNOWN
from common.risk import BY_SEVERITY, Risk
from reviews.models import LensReview
from reviews.selectors import Counts, reviews_with_lenses, summaries, total
from reviews.selectors_portfolio import Scope
from workloads.models import Workload

MOST_OTHERS: Final = 3
"""How many pillars beside the well-known ones get a column of their own."""

_SHOW: Final = {Risk.HIGH: "high", Risk.MEDIUM: "medium", Risk.UNANSWERED: "unanswered"}


@dataclass(slots=True)
class _Row:
    workload: Workload
    # By pillar id, for each review that has the pillar.
    parts: dict[str, list[tuple[LensReview, Counts]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    pillars: Sequence[str]


def portfolio_heat_map(slug: str, scope: Scope, workload_ids: Sequence[UUID]) -> SafeString:
    """Draw the heat map of workloads, in the order of their ids. Two queries, three when behind.

    The well-known pillars come first in their order, then those that are most common among the rows
    shown; the rest share one column.
    """
    reviews = scope.of(reviews_with_lenses(), "workload", "lens")
    reviews = reviews.filter(workload__in=workload_ids).select_related("workload")
    found = list(reviews.order_by("position", "pk"))
    rows = _rows(found)
    columns = _columns(rows, _names(found))
    return heat_map(
        [column.name for column in columns],
        [_drawn(slug, rows[key], columns) for key in workload_ids if key in rows],
        caption=_("Worst risk and how many questions stand at it, by workload and pillar"),
        corner=_("Workload"),
    )


def _rows(reviews: Sequence[LensReview]) -> dict[UUID, _Row]:
    counts = summaries(reviews)
    rows: dict[UUID, _Row] = {}
    for review in reviews:
        row = rows.setdefault(review.workload_id, _Row(review.workload))
        for pillar_id, pillar in counts[review.pk].items():
            row.parts.setdefault(pillar_id, []).append((review, pillar))
    return rows


def _names(reviews: Sequence[LensReview]) -> dict[str, str]:
    versions = {review.lens_version_id: review.lens_version for review in reviews}
    names: dict[str, str] = {}
    for version in versions.values():
        for pillar in version.definition.pillars:
            names.setdefault(pillar.id, pillar.name)
    return names


def _columns(rows: Mapping[UUID, _Row], names: Mapping[str, str]) -> list[_Column]:
    used = Counter(pillar for row in rows.values() for pillar in row.parts)
    columns = [
        _Column(str(name), [pillar]) for pillar, name in WELL_KNOWN.items() if pillar in used
    ]
    order = {pillar: place for place, pillar in enumerate(names)}
    others = sorted(
        used.keys() - WELL_KNOWN.keys(), key=lambda key: (-used[key], order.get(key, 0), key)
    )
    # A column "Other" for one pillar would only hide its name.
    own = others if len(others) <= MOST_OTHERS + 1 else others[:MOST_OTHERS]
    columns += [_Column(names.get(pillar, pillar), [pillar]) for pillar in own]
    if len(own) < len(others):
        columns.append(_Column(_("Other pillars"), others[len(own) :]))
    return columns


def _drawn(slug: str, row: _Row, columns: Sequence[_Column]) -> HeatRow:
    url = reverse("workload", kwargs={"slug": slug, "workload_id": row.workload.pk})
    return HeatRow(row.workload.name, [_cell(slug, row, column) for column in columns], url)


def _cell(slug: str, row: _Row, column: _Column) -> HeatCell:
    parts = [
        (pillar, review, counts)
        for pillar in column.pillars
        for review, counts in row.parts.get(pillar, ())
    ]
    counts = total(counts for _pillar, _review, counts in parts)
    worst = next((risk for risk in BY_SEVERITY if counts[risk]), None)
    if worst is None:
        return HeatCell()
    # To the lens with most of the worst; among equals, the one that is listed first.
    pillar, review, _counts = max(parts, key=lambda part: part[2][worst])
    address = reverse(
        "review-lens",
        kwargs={"slug": slug, "workload_id": row.workload.pk, "review_id": review.pk},
    )
    query = {"pillar": pillar, **({"show": _SHOW[worst]} if worst in _SHOW else {})}
    return HeatCell(counts, f"{address}?{urlencode(query)}")
