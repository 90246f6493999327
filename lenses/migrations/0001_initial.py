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
            name="Lens",
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
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.organization",
                    ),
                ),
                ("name", models.CharField(max_length=128, verbose_name="name")),
                ("name_key", models.CharField(editable=False, max_length=128)),
                ("alias", models.CharField(blank=True, max_length=128)),
                ("created_at", models.DateTimeField(default=common.clock.now, editable=False)),
                ("deleted_at", models.DateTimeField(editable=False, null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    tenants.constraints.TenantPolicy(kind="catalogue", name="lenses_lens_policy"),
                    models.UniqueConstraint(
                        condition=models.Q(("deleted_at", None), ("organization__isnull", False)),
                        fields=("organization", "name_key"),
                        name="lenses_lens_name",
                        violation_error_message="Your organisation has a lens with this name.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("organization__isnull", True)),
                        fields=("alias",),
                        name="lenses_lens_alias",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="LensVersion",
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
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.organization",
                    ),
                ),
                (
                    "lens",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="lenses.lens",
                    ),
                ),
                ("version", models.CharField(blank=True, max_length=32, verbose_name="version")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("published", "Published"),
                            ("superseded", "Superseded"),
                            ("deprecated", "Deprecated"),
                            ("deleted", "Deleted"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        blank=True, choices=[("minor", "Minor"), ("major", "Major")], max_length=5
                    ),
                ),
                (
                    "predecessor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="successors",
                        to="lenses.lensversion",
                    ),
                ),
                ("renames", models.JSONField(blank=True, default=dict)),
                ("document", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("description", models.CharField(blank=True, max_length=2048)),
                ("question_count", models.PositiveIntegerField()),
                ("choice_count", models.PositiveIntegerField()),
                ("warnings", models.JSONField(blank=True, default=list)),
                ("error_count", models.PositiveIntegerField(default=0)),
                ("draft_revision", models.PositiveIntegerField(default=0)),
                ("notes", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(default=common.clock.now, editable=False)),
                ("published_at", models.DateTimeField(null=True)),
                (
                    "published_by",
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
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="catalogue", name="lenses_lensversion_policy"
                    ),
                    tenants.constraints.CatalogueReference(
                        field="lens", name="lenses_lensversion_lens", to="lenses.Lens"
                    ),
                    tenants.constraints.CatalogueReference(
                        field="predecessor",
                        name="lenses_lensversion_predecessor",
                        to="lenses.LensVersion",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "draft"), _negated=True),
                        fields=("lens", "version"),
                        name="lenses_version_name",
                        violation_error_message="This lens has a version of that name.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "draft")),
                        fields=("lens",),
                        name="lenses_one_draft",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "draft"),
                            models.Q(("version", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="lenses_version_named",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="DraftChange",
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
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="lenses.lensversion",
                    ),
                ),
                ("revision", models.PositiveIntegerField()),
                ("summary", models.CharField(blank=True, max_length=200)),
                ("document", models.TextField()),
                ("at", models.DateTimeField(default=common.clock.now, editable=False)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("by_name", models.CharField(blank=True, max_length=254)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="tenant", name="lenses_draftchange_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="lenses_draftchange_in_organization"
                    ),
                    tenants.constraints.CatalogueReference(
                        field="draft", name="lenses_draftchange_draft", to="lenses.LensVersion"
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "draft", "revision"), name="lenses_draftchange_once"
                    ),
                ],
                "indexes": [],
            },
        ),
    ]
