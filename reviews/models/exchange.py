"""What somebody uploaded and has not confirmed yet."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.clock import now
from tenants.constraints import tenant_constraints
from tenants.models import TenantModel
from workloads.models import Workload


class PendingImport(TenantModel):
    """An upload between its preview and its confirmation: the browser holds its id only.

    It is read again when it is confirmed, so nothing depends on what a page sends back. The sweep
    removes what nobody confirmed (reviews/services/pending.py).
    """

    class Kind(models.TextChoices):
        ANSWERS = "answers", _("Answers")
        WORKLOAD = "workload", _("Workload")

    kind = models.CharField(max_length=8, choices=Kind)
    # Whose answers they are; None for a workload that is yet to be.
    workload = models.ForeignKey(
        Workload, null=True, on_delete=models.CASCADE, related_name="pending_imports"
    )
    filename = models.CharField(max_length=255, blank=True)
    # zlib-compressed: the edits that a sheet holds as JSON, or the text of a workload.
    content = models.BinaryField()
    created_at = models.DateTimeField(default=now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(TenantModel.Meta):
        constraints = [*tenant_constraints(workload="workloads.Workload")]
        indexes = [
            models.Index(fields=["organization", "created_at"], name="reviews_pendingimport_age")
        ]

    def __str__(self) -> str:
        return self.filename or str(self.kind)
