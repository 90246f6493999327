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
        ("reviews", "0001_initial"),
        ("tenants", "0001_initial"),
        ("workloads", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImprovementItem",
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
                        related_name="improvement_items",
                        to="workloads.workload",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="improvement_items",
                        to="reviews.lensreview",
                    ),
                ),
                ("question_id", models.CharField(max_length=128)),
                ("choice_id", models.CharField(max_length=128)),
                ("pillar_id", models.CharField(max_length=128)),
                ("pillar_name", models.CharField(max_length=128)),
                ("question_title", models.CharField(max_length=128)),
                ("practice_title", models.CharField(max_length=128)),
                (
                    "risk",
                    models.CharField(
                        choices=[("HIGH", "HIGH"), ("MEDIUM", "MEDIUM")], max_length=14
                    ),
                ),
                (
                    "risk_at_opening",
                    models.CharField(
                        choices=[("HIGH", "HIGH"), ("MEDIUM", "MEDIUM")], max_length=14
                    ),
                ),
                ("rank", models.BigIntegerField()),
                ("lens_effort", models.PositiveSmallIntegerField()),
                ("team_effort", models.PositiveSmallIntegerField(null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("in_progress", "In progress"),
                            ("accepted", "Risk accepted"),
                            ("done", "Done"),
                            ("dismissed", "Dismissed"),
                        ],
                        default="open",
                        max_length=11,
                    ),
                ),
                ("closed_as", models.CharField(blank=True, default="", max_length=9)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("due", models.DateField(null=True)),
                ("notes", models.TextField(blank=True)),
                ("ticket_key", models.CharField(blank=True, max_length=100)),
                ("ticket_url", models.CharField(blank=True, max_length=2048)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("reopened", models.PositiveIntegerField(default=0)),
                ("opened_at", models.DateTimeField(default=common.clock.now, editable=False)),
                ("closed_at", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField(default=common.clock.now, editable=False)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["organization", "rank", "id"], name="improvement_item_plan"
                    ),
                    models.Index(
                        fields=["organization", "workload", "status"],
                        name="improvement_item_workload",
                    ),
                    models.Index(
                        fields=["organization", "owner", "due"], name="improvement_item_owner"
                    ),
                    models.Index(fields=["organization", "due"], name="improvement_item_due"),
                ],
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="tenant", name="improvement_improvementitem_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"),
                        name="improvement_improvementitem_in_organization",
                    ),
                    tenants.constraints.TenantReference(
                        field="workload",
                        name="improvement_improvementitem_workload",
                        to="workloads.Workload",
                    ),
                    tenants.constraints.TenantReference(
                        field="review",
                        name="improvement_improvementitem_review",
                        to="reviews.LensReview",
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "review", "question_id", "choice_id"),
                        name="improvement_item_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["open", "in_progress", "accepted", "done", "dismissed"])
                        ),
                        name="improvement_item_status",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closed_as", ""), ("status", "done"), _connector="OR"),
                        name="improvement_item_closed_as",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "dismissed"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="improvement_item_dismissed_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("team_effort", None),
                            ("team_effort__range", (1, 1000)),
                            _connector="OR",
                        ),
                        name="improvement_item_team_effort",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemEvent",
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
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="improvement.improvementitem",
                    ),
                ),
                ("at", models.DateTimeField(default=common.clock.now, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("opened", "Opened"),
                            ("closed", "Closed"),
                            ("reopened", "Reopened"),
                            ("accepted", "Risk accepted"),
                            ("edited", "Edited"),
                        ],
                        max_length=8,
                    ),
                ),
                ("by_id", models.UUIDField(null=True)),
                ("by_name", models.CharField(blank=True, max_length=254)),
                ("changes", models.JSONField(default=dict)),
                ("status", models.CharField(max_length=11)),
                ("effort", models.PositiveSmallIntegerField()),
                ("left_items", models.SmallIntegerField(default=0)),
                ("left_effort", models.IntegerField(default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["organization", "item", "at"], name="improvement_event_of_item"
                    )
                ],
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="tenant", name="improvement_itemevent_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="improvement_itemevent_in_organization"
                    ),
                    tenants.constraints.TenantReference(
                        field="item",
                        name="improvement_itemevent_item",
                        to="improvement.ImprovementItem",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanState",
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
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="plan_states",
                        to="reviews.lensreview",
                    ),
                ),
                ("answers_revision", models.PositiveBigIntegerField(null=True)),
                ("workload_revision", models.PositiveIntegerField(null=True)),
                ("lens_version_id", models.UUIDField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="tenant", name="improvement_planstate_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="improvement_planstate_in_organization"
                    ),
                    tenants.constraints.TenantReference(
                        field="review", name="improvement_planstate_review", to="reviews.LensReview"
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "review"), name="improvement_planstate_once"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="RiskAcceptance",
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
                        related_name="risk_acceptances",
                        to="workloads.workload",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="risk_acceptances",
                        to="reviews.lensreview",
                    ),
                ),
                ("question_id", models.CharField(max_length=128)),
                ("question_title", models.CharField(max_length=128)),
                (
                    "risk",
                    models.CharField(
                        choices=[("HIGH", "HIGH"), ("MEDIUM", "MEDIUM")], max_length=14
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("expired", "Expired"),
                        ],
                        default="requested",
                        max_length=9,
                    ),
                ),
                ("reason", models.TextField()),
                ("conditions", models.TextField(blank=True)),
                ("until", models.DateField()),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("requested_by_name", models.CharField(blank=True, max_length=254)),
                ("requested_at", models.DateTimeField(default=common.clock.now, editable=False)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided_by_name", models.CharField(blank=True, max_length=254)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision", models.CharField(blank=True, max_length=500)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by_name", models.CharField(blank=True, max_length=254)),
                ("notices", models.JSONField(blank=True, default=list)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "approved")),
                        fields=["organization", "until"],
                        name="improvement_acceptance_until",
                    ),
                    models.Index(
                        fields=["organization", "workload", "state"],
                        name="improvement_acceptance_of_wl",
                    ),
                ],
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="tenant", name="improvement_riskacceptance_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"),
                        name="improvement_riskacceptance_in_organization",
                    ),
                    tenants.constraints.TenantReference(
                        field="workload",
                        name="improvement_riskacceptance_workload",
                        to="workloads.Workload",
                    ),
                    tenants.constraints.TenantReference(
                        field="review",
                        name="improvement_riskacceptance_review",
                        to="reviews.LensReview",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "requested")),
                        fields=("organization", "review", "question_id"),
                        name="improvement_acceptance_one_requested",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "approved")),
                        fields=("organization", "review", "question_id"),
                        name="improvement_acceptance_one_approved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ("requested", "approved", "rejected", "withdrawn", "expired"),
                            )
                        ),
                        name="improvement_acceptance_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            ("requested_by", None),
                            models.Q(("decided_by", models.F("requested_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="improvement_acceptance_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("approved", "rejected")), _negated=True),
                            ("decided_at__isnull", False),
                            _connector="OR",
                        ),
                        name="improvement_acceptance_decided",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Scenario",
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
                        related_name="scenarios",
                        to="workloads.workload",
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("name_key", models.CharField(max_length=100)),
                ("ticks", models.JSONField(default=list)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_by_name", models.CharField(blank=True, max_length=254)),
                ("created_at", models.DateTimeField(default=common.clock.now, editable=False)),
                ("changed_at", models.DateTimeField(default=common.clock.now)),
                ("revision", models.PositiveIntegerField(default=1)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="tenant", name="improvement_scenario_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="improvement_scenario_in_organization"
                    ),
                    tenants.constraints.TenantReference(
                        field="workload",
                        name="improvement_scenario_workload",
                        to="workloads.Workload",
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "workload", "name_key"),
                        name="improvement_scenario_name_once",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="WorkloadImprovement",
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
                        related_name="improvement_statuses",
                        to="workloads.workload",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("NOT_APPLICABLE", "Not applicable"),
                            ("NOT_STARTED", "Not started"),
                            ("IN_PROGRESS", "In progress"),
                            ("COMPLETE", "Complete"),
                            ("RISK_ACKNOWLEDGED", "Risk acknowledged"),
                        ],
                        max_length=17,
                    ),
                ),
                ("set_at", models.DateTimeField(default=common.clock.now)),
                ("set_by_name", models.CharField(blank=True, max_length=254)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="tenant", name="improvement_workloadimprovement_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"),
                        name="improvement_workloadimprovement_in_organization",
                    ),
                    tenants.constraints.TenantReference(
                        field="workload",
                        name="improvement_workloadimprovement_workload",
                        to="workloads.Workload",
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "workload"), name="improvement_workload_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "NOT_APPLICABLE",
                                    "NOT_STARTED",
                                    "IN_PROGRESS",
                                    "COMPLETE",
                                    "RISK_ACKNOWLEDGED",
                                ],
                            )
                        ),
                        name="improvement_workload_status",
                    ),
                ],
                "indexes": [],
            },
        ),
    ]
