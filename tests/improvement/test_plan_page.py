"""The plan as a page."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from common.ids import new_id
from lenses.models import LensVersion
from reviews.models import Answer, LensReview
from tenants.context import in_organization
from tests.builders import lens_document, make_lens_version, make_review, make_workload
from tests.conftest import Cast
from workloads.models import Workload

ClientOf = Callable[[str], Client]


def answer(review: LensReview, question_id: str, *numbers: int) -> Answer:
    """Tick the practices of these numbers; without one, "None of these"."""
    definition = review.lens_version.definition
    question = definition.question(question_id)
    ticked = [f"{question_id}_choice_{n}" for n in numbers] or [f"{question_id}_no"]
    LensReview.objects.filter(pk=review.pk).update(answers_revision=review.answers_revision + 1)
    review.answers_revision += 1
    made: Answer = Answer.objects.create(
        review=review, question_id=question_id, selected=ticked, risk=question.risk(ticked)
    )
    return made


def plan_url(workload: Workload, **query: str) -> str:
    url = reverse("plan", kwargs={"slug": "northwind", "workload_id": workload.pk})
    return url + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


@pytest.fixture
def answered(in_northwind: object) -> LensReview:
    """Two questions at high risk, one at medium, one without, two unanswered."""
    review = make_review()
    answer(review, "pillar_1_question_1")
    answer(review, "pillar_1_question_2", 1)
    answer(review, "pillar_1_question_3", 1, 2, 3)
    answer(review, "pillar_2_question_1")
    return review


def page_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def questions_in(page: str) -> list[str]:
    return re.findall(r'class="row-link" href="[^"]*/(pillar_\d_question_\d)/"', page)


def test_the_plan_says_what_it_would_bring_and_lists_the_worst_first(
    answered: LensReview, client_of: ClientOf
) -> None:
    page = page_of(client_of("viewer"), plan_url(answered.workload))
    # Each question at high risk has three practices to tick, the one at medium has two left.
    assert "8 practices would lower 2 high risks and 1 medium risk." in page
    assert "2 questions of this workload are still unanswered" in page
    assert questions_in(page) == [
        "pillar_1_question_1",
        "pillar_2_question_1",
        "pillar_1_question_2",
    ]
    assert "Practice 1 of part 1" in page
    assert "Begin with the part that failed last." in page
    assert "High risk, in the lens&#x27;s order" in page


def test_a_workload_s_priorities_move_its_pillars_to_the_front(
    answered: LensReview, client_of: ClientOf
) -> None:
    Workload.objects.filter(pk=answered.workload_id).update(pillar_priorities=["pillar_2"])
    page = page_of(client_of("viewer"), plan_url(answered.workload))
    assert questions_in(page)[0] == "pillar_2_question_1"
    assert "High risk, first of your pillar priorities" in page
    assert "Medium risk, after your pillar priorities" in page


def test_links_of_a_lens_open_without_giving_this_window_away(
    in_northwind: object, client_of: ClientOf
) -> None:
    document = lens_document(pillars=1, questions=1)
    choice = document["pillars"][0]["questions"][0]["choices"][0]
    choice["improvementPlan"]["url"] = "https://example.com/how?a=1&b=2"
    choice["helpfulResource"]["url"] = "https://example.com/what"
    choice["title"] = "<script>alert(1)</script>"
    review = make_review(version=make_lens_version(document))
    answer(review, "pillar_1_question_1")
    page = page_of(client_of("viewer"), plan_url(review.workload))
    assert 'href="https://example.com/how?a=1&amp;b=2" rel="noopener noreferrer"' in page
    assert 'href="https://example.com/what" rel="noopener noreferrer"' in page
    assert "<script>alert" not in page


def test_a_practice_shows_what_it_takes_and_what_would_show_it(
    in_northwind: object, client_of: ClientOf
) -> None:
    document = lens_document(pillars=1, questions=1)
    choice = document["pillars"][0]["questions"][0]["choices"][0]
    choice["improvementPlan"] = {"displayText": "1. Begin & look.\n2. Go on."}
    choice["plumbline"] = {"level": "high", "effort": "small", "evidence": "A <signed> list"}
    review = make_review(version=make_lens_version(document))
    answer(review, "pillar_1_question_1")
    page = page_of(client_of("viewer"), plan_url(review.workload))
    assert page.count("</svg></span>High risk if missing</span>") == 1
    assert page.count("Effort: Small") == 1
    assert "A &lt;signed&gt; list" in page
    assert "<li>Begin &amp; look.</li><li>Go on.</li></ol>" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"risk": "MEDIUM"}, ["pillar_1_question_2"]),
        ({"pillar": "pillar_2"}, ["pillar_2_question_1"]),
        ({"risk": "HIGH", "pillar": "pillar_1"}, ["pillar_1_question_1"]),
        ({"risk": "MEDIUM", "pillar": "pillar_2"}, []),
        ({"risk": "nonsense", "pillar": "gone", "lens": "x"}, ["all"]),
    ],
)
def test_the_address_says_which_part_of_the_plan_is_shown(
    answered: LensReview, client_of: ClientOf, query: dict[str, str], shown: list[str]
) -> None:
    page = page_of(client_of("viewer"), plan_url(answered.workload, **query))
    if shown == ["all"]:
        assert len(questions_in(page)) == 3
        assert "Show the whole plan" not in page
    else:
        assert questions_in(page) == shown
        assert "Show the whole plan" in page
    assert ("Nothing in the plan matches" in page) == (not shown)


def test_the_plan_of_one_lens_can_be_shown_alone(answered: LensReview, client_of: ClientOf) -> None:
    second = make_review(answered.workload)
    answer(second, "pillar_2_question_3")
    page = page_of(client_of("viewer"), plan_url(answered.workload, lens=str(second.pk)))
    assert questions_in(page) == ["pillar_2_question_3"]
    assert page.count(f'<option value="{second.pk}" selected>') == 1


def test_htmx_gets_the_results_alone(answered: LensReview, client_of: ClientOf) -> None:
    response = client_of("viewer").get(
        plan_url(answered.workload, risk="HIGH"), headers={"HX-Request": "true"}
    )
    text = response.content.decode()
    assert "<html" not in text
    assert "<form" not in text
    assert "6 practices would lower 2 high risks." in text
    assert "6 practices would lower 2 high risks." in response.headers["HX-Trigger"]
    assert "HX-Request" in response.headers["Vary"]


def test_the_plan_follows_an_answer_at_once(answered: LensReview, client_of: ClientOf) -> None:
    # Nobody refreshed a summary: the plan is computed from the answers.
    Answer.objects.filter(review=answered, question_id="pillar_1_question_1").update(
        selected=["pillar_1_question_1_choice_1"], risk="MEDIUM"
    )
    page = page_of(client_of("viewer"), plan_url(answered.workload))
    assert "would lower 1 high risk and 2 medium risks." in page


def test_without_a_lens_the_plan_offers_to_choose_one(
    in_northwind: object, client_of: ClientOf
) -> None:
    workload = make_workload()
    assert "Choose lenses" in page_of(client_of("lead"), plan_url(workload))
    page = page_of(client_of("viewer"), plan_url(workload))
    assert "No lens yet" in page
    assert "Choose lenses" not in page


def test_before_the_first_answer_the_plan_says_how_it_fills(
    in_northwind: object, client_of: ClientOf
) -> None:
    url = plan_url(make_review().workload)
    page = page_of(client_of("viewer"), url)
    assert "Nothing is answered yet" in page
    assert "Open the review" in page
    assert "Answer the first question" in page_of(client_of("contributor"), url)


def test_without_a_risk_the_plan_says_so_and_what_is_unanswered(
    in_northwind: object, client_of: ClientOf
) -> None:
    review = make_review(version=make_lens_version(lens_document(pillars=1, questions=2)))
    answer(review, "pillar_1_question_1", 1, 2, 3)
    page = page_of(client_of("viewer"), plan_url(review.workload))
    assert "Nothing is at risk" in page
    assert "1 question is still unanswered." in page
    answer(review, "pillar_1_question_2", 1, 2, 3)
    page = page_of(client_of("viewer"), plan_url(review.workload))
    assert "Every question is answered, and none has a high or a medium risk." in page


def test_a_risk_that_no_practice_lowers_is_named_apart(
    in_northwind: object, client_of: ClientOf
) -> None:
    document = lens_document(pillars=1, questions=1)
    document["pillars"][0]["questions"][0]["riskRules"] = [
        {"condition": "default", "risk": "HIGH_RISK"}
    ]
    review = make_review(version=make_lens_version(document))
    answer(review, "pillar_1_question_1", 1)
    page = page_of(client_of("viewer"), plan_url(review.workload))
    assert "No practice would lower what is at risk here." in page
    assert "Not lowered by any practice" in page


def test_a_foreign_or_unknown_workload_is_not_found(cast: Cast, client_of: ClientOf) -> None:
    with in_organization(cast.southridge.pk):
        foreign = make_workload()
    assert client_of("viewer").get(plan_url(foreign)).status_code == 404
    assert client_of("viewer").get(plan_url(Workload(pk=new_id()))).status_code == 404


def test_the_plan_cannot_be_posted_to(answered: LensReview, client_of: ClientOf) -> None:
    assert client_of("owner").post(plan_url(answered.workload)).status_code == 405


def _filled(lenses: int, versions: list[LensVersion]) -> UUID:
    workload = make_workload(f"Workload with {lenses} lenses")
    for version in versions[:lenses]:
        review = make_review(workload, version)
        for question in version.definition.questions:
            answer(review, question.id)
    return workload.pk


def test_two_questions_cost_as_many_queries_as_sixty(
    in_northwind: object, client_of: ClientOf, query_count: Callable[[Callable[[], Any]], int]
) -> None:
    versions = [
        make_lens_version(lens_document(name="Small", pillars=1, questions=2)),
        *(
            make_lens_version(lens_document(name=f"Large {n}", pillars=2, questions=10))
            for n in range(3)
        ),
    ]
    small, large = _filled(1, versions), _filled(4, versions)
    client = client_of("viewer")
    urls = [plan_url(Workload(pk=key)) for key in (small, large)]
    for url in urls:  # compiles the lenses, which the process then keeps
        client.get(url)
    few, many = (query_count(lambda url=url: client.get(url)) for url in urls)  # type: ignore[misc]
    assert few == many
    assert few <= 20
