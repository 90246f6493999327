"""The parts of the portfolio: figures with their change, the trend, the most common risks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Final
from uuid import UUID

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.charts import Series, sparkline
from common.clock import now
from common.risk import Risk
from lenses.definition import Pillar, Question
from lenses.models import Lens, LensVersion
from reviews.selectors import progress
from reviews.selectors_portfolio import CommonQuestion, Figures, TrendPoint

MOST_POINTS: Final = 24
"""How many points a trend is drawn through."""


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure changed, in words; ``tone`` says whether that is ``better`` or ``worse``."""

    note: str
    tone: str = ""
    arrow: str = ""


@dataclass(frozen=True, slots=True)
class FigureCard:
    """One figure with its change and its trend."""

    label: str
    value: str
    change: Change
    trend: tuple[float, ...]
    trend_label: str
    risk: Risk | None = None

    @property
    def sparkline(self) -> SafeString:
        """The trend as a small line."""
        return sparkline(self.trend, label=self.trend_label)


@dataclass(frozen=True, slots=True)
class Trend:
    """The lines over time with a label for each value, ``is_drawn`` where there are two or more."""

    labels: list[str]
    high: Series
    medium: Series

    @property
    def series(self) -> list[Series]:
        """The lines, as charts take them."""
        return [self.high, self.medium]

    @property
    def is_drawn(self) -> bool:
        """Whether there is anything to draw a line between."""
        return len(self.labels) > 1


def sampled(points: Sequence[TrendPoint], today: date, current: TrendPoint) -> list[TrendPoint]:
    """Return the trend at days that are equally far apart, from the first milestone to ``today``.

    The last is ``current``, what is true now; each other the latest milestones of its day.
    """
    if not points:
        return []
    first = min(points[0].on, today)
    days = (today - first).days
    # At least two: the milestone, and what became of it since.
    count = max(2, min(days + 1, MOST_POINTS))
    stands = []
    for place in range(count - 1):
        on = first + timedelta(days=round(days * place / (count - 1)))
        earlier = [point for point in points if point.on <= on] or points[:1]
        stands.append(_on(earlier[-1], on))
    return [*stands, current]


def _on(point: TrendPoint, on: date) -> TrendPoint:
    return TrendPoint(
        on, point.high, point.medium, point.answered, point.questions, point.workloads
    )


def stand_now(figures: Figures) -> TrendPoint:
    """Return how the workloads that have milestones stand now, as a point of the trend."""
    counted = progress(figures.compared)
    return TrendPoint(
        on=now().astimezone(UTC).date(),
        high=figures.compared[Risk.HIGH],
        medium=figures.compared[Risk.MEDIUM],
        answered=counted.answered,
        questions=counted.questions,
        workloads=figures.before.workloads if figures.before else 0,
    )


def trend_of(points: Sequence[TrendPoint]) -> Trend:
    """Return the chart of sampled points."""
    labels = [date_format(point.on, "j M Y") for point in points]
    if labels:
        labels[-1] = _("now")
    return Trend(
        labels=labels,
        high=Series(_("High risks"), tuple(point.high for point in points), "risk-high"),
        medium=Series(_("Medium risks"), tuple(point.medium for point in points), "risk-medium"),
    )


def figure_cards(figures: Figures, points: Sequence[TrendPoint]) -> list[FigureCard]:
    """Return the four figures; ``points`` is the sampled trend."""
    stand, before = stand_now(figures), figures.before
    lately = ngettext(
        "%(n)s has a milestone of the last year",
        "%(n)s have a milestone of the last year",
        figures.lately,
    )
    return [
        FigureCard(
            label=_("Workloads"),
            value=f"{figures.workloads:,}",
            change=Change(lately % {"n": f"{figures.lately:,}"}),
            trend=tuple(point.workloads for point in points),
            trend_label=_("Workloads with milestones over time"),
        ),
        FigureCard(
            label=_("Answered"),
            value=f"{progress(figures.counts).percent}\u2009%",
            change=_change_of_share(_percent(stand) - _percent(before) if before else None),
            trend=tuple(_percent(point) for point in points),
            trend_label=_("Share of answered questions over time, in per cent"),
        ),
        FigureCard(
            label=_("High risks"),
            value=f"{figures.counts[Risk.HIGH]:,}",
            change=_change_of_risks(stand.high - before.high if before else None),
            trend=tuple(point.high for point in points),
            trend_label=_("High risks over time"),
            risk=Risk.HIGH,
        ),
        FigureCard(
            label=_("Medium risks"),
            value=f"{figures.counts[Risk.MEDIUM]:,}",
            change=_change_of_risks(stand.medium - before.medium if before else None),
            trend=tuple(point.medium for point in points),
            trend_label=_("Medium risks over time"),
            risk=Risk.MEDIUM,
        ),
    ]


def _percent(point: TrendPoint) -> int:
    return 100 * point.answered // point.questions if point.questions else 0


def _change_of_share(change: int | None) -> Change:
    if change is None:
        return Change(_("no milestone yet"))
    if not change:
        return Change(_("as at the last milestones"))
    words = (
        ngettext(
            "%(n)d point up since the last milestones",
            "%(n)d points up since the last milestones",
            change,
        )
        if change > 0
        else ngettext(
            "%(n)d point down since the last milestones",
            "%(n)d points down since the last milestones",
            -change,
        )
    )
    return Change(
        note=words % {"n": abs(change)},
        tone="better" if change > 0 else "worse",
        arrow="▲" if change > 0 else "▼",
    )


def _change_of_risks(change: int | None) -> Change:
    if change is None:
        return Change(_("no milestone yet"))
    if not change:
        return Change(_("as at the last milestones"))
    words = (
        _("%(n)s more since the last milestones")
        if change > 0
        else _("%(n)s fewer since the last milestones")
    )
    return Change(
        note=words % {"n": f"{abs(change):,}"},
        tone="worse" if change > 0 else "better",
        arrow="▲" if change > 0 else "▼",
    )


@dataclass(frozen=True, slots=True)
class CommonRiskRow:
    """One of the most common risks, in the words of the newest version that has the question.

    ``question`` and ``pillar`` are None where no version has it any more.
    """

    lens: Lens
    question: Question | None
    pillar: Pillar | None
    question_id: str
    reviews: int


def common_risk_rows(
    found: Iterable[CommonQuestion], versions: Sequence[LensVersion]
) -> list[CommonRiskRow]:
    """Return the questions with their words; ``versions`` are all, the newest first."""
    of_lens: dict[UUID, list[LensVersion]] = {}
    for version in versions:
        of_lens.setdefault(version.lens_id, []).append(version)
    rows = []
    for common in found:
        own = of_lens.get(common.lens_id, [])
        if own:
            question, pillar = question_in(own, common.question_id)
            rows.append(
                CommonRiskRow(own[0].lens, question, pillar, common.question_id, common.reviews)
            )
    return rows


def question_in(
    versions: Iterable[LensVersion], question_id: str
) -> tuple[Question | None, Pillar | None]:
    """Return a question and its pillar from the first version that has it."""
    for version in versions:
        for pillar in version.definition.pillars:
            for question in pillar.questions:
                if question.id == question_id:
                    return question, pillar
    return None, None
