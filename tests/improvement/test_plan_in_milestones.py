"""A milestone keeps where the plan stood, small and in one order, and shows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from improvement.selectors_kept import milestone_plan_of
from improvement.services.acceptances import decide_on_acceptance, request_acceptance
from improvement.services.items import edit_item
from improvement.services.refreshing import refresh_plan_of_review
from reviews.models import LensReview, Milestone
from reviews.selectors_milestones import snapshot_of
from reviews.services.milestones import save_milestone
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version, make_review
from tests.conftest import Cast
from tests.improvement.plans import OTHER, QUESTION, address, item, planned, tick


@pytest.fixture
def review(in_northwind: Organization, cast: Cast) -> LensReview:
    made = make_review()
    planned(cast.actor(), made, QUESTION)
    planned(cast.actor(), made, OTHER)
    edit(cast, made, owner_id=cast.lead.pk, due=timezone.localdate(), ticket_key="PAY-<1>")
    return made


def edit(cast: Cast, review: LensReview, **changes: Any) -> None:
    found = item(review, OTHER)
    edit_item(
        actor=cast.actor(), item_id=found.pk, expected_revision=found.revision, changes=changes
    )


def accept(cast: Cast, review: LensReview) -> None:
    until = timezone.localdate() + timedelta(days=9)
    asked = request_acceptance(
        actor=cast.actor("contributor"),
        review_id=review.pk,
        question_id=QUESTION,
        reason="It goes.",
        until=until,
    )
    decide_on_acceptance(actor=cast.actor(), acceptance_id=asked.pk, is_approved=True)


def saved(cast: Cast, review: LensReview) -> Milestone:
    return save_milestone(actor=cast.actor(), workload_id=review.workload_id, name="2026-Q1")


def test_a_milestone_keeps_where_each_item_stood(cast: Cast, review: LensReview) -> None:
    accept(cast, review)
    milestone = saved(cast, review)
    edit(cast, review, status="done", owner_id=None)
    kept = snapshot_of(milestone).parts["plan"]
    assert [row["choice_id"] for row in kept] == [
        f"{question}_choice_{number}" for question in (QUESTION, OTHER) for number in (1, 2, 3)
    ]
    until = (timezone.localdate() + timedelta(days=9)).isoformat()
    assert kept[0]["acceptance"] == {"state": "approved", "until": until}
    assert kept[0]["status"] == "accepted"
    assert kept[3] == {
        "lens": review.lens.alias or review.lens.name,
        "question_id": OTHER,
        "question": "How do you care for part 2?",
        "choice_id": f"{OTHER}_choice_1",
        "practice": "Practice 1 of part 2",
        "risk": "HIGH",
        "status": "open",
        "owner": "Lead",
        "due": timezone.localdate().isoformat(),
        "effort": 6,
        "ticket_key": "PAY-<1>",
        "acceptance": None,
    }


def test_it_keeps_a_plan_that_is_true_to_its_answers(cast: Cast, review: LensReview) -> None:
    tick(cast.actor(), review, QUESTION, 1, 2, 3)
    kept = snapshot_of(saved(cast, review)).parts["plan"]
    assert [row["status"] for row in kept if row["question_id"] == QUESTION] == ["done"] * 3


def test_its_page_shows_the_plan_as_it_stood(
    cast: Cast, review: LensReview, client_of: Callable[[str], Client]
) -> None:
    accept(cast, review)
    saved(cast, review)
    edit(cast, review, status="done")
    url = address("milestone", workload_id=review.workload_id, number=1)
    page = client_of("viewer").get(url).content.decode()
    assert "6 items" in page
    assert "Risk accepted" in page
    assert "accepted until" in page
    assert "PAY-&lt;1&gt;" in page
    assert ">Done<" not in page


def test_a_workload_without_items_keeps_no_plan(
    cast: Cast, in_northwind: Organization, client_of: Callable[[str], Client]
) -> None:
    review = make_review()
    assert snapshot_of(saved(cast, review)).parts == {}
    url = address("milestone", workload_id=review.workload_id, number=1)
    assert "milestone-plan" not in client_of("viewer").get(url).content.decode()


def test_a_large_plan_is_two_queries_and_stays_small(
    cast: Cast, review: LensReview, query_count: Callable[[Callable[[], Any]], int]
) -> None:
    assert query_count(lambda: milestone_plan_of(review.workload_id)) == 2
    version = make_lens_version(lens_document(name="Large", questions=20, choices=6))
    large = make_review(review.workload, version)
    for number in range(1, 21):
        tick(cast.actor(), large, f"pillar_2_question_{number}")
    refresh_plan_of_review(review_id=large.pk)
    assert query_count(lambda: milestone_plan_of(review.workload_id)) == 2
    kept = milestone_plan_of(review.workload_id)
    assert kept is not None
    assert len(kept) == 106
    assert len(saved(cast, review).snapshot) < 60 * len(kept)
