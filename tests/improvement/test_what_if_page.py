"""What if: ticks in an address or a form, what they bring, and that nothing is saved."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from common.ids import new_id
from improvement.models import Scenario
from reviews.models import Answer, AnswerChange, LensReview
from tenants.models import AuditEvent, Organization
from tests.builders import lens_document, make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.improvement.plans import OTHER, QUESTION, address, planned

ClientOf = Callable[[str], Client]


@pytest.fixture
def review(in_northwind: Organization, cast: Cast) -> LensReview:
    """One question at high risk, one at medium, four unanswered."""
    made = make_review()
    planned(cast.actor(), made, QUESTION)
    planned(cast.actor(), made, OTHER, 1)
    return made


def what_if_url(review: LensReview) -> str:
    return address("plan-what-if", workload_id=review.workload_id)


def named(review: LensReview, question: str, *practices: int) -> list[str]:
    return [f"{review.pk}.{question}.{question}_choice_{number}" for number in practices]


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_ticks_in_the_address_are_shown_with_what_they_bring(
    review: LensReview, client_of: ClientOf
) -> None:
    response = client_of("viewer").get(
        what_if_url(review), {"tick": named(review, QUESTION, 1, 2, 3)}
    )
    page = text_of(response)
    assert "0 high risks instead of 1, for 9 days." in page
    assert len(re.findall(r'name="tick" value="[^"]*" checked', page)) == 3
    assert "3 days, as neither the lens nor your team says" in page


def test_un_ticking_brings_a_risk_back(review: LensReview, client_of: ClientOf, cast: Cast) -> None:
    planned(cast.actor(), review, OTHER, 1, 2)
    response = client_of("viewer").get(what_if_url(review), {"untick": named(review, OTHER, 1)})
    page = text_of(response)
    assert "2 high risks instead of 1, 0 medium risks instead of 1, for 1 day." in page
    assert "Un-tick:" in page


def test_what_nobody_would_tick_any_more_is_unanswered_and_not_without_risk(
    review: LensReview, client_of: ClientOf
) -> None:
    response = client_of("viewer").get(what_if_url(review), {"untick": named(review, OTHER, 1)})
    assert "0 medium risks instead of 1, 5 unanswered instead of 4," in text_of(response)


def test_a_posted_form_leads_to_an_address_that_says_the_same(
    review: LensReview, client_of: ClientOf
) -> None:
    client, ticks = client_of("viewer"), named(review, QUESTION, 1)
    response = client.post(what_if_url(review), {"tick": ticks})
    assert response.status_code == 302
    assert parse_qs(urlsplit(response["Location"]).query) == {"tick": ticks}
    page = text_of(client.get(response["Location"]))
    assert "0 high risks instead of 1, 2 medium risks instead of 1, for 3 days." in page


def test_more_ticks_than_an_address_holds_are_shown_at_once(
    review: LensReview, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("improvement.views.what_if.LONGEST_ADDRESS", 100)
    response = client_of("viewer").post(what_if_url(review), {"tick": named(review, QUESTION, 1)})
    assert response.status_code == 200
    assert "too many ticks for an address" in text_of(response)


def test_htmx_gets_what_it_brings_and_the_address(review: LensReview, client_of: ClientOf) -> None:
    response = client_of("viewer").post(
        what_if_url(review),
        {"tick": named(review, QUESTION, 1)},
        headers={"HX-Request": "true"},
    )
    page = text_of(response)
    assert "<form" not in page
    assert "0 high risks instead of 1" in page
    assert "0 high risks instead of 1" in response.headers["HX-Trigger"]
    assert "?tick=" in response.headers["HX-Push-Url"]


def test_nothing_is_saved(review: LensReview, client_of: ClientOf) -> None:
    def rows() -> list[int]:
        return [model.objects.count() for model in (Answer, AnswerChange, AuditEvent, Scenario)]

    before = rows()
    client = client_of("owner")
    client.post(what_if_url(review), {"tick": named(review, QUESTION, 1, 2, 3)}, follow=True)
    assert rows() == before
    assert Answer.objects.get(review=review, question_id=QUESTION).risk == "HIGH"


def test_the_first_steps_and_a_budget_tick_themselves(
    review: LensReview, client_of: ClientOf
) -> None:
    client = client_of("viewer")
    page = text_of(client.get(what_if_url(review), {"steps": "1"}))
    assert "0 high risks instead of 1, 2 medium risks instead of 1, for 3 days." in page
    page = text_of(client.get(what_if_url(review), {"days": "15"}))
    assert "0 high risks instead of 1, 0 medium risks instead of 1, for 15 days." in page


def test_what_is_gone_is_named_and_what_changes_nothing_is_counted(
    review: LensReview, client_of: ClientOf
) -> None:
    gone = [f"{review.pk}.{QUESTION}.old_practice", f"{new_id()}.{QUESTION}.any_practice"]
    page = text_of(
        client_of("viewer").get(
            what_if_url(review), {"tick": [*gone, *named(review, OTHER, 1), "nonsense", "a.b.c"]}
        )
    )
    assert f"{QUESTION} · old_practice" in page
    assert f"{QUESTION} · any_practice" in page
    assert "1 tick changes nothing" in page
    assert "Nothing changes yet." in page


def test_the_bars_of_the_pillars_move(review: LensReview, client_of: ClientOf) -> None:
    page = text_of(
        client_of("viewer").get(what_if_url(review), {"tick": named(review, QUESTION, 1, 2, 3)})
    )
    assert page.count('<tr class="is-changed">') == 1


def test_two_questions_cost_as_many_queries_as_forty(
    in_northwind: Organization,
    client_of: ClientOf,
    query_count: Callable[[Callable[[], Any]], int],
) -> None:
    client, counts = client_of("viewer"), []
    for number in (1, 20):
        version = make_lens_version(lens_document(name=f"{number}", questions=number))
        url = what_if_url(make_review(make_workload(f"With {number}"), version))
        client.get(url)
        counts.append(query_count(lambda url=url: client.get(url)))  # type: ignore[misc]
    assert counts[0] == counts[1]
    assert counts[0] <= 12
