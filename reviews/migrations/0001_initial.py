import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import common.clock
import common.ids
import common.risk
import reviews.models.evidence
import reviews.models.reports
import tenants.constraints


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("lenses", "0001_initial"),
        ("tenants", "0001_initial"),
        ("workloads", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CommonRisk",
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
                    "lens",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lenses.lens",
                    ),
                ),
                ("question_id", models.CharField(max_length=128)),
                ("reviews", models.PositiveIntegerField(default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="tenant", name="reviews_commonrisk_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="reviews_commonrisk_in_organization"
                    ),
                    tenants.constraints.CatalogueReference(
                        field="lens", name="reviews_commonrisk_lens", to="lenses.Lens"
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "lens", "question_id"),
                        name="reviews_commonrisk_once",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="LensReview",
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
                        related_name="reviews",
                        to="workloads.workload",
                    ),
                ),
                (
                    "lens",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lenses.lens",
                    ),
                ),
                (
                    "lens_version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lenses.lensversion",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("notes", models.TextField(blank=True, verbose_name="notes")),
                ("pillar_notes", models.JSONField(blank=True, default=dict)),
                ("answers_revision", models.PositiveBigIntegerField(default=0)),
                ("refresh_queued", models.BooleanField(default=False)),
                ("counted_revision", models.BigIntegerField(default=-1, editable=False)),
                ("created_at", models.DateTimeField(default=common.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(default=common.clock.now, editable=False)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        condition=models.Q(("counted_revision__lt", models.F("answers_revision"))),
                        fields=["organization"],
                        name="reviews_lensreview_behind",
                    ),
                    models.Index(fields=["lens_version", "id"], name="reviews_lensreview_pinned"),
                ],
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="tenant", name="reviews_lensreview_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="reviews_lensreview_in_organization"
                    ),
                    tenants.constraints.TenantReference(
                        field="workload",
                        name="reviews_lensreview_workload",
                        to="workloads.Workload",
                    ),
                    tenants.constraints.CatalogueReference(
                        field="lens", name="reviews_lensreview_lens", to="lenses.Lens"
                    ),
                    tenants.constraints.CatalogueReference(
                        field="lens_version",
                        name="reviews_lensreview_version",
                        to="lenses.LensVersion",
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "workload", "lens"), name="reviews_lensreview_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Answer",
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
                        related_name="answers",
                        to="reviews.lensreview",
                    ),
                ),
                ("question_id", models.CharField(max_length=128)),
                ("selected", models.JSONField(blank=True, default=list)),
                ("choice_details", models.JSONField(blank=True, default=dict)),
                ("is_applicable", models.BooleanField(default=True)),
                ("reason", models.CharField(blank=True, max_length=30)),
                ("notes", models.TextField(blank=True)),
                (
                    "risk",
                    models.CharField(
                        choices=[
                            ("HIGH", "HIGH"),
                            ("MEDIUM", "MEDIUM"),
                            ("NONE", "NONE"),
                            ("UNANSWERED", "UNANSWERED"),
                            ("NOT_APPLICABLE", "NOT_APPLICABLE"),
                        ],
                        default=common.risk.Risk["UNANSWERED"],
                        max_length=14,
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=0)),
                ("updated_at", models.DateTimeField(default=common.clock.now, editable=False)),
                (
                    "updated_by",
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
                        condition=models.Q(("risk", common.risk.Risk["HIGH"])),
                        fields=["organization", "question_id", "review"],
                        name="reviews_answer_high",
                    )
                ],
                "constraints": [
                    tenants.constraints.TenantPolicy(kind="tenant", name="reviews_answer_policy"),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="reviews_answer_in_organization"
                    ),
                    tenants.constraints.TenantReference(
                        field="review", name="reviews_answer_review", to="reviews.LensReview"
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "review", "question_id"), name="reviews_answer_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnswerChange",
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
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="reviews.answer",
                    ),
                ),
                ("revision", models.PositiveIntegerField()),
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
                ("state", models.JSONField()),
                ("request_key", models.CharField(blank=True, default="", max_length=40)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="tenant", name="reviews_answerchange_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="reviews_answerchange_in_organization"
                    ),
                    tenants.constraints.TenantReference(
                        field="answer", name="reviews_answerchange_answer", to="reviews.Answer"
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "answer", "revision"),
                        name="reviews_answerchange_once",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Assignment",
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
                        related_name="assignments",
                        to="reviews.lensreview",
                    ),
                ),
                ("question_id", models.CharField(max_length=128)),
                (
                    "assignee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("due", models.DateField(blank=True, null=True)),
                ("at", models.DateTimeField(default=common.clock.now)),
                ("by_name", models.CharField(blank=True, max_length=254)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["organization", "assignee", "due"],
                        name="reviews_assignment_of_person",
                    )
                ],
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="tenant", name="reviews_assignment_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="reviews_assignment_in_organization"
                    ),
                    tenants.constraints.TenantReference(
                        field="review", name="reviews_assignment_review", to="reviews.LensReview"
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "review", "question_id"),
                        name="reviews_assignment_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Comment",
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
                        related_name="comments",
                        to="reviews.lensreview",
                    ),
                ),
                ("question_id", models.CharField(max_length=128)),
                (
                    "thread",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replies",
                        to="reviews.comment",
                    ),
                ),
                ("text", models.TextField()),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("author_name", models.CharField(blank=True, max_length=254)),
                ("mentions", models.JSONField(blank=True, default=list)),
                ("at", models.DateTimeField(default=common.clock.now, editable=False)),
                ("edited_at", models.DateTimeField(null=True)),
                ("deleted_at", models.DateTimeField(null=True)),
                ("resolved_at", models.DateTimeField(null=True)),
                ("resolved_by_name", models.CharField(blank=True, max_length=254)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["organization", "review", "question_id", "at"],
                        name="reviews_comment_place",
                    )
                ],
                "constraints": [
                    tenants.constraints.TenantPolicy(kind="tenant", name="reviews_comment_policy"),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="reviews_comment_in_organization"
                    ),
                    tenants.constraints.TenantReference(
                        field="review", name="reviews_comment_review", to="reviews.LensReview"
                    ),
                    tenants.constraints.TenantReference(
                        field="thread", name="reviews_comment_thread", to="reviews.Comment"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommentsRead",
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
                        related_name="+",
                        to="reviews.lensreview",
                    ),
                ),
                ("question_id", models.CharField(max_length=128)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(default=common.clock.now)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="tenant", name="reviews_commentsread_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="reviews_commentsread_in_organization"
                    ),
                    tenants.constraints.TenantReference(
                        field="review", name="reviews_commentsread_review", to="reviews.LensReview"
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "review", "user", "question_id"),
                        name="reviews_commentsread_once",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
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
                        related_name="evidence",
                        to="reviews.lensreview",
                    ),
                ),
                ("question_id", models.CharField(max_length=128)),
                ("choice_id", models.CharField(max_length=128)),
                (
                    "kind",
                    models.CharField(choices=[("file", "File"), ("link", "Link")], max_length=4),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("url", models.CharField(blank=True, max_length=2048)),
                (
                    "file",
                    models.FileField(
                        blank=True, max_length=255, upload_to=reviews.models.evidence.evidence_path
                    ),
                ),
                ("filename", models.CharField(blank=True, max_length=255)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("content_type", models.CharField(blank=True, max_length=100)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("added_at", models.DateTimeField(default=common.clock.now, editable=False)),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("added_by_name", models.CharField(blank=True, max_length=254)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["organization", "review", "question_id"],
                        name="reviews_evidence_place",
                    )
                ],
                "constraints": [
                    tenants.constraints.TenantPolicy(kind="tenant", name="reviews_evidence_policy"),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="reviews_evidence_in_organization"
                    ),
                    tenants.constraints.TenantReference(
                        field="review", name="reviews_evidence_review", to="reviews.LensReview"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Milestone",
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
                        related_name="milestones",
                        to="workloads.workload",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("name_key", models.CharField(editable=False, max_length=100)),
                ("note", models.TextField(blank=True, verbose_name="note")),
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
                ("snapshot", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("counts", models.JSONField(default=dict)),
                ("lens_counts", models.JSONField(default=list)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="tenant", name="reviews_milestone_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="reviews_milestone_in_organization"
                    ),
                    tenants.constraints.TenantReference(
                        field="workload", name="reviews_milestone_workload", to="workloads.Workload"
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "workload", "number"),
                        name="reviews_milestone_number",
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "workload", "name_key"),
                        name="reviews_milestone_name",
                        violation_error_message="This workload has a milestone with that name.",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="PendingImport",
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
                    "kind",
                    models.CharField(
                        choices=[("answers", "Answers"), ("workload", "Workload")], max_length=8
                    ),
                ),
                (
                    "workload",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pending_imports",
                        to="workloads.workload",
                    ),
                ),
                ("filename", models.CharField(blank=True, max_length=255)),
                ("content", models.BinaryField()),
                ("created_at", models.DateTimeField(default=common.clock.now, editable=False)),
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
                        fields=["organization", "created_at"], name="reviews_pendingimport_age"
                    )
                ],
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="tenant", name="reviews_pendingimport_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="reviews_pendingimport_in_organization"
                    ),
                    tenants.constraints.TenantReference(
                        field="workload",
                        name="reviews_pendingimport_workload",
                        to="workloads.Workload",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
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
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.job",
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                (
                    "workload",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="workloads.workload",
                    ),
                ),
                (
                    "other_workload",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports_beside",
                        to="workloads.workload",
                    ),
                ),
                ("parameters", models.JSONField(default=dict)),
                ("subject", models.CharField(max_length=200)),
                (
                    "file",
                    models.FileField(
                        blank=True, max_length=255, upload_to=reviews.models.reports.report_path
                    ),
                ),
                ("filename", models.CharField(blank=True, max_length=255)),
                ("content_type", models.CharField(blank=True, max_length=100)),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("created_at", models.DateTimeField(default=common.clock.now, editable=False)),
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
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(fields=["organization", "created_at"], name="reviews_report_age"),
                    models.Index(
                        fields=["organization", "workload"], name="reviews_report_workload"
                    ),
                    models.Index(
                        fields=["organization", "other_workload"], name="reviews_report_other"
                    ),
                ],
                "constraints": [
                    tenants.constraints.TenantPolicy(kind="tenant", name="reviews_report_policy"),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="reviews_report_in_organization"
                    ),
                    tenants.constraints.TenantReference(
                        field="job", name="reviews_report_job", to="tenants.Job"
                    ),
                    tenants.constraints.TenantReference(
                        field="workload", name="reviews_report_workload", to="workloads.Workload"
                    ),
                    tenants.constraints.TenantReference(
                        field="other_workload",
                        name="reviews_report_other_workload",
                        to="workloads.Workload",
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "job"), name="reviews_report_of_job"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewSummary",
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
                        related_name="summaries",
                        to="reviews.lensreview",
                    ),
                ),
                ("pillar_id", models.CharField(max_length=128)),
                ("high", models.PositiveIntegerField(default=0)),
                ("medium", models.PositiveIntegerField(default=0)),
                ("none", models.PositiveIntegerField(default=0)),
                ("unanswered", models.PositiveIntegerField(default=0)),
                ("not_applicable", models.PositiveIntegerField(default=0)),
                ("high_questions", models.JSONField(default=list)),
                ("answers_revision", models.PositiveBigIntegerField()),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="tenant", name="reviews_reviewsummary_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="reviews_reviewsummary_in_organization"
                    ),
                    tenants.constraints.TenantReference(
                        field="review", name="reviews_reviewsummary_review", to="reviews.LensReview"
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "review", "pillar_id"),
                        name="reviews_reviewsummary_once",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ReviewUpgrade",
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
                        related_name="upgrades",
                        to="reviews.lensreview",
                    ),
                ),
                (
                    "from_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lenses.lensversion",
                    ),
                ),
                (
                    "to_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lenses.lensversion",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("minor", "Minor"), ("major", "Major")], max_length=5
                    ),
                ),
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
                (
                    "milestone",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="reviews.milestone",
                    ),
                ),
                ("counts", models.JSONField(default=dict)),
                ("before", models.BinaryField()),
                ("answers_revision", models.PositiveBigIntegerField()),
                ("undone_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        fields=["organization", "review", "at"], name="reviews_upgrade_of_review"
                    )
                ],
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="tenant", name="reviews_reviewupgrade_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="reviews_reviewupgrade_in_organization"
                    ),
                    tenants.constraints.TenantReference(
                        field="review", name="reviews_reviewupgrade_review", to="reviews.LensReview"
                    ),
                    tenants.constraints.TenantReference(
                        field="milestone",
                        name="reviews_reviewupgrade_milestone",
                        to="reviews.Milestone",
                    ),
                    tenants.constraints.CatalogueReference(
                        field="from_version",
                        name="reviews_reviewupgrade_from",
                        to="lenses.LensVersion",
                    ),
                    tenants.constraints.CatalogueReference(
                        field="to_version", name="reviews_reviewupgrade_to", to="lenses.LensVersion"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrendDay",
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
                ("on", models.DateField()),
                ("high", models.IntegerField(default=0)),
                ("medium", models.IntegerField(default=0)),
                ("answered", models.IntegerField(default=0)),
                ("questions", models.IntegerField(default=0)),
                ("workloads", models.IntegerField(default=0)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    tenants.constraints.TenantPolicy(kind="tenant", name="reviews_trendday_policy"),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"), name="reviews_trendday_in_organization"
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "on"), name="reviews_trendday_once"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="WorkloadSummary",
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
                        related_name="summaries",
                        to="workloads.workload",
                    ),
                ),
                ("high", models.PositiveIntegerField(default=0)),
                ("medium", models.PositiveIntegerField(default=0)),
                ("none", models.PositiveIntegerField(default=0)),
                ("unanswered", models.PositiveIntegerField(default=0)),
                ("not_applicable", models.PositiveIntegerField(default=0)),
                ("milestone_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "indexes": [
                    models.Index(
                        models.F("organization"),
                        models.OrderBy(models.F("high"), descending=True),
                        models.OrderBy(models.F("medium"), descending=True),
                        models.OrderBy(models.F("unanswered"), descending=True),
                        models.F("workload"),
                        name="reviews_workloadsummary_risk",
                    )
                ],
                "constraints": [
                    tenants.constraints.TenantPolicy(
                        kind="tenant", name="reviews_workloadsummary_policy"
                    ),
                    tenants.constraints.OrganizationKey(
                        fields=("organization", "id"),
                        name="reviews_workloadsummary_in_organization",
                    ),
                    tenants.constraints.TenantReference(
                        field="workload",
                        name="reviews_workloadsummary_workload",
                        to="workloads.Workload",
                    ),
                    models.UniqueConstraint(
                        fields=("organization", "workload"), name="reviews_workloadsummary_once"
                    ),
                ],
            },
        ),
    ]
