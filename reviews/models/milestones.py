"""What was: milestones of a workload, and the steps of its reviews from version to version."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.clock import now
from lenses.models import LensVersion
from reviews.models.answers import LensReview
from tenants.constraints import CatalogueReference, tenant_constraints
from tenants.models import TenantModel
from workloads.models import Workload


class Milestone(TenantModel):
    """A workload's reviews as they were; never updated."""

    workload = models.ForeignKey(Workload, on_delete=models.CASCADE, related_name="milestones")
    number = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=100)
    name_key = models.CharField(max_length=100, editable=False)
    note = models.TextField(_("note"), blank=True)
    at = models.DateTimeField(default=now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=254, blank=True)
    # zlib-compressed canonical JSON (reviews/snapshots.py) and the SHA-256 of its plain text.
    snapshot = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    # What the snapshot counts, so that lists and trends need not unpack it: by risk over all
    # lenses, and by lens and pillar (reviews.snapshots.as_lens_counts).
    counts = models.JSONField(default=dict)
    lens_counts = models.JSONField(default=list)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(workload="workloads.Workload"),
            models.UniqueConstraint(
                fields=["organization", "workload", "number"], name="reviews_milestone_number"
            ),
            models.UniqueConstraint(
                fields=["organization", "workload", "name_key"],
                name="reviews_milestone_name",
                violation_error_message=_("This workload has a milestone with that name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; a milestone that is stored is never written again."""
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)


class ReviewUpgrade(TenantModel):
    """A review's step from one lens version to the next, with what is needed to take it back."""

    review = models.ForeignKey(LensReview, on_delete=models.CASCADE, related_name="upgrades")
    from_version = models.ForeignKey(LensVersion, on_delete=models.PROTECT, related_name="+")
    to_version = models.ForeignKey(LensVersion, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=5, choices=LensVersion.Kind)
    at = models.DateTimeField(default=now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=254, blank=True)
    # The milestone that was saved first; a minor version saves none.
    milestone = models.ForeignKey(Milestone, null=True, on_delete=models.SET_NULL, related_name="+")
    # What the upgrade did, counted: {"carried": 50, "dropped": 1, "added": 2, "risk_changes": 3}.
    counts = models.JSONField(default=dict)
    # zlib-compressed JSON of all answers as they were, for undoing.
    before = models.BinaryField()
    # The review's answers_revision right after: while it is unchanged the upgrade can be undone.
    answers_revision = models.PositiveBigIntegerField()
    undone_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(review="reviews.LensReview", milestone="reviews.Milestone"),
            CatalogueReference(
                name="reviews_reviewupgrade_from", field="from_version", to="lenses.LensVersion"
            ),
            CatalogueReference(
                name="reviews_reviewupgrade_to", field="to_version", to="lenses.LensVersion"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "review", "at"], name="reviews_upgrade_of_review")
        ]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.from_version_id} to {self.to_version_id}"
