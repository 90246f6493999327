"""What tests of the portfolio begin with: its addresses, answers, milestones."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import F
from django.test import Client

from common.risk import Risk
from reviews.models import Answer, CommonRisk, LensReview, Milestone, TrendDay, WorkloadSummary
from reviews.services.milestones import save_milestone
from reviews.services.summaries import FIGURES, refresh_review_summary
from reviews.services.trend import FIGURES as TREND_FIGURES
from tests.conftest import Cast
from workloads.models import Workload

PORTFOLIO = "/o/northwind/"

ClientOf = Callable[[str], Client]
QueryCount = Callable[[Callable[[], Any]], int]


_TICKED = {Risk.HIGH: (3,), Risk.MEDIUM: (1,), Risk.NONE: (1, 2, 3)}


def answer(review: LensReview, number: int, risk: Risk, *, pillar: str = "pillar_1") -> None:
    """Answer a question of a lens of builders.py, leaving all figures behind."""
    question = f"{pillar}_question_{number}"
    Answer.objects.update_or_create(
        review=review,
        question_id=question,
        defaults={
            "risk": risk,
            "selected": [f"{question}_choice_{place}" for place in _TICKED.get(risk, ())],
            "is_applicable": risk != Risk.NOT_APPLICABLE,
        },
    )
    LensReview.objects.filter(pk=review.pk).update(answers_revision=F("answers_revision") + 1)


def refresh(*reviews: LensReview) -> None:
    """Do what Celery does."""
    for review in reviews:
        refresh_review_summary(review_id=review.pk)


def milestone(cast: Cast, workload: Workload, name: str = "First") -> Milestone:
    """Save a milestone as a lead does."""
    return save_milestone(actor=cast.actor("lead"), workload_id=workload.pk, name=name)


def shown(client: Client, query: str = "") -> Any:
    """Return the portfolio."""
    response = client.get(f"{PORTFOLIO}{query}")
    assert response.status_code == 200
    return response


def values(response: Any) -> list[str]:
    """Return the four figures as the page writes them."""
    return [card.value for card in response.context["cards"]]


def kept() -> Mapping[str, Any]:
    """Return all figures over many reviews as they are stored, without what says nothing."""
    summaries = {
        row.workload_id: (*(getattr(row, name) for name in FIGURES), row.milestone_at)
        for row in WorkloadSummary.objects.all()
    }
    return {
        "workloads": {key: value for key, value in summaries.items() if any(value)},
        "risks": set(CommonRisk.objects.values_list("lens", "question_id", "reviews")),
        "days": set(TrendDay.objects.values_list("on", *TREND_FIGURES)),
        "behind": set(
            LensReview.objects.exclude(counted_revision=F("answers_revision")).values_list("pk")
        ),
    }
