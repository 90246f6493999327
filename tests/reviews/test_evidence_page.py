"""Where evidence is seen: beside its question, in the plan, and as a tab of the workload."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import Answer, Evidence, LensReview
from tenants.models import Organization
from tests.builders import make_lens_version, make_review
from tests.conftest import Cast
from tests.reviews.evidence import PNG, PRACTICE, QUESTION, link, page_of, upload

ClientOf = Callable[[str], Client]
QueryCount = Callable[[Callable[[], Any]], int]


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


@pytest.fixture
def contributor(client_of: ClientOf) -> Client:
    return client_of("contributor")


def of_workload(review: LensReview, name: str = "evidence") -> str:
    return reverse(name, kwargs={"slug": "northwind", "workload_id": review.workload_id})


def beside(review: LensReview) -> str:
    return page_of(review).replace("/evidence/", "/beside/")


def test_without_evidence_the_tab_says_what_it_is_for(
    contributor: Client, client_of: ClientOf, review: LensReview
) -> None:
    page = contributor.get(of_workload(review)).content.decode()
    assert "No evidence yet" in page
    assert "Add evidence in the review" in page
    assert "Add evidence" not in client_of("viewer").get(of_workload(review)).content.decode()


def test_the_tab_lists_evidence_by_question_and_practice_in_the_lens_s_order(
    contributor: Client, review: LensReview
) -> None:
    later = PRACTICE.replace("choice_1", "choice_3")
    link(contributor, review, "https://example.com/3", title="Third", practice=later)
    link(contributor, review, "https://example.com/1", title="First")
    upload(contributor, review, "second.png", PNG)
    groups = contributor.get(of_workload(review)).context["groups"]
    (group,) = groups
    assert group.question.id == QUESTION
    titles = [[piece.title for piece in practice.pieces] for practice in group.practices]
    assert titles == [["First", "second.png"], ["Third"]]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"q": "runbook"}, ["The runbook"]),
        ({"q": "shot contributor"}, ["shot.png"]),
        ({"kind": "file"}, ["shot.png"]),
        ({"kind": "nonsense"}, ["The runbook", "shot.png"]),
        ({"q": "nothing like it"}, []),
        ({"q": "\x00"}, ["The runbook", "shot.png"]),
        ({"lens": "no id"}, []),
    ],
)
def test_the_tab_is_filtered(
    contributor: Client, review: LensReview, query: dict[str, str], titles: list[str]
) -> None:
    link(contributor, review, "https://example.com/", title="The runbook")
    upload(contributor, review, "shot.png", PNG)
    response = contributor.get(of_workload(review), query)
    assert [row.title for _review, row in response.context["page"]] == titles
    if not titles:
        assert "Nothing fits this search" in response.content.decode()


def test_lenses_stand_one_after_the_other_and_can_be_chosen(
    contributor: Client, review: LensReview
) -> None:
    second = make_review(review.workload, make_lens_version())
    link(contributor, second, "https://example.com/", title="Of the second")
    link(contributor, review, "https://example.com/", title="Of the first")
    page = contributor.get(of_workload(review))
    assert [group.review.pk for group in page.context["groups"]] == [review.pk, second.pk]
    assert second.lens.name in page.content.decode()
    chosen = contributor.get(of_workload(review), {"lens": str(second.pk)})
    assert [group.review.pk for group in chosen.context["groups"]] == [second.pk]


def test_evidence_of_what_the_lens_no_longer_has_is_still_listed(
    contributor: Client, review: LensReview
) -> None:
    Evidence.objects.create(
        review=review, question_id="gone", choice_id="gone_too", kind="link", title="Kept"
    )
    page = contributor.get(of_workload(review)).content.decode()
    assert "Kept" in page
    assert "A question that the lens no longer has" in page


def test_many_pieces_ask_no_more_queries_than_few(
    contributor: Client, review: LensReview, query_count: QueryCount
) -> None:
    def add(count: int) -> None:
        Evidence.objects.bulk_create(
            Evidence(
                review=review,
                question_id=QUESTION,
                choice_id=PRACTICE,
                kind="link",
                title=f"Piece {number}",
                url="https://example.com/",
            )
            for number in range(count)
        )

    for address in (of_workload(review), page_of(review), beside(review)):
        add(1)
        contributor.get(address)  # reads the lens, which is kept from then on
        few = query_count(lambda where=address: contributor.get(where))  # type: ignore[misc]
        add(30)
        assert query_count(lambda where=address: contributor.get(where)) == few  # type: ignore[misc]


def test_the_evidence_of_a_question_stands_beside_it(
    contributor: Client, review: LensReview
) -> None:
    upload(contributor, review, "shot.png", PNG)
    part = contributor.get(beside(review), headers={"HX-Request": "true"}).content.decode()
    assert 'id="evidence"' in part
    assert "shot.png" in part
    assert f'data-practice="{PRACTICE}" data-count="1"' in part


def test_the_part_answers_an_upload_by_itself(contributor: Client, review: LensReview) -> None:
    htmx = {"HX-Request": "true"}
    fields = {"practice": PRACTICE, "url": "https://example.com/", "title": "The runbook"}
    added = contributor.post(page_of(review), fields, headers=htmx)
    assert added.status_code == 200
    assert "<html" not in added.content.decode()
    assert "The runbook" in added.content.decode()
    refused = contributor.post(page_of(review), fields | {"url": "ftp://x"}, headers=htmx)
    assert refused.status_code == 422
    assert 'aria-invalid="true"' in refused.content.decode()


def test_the_fold_of_a_practice_leads_to_its_evidence(
    contributor: Client, client_of: ClientOf, review: LensReview
) -> None:
    question = page_of(review).replace("/evidence/", "/")
    page = contributor.get(question).content.decode()
    assert f'{page_of(review)}?practice={PRACTICE}" data-evidence-add="{PRACTICE}"' in page
    chosen = contributor.get(page_of(review), {"practice": PRACTICE}).content.decode()
    assert f'<option value="{PRACTICE}" selected>' in chosen
    viewer = client_of("viewer").get(question).content.decode()
    assert "data-evidence-add" not in viewer


def test_the_plan_shows_what_a_practice_has_so_far(
    contributor: Client, review: LensReview, cast: Cast
) -> None:
    upload(contributor, review, "half done.png", PNG)
    Answer.objects.create(
        review=review, question_id=QUESTION, risk="HIGH", selected=[f"{QUESTION}_no"]
    )
    LensReview.objects.filter(pk=review.pk).update(answers_revision=1)
    page = contributor.get(of_workload(review, "plan")).content.decode()
    assert "Evidence so far" in page
    assert "half done.png" in page


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "{{ 7 }}", '"><img src=x>'])
def test_a_title_is_text_wherever_it_is_shown(
    contributor: Client, review: LensReview, title: str
) -> None:
    link(contributor, review, "https://example.com/", title=title)
    for where in (of_workload(review), page_of(review), beside(review)):
        page = contributor.get(where).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
