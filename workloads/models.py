"""Workloads: what is reviewed."""

from django.conf import settings
from django.core.validators import MinLengthValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.clock import now
from tenants.constraints import tenant_constraints
from tenants.models import TenantModel


class Workload(TenantModel):
    """A workload with the properties that users of the AWS tool know."""

    class Environment(models.TextChoices):
        PRODUCTION = "PRODUCTION", _("Production")
        PREPRODUCTION = "PREPRODUCTION", _("Pre-production")

    name = models.CharField(_("name"), max_length=100, validators=[MinLengthValidator(3)])
    # Names that differ only in case and blanks are one name.
    name_key = models.CharField(max_length=100, editable=False)
    description = models.CharField(
        _("description"), max_length=250, validators=[MinLengthValidator(3)]
    )
    environment = models.CharField(
        _("environment"), max_length=13, choices=Environment, default=Environment.PRODUCTION
    )
    review_owner = models.CharField(
        _("review owner"), max_length=255, blank=True, validators=[MinLengthValidator(3)]
    )
    industry_type = models.CharField(_("industry type"), max_length=100, blank=True)
    industry = models.CharField(_("industry"), max_length=100, blank=True)
    account_ids = models.JSONField(_("account ids"), default=list, blank=True)
    regions = models.JSONField(_("regions"), default=list, blank=True)
    other_regions = models.JSONField(_("other regions"), default=list, blank=True)
    architectural_design = models.URLField(_("architecture diagram"), max_length=2048, blank=True)
    # Pillar ids, most important first; pillars not named follow in the lens's own order.
    pillar_priorities = models.JSONField(_("pillar priorities"), default=list, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    next_review_on = models.DateField(_("next review"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    updated_at = models.DateTimeField(default=now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(),
            models.UniqueConstraint(
                fields=["organization", "name_key"],
                name="workloads_workload_name",
                violation_error_message=_("Your organisation has a workload with this name."),
            ),
        ]
        indexes = [
            # What is to be reviewed next.
            models.Index(
                fields=["organization", "next_review_on"], name="workloads_workload_next_review"
            )
        ]

    def __str__(self) -> str:
        return self.name


class WorkloadTag(TenantModel):
    """A key and a value on a workload."""

    workload = models.ForeignKey(Workload, on_delete=models.CASCADE, related_name="tags")
    key = models.CharField(
        max_length=128,
        validators=[
            RegexValidator(r"^(?!aws:)[\w .:/=+@-]+$", _("Letters, digits, . : / = + @ -"))
        ],
    )
    value = models.CharField(max_length=256, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(workload="workloads.Workload"),
            models.UniqueConstraint(
                fields=["organization", "workload", "key"], name="workloads_workloadtag_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}={self.value}"


class SavedView(TenantModel):
    """A filter of the portfolio under a name: a person's own, or shared with the organisation."""

    name = models.CharField(_("name"), max_length=60)
    name_key = models.CharField(max_length=60, editable=False)
    # Who made it; of a shared one nobody, once they have left.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_shared = models.BooleanField(_("shared with the organisation"), default=False)
    # The parameters of the address: {"tag": "team=core", "environment": "PRODUCTION"}.
    parameters = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta(TenantModel.Meta):
        constraints = [
            *tenant_constraints(),
            models.UniqueConstraint(
                fields=["organization", "owner", "name_key"],
                condition=models.Q(is_shared=False),
                name="workloads_savedview_own_name",
                violation_error_message=_("You have a view with this name."),
            ),
            models.UniqueConstraint(
                fields=["organization", "name_key"],
                condition=models.Q(is_shared=True),
                name="workloads_savedview_shared_name",
                violation_error_message=_("Your organisation has a shared view with this name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
