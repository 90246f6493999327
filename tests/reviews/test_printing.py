"""A review on paper: as it was answered, and blank."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reviews.merge import ChoiceDetail
from reviews.models import LensReview
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version, make_review
from tests.conftest import Cast
from tests.reviews.milestones import QUESTION, A, B, say

Shown = Callable[..., str]


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


@pytest.fixture
def paper(review: LensReview, client_of: Callable[[str], Client]) -> Shown:
    def get(query: str = "", who: str = "viewer", of: LensReview = review) -> str:
        ids = {"slug": "northwind", "workload_id": of.workload_id, "review_id": of.pk}
        response = client_of(who).get(reverse("review-print", kwargs=ids) + query)
        assert response.status_code == 200
        html = " ".join(response.content.decode().split())
        return html.partition("<article")[2].partition("</article>")[0]

    return get


def fill(cast: Cast, review: LensReview) -> None:
    details = {
        B: ChoiceDetail(not_applicable=True, reason="OUT_OF_SCOPE", notes="Not <i>here</i>.")
    }
    say(cast, review, A, details=details, notes="**Seen** <script>x</script>")
    say(cast, review, question="pillar_1_question_2", is_applicable=False, reason="OUT_OF_SCOPE")
    review.notes, review.pillar_notes = "Of the lens.", {"pillar_2": "Of the pillar."}
    review.save(update_fields=["notes", "pillar_notes"])


def test_what_was_answered_is_all_on_the_paper(
    cast: Cast, review: LensReview, paper: Shown
) -> None:
    fill(cast, review)
    html = paper()
    assert html.count('class="paper-question"') == 6
    assert html.count("is-ticked") == 1
    assert 'Ticked:</span> <span class="paper-choice-title">Practice 1 of part 1' in html
    assert "<strong>Seen</strong> &lt;script&gt;" in html
    assert "Not &lt;i&gt;here&lt;/i&gt;." in html
    assert "<strong>This question does not apply</strong>: " in html
    assert "Of the lens." in html
    assert "Of the pillar." in html
    assert "2 of 6 questions answered" in html
    assert "paper-rule" not in html


def test_a_blank_form_shows_nothing_that_was_answered(
    cast: Cast, review: LensReview, paper: Shown
) -> None:
    fill(cast, review)
    html = paper("?blank")
    assert "is-ticked" not in html
    for told in ("Seen", "here", "Of the lens", "Of the pillar", "High risk", "Medium risk"):
        assert told not in html
    assert "Parts that nobody cares for fail when it is least convenient." in html
    assert html.count('class="paper-write"') == 6


def test_the_paper_takes_as_many_queries_for_a_large_lens(
    cast: Cast,
    review: LensReview,
    client_of: Callable[[str], Client],
    query_count: Callable[[Callable[[], Any]], int],
) -> None:
    large = make_review(review.workload, make_lens_version(lens_document(pillars=4, questions=12)))
    say(cast, review, A)
    for number in range(1, 13):
        question = f"pillar_2_question_{number}"
        say(cast, large, f"{question}_choice_1", question=question)
    client = client_of("viewer")

    def asked(of: LensReview) -> int:
        ids = {"slug": "northwind", "workload_id": of.workload_id, "review_id": of.pk}
        url = reverse("review-print", kwargs=ids)
        client.get(url)
        return query_count(lambda: client.get(url))

    assert asked(review) == asked(large) <= 12


def test_the_review_leads_to_its_paper(
    review: LensReview, client_of: Callable[[str], Client]
) -> None:
    ids = {"slug": "northwind", "workload_id": review.workload_id, "review_id": review.pk}
    page = client_of("viewer").get(reverse("question", kwargs={**ids, "question_id": QUESTION}))
    html = page.content.decode()
    url = reverse("review-print", kwargs=ids)
    assert f'href="{url}"' in html
    assert f'href="{url}?blank"' in html
