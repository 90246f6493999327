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
    ]

    operations = [
        migrations.CreateModel(
            name="Organization",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("slug", models.SlugField(unique=True, verbose_name="address")),
                ("account_id", models.CharField(editable=False, max_length=12, unique=True)),
                ("plan", models.CharField(default="standard", max_length=30)),
                ("limits", models.JSONField(blank=True, default=dict)),
                (
                    "colour",
                    models.CharField(blank=True, default="", max_length=7, verbose_name="colour"),
                ),
                ("created_at", models.DateTimeField(default=common.clock.now, editable=False)),
            ],
            options={
                "base_manager_name": "objects",
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="organization", name="tenants_organization_policy"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="AuditEvent",
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
                ("sequence", models.PositiveBigIntegerField()),
                ("at", models.DateTimeField()),
                ("actor_id", models.UUIDField(null=True)),
                ("actor_name", models.CharField(blank=True, max_length=254)),
                ("verb", models.CharField(max_length=60)),
                ("object_type", models.CharField(max_length=60)),
                ("object_id", models.CharField(max_length=128)),
                ("object_name", models.CharField(blank=True, max_length=255)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("address", models.CharField(blank=True, max_length=45)),
                ("request_id", models.CharField(blank=True, max_length=64)),
                ("previous_hash", models.CharField(blank=True, max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["organization", "object_id", "sequence"],
                        name="tenants_auditevent_object",
                    )
                ],
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="tenant", name="tenants_auditevent_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="tenants_auditevent_in_organization"
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "sequence"), name="tenants_auditevent_sequence"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Job",
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
                ("kind", models.CharField(max_length=60)),
                ("task", models.CharField(blank=True, default="", max_length=200)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="queued",
                        max_length=7,
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("parameters", models.JSONField(default=dict)),
                ("result", models.JSONField(null=True)),
                ("error", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(default=common.clock.now, editable=False)),
                ("sent_at", models.DateTimeField(default=common.clock.now)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "created_by",
                    models.ForeignKey(
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
                        fields=["organization", "kind", "created_at"], name="tenants_job_kind"
                    )
                ],
                "constraints": [
                    tenants.constraints.TenantPolicy(kind="tenant", name="tenants_job_policy"),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="tenants_job_in_organization"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="tenants.organization",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("admin", "Admin"),
                            ("lead", "Lead"),
                            ("contributor", "Contributor"),
                            ("viewer", "Viewer"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                ("created_at", models.DateTimeField(default=common.clock.now, editable=False)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="membership", name="tenants_membership_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="tenants_membership_in_organization"
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "user"), name="tenants_one_membership"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["owner", "admin", "lead", "contributor", "viewer"])
                        ),
                        name="tenants_membership_role",
                    ),
                ],
                "indexes": [],
            },
        ),
    ]
