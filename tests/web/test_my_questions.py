"""What somebody is to answer, in all workloads."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from reviews.models import Assignment, LensReview
from tenants.context import in_organization
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.reviews.conversation import OTHER, QUESTION, address

ClientOf = Callable[[str], Client]
THIRD = "pillar_1_question_3"


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review(make_workload("Payments"), make_lens_version(lens_document(name="Basics")))


def shown(client: Client, **query: Any) -> str:
    response = client.get(reverse("my-questions", kwargs={"slug": "northwind"}), query)
    assert response.status_code == 200
    return response.content.decode()


def give(
    review: LensReview, person: User, question: str = QUESTION, due: date | None = None
) -> None:
    Assignment.objects.create(
        review=review, question_id=question, assignee=person, due=due, by_name="Lead"
    )


def answer(client: Client, review: LensReview, question: str) -> None:
    url = address("question", review, question)
    assert client.post(url, {"revision": 0, "choice": f"{question}_choice_1"}).status_code == 302


def test_questions_of_all_workloads_what_is_due_first_on_top(
    client_of: ClientOf, review: LensReview, cast: Cast
) -> None:
    other = make_review(make_workload("Portal"), review.lens_version)
    today = timezone.localdate()
    give(review, cast.viewer, QUESTION)
    give(review, cast.viewer, OTHER, today + timedelta(days=20))
    give(other, cast.viewer, THIRD, today - timedelta(days=20))
    give(other, cast.lead, QUESTION)
    html = shown(client_of("viewer"))
    places = [html.index(f"/{key}/") for key in (THIRD, OTHER, QUESTION)]
    assert places == sorted(places)
    assert html.count("row-link") == 3
    for words in ("Payments", "Portal", "Basics", "overdue since", "no date", "Lead"):
        assert words in html


def test_filters_by_whether_they_are_answered(
    client_of: ClientOf, review: LensReview, cast: Cast
) -> None:
    client = client_of("contributor")
    for question in (QUESTION, OTHER):
        give(review, cast.contributor, question, date(2020, 1, 1))
    answer(client, review, OTHER)
    assert f"/{QUESTION}/" in shown(client)
    assert f"/{OTHER}/" not in shown(client)
    answered = shown(client, show="answered")
    assert f"/{OTHER}/" in answered
    assert f"/{QUESTION}/" not in answered
    assert "Medium" in answered
    assert "overdue" not in answered
    assert shown(client, show="all").count("row-link") == 2
    assert shown(client, show="nonsense").count("row-link") == 1


def test_an_empty_page_says_what_it_is_for(client_of: ClientOf, review: LensReview) -> None:
    assert "No question waits" in shown(client_of("viewer"))
    assert "Nothing answered yet" in shown(client_of("viewer"), show="answered")


def test_a_lead_sees_another_s(client_of: ClientOf, review: LensReview, cast: Cast) -> None:
    give(review, cast.contributor)
    html = shown(client_of("lead"), who=cast.contributor.pk)
    assert "Questions of Contributor" in html
    assert f"/{QUESTION}/" in html
    url = reverse("my-questions", kwargs={"slug": "northwind"})
    for who, wanted, status in (
        ("contributor", cast.lead.pk, 403),
        ("contributor", cast.contributor.pk, 200),
        ("lead", cast.stranger.pk, 404),
        ("lead", "nobody", 404),
        ("lead", "", 200),
    ):
        assert client_of(who).get(url, {"who": str(wanted)}).status_code == status


def test_a_question_that_is_asked_no_more_is_left_out(
    client_of: ClientOf, review: LensReview, cast: Cast
) -> None:
    give(review, cast.viewer, "gone_question")
    assert "No question waits" in shown(client_of("viewer"))


def test_names_do_no_harm(client_of: ClientOf, review: LensReview, cast: Cast) -> None:
    give(review, cast.lead)
    Assignment.objects.update(by_name="<script>alert(1)</script>")
    cast.lead.name = "<script>alert(2)</script>"
    cast.lead.save()
    assert "<script>alert" not in shown(client_of("lead"))


def test_many_are_shown_in_pages_for_as_many_queries(
    client_of: ClientOf,
    review: LensReview,
    cast: Cast,
    query_count: Callable[[Callable[[], Any]], int],
) -> None:
    client = client_of("viewer")
    give(review, cast.viewer)
    shown(client)
    before = query_count(lambda: shown(client))
    for number in range(20):
        another = make_review(make_workload(f"Workload {number}"))
        for question in (QUESTION, OTHER, THIRD):
            give(another, cast.viewer, question)
        another.lens_version.definition  # noqa: B018 - a process compiles each lens once
    assert query_count(lambda: shown(client)) == before
    assert before <= 12
    assert shown(client).count("row-link") == 50
    assert shown(client, page=2).count("row-link") == 11


def test_the_side_bar_leads_there(client_of: ClientOf, cast: Cast) -> None:
    html = client_of("viewer").get("/o/northwind/workloads/").content.decode()
    assert 'href="/o/northwind/questions/"' in html


def test_another_organisation_s_are_its_own(
    client_of: ClientOf, review: LensReview, cast: Cast
) -> None:
    with in_organization(cast.southridge.pk):
        give(make_review(), cast.viewer)
    assert "No question waits" in shown(client_of("viewer"))
