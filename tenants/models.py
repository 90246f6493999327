"""Organisations, who belongs to them, and what was done in them."""

from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.ids import new_id
from tenants.constraints import (
    OrganizationKey,
    TenantPolicy,
    catalogue_constraints,
    tenant_constraints,
)
from tenants.context import current_organization_id, current_scope
from tenants.managers import (
    CatalogueManager,
    ForeignRow,
    MembershipManager,
    OrganizationManager,
    TenantManager,
    refuse_foreign_parents,
)
from tenants.permissions import Role


class Organization(models.Model):
    """The tenant. Bind it (tenants.context) before touching anything it owns."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("address"), max_length=50, unique=True)
    # The AWS-compatible interface speaks of accounts: twelve digits, as AWS writes them.
    account_id = models.CharField(max_length=12, unique=True, editable=False)
    plan = models.CharField(max_length=30, default="standard")
    limits = models.JSONField(default=dict, blank=True)
    # What its reports are set in, as #rrggbb; empty: Plumbline's own accent.
    colour = models.CharField(_("colour"), max_length=7, blank=True, default="")
    created_at = models.DateTimeField(default=now, editable=False)

    objects = OrganizationManager()

    class Meta:
        base_manager_name = "objects"
        constraints = [
            TenantPolicy(name="tenants_organization_policy", kind="organization"),
        ]

    def __str__(self) -> str:
        return self.name

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        # Django deletes one row past the manager, so the wall stands here.
        if self.pk != current_organization_id():
            raise ForeignRow("Another organisation is bound.")
        return super().delete(*args, **kwargs)


class TenantModel(models.Model):
    """A row that one organisation owns.

    A subclass declares ``class Meta(TenantModel.Meta)`` with
    ``constraints = [*tenant_constraints(parent="app.Parent"), …]``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Every unique constraint begins with it, so it needs no index of its own.
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="+", editable=False, db_index=False
    )

    objects = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        constraints = tenant_constraints()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A new row belongs to whoever is bound; a row from the database has its owner already.
        # (A deferred field is absent from __dict__; to ask for it would query.)
        owner = current_scope().organization_id
        if owner and self.__dict__.get("organization_id", ...) is None:
            self.organization_id = owner

    def save(self, *args: Any, **kwargs: Any) -> None:
        refuse_foreign_parents(self, current_organization_id())
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        # Django deletes one row past the manager, so the wall stands here.
        if self.organization_id != current_organization_id():
            raise ForeignRow(f"{type(self).__name__} belongs to another organisation.")
        return super().delete(*args, **kwargs)


def _catalogue_owner() -> UUID | None:
    return None if current_scope().writes_catalogue else current_organization_id()


class CatalogueModel(models.Model):
    """A row of an organisation, or of none: then it is built in, read by all, changed by none."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        Organization,
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        editable=False,
    )

    objects = CatalogueManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        constraints = catalogue_constraints()

    def save(self, *args: Any, **kwargs: Any) -> None:
        refuse_foreign_parents(self, _catalogue_owner())
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.organization_id != _catalogue_owner():
            raise ForeignRow(f"{type(self).__name__} belongs to the catalogue or to another.")
        return super().delete(*args, **kwargs)

    @property
    def is_built_in(self) -> bool:
        """Whether it ships with Plumbline."""
        return self.organization_id is None


class Membership(TenantModel):
    """A person's place in an organisation."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    organization = models.ForeignKey(
        Organization,
        on_delete=models.CASCADE,
        related_name="memberships",
        editable=False,
        db_index=False,
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    created_at = models.DateTimeField(default=now, editable=False)

    objects: ClassVar[MembershipManager] = MembershipManager()

    class Meta(TenantModel.Meta):
        constraints = [
            TenantPolicy(name="tenants_membership_policy", kind="membership"),
            OrganizationKey(name="tenants_membership_in_organization"),
            models.UniqueConstraint(fields=["organization", "user"], name="tenants_one_membership"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="tenants_membership_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class AuditEvent(TenantModel):
    """One thing that was done; never changed and never deleted (a trigger holds it on both
    databases). Each event carries the hash of the one before it, so a gap or an edit shows."""

    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=254, blank=True)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=128)
    object_name = models.CharField(max_length=255, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(),
            models.UniqueConstraint(
                fields=["organization", "sequence"], name="tenants_auditevent_sequence"
            ),
        ]
        indexes = [
            # What happened to one thing, the latest first.
            models.Index(
                fields=["organization", "object_id", "sequence"], name="tenants_auditevent_object"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.verb}"


class Job(TenantModel):
    """Work that Celery does for somebody who may watch, leave and come back."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    kind = models.CharField(max_length=60)
    # The name of the Celery task that does it, so that one whose message got lost is sent again.
    task = models.CharField(max_length=200, blank=True, default="")
    status = models.CharField(max_length=7, choices=Status, default=Status.QUEUED)
    # How far it is: steps done of steps to do; 0 of 0 until that is known.
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    parameters = models.JSONField(default=dict)
    result = models.JSONField(null=True)
    # What went wrong, in words for the person who started it.
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    sent_at = models.DateTimeField(default=now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(TenantModel.Meta):
        constraints = [*tenant_constraints()]
        indexes = [
            models.Index(fields=["organization", "kind", "created_at"], name="tenants_job_kind")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"
