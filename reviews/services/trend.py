"""Keeping the trend over all workloads: what each day's milestones changed.

In the transaction of the milestone itself, so that it is never behind.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from common.risk import Risk
from reviews.models import Milestone, TrendDay, WorkloadSummary
from reviews.services.summaries import count_workloads
from tenants.context import current_organization_id
from tenants.transactions import take_turn, writing

FIGURES: Final = ("high", "medium", "answered", "questions", "workloads")

Days = dict[date, Counter[str]]


def figures_of(counts: Mapping[str, int] | Mapping[Risk, int]) -> Counter[str]:
    """Return what a milestone's ``counts`` by risk put into the trend."""
    counts = {str(risk): count for risk, count in counts.items()}
    questions = sum(counts.values())
    return Counter(
        high=counts.get(Risk.HIGH, 0),
        medium=counts.get(Risk.MEDIUM, 0),
        answered=questions - counts.get(Risk.UNANSWERED, 0),
        questions=questions,
        workloads=1,
    )


def day_of(moment: datetime) -> date:
    """Return the day that a milestone counts on."""
    return moment.astimezone(UTC).date()


def count_milestone(milestone: Milestone) -> None:
    """Put a new milestone into the trend; one that an import brings may be an old one."""
    others = Milestone.objects.filter(workload=milestone.workload_id).exclude(pk=milestone.pk)
    is_earlier = Q(at__lt=milestone.at) | Q(at=milestone.at, number__lt=milestone.number)
    rows = others.order_by("at", "number").values_list("at", "counts")
    before = rows.filter(is_earlier).last()
    after = rows.exclude(is_earlier).first()
    change = figures_of(milestone.counts)
    change.subtract(figures_of(before[1]) if before else Counter())
    days: Days = {day_of(milestone.at): change}
    if after:
        # The next one's change is from this one now, no longer from the one before.
        days.setdefault(day_of(after[0]), Counter()).subtract(Counter(change))
    with writing():
        take_turn(current_organization_id())
        _add(days)
        if not after:
            _remember(milestone.workload_id, milestone.at)


def _remember(workload_id: UUID, at: datetime) -> None:
    rows = WorkloadSummary.objects.filter(workload=workload_id)
    if not rows.update(milestone_at=at):
        count_workloads([workload_id])
        rows.update(milestone_at=at)


def forget_milestones(workload_id: UUID) -> None:
    """Take the milestones of a workload that is about to be deleted out of the trend."""
    days, _latest = _days_of(workload_id)
    with writing():
        take_turn(current_organization_id())
        _add(
            {
                day: Counter({name: -number for name, number in each.items()})
                for day, each in days.items()
            }
        )


def _days_of(workload_id: UUID | None = None) -> tuple[Days, dict[UUID, datetime]]:
    """Return the trend of one workload or of all, and when each one's last milestone was saved."""
    milestones = Milestone.objects.order_by("workload", "at", "number")
    if workload_id:
        milestones = milestones.filter(workload=workload_id)
    days: Days = {}
    latest: dict[UUID, datetime] = {}
    before: Counter[str] = Counter()
    for workload, at, counts in milestones.values_list("workload", "at", "counts").iterator():
        if workload not in latest:
            before = Counter()
        now = figures_of(counts)
        day = days.setdefault(day_of(at), Counter())
        day.update(now)
        day.subtract(before)
        before, latest[workload] = now, at
    return days, latest


def _add(days: Days) -> None:
    """Change days of the trend. Only in turn (tenants.transactions)."""
    stored = {row.on: row for row in TrendDay.objects.filter(on__in=list(days))}
    kept: list[TrendDay] = []
    gone: list[TrendDay] = []
    for on, change in days.items():
        row = stored.get(on) or TrendDay(on=on)
        for name in FIGURES:
            setattr(row, name, getattr(row, name) + change[name])
        (kept if any(getattr(row, name) for name in FIGURES) else gone).append(row)
    TrendDay.objects.filter(pk__in=[row.pk for row in gone]).delete()
    TrendDay.objects.bulk_create(
        kept,
        update_conflicts=True,
        unique_fields=["organization", "on"],
        update_fields=FIGURES,
    )


def begin_trend() -> None:
    """Count the milestones that are older than the trend: those from before an upgrade."""
    if Milestone.objects.exists() and not TrendDay.objects.exists():
        rebuild_trend()


def rebuild_trend() -> None:
    """Count the whole trend anew from the milestones. One transaction."""
    with writing():
        take_turn(current_organization_id())
        days, latest = _days_of()
        TrendDay.objects.all().delete()
        _add(days)
        WorkloadSummary.objects.exclude(workload__in=list(latest)).update(milestone_at=None)
        rows = list(WorkloadSummary.objects.filter(workload__in=list(latest)))
        count_workloads(latest.keys() - {row.workload_id for row in rows})
        rows = list(WorkloadSummary.objects.filter(workload__in=list(latest)))
        for row in rows:
            row.milestone_at = latest[row.workload_id]
        WorkloadSummary.objects.bulk_update(rows, ["milestone_at"], batch_size=500)
