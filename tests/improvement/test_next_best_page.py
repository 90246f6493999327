"""What to do next: of a workload, of the organisation, within a budget."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from improvement.models import RiskAcceptance
from reviews.models import LensReview, ReviewSummary
from reviews.services.summaries import refresh_review_summary
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.improvement.plans import OTHER, QUESTION, address, planned

ClientOf = Callable[[str], Client]


@pytest.fixture
def review(in_northwind: Organization, cast: Cast) -> LensReview:
    """One question at high risk, one at medium."""
    made = make_review()
    planned(cast.actor(), made, QUESTION)
    planned(cast.actor(), made, OTHER, 1)
    return made


def page_of(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return re.sub(r"\s+", " ", response.content.decode())


def next_url(review: LensReview, query: str = "") -> str:
    return address("plan-next", workload_id=review.workload_id) + query


def test_the_order_stands_with_its_reasons(review: LensReview, client_of: ClientOf) -> None:
    page = page_of(client_of("viewer"), next_url(review))
    why = re.findall(r"Why now: </span>([^<]*)</p>", page)
    assert why == [
        "High risk to medium risk: 7 points, for 3 days: 2.33 points a day.",
        "Medium risk to no risk: 3 points, for 6 days: 0.5 points a day.",
        "Medium risk to no risk: 3 points, for 6 days: 0.5 points a day.",
    ]
    assert "3 steps in all: 15 days for 13 points." in page
    assert "Stop after any step: nothing else that takes as long is worth more." in page
    assert "the rest of this question" in page
    assert "None of these <span" in page
    assert f"/review/{review.pk}/{QUESTION}/" in page


def test_a_budget_in_the_address_chooses_what_is_worth_most(
    review: LensReview, client_of: ClientOf
) -> None:
    page = page_of(client_of("viewer"), next_url(review, "?days=9"))
    # Ten points for all of one question, or seven and three for parts of two: as much worth.
    assert "within the budget: 9 days for 10 points." in page
    assert "No other steps within 9 days are worth more." in page
    assert "?days=9" in page
    assert "Nothing fits into so few days" in page_of(
        client_of("viewer"), next_url(review, "?days=1")
    )


@pytest.mark.parametrize("days", ["-1", "much", "1e9", "NaN"])
def test_a_budget_that_makes_no_sense_is_named(
    review: LensReview, client_of: ClientOf, days: str
) -> None:
    page = page_of(client_of("viewer"), next_url(review, f"?days={days}"), 422)
    assert "Budget in days: " in page
    assert "3 steps in all" in page


def test_htmx_gets_the_steps_alone(review: LensReview, client_of: ClientOf) -> None:
    response = client_of("viewer").get(next_url(review, "?days=3"), headers={"HX-Request": "true"})
    text = response.content.decode()
    assert "<html" not in text
    assert "1 step within the budget: 3 days for 7 points." in text


def test_an_accepted_risk_is_left_out_and_counted(
    review: LensReview, client_of: ClientOf, cast: Cast
) -> None:
    RiskAcceptance.objects.create(
        workload=review.workload,
        review=review,
        question_id=QUESTION,
        risk="HIGH",
        state="approved",
        reason="Known.",
        until=date(2199, 1, 1),
        decided_at=timezone.now(),
    )
    page = page_of(client_of("viewer"), next_url(review))
    assert "1 step in all: 6 days for 3 points." in page
    assert "1 question whose risk is accepted is left out." in page


def test_un_ticking_is_named(in_northwind: Organization, cast: Cast, client_of: ClientOf) -> None:
    document = lens_document(pillars=1, questions=1)
    question = document["pillars"][0]["questions"][0]
    one, two = question["choices"][0]["id"], question["choices"][1]["id"]
    question["riskRules"] = [
        {"condition": f"{one} && !{two}", "risk": "NO_RISK"},
        {"condition": "default", "risk": "HIGH_RISK"},
    ]
    made = make_review(version=make_lens_version(document))
    planned(cast.actor(), made, QUESTION, 1, 2)
    page = page_of(client_of("viewer"), next_url(made))
    assert "<strong>Un-tick:</strong> <span>Practice 2 of part 1" in page
    assert "1 day, as always for giving a practice up" in page


def test_before_the_first_answer_the_page_leads_to_the_review(
    in_northwind: Organization, client_of: ClientOf
) -> None:
    assert "Nothing is answered yet" in page_of(client_of("viewer"), next_url(make_review()))


def test_the_organisation_sees_the_order_over_all_workloads(
    review: LensReview, client_of: ClientOf, cast: Cast
) -> None:
    other = make_review(make_workload("Ledger"), review.lens_version)
    planned(cast.actor(), other, QUESTION)
    for each in (review, other):
        refresh_review_summary(review_id=each.pk)
    page = page_of(client_of("viewer"), address("organization-plan-next"))
    assert "5 steps in all: 24 days for 23 points." in page
    # Both bargains first, by the workloads' names, then the rests.
    assert re.findall(r"<span>(Payments|Ledger)</span>", page)[:2] == ["Ledger", "Payments"]


def test_only_the_workloads_with_most_high_risks_are_looked_at(
    review: LensReview, client_of: ClientOf, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("improvement.selectors_solver.MOST_WORKLOADS", 1)
    monkeypatch.setattr("improvement.views.next_best.MOST_WORKLOADS", 1)
    other = make_review(make_workload("Ledger"), review.lens_version)
    planned(cast.actor(), other, QUESTION, 1)
    for each in (review, other):
        refresh_review_summary(review_id=each.pk)
    page = page_of(client_of("viewer"), address("organization-plan-next"))
    assert "among the 1 workloads with the most high risks (of 2)" in page
    assert "<span>Ledger</span>" not in page


def test_two_workloads_cost_as_many_queries_as_eight(
    in_northwind: Organization,
    client_of: ClientOf,
    query_count: Callable[[Callable[[], Any]], int],
    cast: Cast,
) -> None:
    version = make_lens_version()
    client = client_of("viewer")
    url = address("organization-plan-next")

    def fill(number: int) -> None:
        for place in range(number):
            made = make_review(make_workload(f"Number {place} of {number}"), version)
            planned(cast.actor(), made, QUESTION)
            refresh_review_summary(review_id=made.pk)

    fill(2)
    client.get(url)
    few = query_count(lambda: client.get(url))
    fill(6)
    assert ReviewSummary.objects.filter(high__gt=0).count() == 8
    assert query_count(lambda: client.get(url)) == few
    assert few <= 16
