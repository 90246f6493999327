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
from common.risk import Risk
from reviews.models import LensReview
from reviews.selectors import Counts, reviews_with_lenses, summaries, total
from reviews.selectors_portfolio import Scope
from workloads.models import Workload

MOST_OTHERS: Final = 3
"""How many pillars beside the well-known ones get a column of their own."""

_SHOW: Final = {Risk.HIGH: "high", Risk.MEDIUM: "medium", Risk.UNANSWERED: "unanswered"}


@dataclass(slots=True)
class Line:
    """A workload with its counts by pillar id, for each review that has the pillar."""

    workload: Workload
    parts: dict[str, list[tuple[LensReview, Counts]]] = field(default_factory=dict)

    @property
    def counts(self) -> Counts:
        """The questions by risk, of all pillars."""
        return total(counts for parts in self.parts.values() for _review, counts in parts)

    def counts_in(self, column: "Column") -> Counts:
        """The questions by risk, of the pillars of a column."""
        return total(
            counts for pillar in column.pillars for _review, counts in self.parts.get(pillar, ())
        )


@dataclass(frozen=True, slots=True)
class Column:
    """One pillar, or the rest of them together."""

    name: str
    pillars: Sequence[str]


@dataclass(frozen=True, slots=True)
class HeatLines:
    """What a heat map of workloads is made of, whatever it is drawn on."""

    columns: list[Column]
    lines: list[Line]


def heat_lines(scope: Scope, workload_ids: Sequence[UUID]) -> HeatLines:
    """Return workloads, in the order of their ids, and their pillars. Two queries, three if behind.

    The well-known pillars come first in their order, then those that are most common among the rows
    shown; the rest share one column.
    """
    lines, names = read_lines(scope, workload_ids)
    return HeatLines(_columns(lines, names), lines)


def read_lines(scope: Scope, workload_ids: Sequence[UUID]) -> tuple[list[Line], dict[str, str]]:
    """Return workloads, in the order of their ids, and the names of their pillars by id."""
    reviews = scope.of(reviews_with_lenses(), "workload", "lens")
    reviews = reviews.filter(workload__in=workload_ids).select_related("workload")
    found = list(reviews.order_by("position", "pk"))
    lines = _lines(found)
    return [lines[key] for key in workload_ids if key in lines], _names(found)


def portfolio_heat_map(slug: str, scope: Scope, workload_ids: Sequence[UUID]) -> SafeString:
    """Draw the heat map of workloads as a table whose cells lead to the questions."""
    found = heat_lines(scope, workload_ids)
    return heat_map(
        [column.name for column in found.columns],
        [_drawn(slug, line, found.columns) for line in found.lines],
        caption=_("Worst risk and how many questions stand at it, by workload and pillar"),
        corner=_("Workload"),
    )


def _lines(reviews: Sequence[LensReview]) -> dict[UUID, Line]:
    counts = summaries(reviews)
    lines: dict[UUID, Line] = {}
    for review in reviews:
        line = lines.setdefault(review.workload_id, Line(review.workload))
        for pillar_id, pillar in counts[review.pk].items():
            line.parts.setdefault(pillar_id, []).append((review, pillar))
    return lines


def _names(reviews: Sequence[LensReview]) -> dict[str, str]:
    versions = {review.lens_version_id: review.lens_version for review in reviews}
    names: dict[str, str] = {}
    for version in versions.values():
        for pillar in version.definition.pillars:
            names.setdefault(pillar.id, pillar.name)
    return names


def _columns(lines: Sequence[Line], names: Mapping[str, str]) -> list[Column]:
    used = Counter(pillar for line in lines for pillar in line.parts)
    columns = [Column(str(name), [pillar]) for pillar, name in WELL_KNOWN.items() if pillar in used]
    order = {pillar: place for place, pillar in enumerate(names)}
    others = sorted(
        used.keys() - WELL_KNOWN.keys(), key=lambda key: (-used[key], order.get(key, 0), key)
    )
    # A column "Other" for one pillar would only hide its name.
    own = others if len(others) <= MOST_OTHERS + 1 else others[:MOST_OTHERS]
    columns += [Column(names.get(pillar, pillar), [pillar]) for pillar in own]
    if len(own) < len(others):
        columns.append(Column(_("Other pillars"), others[len(own) :]))
    return columns


def _drawn(slug: str, line: Line, columns: Sequence[Column]) -> HeatRow:
    url = reverse("workload", kwargs={"slug": slug, "workload_id": line.workload.pk})
    return HeatRow(line.workload.name, [_cell(slug, line, column) for column in columns], url)


def _cell(slug: str, line: Line, column: Column) -> HeatCell:
    cell = HeatCell(line.counts_in(column))
    worst = cell.worst
    if worst is None:
        return cell
    parts = [
        (pillar, review, counts)
        for pillar in column.pillars
        for review, counts in line.parts.get(pillar, ())
    ]
    # To the lens with most of the worst; among equals, the one that is listed first.
    pillar, review, _counts = max(parts, key=lambda part: part[2][worst])
    address = reverse(
        "review-lens",
        kwargs={"slug": slug, "workload_id": line.workload.pk, "review_id": review.pk},
    )
    query = {"pillar": pillar, **({"show": _SHOW[worst]} if worst in _SHOW else {})}
    return HeatCell(cell.counts, f"{address}?{urlencode(query)}")
