import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.ids
import tenants.constraints


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.organization",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("name_key", models.CharField(editable=False, max_length=60)),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "is_shared",
                    models.BooleanField(default=False, verbose_name="shared with the organisation"),
                ),
                ("parameters", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(default=common.clock.now, editable=False)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="tenant", name="workloads_savedview_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="workloads_savedview_in_organization"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_shared", False)),
                        fields=("organization", "owner", "name_key"),
                        name="workloads_savedview_own_name",
                        violation_error_message="You have a view with this name.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_shared", True)),
                        fields=("organization", "name_key"),
                        name="workloads_savedview_shared_name",
                        violation_error_message="Your organisation has a shared view with this name.",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Workload",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.organization",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        max_length=100,
                        validators=[django.core.validators.MinLengthValidator(3)],
                        verbose_name="name",
                    ),
                ),
                ("name_key", models.CharField(editable=False, max_length=100)),
                (
                    "description",
                    models.CharField(
                        max_length=250,
                        validators=[django.core.validators.MinLengthValidator(3)],
                        verbose_name="description",
                    ),
                ),
                (
                    "environment",
                    models.CharField(
                        choices=[("PRODUCTION", "Production"), ("PREPRODUCTION", "Pre-production")],
                        default="PRODUCTION",
                        max_length=13,
                        verbose_name="environment",
                    ),
                ),
                (
                    "review_owner",
                    models.CharField(
                        blank=True,
                        max_length=255,
                        validators=[django.core.validators.MinLengthValidator(3)],
                        verbose_name="review owner",
                    ),
                ),
                (
                    "industry_type",
                    models.CharField(blank=True, max_length=100, verbose_name="industry type"),
                ),
                ("industry", models.CharField(blank=True, max_length=100, verbose_name="industry")),
                (
                    "account_ids",
                    models.JSONField(blank=True, default=list, verbose_name="account ids"),
                ),
                ("regions", models.JSONField(blank=True, default=list, verbose_name="regions")),
                (
                    "other_regions",
                    models.JSONField(blank=True, default=list, verbose_name="other regions"),
                ),
                (
                    "architectural_design",
                    models.URLField(
                        blank=True, max_length=2048, verbose_name="architecture diagram"
                    ),
                ),
                (
                    "pillar_priorities",
                    models.JSONField(blank=True, default=list, verbose_name="pillar priorities"),
                ),
                ("notes", models.TextField(blank=True, verbose_name="notes")),
                (
                    "next_review_on",
                    models.DateField(blank=True, null=True, verbose_name="next review"),
                ),
                ("revision", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(default=common.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(default=common.clock.now, editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["organization", "next_review_on"],
                        name="workloads_workload_next_review",
                    )
                ],
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="tenant", name="workloads_workload_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="workloads_workload_in_organization"
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "name_key"),
                        name="workloads_workload_name",
                        violation_error_message="Your organisation has a workload with this name.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkloadTag",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.organization",
                    ),
                ),
                (
                    "workload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tags",
                        to="workloads.workload",
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        max_length=128,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(?!aws:)[\\w .:/=+@-]+$", "Letters, digits, . : / = + @ -"
                            )
                        ],
                    ),
                ),
                ("value", models.CharField(blank=True, max_length=256)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="tenant", name="workloads_workloadtag_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="workloads_workloadtag_in_organization"
                    ),
                    tenants.constraints.TenantReference(
                        field="workload",
                        name="workloads_workloadtag_workload",
                        to="workloads.Workload",
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "workload", "key"), name="workloads_workloadtag_key"
                    ),
                ],
                "indexes": [],
            },
        ),
    ]
