"""What shows that a practice is followed: files and links."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.ids import new_id
from reviews.models.answers import LensReview
from tenants.constraints import tenant_constraints
from tenants.models import TenantModel


def evidence_path(evidence: "Evidence", _filename: str) -> str:
    """Return where a file is kept: by organisation, under a name that nobody can guess."""
    return f"evidence/{evidence.organization_id}/{new_id().hex}"


class Evidence(TenantModel):
    """A file or a link that somebody added to a practice of a question."""

    class Kind(models.TextChoices):
        FILE = "file", _("File")
        LINK = "link", _("Link")

    review = models.ForeignKey(LensReview, on_delete=models.CASCADE, related_name="evidence")
    question_id = models.CharField(max_length=128)
    choice_id = models.CharField(max_length=128)
    kind = models.CharField(max_length=4, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    url = models.CharField(max_length=2048, blank=True)
    file = models.FileField(upload_to=evidence_path, max_length=255, blank=True)
    # Of a file: what it was called, how large it is in bytes, and what its content is.
    filename = models.CharField(max_length=255, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    content_type = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    added_at = models.DateTimeField(default=now, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    added_by_name = models.CharField(max_length=254, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [*tenant_constraints(review="reviews.LensReview")]
        indexes = [
            models.Index(
                fields=["organization", "review", "question_id"], name="reviews_evidence_place"
            )
        ]

    def __str__(self) -> str:
        return self.title
