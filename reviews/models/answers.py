"""Reviews of workloads through lenses: answers, their history, summaries."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.risk import Risk
from lenses.models import Lens, LensVersion
from tenants.constraints import CatalogueReference, tenant_constraints
from tenants.models import TenantModel
from workloads.models import Workload

NEVER_COUNTED = -1

_RISKS = [(risk.value, risk.value) for risk in Risk]


class LensReview(TenantModel):
    """One lens applied to one workload, pinned to a version of the lens."""

    workload = models.ForeignKey(Workload, on_delete=models.CASCADE, related_name="reviews")
    lens = models.ForeignKey(Lens, on_delete=models.PROTECT, related_name="+")
    lens_version = models.ForeignKey(
        LensVersion,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # it begins the index on those pinned to a version
    )
    # The order in which the workload's lenses are listed.
    position = models.PositiveSmallIntegerField(default=0)
    notes = models.TextField(_("notes"), blank=True)
    pillar_notes = models.JSONField(default=dict, blank=True)
    # Grows by one with each change of an answer; summaries say which one they were computed from.
    answers_revision = models.PositiveBigIntegerField(default=0)
    # A refresh of the summaries waits in the queue: further changes need not send another.
    refresh_queued = models.BooleanField(default=False)
    # The answers_revision that the figures over many reviews hold of it (reviews/rollups.py).
    counted_revision = models.BigIntegerField(default=NEVER_COUNTED, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    updated_at = models.DateTimeField(default=now, editable=False)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(workload="workloads.Workload"),
            CatalogueReference(name="reviews_lensreview_lens", field="lens", to="lenses.Lens"),
            CatalogueReference(
                name="reviews_lensreview_version", field="lens_version", to="lenses.LensVersion"
            ),
            models.UniqueConstraint(
                fields=["organization", "workload", "lens"], name="reviews_lensreview_once"
            ),
        ]
        indexes = [
            # The few reviews whose figures are behind.
            models.Index(
                fields=["organization"],
                condition=models.Q(counted_revision__lt=models.F("answers_revision")),
                name="reviews_lensreview_behind",
            ),
            # Those that a new version is brought to, some at a time, in the order of their ids.
            models.Index(fields=["lens_version", "id"], name="reviews_lensreview_pinned"),
        ]

    def __str__(self) -> str:
        return f"{self.workload_id} through {self.lens_id}"


class Answer(TenantModel):
    """The answer to one question of a review."""

    review = models.ForeignKey(LensReview, on_delete=models.CASCADE, related_name="answers")
    question_id = models.CharField(max_length=128)
    # Ids of the ticked choices, in the lens's order.
    selected = models.JSONField(default=list, blank=True)
    # By choice id: {"not_applicable": bool, "reason": str, "notes": str}; absent: nothing said.
    choice_details = models.JSONField(default=dict, blank=True)
    is_applicable = models.BooleanField(default=True)
    reason = models.CharField(max_length=30, blank=True)
    notes = models.TextField(blank=True)
    # Derived from the lens and the fields above; kept for lists, recomputable at any time.
    risk = models.CharField(max_length=14, choices=_RISKS, default=Risk.UNANSWERED)
    # Grows by one with each change: what an editor last saw (reviews/merge.py).
    revision = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(default=now, editable=False)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(review="reviews.LensReview"),
            models.UniqueConstraint(
                fields=["organization", "review", "question_id"], name="reviews_answer_once"
            ),
        ]
        indexes = [
            # The workloads behind a common risk.
            models.Index(
                fields=["organization", "question_id", "review"],
                condition=models.Q(risk=Risk.HIGH),
                name="reviews_answer_high",
            )
        ]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.risk}"


class AnswerChange(TenantModel):
    """What an answer was after each of its revisions, and who made it so."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="changes")
    revision = models.PositiveIntegerField()
    at = models.DateTimeField(default=now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=254, blank=True)
    # The whole state after the change (reviews/merge.py AnswerState as a mapping).
    state = models.JSONField()
    # The id that the browser gave its request: sent again after a lost answer, it changes nothing.
    request_key = models.CharField(max_length=40, blank=True, default="")

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(answer="reviews.Answer"),
            models.UniqueConstraint(
                fields=["organization", "answer", "revision"], name="reviews_answerchange_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id} at {self.revision}"


class ReviewSummary(TenantModel):
    """How many questions of a pillar stand at each risk, as computed by Celery."""

    review = models.ForeignKey(LensReview, on_delete=models.CASCADE, related_name="summaries")
    pillar_id = models.CharField(max_length=128)
    high = models.PositiveIntegerField(default=0)
    medium = models.PositiveIntegerField(default=0)
    none = models.PositiveIntegerField(default=0)
    unanswered = models.PositiveIntegerField(default=0)
    not_applicable = models.PositiveIntegerField(default=0)
    # Which questions those at high risk are.
    high_questions = models.JSONField(default=list)
    # The review's answers_revision that the counts were taken at.
    answers_revision = models.PositiveBigIntegerField()

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(review="reviews.LensReview"),
            models.UniqueConstraint(
                fields=["organization", "review", "pillar_id"], name="reviews_reviewsummary_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id} {self.pillar_id}"
