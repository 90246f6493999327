"""Figures over many workloads: how they stand, how that came about, what is most common.

None is ever stale: what Celery has yet to count is added here (reviews/rollups.py).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from common.clock import now
from common.risk import Risk
from lenses.models import LensVersion
from reviews.models import (
    Answer,
    CommonRisk,
    LensReview,
    Milestone,
    ReviewSummary,
    TrendDay,
    WorkloadSummary,
)
from reviews.rollups import Correction, behind, corrections
from reviews.selectors import Counts
from reviews.selectors_trend import milestone_counts
from reviews.services.summaries import FIGURES
from reviews.services.trend import FIGURES as TREND_FIGURES
from reviews.services.trend import day_of, figures_of
from workloads.models import Workload

_YEAR: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which reviews are meant: of some workloads or of all, through one lens or through any."""

    workloads: QuerySet[Workload] | None = None
    lens_id: UUID | None = None

    @property
    def is_all(self) -> bool:
        """Whether nothing is left out."""
        return self.workloads is None and self.lens_id is None

    def all_workloads(self) -> QuerySet[Workload]:
        """Return the workloads meant: with a lens, those reviewed through it."""
        found = Workload.objects.all() if self.workloads is None else self.workloads
        if self.lens_id:
            through = LensReview.objects.filter(lens=self.lens_id).values("workload")
            found = found.filter(pk__in=through)
        return found

    def of(self, rows: QuerySet[Any], workload: str, lens: str = "") -> QuerySet[Any]:
        """Narrow rows by the names of their ways to the workload and, if it matters, the lens."""
        if self.workloads is not None:
            rows = rows.filter(**{f"{workload}__in": self.workloads.order_by().values("pk")})
        if self.lens_id and lens:
            rows = rows.filter(**{lens: self.lens_id})
        return rows


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The sum of all workloads' latest milestones at the end of a day."""

    on: date
    high: int = 0
    medium: int = 0
    answered: int = 0
    questions: int = 0
    workloads: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """How many questions of how many workloads stand at which risk.

    ``compared`` are the counts of those workloads that have a milestone, ``before`` the sum of
    their latest ones; None where there is none. ``lately`` counts the milestones' workloads of the
    last 365 days.
    """

    workloads: int
    counts: Counts
    lately: int
    compared: Counts
    before: TrendPoint | None


@dataclass(frozen=True, slots=True)
class CommonQuestion:
    """A question of a lens, and in how many reviews it stands at high risk."""

    lens_id: UUID
    question_id: str
    reviews: int


