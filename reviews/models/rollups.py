"""Figures over many reviews, kept so that a page about thousands need not count them."""

from django.db import models

from lenses.models import Lens
from tenants.constraints import CatalogueReference, tenant_constraints
from tenants.models import TenantModel
from workloads.models import Workload


class WorkloadSummary(TenantModel):
    """A workload's questions by risk over all its reviews.

    The counts are the sums of its reviews' ReviewSummary rows, whatever revision those are of.
    """

    workload = models.ForeignKey(Workload, on_delete=models.CASCADE, related_name="summaries")
    high = models.PositiveIntegerField(default=0)
    medium = models.PositiveIntegerField(default=0)
    none = models.PositiveIntegerField(default=0)
    unanswered = models.PositiveIntegerField(default=0)
    not_applicable = models.PositiveIntegerField(default=0)
    # When its last milestone was saved.
    milestone_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(workload="workloads.Workload"),
            models.UniqueConstraint(
                fields=["organization", "workload"], name="reviews_workloadsummary_once"
            ),
        ]
        indexes = [
            # The workloads with the most risk first, a page at a time.
            models.Index(
                "organization",
                models.F("high").desc(),
                models.F("medium").desc(),
                models.F("unanswered").desc(),
                "workload",
                name="reviews_workloadsummary_risk",
            )
        ]

    def __str__(self) -> str:
        return f"{self.workload_id}"


class CommonRisk(TenantModel):
    """In how many reviews through a lens a question stands at high risk; none means no row."""

    lens = models.ForeignKey(Lens, on_delete=models.PROTECT, related_name="+")
    question_id = models.CharField(max_length=128)
    reviews = models.PositiveIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(),
            CatalogueReference(name="reviews_commonrisk_lens", field="lens", to="lenses.Lens"),
            models.UniqueConstraint(
                fields=["organization", "lens", "question_id"], name="reviews_commonrisk_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.reviews}"


class TrendDay(TenantModel):
    """By how much a day's milestones changed the sum of all workloads' latest milestones.

    ``workloads`` counts those that got their first milestone. Days are of UTC.
    """

    on = models.DateField()
    high = models.IntegerField(default=0)
    medium = models.IntegerField(default=0)
    answered = models.IntegerField(default=0)
    questions = models.IntegerField(default=0)
    workloads = models.IntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(),
            models.UniqueConstraint(fields=["organization", "on"], name="reviews_trendday_once"),
        ]

    def __str__(self) -> str:
        return f"{self.on}"
