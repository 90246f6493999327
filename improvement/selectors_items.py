"""Reads about improvement items, for pages, reports and whoever counts them.

They read what is stored. A page that must not be behind the answers asks
``improvement.services.staleness.bring_up_to_date`` first.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from common.clock import current_day
from common.errors import NotFound
from common.risk import Risk
from improvement.models import (
    ImprovementItem,
    ItemEvent,
    RiskAcceptance,
    WorkloadImprovement,
)
from improvement.statuses import LEFT, ImprovementStatus, Status, derived_status
from reviews.models import Answer
from reviews.selectors import Counts

StatusCounts = dict[Status, int]


def items_of_workload(workload_id: UUID) -> QuerySet[ImprovementItem]:
    """Return all items of a workload, closed ones too, the most urgent first."""
    rows: QuerySet[ImprovementItem] = ImprovementItem.objects.filter(workload=workload_id)
    return rows.select_related("owner").order_by("rank", "pk")


def load_item(workload_id: UUID, item_id: UUID) -> ImprovementItem:
    """Return one item of a workload with its owner; raises NotFound."""
    item = items_of_workload(workload_id).filter(pk=item_id).first()
    if item is None:
        raise NotFound
    return item


def overdue_items(today: date) -> QuerySet[ImprovementItem]:
    """Return what should have been done before ``today`` and is left, the longest overdue first."""
    rows: QuerySet[ImprovementItem] = ImprovementItem.objects.filter(due__lt=today, status__in=LEFT)
    return rows.select_related("workload", "owner").order_by("due", "rank", "pk")


def expiring_acceptances(until: date) -> QuerySet[RiskAcceptance]:
    """Return the accepted risks whose last day is ``until`` or before, the soonest first."""
    rows: QuerySet[RiskAcceptance] = RiskAcceptance.objects.filter(
        state=RiskAcceptance.State.APPROVED, until__lte=until
    )
    return rows.select_related("workload").order_by("until", "pk")


@dataclass(slots=True)
class Attention:
    """What of a workload's plan waits for somebody."""

    overdue: int = 0
    expiring: int = 0
    to_decide: int = 0


def attention_by_workload(*, today: date, until: date) -> dict[UUID, Attention]:
    """Count overdue items, acceptances that end by ``until``, and requests to decide on.

    Of the whole organisation, by workload, without those that have none. Three queries.
    """
    found: dict[UUID, Attention] = {}
    requested = RiskAcceptance.objects.filter(state=RiskAcceptance.State.REQUESTED)
    for name, rows in (
        ("overdue", overdue_items(today)),
        ("expiring", expiring_acceptances(until)),
        ("to_decide", requested),
    ):
        counts = rows.order_by().values_list("workload").annotate(Count("pk"))
        for workload_id, number in counts:
            setattr(found.setdefault(workload_id, Attention()), name, number)
    return found


def status_counts(workload_ids: Collection[UUID]) -> dict[UUID, StatusCounts]:
    """Return how many items of each workload stand where. One query."""
    rows = ImprovementItem.objects.filter(workload__in=list(workload_ids)).order_by()
    counts: dict[UUID, StatusCounts] = {workload_id: {} for workload_id in workload_ids}
    for workload_id, status, number in rows.values_list("workload", "status").annotate(Count("pk")):
        counts[workload_id][Status(status)] = number
    return counts


def accepted_counts(workload_ids: Collection[UUID]) -> dict[UUID, Counts]:
    """Return how many questions' risks of each workload are accepted today, by risk. One query.

    They are counted among the workload's risks too: this is the figure beside it. A risk that got
    worse than the one that was accepted is not.
    """
    found: dict[UUID, Counts] = {workload_id: Counter() for workload_id in workload_ids}
    rows = in_force().filter(workload__in=list(workload_ids)).order_by()
    for workload_id, risk in rows.values_list("workload", "risk_now"):
        found[workload_id][Risk(risk)] += 1
    return found


def in_force() -> QuerySet[Any]:
    """Return the acceptances that cover a risk that is there today, with it as ``risk_now``."""
    answer = Answer.objects.filter(review=OuterRef("review"), question_id=OuterRef("question_id"))
    rows: QuerySet[Any] = RiskAcceptance.objects.filter(
        state=RiskAcceptance.State.APPROVED, until__gte=current_day()
    ).annotate(risk_now=Subquery(answer.values("risk")[:1]))
    covered = Q(risk_now=Risk.MEDIUM) | Q(risk_now=Risk.HIGH, risk=Risk.HIGH)
    return rows.filter(covered)


@dataclass(frozen=True, slots=True)
class WorkloadStatus:
    """How far the improvement of a workload is: what somebody set, or else what the items say."""

    derived: ImprovementStatus
    by_hand: ImprovementStatus | None = None
    set_by_name: str = ""
    set_at: datetime | None = None
    counts: StatusCounts = field(default_factory=dict)

    @property
    def status(self) -> ImprovementStatus:
        """The status to show."""
        return self.by_hand or self.derived


