"""One row of every tenant model, made where an organisation is bound."""

from datetime import date
from itertools import count

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models

from common.clock import now
from improvement.models import (
    ImprovementItem,
    ItemEvent,
    PlanState,
    RiskAcceptance,
    Scenario,
    WorkloadImprovement,
)
from lenses.models import DraftChange
from reviews.models import (
    Answer,
    AnswerChange,
    Assignment,
    Comment,
    CommentsRead,
    CommonRisk,
    Evidence,
    Milestone,
    PendingImport,
    Report,
    ReviewSummary,
    ReviewUpgrade,
    TrendDay,
    WorkloadSummary,
)
from tenants import audit
from tenants.actors import system_actor
from tenants.context import current_organization_id
from tenants.models import CatalogueModel, Job, Membership, Organization, TenantModel
from tests.builders import make_lens_version, make_review, make_workload
from workloads.models import SavedView, WorkloadTag

_numbers = count(1)

_ITEM = {
    "question_id": "pillar_1_question_1",
    "choice_id": "pillar_1_question_1_choice_3",
    "pillar_id": "pillar_1",
    "pillar_name": "Keeping it running",
    "question_title": "How?",
    "practice_title": "Practice 3",
    "risk": "HIGH",
    "risk_at_opening": "HIGH",
    "rank": 1,
    "lens_effort": 2,
}

TENANT_MODELS: list[type[models.Model]] = [
    model for model in apps.get_models() if issubclass(model, TenantModel | CatalogueModel)
]
"""Every model whose rows belong to an organisation, the organisation itself left out."""


def make_rows() -> dict[type[models.Model], models.Model]:
    """Return one row of each model in TENANT_MODELS."""
    number = next(_numbers)
    organization = Organization.objects.get(pk=current_organization_id())
    version = make_lens_version()
    workload = make_workload(f"Workload {number}")
    review = make_review(workload, version)
    answer = Answer.objects.create(review=review, question_id="pillar_1_question_1")
    person = get_user_model().objects.create_user(f"person-{number}@example.com")
    item = ImprovementItem.objects.create(workload=workload, review=review, **_ITEM)
    rows: list[models.Model] = [
        version.lens,
        version,
        workload,
        WorkloadTag.objects.create(workload=workload, key="team", value="payments"),
        review,
        answer,
        AnswerChange.objects.create(answer=answer, revision=1, state={}),
        Comment.objects.create(review=review, question_id="pillar_1_question_1", text="Said."),
        CommentsRead.objects.create(review=review, question_id="pillar_1_question_1", user=person),
        Assignment.objects.create(review=review, question_id="q", assignee=person),
        Evidence.objects.create(
            review=review,
            question_id="pillar_1_question_1",
            choice_id="pillar_1_question_1_choice_1",
            kind="link",
            title="The runbook",
            url="https://example.com/runbook",
        ),
        ReviewSummary.objects.create(review=review, pillar_id="pillar_1", answers_revision=0),
        Milestone.objects.create(
            workload=workload,
            number=1,
            name="First",
            name_key="first",
            snapshot=b"",
            sha256="0" * 64,
        ),
        CommonRisk.objects.create(lens=version.lens, question_id="pillar_1_question_1", reviews=1),
        # Made with the milestone.
        WorkloadSummary.objects.get(workload=workload),
        TrendDay.objects.create(on=date(2026, 1, 1), high=1),
        SavedView.objects.create(name="Ours", name_key="ours", owner=person),
        ReviewUpgrade.objects.create(
            review=review,
            from_version=version,
            to_version=version,
            kind="minor",
            before=b"",
            answers_revision=0,
        ),
        item,
        ItemEvent.objects.create(item=item, kind="opened", status="open", effort=2),
        PlanState.objects.create(review=review),
        RiskAcceptance.objects.create(
            workload=workload,
            review=review,
            question_id="pillar_1_question_1",
            question_title="How?",
            risk="HIGH",
            reason="It goes in spring.",
            until="2100-01-01",
        ),
        WorkloadImprovement.objects.create(workload=workload, status="COMPLETE"),
        Scenario.objects.create(workload=workload, name="Quick wins", name_key="quickwins"),
        DraftChange.objects.create(draft=version, revision=1, document="{}"),
        (job := Job.objects.create(kind="test")),
        PendingImport.objects.create(kind="workload", content=b""),
        Report.objects.create(job=job, kind="test", workload=workload, expires_at=now()),
        Membership.objects.create(user=person, role="viewer"),
        audit.record(actor=system_actor(organization), verb="test.made", target=workload),
    ]
    return {type(row): row for row in rows}