@dataclass(frozen=True)
class Portfolio:
    """The figures of a scope, each read once, however many parts of a page ask for it."""

    scope: Scope = field(default_factory=Scope)

    @cached_property
    def corrections(self) -> list[Correction]:
        """What the reviews that are behind change."""
        return list(corrections(self.scope.of(behind(), "workload", "lens")))

    @cached_property
    def _trend(self) -> "_Trend":
        return _stored_trend() if self.scope.is_all else _counted_trend(self.scope)

    @property
    def trend(self) -> list[TrendPoint]:
        """One point for each day with milestones, the earliest first."""
        return self._trend.points

    @cached_property
    def _sums(self) -> dict[str, int]:
        if self.scope.lens_id:
            return _sums_through_lens(self.scope, self._trend.latest)
        return _sums(self.scope)

    @cached_property
    def _late_rows(self) -> dict[UUID, WorkloadSummary]:
        late = {each.review.workload_id for each in self.corrections}
        rows = WorkloadSummary.objects.filter(workload__in=late) if late else ()
        return {row.workload_id: row for row in rows}

    @cached_property
    def figures(self) -> Figures:
        """The figures of now, beside those of the latest milestones."""
        sums = self._sums
        counts, compared = _read(sums, "all_"), _read(sums, "compared_")
        with_milestone = self._with_milestone()
        for correction in self.corrections:
            counts.update(correction.counts)
            if correction.review.workload_id in with_milestone:
                compared.update(correction.counts)
        return Figures(
            workloads=self.scope.all_workloads().count(),
            counts=counts,
            lately=sums["lately"],
            compared=compared,
            before=self.trend[-1] if self.trend else None,
        )

    def _with_milestone(self) -> set[UUID]:
        if self.scope.lens_id:
            return set(self._trend.latest)
        return {key for key, row in self._late_rows.items() if row.milestone_at}

    @cached_property
    def workloads_by_risk(self) -> "WorkloadsByRisk":
        """The ids of the workloads with a review, those with the most risk first."""
        rows = _ranked_through_lens(self.scope) if self.scope.lens_id else _ranked(self.scope)
        late = self._late()
        if late:
            rows = rows.exclude(workload__in=list(late))
        ranks = sorted(
            _rank(key, [counts[risk] for risk in _RANKED]) for key, counts in late.items()
        )
        if self.scope.lens_id:
            return WorkloadsByRisk(rows, ranks, rows.count() + len(ranks))
        counted = sum(
            any(getattr(row, name) for name in FIGURES) for row in self._late_rows.values()
        )
        return WorkloadsByRisk(rows, ranks, self._sums["listed"] - counted + len(ranks))

    def _late(self) -> dict[UUID, Counts]:
        """Return the true counts of the workloads with a review that is behind."""
        late: dict[UUID, Counts] = {}
        for correction in self.corrections:
            of_workload = late.setdefault(correction.review.workload_id, Counter())
            of_workload.update(correction.now if self.scope.lens_id else correction.counts)
        if not self.scope.lens_id:
            for key, row in self._late_rows.items():
                late[key].update({risk: getattr(row, risk.name.lower()) for risk in Risk})
        return late

    def common_risks(self, most: int | None = None) -> list[CommonQuestion]:
        """Return the questions at high risk in most reviews, the most common first."""
        if not self.scope.is_all:
            return _counted_common_risks(self.scope)[:most]
        rows = CommonRisk.objects.values_list("lens", "question_id", "reviews")
        found = Counter({(lens, question): number for lens, question, number in rows})
        for each in self.corrections:
            found.update((each.review.lens_id, key) for key in each.appeared)
            found.subtract((each.review.lens_id, key) for key in each.gone)
        ordered = sorted(found.items(), key=lambda item: (-item[1], item[0][1], str(item[0][0])))
        return [CommonQuestion(*key, number) for key, number in ordered if number > 0][:most]


def _read(sums: Mapping[str, int], prefix: str) -> Counts:
    return Counter({risk: sums[f"{prefix}{risk.name.lower()}"] for risk in Risk})


def _totals(only: Q, way: str = "") -> dict[str, Any]:
    return {
        f"{prefix}{name}": Coalesce(Sum(f"{way}{name}", filter=condition), 0)
        for prefix, condition in (("all_", None), ("compared_", only))
        for name in FIGURES
    }


def _sums(scope: Scope) -> dict[str, int]:
    rows = scope.of(WorkloadSummary.objects.all(), "workload")
    lately = Count("pk", filter=Q(milestone_at__gte=now() - _YEAR))
    listed = Count("pk", filter=~Q(**dict.fromkeys(FIGURES, 0)))
    found: dict[str, int] = rows.aggregate(
        lately=lately, listed=listed, **_totals(Q(milestone_at__isnull=False))
    )
    return found


def _sums_through_lens(scope: Scope, latest: "Mapping[UUID, date]") -> dict[str, int]:
    """Return the sums of one lens; compared are workloads whose latest milestone has it."""
    rows = scope.of(ReviewSummary.objects.all(), "review__workload", "review__lens")
    found: dict[str, int] = rows.aggregate(**_totals(Q(review__workload__in=list(latest))))
    year_ago = day_of(now() - _YEAR)
    return {**found, "lately": sum(day >= year_ago for day in latest.values())}


@dataclass(frozen=True, slots=True)
class _Trend:
    points: list[TrendPoint]
    latest: Mapping[UUID, date] = field(default_factory=dict)


def _stored_trend() -> _Trend:
    rows = TrendDay.objects.order_by("on").values_list("on", *TREND_FIGURES)
    return _Trend(_added_up((on, dict(zip(TREND_FIGURES, row, strict=True))) for on, *row in rows))


def _counted_trend(scope: Scope) -> _Trend:
    days: dict[date, Counter[str]] = {}
    before: dict[UUID, Counter[str]] = {}
    latest: dict[UUID, date] = {}
    for workload, at, counts in _milestones(scope):
        figures, on = figures_of(counts), day_of(at)
        day = days.setdefault(on, Counter())
        day.update(figures)
        if workload in before:
            day.subtract(before[workload])
        before[workload], latest[workload] = figures, on
    return _Trend(_added_up(sorted(days.items())), latest)


