"""The improvement plan's memory: items, their history, accepted risks, a workload's status."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.clock import now
from common.risk import Risk
from improvement.efforts import MOST_HALF_DAYS
from improvement.statuses import ClosedAs, ImprovementStatus, Status
from reviews.models import LensReview
from tenants.constraints import tenant_constraints
from tenants.models import TenantModel
from workloads.models import Workload

_AT_RISK = [(risk.value, risk.value) for risk in (Risk.HIGH, Risk.MEDIUM)]

STATUS_WORDS = {
    Status.OPEN: pgettext_lazy("improvement item", "Open"),
    Status.IN_PROGRESS: pgettext_lazy("improvement item", "In progress"),
    Status.ACCEPTED: pgettext_lazy("improvement item", "Risk accepted"),
    Status.DONE: pgettext_lazy("improvement item", "Done"),
    Status.DISMISSED: pgettext_lazy("improvement item", "Dismissed"),
}

IMPROVEMENT_STATUS_WORDS = {
    ImprovementStatus.NOT_APPLICABLE: _("Not applicable"),
    ImprovementStatus.NOT_STARTED: _("Not started"),
    ImprovementStatus.IN_PROGRESS: _("In progress"),
    ImprovementStatus.COMPLETE: _("Complete"),
    ImprovementStatus.RISK_ACKNOWLEDGED: _("Risk acknowledged"),
}


def _choices(words: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    return [(each.value, word) for each, word in words.items()]


class ImprovementItem(TenantModel):
    """A practice that would lower the risk of a question of a review.

    Celery makes, opens and closes items as answers change (improvement/services/refreshing.py);
    people say who does it, by when, and what came of it.
    """

    workload = models.ForeignKey(
        Workload, on_delete=models.CASCADE, related_name="improvement_items"
    )
    review = models.ForeignKey(
        LensReview, on_delete=models.CASCADE, related_name="improvement_items"
    )
    question_id = models.CharField(max_length=128)
    choice_id = models.CharField(max_length=128)
    # As the lens calls them: lists of an organisation read no lens for it.
    pillar_id = models.CharField(max_length=128)
    pillar_name = models.CharField(max_length=128)
    question_title = models.CharField(max_length=128)
    practice_title = models.CharField(max_length=128)
    # The question's risk now, or what it was last while the item is closed.
    risk = models.CharField(max_length=14, choices=_AT_RISK)
    risk_at_opening = models.CharField(max_length=14, choices=_AT_RISK)
    # Its place in the plan of its workload, the most urgent first (improvement/ranks.py).
    rank = models.BigIntegerField()
    # In half days: what the lens's word stands for, and what the team says instead.
    lens_effort = models.PositiveSmallIntegerField()
    team_effort = models.PositiveSmallIntegerField(null=True)
    status = models.CharField(
        max_length=11, choices=_choices(STATUS_WORDS), default=Status.OPEN.value
    )
    closed_as = models.CharField(max_length=9, blank=True, default=ClosedAs.NOT_CLOSED.value)
    # Why it was dismissed.
    reason = models.CharField(max_length=500, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    due = models.DateField(null=True)
    notes = models.TextField(blank=True)
    ticket_key = models.CharField(max_length=100, blank=True)
    ticket_url = models.CharField(max_length=2048, blank=True)
    # Grows by one with each change: what an editor last saw.
    revision = models.PositiveIntegerField(default=1)
    reopened = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(default=now, editable=False)
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=now, editable=False)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(workload="workloads.Workload", review="reviews.LensReview"),
            models.UniqueConstraint(
                fields=["organization", "review", "question_id", "choice_id"],
                name="improvement_item_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[each.value for each in Status]),
                name="improvement_item_status",
            ),
            models.CheckConstraint(
                condition=Q(closed_as="") | Q(status=Status.DONE.value),
                name="improvement_item_closed_as",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.DISMISSED.value) | ~Q(reason=""),
                name="improvement_item_dismissed_why",
            ),
            models.CheckConstraint(
                condition=Q(team_effort=None) | Q(team_effort__range=(1, MOST_HALF_DAYS)),
                name="improvement_item_team_effort",
            ),
        ]
        indexes = [
            # The plan of an organisation, in order.
            models.Index(fields=["organization", "rank", "id"], name="improvement_item_plan"),
            models.Index(
                fields=["organization", "workload", "status"], name="improvement_item_workload"
            ),
            models.Index(fields=["organization", "owner", "due"], name="improvement_item_owner"),
            models.Index(fields=["organization", "due"], name="improvement_item_due"),
        ]

    def __str__(self) -> str:
        return self.practice_title

    @property
    def effort(self) -> int:
        """The effort in half days: the team's, or else the lens's."""
        return self.lens_effort if self.team_effort is None else self.team_effort

    @property
    def is_left(self) -> bool:
        """Whether it is still to be done."""
        return self.status in (Status.OPEN, Status.IN_PROGRESS)


class ItemEvent(TenantModel):
    """What happened to an item: its history and the source of the burn-down; never changed."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("Opened")
        CLOSED = "closed", _("Closed")
        REOPENED = "reopened", _("Reopened")
        ACCEPTED = "accepted", _("Risk accepted")
        EDITED = "edited", _("Edited")

    item = models.ForeignKey(ImprovementItem, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(default=now, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    # Not a reference: who is deleted stays in the history.
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=254, blank=True)
    # What changed, by field: {"due": [before, after]}; plain values, people by name.
    changes = models.JSONField(default=dict)
    status = models.CharField(max_length=11)
    # In half days, after the event.
    effort = models.PositiveSmallIntegerField()
    # What it did to the work that is left: items and half days, negative where less is left.
    left_items = models.SmallIntegerField(default=0)
    left_effort = models.IntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [*tenant_constraints(item="improvement.ImprovementItem")]
        indexes = [
            models.Index(fields=["organization", "item", "at"], name="improvement_event_of_item"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.kind}"


class PlanState(TenantModel):
    """Up to where the items of a review are true to its answers.

    They are when both revisions are the review's and the workload's.
    """

    review = models.ForeignKey(LensReview, on_delete=models.CASCADE, related_name="plan_states")
    # None: the items were never computed.
    answers_revision = models.PositiveBigIntegerField(null=True)
    workload_revision = models.PositiveIntegerField(null=True)
    # Whose ids the items bear: where the review has another version now, they follow its renames.
    lens_version_id = models.UUIDField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(review="reviews.LensReview"),
            models.UniqueConstraint(
                fields=["organization", "review"], name="improvement_planstate_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} at {self.answers_revision}"


class RiskAcceptance(TenantModel):
    """Somebody asked to live with the risk of a question for a while, and somebody else decided."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Expired")

    workload = models.ForeignKey(
        Workload, on_delete=models.CASCADE, related_name="risk_acceptances"
    )
    review = models.ForeignKey(
        LensReview, on_delete=models.CASCADE, related_name="risk_acceptances"
    )
    question_id = models.CharField(max_length=128)
    question_title = models.CharField(max_length=128)
    # The worst risk that it covers: what the question's was when it was asked for.
    risk = models.CharField(max_length=14, choices=_AT_RISK)
    state = models.CharField(max_length=9, choices=State, default=State.REQUESTED)
    reason = models.TextField()
    conditions = models.TextField(blank=True)
    # The last day that it holds.
    until = models.DateField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    requested_by_name = models.CharField(max_length=254, blank=True)
    requested_at = models.DateTimeField(default=now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_by_name = models.CharField(max_length=254, blank=True)
    decided_at = models.DateTimeField(null=True)
    # What whoever decided said to it.
    decision = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by_name = models.CharField(max_length=254, blank=True)
    # The notices that were sent, by how many days before the end: [30, 7].
    notices = models.JSONField(default=list, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(workload="workloads.Workload", review="reviews.LensReview"),
            *(
                models.UniqueConstraint(
                    fields=["organization", "review", "question_id"],
                    condition=Q(state=state),
                    name=f"improvement_acceptance_one_{state}",
                )
                for state in ("requested", "approved")
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=("requested", "approved", "rejected", "withdrawn", "expired")
                ),
                name="improvement_acceptance_state",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | Q(requested_by=None)
                | ~Q(decided_by=F("requested_by")),
                name="improvement_acceptance_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "rejected")) | Q(decided_at__isnull=False),
                name="improvement_acceptance_decided",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "until"],
                condition=Q(state="approved"),
                name="improvement_acceptance_until",
            ),
            models.Index(
                fields=["organization", "workload", "state"],
                name="improvement_acceptance_of_wl",
            ),
        ]

    def __str__(self) -> str:
        return self.question_title


class WorkloadImprovement(TenantModel):
    """What somebody set a workload's improvement status to; without a row it is derived."""

    workload = models.ForeignKey(
        Workload, on_delete=models.CASCADE, related_name="improvement_statuses"
    )
    status = models.CharField(max_length=17, choices=_choices(IMPROVEMENT_STATUS_WORDS))
    set_at = models.DateTimeField(default=now)
    set_by_name = models.CharField(max_length=254, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(workload="workloads.Workload"),
            models.UniqueConstraint(
                fields=["organization", "workload"], name="improvement_workload_once"
            ),
            models.CheckConstraint(
                condition=Q(status__in=[each.value for each in ImprovementStatus]),
                name="improvement_workload_status",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workload_id} {self.status}"


class Scenario(TenantModel):
    """What a workload would look like with some practices followed, under a name; nothing more."""

    workload = models.ForeignKey(Workload, on_delete=models.CASCADE, related_name="scenarios")
    name = models.CharField(max_length=100)
    # The name as it is told from others: case and blanks aside.
    name_key = models.CharField(max_length=100)
    # As improvement.ticks.as_values has them: review, question, choice, whether ticked.
    ticks = models.JSONField(default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_by_name = models.CharField(max_length=254, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    changed_at = models.DateTimeField(default=now)
    # Grows by one with each change: what an editor last saw.
    revision = models.PositiveIntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(workload="workloads.Workload"),
            models.UniqueConstraint(
                fields=["organization", "workload", "name_key"],
                name="improvement_scenario_name_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


def status_word(status: str) -> Any:
    """Return the word of an item's status."""
    return STATUS_WORDS[Status(status)]