def improvement_statuses(workload_ids: Collection[UUID]) -> dict[UUID, WorkloadStatus]:
    """Return the improvement status of workloads. Two queries, however many."""
    counts = status_counts(workload_ids)
    rows = WorkloadImprovement.objects.filter(workload__in=list(workload_ids))
    by_hand = {row.workload_id: row for row in rows}
    found = {}
    for workload_id in workload_ids:
        row = by_hand.get(workload_id)
        found[workload_id] = WorkloadStatus(
            derived=derived_status(counts[workload_id]),
            by_hand=ImprovementStatus(row.status) if row else None,
            set_by_name=row.set_by_name if row else "",
            set_at=row.set_at if row else None,
            counts=counts[workload_id],
        )
    return found


def plan_status_of(workload_id: UUID) -> list[dict[str, Any]]:
    """Return a workload's items as plain values, for milestones, reports and exports. One query.

    Keys: id, review_id, pillar_id, pillar, question_id, question, choice_id, practice, risk,
    status, closed_as, reason, owner (a name), due (ISO date or None), effort (half days),
    effort_is_team_s, notes, ticket_key, ticket_url, opened_at, closed_at (ISO or None), reopened.
    """
    return [
        {
            "id": str(item.pk),
            "review_id": str(item.review_id),
            "pillar_id": item.pillar_id,
            "pillar": item.pillar_name,
            "question_id": item.question_id,
            "question": item.question_title,
            "choice_id": item.choice_id,
            "practice": item.practice_title,
            "risk": item.risk,
            "status": item.status,
            "closed_as": item.closed_as,
            "reason": item.reason,
            "owner": str(item.owner or ""),
            "due": item.due.isoformat() if item.due else None,
            "effort": item.effort,
            "effort_is_team_s": item.team_effort is not None,
            "notes": item.notes,
            "ticket_key": item.ticket_key,
            "ticket_url": item.ticket_url,
            "opened_at": item.opened_at.isoformat(),
            "closed_at": item.closed_at.isoformat() if item.closed_at else None,
            "reopened": item.reopened,
        }
        for item in items_of_workload(workload_id)
    ]


@dataclass(frozen=True, slots=True)
class BurnDownEvent:
    """At ``at`` so many items and half days were added to what is left; negative: taken off."""

    at: datetime
    items: int
    half_days: int


def burn_down_events(workload_ids: Collection[UUID] | None = None) -> list[BurnDownEvent]:
    """Return what changed the work that is left, in order; their sum is what is left now.

    Of some workloads, or of the whole organisation. One query.
    """
    rows = ItemEvent.objects.exclude(left_items=0, left_effort=0)
    if workload_ids is not None:
        rows = rows.filter(item__workload__in=list(workload_ids))
    found = rows.order_by("at", "pk").values_list("at", "left_items", "left_effort")
    return [BurnDownEvent(*row) for row in found]


def history_of(item: ImprovementItem) -> list[ItemEvent]:
    """Return what happened to an item, the latest first."""
    return list(ItemEvent.objects.filter(item=item).order_by("-at", "-pk"))


def live_acceptances(keys: Iterable[tuple[UUID, str]]) -> dict[tuple[UUID, str], RiskAcceptance]:
    """Return what is accepted or asked for, by review and question. One query.

    An approved acceptance stands before a request to follow it.
    """
    wanted = set(keys)
    rows = RiskAcceptance.objects.filter(
        review__in={review_id for review_id, _question in wanted},
        question_id__in={question for _review, question in wanted},
        state__in=(RiskAcceptance.State.APPROVED, RiskAcceptance.State.REQUESTED),
        until__gte=timezone.localdate(),
    )
    # "requested" after "approved": what comes first stays.
    found: dict[tuple[UUID, str], RiskAcceptance] = {}
    for row in rows.order_by("state", F("requested_at").desc()):
        if (row.review_id, row.question_id) in wanted:
            found.setdefault((row.review_id, row.question_id), row)
    return found


def load_acceptance(workload_id: UUID, acceptance_id: UUID) -> RiskAcceptance:
    """Return one acceptance of a workload; raises NotFound."""
    rows = RiskAcceptance.objects.filter(workload=workload_id, pk=acceptance_id)
    acceptance: RiskAcceptance | None = rows.first()
    if acceptance is None:
        raise NotFound
    return acceptance


def acceptances_of_question(review_id: UUID, question_id: str) -> list[RiskAcceptance]:
    """Return all that was asked and decided about a question's risk, the latest first."""
    rows = RiskAcceptance.objects.filter(review=review_id, question_id=question_id)
    return list(rows.order_by("-requested_at", "-pk"))


def acceptances_of_workload(workload_id: UUID) -> QuerySet[RiskAcceptance]:
    """Return all that was asked and decided about a workload's risks, the latest first."""
    rows: QuerySet[RiskAcceptance] = RiskAcceptance.objects.filter(workload=workload_id)
    return rows.order_by("-requested_at", "-pk")