def _milestones(scope: Scope) -> Iterator[tuple[UUID, datetime, Mapping[str, int]]]:
    """Yield what milestones count of a scope, the earliest first."""
    if not scope.lens_id:
        rows = scope.of(Milestone.objects.order_by("at", "number", "pk"), "workload")
        yield from rows.values_list("workload_id", "at", "counts").iterator()
        return
    workloads = scope.workloads
    ids = None if workloads is None else workloads.order_by().values_list("pk", flat=True)
    for milestone in milestone_counts(ids):
        for lens in milestone.lenses:
            if lens.lens_id == scope.lens_id:
                counts = {str(risk): count for risk, count in lens.total.items()}
                yield milestone.workload_id, milestone.at, counts


def _added_up(days: Iterable[tuple[date, Mapping[str, int]]]) -> list[TrendPoint]:
    points = []
    stand: Counter[str] = Counter()
    for on, change in days:
        stand.update(change)
        points.append(TrendPoint(on, **{name: stand[name] for name in TREND_FIGURES}))
    return points


def _counted_common_risks(scope: Scope) -> list[CommonQuestion]:
    rows = scope.of(Answer.objects.filter(risk=Risk.HIGH), "review__workload", "review__lens")
    rows = rows.order_by().values_list("review__lens", "question_id").annotate(number=Count("pk"))
    ordered = rows.order_by("-number", "question_id", "review__lens")
    return [CommonQuestion(*row) for row in ordered]


def workloads_at_high_risk(scope: Scope, lens_id: UUID, question_id: str) -> QuerySet[Answer]:
    """Return the answers behind a common risk, with review and workload, by the workload's name."""
    rows = Answer.objects.filter(
        risk=Risk.HIGH, question_id=question_id, review__lens=lens_id
    ).select_related("review__workload")
    narrowed: QuerySet[Answer] = scope.of(rows, "review__workload", "review__lens")
    return narrowed.order_by("review__workload__name_key", "pk")


_RANKED: Final = (Risk.HIGH, Risk.MEDIUM, Risk.UNANSWERED)
_RANKED_FIELDS: Final = tuple(risk.name.lower() for risk in _RANKED)

Rank = tuple[int, int, int, UUID]
"""How far in front a workload is: its high, medium and unanswered, each negative; its id."""


def _rank(workload: UUID, figures: Sequence[int]) -> Rank:
    high, medium, unanswered = figures
    return (-high, -medium, -unanswered, workload)


@dataclass(frozen=True, slots=True)
class WorkloadsByRisk:
    """The ids of the workloads with a review, those with the most risk first; to be read in pages.

    ``stored`` are those of which all is counted, in order; ``late`` the others, by what is true.
    """

    stored: QuerySet[Any]
    late: list[Rank]
    total: int

    def count(self) -> int:
        """Return how many there are."""
        return self.total

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, part: slice) -> list[UUID]:
        # Whichever of the late ones come before, no stored row of the part is further in front.
        begin = max(part.start - len(self.late), 0)
        rows = self.stored.values_list("workload", *_RANKED_FIELDS)[begin : part.stop]
        ranks = [_rank(workload, figures) for workload, *figures in rows]
        merged = sorted(ranks + self.late)
        return [rank[-1] for rank in merged[part.start - begin : part.stop - begin]]


def _ranked(scope: Scope) -> QuerySet[Any]:
    rows = scope.of(WorkloadSummary.objects.all(), "workload")
    return _worst_first(rows.exclude(**dict.fromkeys(FIGURES, 0)))


def _ranked_through_lens(scope: Scope) -> QuerySet[Any]:
    reviews = scope.of(LensReview.objects.all(), "workload", "lens")
    sums = {name: Coalesce(Sum(f"summaries__{name}"), 0) for name in _RANKED_FIELDS}
    return _worst_first(reviews.annotate(**sums))


def _worst_first(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by(*(F(name).desc() for name in _RANKED_FIELDS), "workload")


def versions_in_use() -> list[LensVersion]:
    """Return all versions that were ever published, with their lenses, the newest first.

    Their documents stay in the database, for whoever needs one's definition.
    """
    versions = LensVersion.objects.exclude(status=LensVersion.Status.DRAFT)
    return list(versions.select_related("lens").defer("document").order_by("-published_at", "-pk"))
