"""How risk moved from milestone to milestone: counts that are read without opening a snapshot."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.clock import now
from common.risk import Risk
from reviews.models import LensReview, Milestone
from reviews.selectors import Counts, PillarCounts, summaries, total
from reviews.selectors_milestones import load_definitions
from reviews.snapshots import LensCounts, lens_counts_from
from workloads.models import Workload

NOW_NUMBER: Final = 0
"""The number of the moment that is no milestone."""


@dataclass(frozen=True, slots=True)
class MilestoneCounts:
    """What one milestone counts: the questions by risk, and the same by lens and pillar.

    ``number`` is NOW_NUMBER for a workload as it is now.
    """

    workload_id: UUID
    number: int
    name: str
    at: datetime
    total: Counts
    lenses: tuple[LensCounts, ...]


def milestone_counts(
    workload_ids: Iterable[UUID] | None = None,
) -> Iterator[MilestoneCounts]:
    """Yield the counts of milestones, the earliest first; one query, snapshots left where they are.

    ``workload_ids``: ids, or a query of ids; all of the bound organisation's workloads when None.
    """
    milestones: QuerySet[Milestone] = Milestone.objects.order_by("at", "number", "pk")
    if workload_ids is not None:
        milestones = milestones.filter(workload__in=workload_ids)
    rows = milestones.values_list("workload_id", "number", "name", "at", "counts", "lens_counts")
    for workload_id, number, name, at, counts, lens_counts in rows.iterator():
        yield MilestoneCounts(
            workload_id=workload_id,
            number=number,
            name=name,
            at=at,
            total=Counter({Risk(risk): count for risk, count in counts.items()}),
            lenses=lens_counts_from(lens_counts),
        )


@dataclass(frozen=True, slots=True)
class Point:
    """One moment of a line."""

    moment: MilestoneCounts
    counts: Counts

    @property
    def is_now(self) -> bool:
        """Whether it is no milestone."""
        return self.moment.number == NOW_NUMBER

    @property
    def high(self) -> int:
        """How many questions were at high risk."""
        return self.counts[Risk.HIGH]

    @property
    def medium(self) -> int:
        """How many questions were at medium risk."""
        return self.counts[Risk.MEDIUM]


@dataclass(frozen=True, slots=True)
class Line:
    """How the questions of a workload or of one pillar moved, the earliest moment first.

    ``key`` names it in the address: empty for all lenses together.
    """

    key: str
    lens_name: str
    name: str
    points: tuple[Point, ...]

    @property
    def first(self) -> Point:
        """The earliest moment."""
        return self.points[0]

    @property
    def last(self) -> Point:
        """The latest moment."""
        return self.points[-1]


@dataclass(frozen=True, slots=True)
class Trend:
    """All lines of a workload: of all lenses together, and of each pillar by lens."""

    whole: Line
    pillars: tuple[Line, ...]

    def line(self, key: str) -> Line:
        """Return a line by its key; that of all lenses where there is none."""
        return next((line for line in self.pillars if line.key == key), self.whole)


def trend_of(workload: Workload, reviews: Sequence[LensReview]) -> Trend:
    """Return how a workload's risks moved over its milestones up to now. Four queries at most.

    ``reviews`` are all of its reviews (reviews_of). A pillar's line has the moments at which its
    lens was there.
    """
    moments = [
        *milestone_counts([workload.pk]),
        _now(workload, reviews, summaries(reviews)),
    ]
    whole = Line("", "", _("All lenses"), tuple(Point(each, each.total) for each in moments))
    return Trend(whole, tuple(_pillar_lines(moments)))


def whole_line(workload: Workload, counts: Counts) -> Line:
    """Return how a workload's risks moved over its milestones up to ``counts``; one query."""
    moments = [*milestone_counts([workload.pk]), _moment_now(workload, counts, ())]
    return Line("", "", _("All lenses"), tuple(Point(each, each.total) for each in moments))


def _now(
    workload: Workload, reviews: Sequence[LensReview], counts: dict[UUID, PillarCounts]
) -> MilestoneCounts:
    lenses = tuple(
        LensCounts(
            lens_id=review.lens_id,
            lens_name=review.lens.name,
            version_id=review.lens_version_id,
            version=review.lens_version.version,
            document_sha256=review.lens_version.sha256,
            pillars=counts[review.pk],
        )
        for review in reviews
    )
    return _moment_now(workload, total(lens.total for lens in lenses), lenses)


def _moment_now(
    workload: Workload, counts: Counts, lenses: tuple[LensCounts, ...]
) -> MilestoneCounts:
    return MilestoneCounts(
        workload_id=workload.pk,
        number=NOW_NUMBER,
        name=_("now"),
        at=now(),
        total=counts,
        lenses=lenses,
    )


def _pillar_lines(moments: Sequence[MilestoneCounts]) -> Iterator[Line]:
    """Yield the lines of all pillars there ever were, in the order of the latest lens versions."""
    points: dict[tuple[UUID, str], list[Point]] = {}
    latest: dict[UUID, LensCounts] = {}
    for moment in reversed(moments):
        for lens in moment.lenses:
            latest.setdefault(lens.lens_id, lens)
            for pillar_id, counts in lens.pillars.items():
                points.setdefault((lens.lens_id, pillar_id), []).append(Point(moment, counts))
    definitions = load_definitions(
        {lens.document_sha256: lens.version_id for lens in latest.values()}
    )
    for lens_id, lens in latest.items():
        known = definitions.get(lens.document_sha256)
        names = {pillar.id: pillar.name for pillar in known.pillars} if known else {}
        gone = [pillar_id for of, pillar_id in points if of == lens_id and pillar_id not in names]
        for pillar_id in (*names, *gone):
            yield Line(
                key=f"{lens_id}.{pillar_id}",
                lens_name=lens.lens_name,
                # A pillar that the latest version lost has no other name than its id.
                name=names.get(pillar_id, pillar_id),
                points=tuple(reversed(points[lens_id, pillar_id])),
            )
