"""Reports that somebody asked for: files that Celery writes, kept for a time."""

from django.conf import settings
from django.db import models

from common.clock import now
from common.ids import new_id
from tenants.constraints import tenant_constraints
from tenants.models import Job, TenantModel
from workloads.models import Workload


def report_path(report: "Report", _filename: str) -> str:
    """Return where a file is kept: by organisation, under a name that nobody can guess."""
    return f"reports/{report.organization_id}/{new_id().hex}"


class Report(TenantModel):
    """A report: asked for, being written by its job, or there to be downloaded until it expires."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="+")
    # The key of its kind (reviews/reports/kinds.py).
    kind = models.CharField(max_length=60)
    # What it is about goes, and what was written about it with it; None: the organisation.
    workload = models.ForeignKey(
        Workload, null=True, on_delete=models.CASCADE, related_name="reports"
    )
    # The one that it is compared with, in a report on two; gone like the first.
    other_workload = models.ForeignKey(
        Workload, null=True, on_delete=models.CASCADE, related_name="reports_beside"
    )
    # Which lens, which moments, which filter; the language and the time zone it is written in.
    parameters = models.JSONField(default=dict)
    # What it is about, as that was called then.
    subject = models.CharField(max_length=200)
    file = models.FileField(upload_to=report_path, max_length=255, blank=True)
    # What the file is saved under, how large it is in bytes.
    filename = models.CharField(max_length=255, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_by_name = models.CharField(max_length=254, blank=True)
    expires_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(
                job="tenants.Job",
                workload="workloads.Workload",
                other_workload="workloads.Workload",
            ),
            models.UniqueConstraint(fields=["organization", "job"], name="reviews_report_of_job"),
        ]
        indexes = [
            models.Index(fields=["organization", "created_at"], name="reviews_report_age"),
            models.Index(fields=["organization", "workload"], name="reviews_report_workload"),
            models.Index(fields=["organization", "other_workload"], name="reviews_report_other"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"
