"""The page of a workload: figures, pillars, what was done, and the next step."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from common.risk import Risk
from reviews.lens_options import lens_options
from reviews.merge import AnswerState
from reviews.models import LensReview
from reviews.services.answers import answer_question
from reviews.services.reviews import remove_lens, start_reviews
from tenants.models import Organization
from tests.builders import make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.workloads.pages import page_of
from workloads.models import Workload, WorkloadTag
from workloads.properties import WorkloadProperties, properties_of
from workloads.services import create_workload, update_workload

ClientOf = Callable[[str], Client]
QueryCount = Callable[[Callable[[], Any]], int]


@pytest.fixture
def viewer(client_of: ClientOf) -> Client:
    return client_of("viewer")


def answer(cast: Cast, review: LensReview, number: int, choices: int) -> None:
    """Tick the first ``choices`` practices of a question of the first pillar."""
    question = f"pillar_1_question_{number}"
    answer_question(
        actor=cast.actor("contributor"),
        review_id=review.pk,
        question_id=question,
        state=AnswerState(
            selected=frozenset(f"{question}_choice_{place}" for place in range(1, choices + 1))
        ),
        expected_revision=0,
    )


def test_a_workload_without_a_lens_offers_to_choose_one(
    client_of: ClientOf, viewer: Client, in_northwind: Organization
) -> None:
    workload = make_workload()
    choose = f'button-primary" href="{page_of(workload, "lenses")}"'
    assert choose in client_of("lead").get(page_of(workload)).content.decode()
    assert choose not in viewer.get(page_of(workload)).content.decode()


def test_the_figures_are_those_of_the_answers(
    viewer: Client, in_northwind: Organization, cast: Cast
) -> None:
    review = make_review()
    answer(cast, review, 1, 3)
    answer(cast, review, 2, 1)
    answer(cast, review, 3, 0)
    response = viewer.get(page_of(review.workload))
    counts = response.context["counts"]
    assert (counts[Risk.NONE], counts[Risk.MEDIUM], counts[Risk.HIGH]) == (1, 1, 0)
    assert response.context["progress"].answered == 2
    page = response.content.decode()
    assert "Continue the review" in page
    assert "Keeping it running" in page
    assert f"/review/{review.pk}/" in page


def test_activity_says_who_did_what(viewer: Client, in_northwind: Organization, cast: Cast) -> None:
    lead = cast.actor("lead")
    make_lens_version()
    workload = create_workload(
        actor=lead, properties=WorkloadProperties(name="Ledger", description="Keeps the books.")
    )
    (option,) = (each for each in lens_options() if not each.is_built_in)
    (review,) = start_reviews(actor=lead, workload_id=workload.pk, lens_ids=[option.lens_id])
    answer(cast, review, 1, 1)
    update_workload(
        actor=lead,
        workload_id=workload.pk,
        revision=1,
        properties=WorkloadProperties(**{**properties_of(workload).as_mapping(), "notes": "New."}),
        tags={"team": "core"},
    )
    said = [(each.who, each.what) for each in viewer.get(page_of(workload)).context["activities"]]
    assert said == [
        ("Lead", "changed tags, notes"),
        ("Contributor", "answered “How do you care for part 1?”"),
        ("Lead", f"added the lens “{option.name}”"),
        ("Lead", "created the workload"),
    ]
    remove_lens(actor=lead, workload_id=workload.pk, review_id=review.pk)
    newest = viewer.get(page_of(workload)).context["activities"][0]
    assert newest.what == f"removed the lens “{option.name}”"


def test_what_people_wrote_is_text_and_never_markup(
    viewer: Client, in_northwind: Organization
) -> None:
    workload = make_workload("<b>Bold</b>")
    workload.notes = "<script>alert(1)</script> **strong**"
    workload.save()
    WorkloadTag.objects.create(workload=workload, key="k", value="<i>")
    page = viewer.get(page_of(workload)).content.decode()
    assert "<b>Bold" not in page
    assert "<script>alert" not in page
    assert "<strong>strong</strong>" in page


def test_a_viewer_sees_no_way_to_edit(viewer: Client, in_northwind: Organization) -> None:
    workload = make_workload()
    assert page_of(workload, "edit") not in viewer.get(page_of(workload)).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_lenses(
    viewer: Client, in_northwind: Organization, cast: Cast, query_count: QueryCount
) -> None:
    workload: Workload = make_workload()
    for _ in range(2):
        answer(cast, make_review(workload), 1, 1)
    viewer.get(page_of(workload))
    two = query_count(lambda: viewer.get(page_of(workload)))
    for _ in range(6):
        review = make_review(workload)
        for number in range(1, 4):
            answer(cast, review, number, 1)
    viewer.get(page_of(workload))
    assert query_count(lambda: viewer.get(page_of(workload))) == two
    assert two <= 23


def test_another_organisation_sees_no_workload(
    client_of: ClientOf, in_northwind: Organization
) -> None:
    workload = make_workload()
    stranger = client_of("stranger")
    assert stranger.get(page_of(workload)).status_code == 404
    assert stranger.get(page_of(workload, slug="southridge")).status_code == 404


def test_other_methods_are_refused(viewer: Client, in_northwind: Organization) -> None:
    assert viewer.post(page_of(make_workload())).status_code == 405
