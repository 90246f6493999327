"""Accepting a risk by hand: the pages, and where an accepted risk shows."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from improvement.models import RiskAcceptance
from reviews.models import LensReview
from tenants.models import Organization
from tests.builders import make_review
from tests.conftest import Cast
from tests.improvement.plans import OTHER, QUESTION, address, planned, statuses
from tests.reviews.conversation import HTMX
from tests.reviews.conversation import address as question_address

ClientOf = Callable[[str], Client]


@pytest.fixture
def review(in_northwind: Organization, cast: Cast) -> LensReview:
    made = make_review()
    planned(cast.actor(), made, QUESTION)
    return made


def url_of(review: LensReview, question: str = QUESTION) -> str:
    return question_address("question-acceptance", review, question)


def html_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def shown(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return html_of(response)


def ask(client: Client, review: LensReview, **said: str) -> Any:
    until = timezone.localdate() + timedelta(days=60)
    data = {"reason": "It goes in spring.", "until": until.isoformat(), **said}
    return client.post(url_of(review), data)


def decide(client: Client, verdict: str, decision: str = "") -> Any:
    acceptance = RiskAcceptance.objects.latest("requested_at")
    url = address(
        "acceptance-decide", workload_id=acceptance.workload_id, acceptance_id=acceptance.pk
    )
    return client.post(url, {"verdict": verdict, "decision": decision})


def test_from_asking_to_the_figures(client_of: ClientOf, review: LensReview) -> None:
    contributor, admin = client_of("contributor"), client_of("admin")
    plan = address("plan", workload_id=review.workload_id)
    assert "Accept the risk…" in shown(contributor, plan)
    assert ask(contributor, review).status_code == 302
    assert "Waits for a decision" in shown(contributor, url_of(review))
    assert "Approve" not in shown(contributor, url_of(review))
    listed = address("acceptances", workload_id=review.workload_id)
    assert "Approve" in shown(admin, listed)
    assert decide(admin, "approve", "Until spring.").status_code == 302
    html = shown(contributor, url_of(review))
    for words in ("In force", "approved by Admin", "Until spring.", "Withdraw"):
        assert words in html
    assert statuses(review) == ["accepted"] * 3
    html = shown(contributor, plan)
    assert "Accepted for a while, and counted apart:" in html
    assert html.count("Risk accepted</span>") == 3
    workload = shown(contributor, address("workload", workload_id=review.workload_id))
    assert "1 of them accepted" in workload
    assert "Risk acknowledged" in workload
    activity = shown(contributor, address("workload-activity", workload_id=review.workload_id))
    assert "accepted the risk of “How do you care for part 1?” until" in activity


def test_beside_the_question_stands_what_is_accepted(
    client_of: ClientOf, review: LensReview
) -> None:
    client = client_of("contributor")
    beside = html_of(client.get(question_address("beside", review), headers=HTMX))
    assert f'hx-get="{url_of(review)}"' in beside
    part = html_of(client.get(url_of(review), headers=HTMX))
    assert "<html" not in part
    assert "Accept the risk for a while…" in part
    ask(client, review)
    assert "Contributor asks to accept it" in html_of(client.get(url_of(review), headers=HTMX))
    decide(client_of("owner"), "approve")
    part = html_of(client.get(url_of(review), headers=HTMX))
    assert "Risk accepted" in part
    assert "Owner" in part
    assert not html_of(client.get(url_of(review, OTHER), headers=HTMX)).strip()


def test_whoever_asked_reads_that_another_one_decides(
    client_of: ClientOf, review: LensReview
) -> None:
    ask(client_of("owner"), review)
    html = shown(client_of("owner"), url_of(review))
    assert "you asked for it yourself" in html
    assert "Approve" not in html
    response = decide(client_of("owner"), "approve")
    assert response.status_code == 403
    assert RiskAcceptance.objects.get().state == "requested"


def test_to_reject_one_says_why(client_of: ClientOf, review: LensReview) -> None:
    ask(client_of("contributor"), review)
    admin = client_of("admin")
    listed = address("acceptances", workload_id=review.workload_id)
    assert decide(admin, "reject")["Location"] == listed
    assert "Say why it is rejected." in shown(admin, listed)
    assert decide(admin, "perhaps").status_code == 422
    decide(admin, "reject", "Too dear.")
    html = shown(admin, url_of(review))
    assert "rejected by Admin" in html
    assert "Too dear." in html
    assert "Ask for it" in html


def test_withdrawn_it_counts_again(client_of: ClientOf, review: LensReview) -> None:
    ask(client_of("contributor"), review)
    decide(client_of("admin"), "approve")
    acceptance = RiskAcceptance.objects.get()
    url = address(
        "acceptance-withdraw", workload_id=acceptance.workload_id, acceptance_id=acceptance.pk
    )
    assert client_of("lead").post(url).status_code == 403
    assert client_of("contributor").post(url).status_code == 302
    assert statuses(review) == ["open"] * 3
    assert client_of("contributor").post(url).status_code == 409


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"reason": ""}, "required"),
        ({"reason": "x" * 2001}, "2000"),
        ({"until": "soon"}, "valid date"),
        ({"until": "2001-01-01"}, "Choose a day to come."),
        ({"until": "9999-12-31"}, "At most three years ahead"),
        ({"conditions": "x" * 2001}, "2000"),
    ],
)
def test_what_makes_no_sense_is_named(
    client_of: ClientOf, review: LensReview, said: dict[str, str], words: str
) -> None:
    response = ask(client_of("contributor"), review, **said)
    assert response.status_code == 422
    assert words in html_of(response)
    assert not RiskAcceptance.objects.exists()


def test_what_is_not_at_risk_has_nothing_to_accept(client_of: ClientOf, review: LensReview) -> None:
    assert "Nothing to accept" in shown(client_of("contributor"), url_of(review, OTHER))
    assert "Not accepted" in shown(client_of("viewer"), url_of(review))


def test_a_risk_that_got_worse_says_so(client_of: ClientOf, cast: Cast, review: LensReview) -> None:
    planned(cast.actor(), review, QUESTION, 1)
    ask(client_of("contributor"), review)
    decide(client_of("admin"), "approve")
    planned(cast.actor(), review, QUESTION)
    assert "The risk got worse" in shown(client_of("contributor"), url_of(review))
    listed = address("acceptances", workload_id=review.workload_id)
    assert "It covers no risk now." in shown(client_of("viewer"), listed)


def test_nothing_that_is_written_runs(client_of: ClientOf, review: LensReview) -> None:
    evil = "<script>alert(1)</script>"
    ask(client_of("contributor"), review, reason=evil, conditions=evil)
    decide(client_of("admin"), "approve", evil)
    listed = address("acceptances", workload_id=review.workload_id)
    for url in (url_of(review), listed):
        assert "<script>alert" not in shown(client_of("admin"), url)


def test_many_are_shown_for_as_many_queries(
    client_of: ClientOf, review: LensReview, query_count: Callable[[Callable[[], Any]], int]
) -> None:
    client = client_of("admin")
    url = address("acceptances", workload_id=review.workload_id)

    def fill(number: int) -> None:
        RiskAcceptance.objects.bulk_create(
            RiskAcceptance(
                workload_id=review.workload_id,
                review=review,
                question_id=f"question_{number}_{each}",
                question_title="How?",
                risk="HIGH",
                reason="It goes.",
                until="2100-01-01",
            )
            for each in range(number)
        )

    fill(2)
    shown(client, url)
    few = query_count(lambda: shown(client, url))
    fill(20)
    assert query_count(lambda: shown(client, url)) == few
    assert few <= 10
