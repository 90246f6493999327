"""A portfolio to measure: more lenses, all of them counted, and milestones. Runs inside it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from benchmarks.filling import answer_some, publish_lens
from benchmarks.lens import framework_document
from common.clock import now
from common.risk import Risk
from improvement.efforts import HALF_DAYS_A_DAY
from improvement.models import ImprovementItem, PlanState
from reviews.models import LensReview, Milestone, ReviewSummary
from reviews.services.rebuilding import rebuild_summaries
from tenants.actors import system_actor
from tenants.context import in_organization
from tenants.models import Organization
from workloads.models import Workload

_BATCH = 1_000
_LENSES = 3
_MILESTONES = 2


def add_lenses_and_milestones(*, organization_id: str) -> dict[str, Any]:
    """Review every workload through two more lenses, save milestones, and count everything.

    Rows are written directly; the figures over them are counted as the product counts them.
    """
    with in_organization(UUID(organization_id)):
        actor = system_actor(Organization.objects.get(pk=organization_id))
        workloads = list(Workload.objects.order_by("pk"))
        for number in range(1, _LENSES):
            document = {**framework_document(), "name": f"Further lens {number}"}
            version = publish_lens(actor, document)
            reviews = [
                LensReview(
                    workload=workload,
                    lens_id=version.lens_id,
                    lens_version=version,
                    position=number,
                    answers_revision=1,
                )
                for workload in workloads
            ]
            LensReview.objects.bulk_create(reviews, batch_size=_BATCH)
            answer_some(reviews, version)
        _save_milestones(workloads)
        _plan_improvements()
        for _done in rebuild_summaries():
            pass
        return {"reviews": LensReview.objects.count(), "summaries": ReviewSummary.objects.count()}


def _plan_improvements() -> None:
    """Give each review a plan that is up to date: one item to do, every tenth of them overdue.

    Without them the measured servers would work off thousands of plans while they are measured.
    """
    planned = PlanState.objects.values("review")
    rows = LensReview.objects.exclude(pk__in=planned).select_related("lens_version", "workload")
    reviews = list(rows.defer("lens_version__document").order_by("pk"))
    PlanState.objects.bulk_create(
        [
            PlanState(
                review=review,
                answers_revision=review.answers_revision,
                workload_revision=review.workload.revision,
                lens_version_id=review.lens_version_id,
            )
            for review in reviews
        ],
        batch_size=_BATCH,
    )
    ImprovementItem.objects.bulk_create(
        [_item(review, place) for place, review in enumerate(reviews)], batch_size=_BATCH
    )


def _item(review: LensReview, place: int) -> ImprovementItem:
    question = review.lens_version.definition.questions[0]
    choice = question.choices[0]
    pillar = review.lens_version.definition.pillar(question.pillar_id)
    return ImprovementItem(
        workload=review.workload,
        review=review,
        question_id=question.id,
        choice_id=choice.id,
        pillar_id=pillar.id,
        pillar_name=pillar.name,
        question_title=question.title,
        practice_title=choice.title,
        risk=Risk.HIGH,
        risk_at_opening=Risk.HIGH,
        rank=place,
        lens_effort=HALF_DAYS_A_DAY,
        due=timezone.localdate() + timedelta(days=90 if place % 10 else -1),
    )


def _save_milestones(workloads: list[Workload]) -> None:
    """Insert milestones of the last two years, without what they keep of answers."""
    for number in range(1, _MILESTONES + 1):
        Milestone.objects.bulk_create(
            [
                Milestone(
                    workload=workload,
                    number=number,
                    name=f"Milestone {number}",
                    name_key=f"milestone{number}",
                    at=now() - timedelta(days=place % 365 + 365 * (_MILESTONES - number)),
                    snapshot=b"",
                    sha256="0" * 64,
                    counts={Risk.HIGH: 9 - number, Risk.MEDIUM: 3, Risk.UNANSWERED: 100 - number},
                )
                for place, workload in enumerate(workloads)
            ],
            batch_size=_BATCH,
        )
