"""Lenses and their versions. Pillars, questions and choices are not rows: a version is one
immutable document, read through ``LensVersion.definition``."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.clock import now
from lenses.catalog.languages import in_language
from lenses.definition import LensDefinition
from lenses.schema.compiling import compile_document, compiled_versions
from tenants.constraints import CatalogueReference, catalogue_constraints, tenant_constraints
from tenants.models import CatalogueModel, TenantModel


class Lens(CatalogueModel):
    """A lens: built in when it belongs to no organisation."""

    name = models.CharField(_("name"), max_length=128)
    # Names that differ only in case, blanks and signs are one name (docs/lenses.md).
    name_key = models.CharField(max_length=128, editable=False)
    # The stable name of a built-in lens, as scripts know it; empty for an organisation's own.
    alias = models.CharField(max_length=128, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    class Meta(CatalogueModel.Meta):
        constraints = [
            *catalogue_constraints(),
            models.UniqueConstraint(
                fields=["organization", "name_key"],
                condition=Q(deleted_at=None, organization__isnull=False),
                name="lenses_lens_name",
                violation_error_message=_("Your organisation has a lens with this name."),
            ),
            models.UniqueConstraint(
                fields=["alias"],
                condition=Q(organization__isnull=True),
                name="lenses_lens_alias",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LensVersion(CatalogueModel):
    """One version of a lens. A published one never changes: same document, same hash, for ever."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        SUPERSEDED = "superseded", _("Superseded")
        DEPRECATED = "deprecated", _("Deprecated")
        DELETED = "deleted", _("Deleted")

    class Kind(models.TextChoices):
        """How reviews come to a new version: by themselves, or when somebody says so."""

        MINOR = "minor", _("Minor")
        MAJOR = "major", _("Major")

    lens = models.ForeignKey(Lens, on_delete=models.CASCADE, related_name="versions")
    # Empty while it is a draft.
    version = models.CharField(_("version"), max_length=32, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.DRAFT)
    # Empty while it is a draft; the first version of a lens is a major one.
    kind = models.CharField(max_length=5, choices=Kind, blank=True)
    # The version that was current when this one was published.
    predecessor = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="successors"
    )
    # Ids of the predecessor that have another name here, old to new: questions as ``old``, choices
    # as ``question.choice`` (both in the words of the predecessor).
    renames = models.JSONField(default=dict, blank=True)
    document = models.TextField()
    sha256 = models.CharField(max_length=64)
    description = models.CharField(max_length=2048, blank=True)
    question_count = models.PositiveIntegerField()
    choice_count = models.PositiveIntegerField()
    # What the import tolerated: a list of {path, rule, message}.
    warnings = models.JSONField(default=list, blank=True)
    # How many errors keep a draft from being published; what is published has none.
    error_count = models.PositiveIntegerField(default=0)
    # Grows by one with each change of a draft, for editors who change it at once.
    draft_revision = models.PositiveIntegerField(default=0)
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(CatalogueModel.Meta):
        constraints = [
            *catalogue_constraints(lens="lenses.Lens", predecessor="lenses.LensVersion"),
            models.UniqueConstraint(
                fields=["lens", "version"],
                condition=~Q(status="draft"),
                name="lenses_version_name",
                violation_error_message=_("This lens has a version of that name."),
            ),
            models.UniqueConstraint(
                fields=["lens"], condition=Q(status="draft"), name="lenses_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | ~Q(version=""), name="lenses_version_named"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lens_id} {self.version or self.status}"

    @property
    def definition(self) -> LensDefinition:
        """The compiled lens in the reader's language, cached in this process by its hash."""
        return self.definition_in(get_language())

    def definition_in(self, language: str | None) -> LensDefinition:
        """Return the compiled lens in a language, or the original where it has no such texts."""
        # Queries defer the document: it is read from the database only when nobody compiled it yet.
        found = compiled_versions.get(self.sha256) or compile_document(self.document, self.sha256)
        return in_language(found, self.sha256, language)


class DraftChange(TenantModel):
    """What a draft was after each of its changes, and who made it so: the studio's history."""

    draft = models.ForeignKey(LensVersion, on_delete=models.CASCADE, related_name="changes")
    revision = models.PositiveIntegerField()
    # What was done, in a few words of the person's language at that time.
    summary = models.CharField(max_length=200, blank=True)
    document = models.TextField()
    at = models.DateTimeField(default=now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField(max_length=254, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(),
            CatalogueReference(
                name="lenses_draftchange_draft", field="draft", to="lenses.LensVersion"
            ),
            models.UniqueConstraint(
                fields=["organization", "draft", "revision"], name="lenses_draftchange_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draft_id} at {self.revision}"
