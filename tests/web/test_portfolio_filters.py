"""The portfolio of some workloads: by tag, owner, environment, lens and industry."""

import pytest
from django.test import Client

from common.risk import Risk
from reviews.models import LensReview
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.web.portfolio import PORTFOLIO, ClientOf, answer, milestone, refresh, shown, values
from workloads.models import Workload, WorkloadTag


@pytest.fixture
def viewer(client_of: ClientOf) -> Client:
    return client_of("viewer")


@pytest.fixture
def payments(in_northwind: Organization) -> LensReview:
    """One of two workloads: with two high risks, where the other has one medium risk."""
    version = make_lens_version(lens_document(name="Basics"))
    review = make_review(make_workload("Payments"), version)
    Workload.objects.filter(pk=review.workload_id).update(
        review_owner="Grace", environment="PREPRODUCTION", industry_type="Retail", industry="Shoes"
    )
    WorkloadTag.objects.create(workload=review.workload, key="team", value="core=1")
    answer(review, 1, Risk.HIGH)
    answer(review, 2, Risk.HIGH)
    other = make_review(make_workload("Ledger"), version)
    answer(other, 1, Risk.MEDIUM)
    refresh(review)
    return review


@pytest.mark.parametrize(
    "query",
    [
        "?tag=team",
        "?tag=team%3Dcore%3D1",
        "?owner=Grace",
        "?environment=PREPRODUCTION",
        "?industry=Retail",
        "?industry=Shoes",
        "?tag=team&owner=Grace&industry=Shoes",
    ],
)
def test_a_filter_narrows_every_part(viewer: Client, payments: LensReview, query: str) -> None:
    response = shown(viewer, query)
    assert values(response) == ["1", "33\u2009%", "2", "0"]
    assert [row.reviews for row in response.context["common"]] == [1, 1]
    page = response.content.decode()
    assert "Payments" in page
    assert "Ledger" not in page


def test_a_lens_counts_its_own_reviews_only(
    viewer: Client, payments: LensReview, cast: Cast
) -> None:
    own = make_review(payments.workload, make_lens_version(lens_document(name="Own lens")))
    answer(own, 1, Risk.MEDIUM)
    answer(own, 2, Risk.HIGH, pillar="pillar_2")
    milestone(cast, payments.workload)
    answer(own, 1, Risk.NONE)
    for _behind in range(2):
        response = shown(viewer, f"?lens={own.lens_id}")
        assert values(response) == ["1", "33\u2009%", "1", "0"]
        cards = response.context["cards"]
        assert [card.change.tone for card in cards] == ["", "", "", "better"]
        assert response.context["trend"].medium.values == (1, 0)
        assert [row.question_id for row in response.context["common"]] == ["pillar_2_question_2"]
        refresh(own, payments)


def test_a_part_is_taken_away_by_its_chip(viewer: Client, payments: LensReview) -> None:
    query = f"?owner=Grace&environment=PREPRODUCTION&lens={payments.lens_id}"
    response = shown(viewer, query)
    chips = {chip.words: chip.without for chip in response.context["chips"]}
    assert list(chips) == ["Owner: Grace", "Environment: Pre-production", "Lens: Basics"]
    assert chips["Owner: Grace"] == f"?environment=PREPRODUCTION&lens={payments.lens_id}"


def test_a_filter_goes_on_to_the_pages_behind(viewer: Client, payments: LensReview) -> None:
    other = make_review(make_workload("Elsewhere"), payments.lens_version)
    answer(other, 1, Risk.HIGH)
    risk = f"{PORTFOLIO}portfolio/risks/{payments.lens_id}/pillar_1_question_1/"
    assert f"{risk}?owner=Grace" in shown(viewer, "?owner=Grace").content.decode()
    assert "Elsewhere" in viewer.get(risk).content.decode()
    assert "Elsewhere" not in viewer.get(f"{risk}?owner=Grace").content.decode()
    listed = viewer.get(f"{PORTFOLIO}portfolio/risks/?owner=Grace")
    assert [row.reviews for row in listed.context["rows"]] == [1, 1]


def test_a_filter_that_nothing_fits_offers_the_way_back(
    viewer: Client, payments: LensReview
) -> None:
    page = shown(viewer, "?owner=Nobody").content.decode()
    assert "No workload fits this filter" in page
    assert f'href="{PORTFOLIO}"' in page


@pytest.mark.parametrize("query", ["?environment=X", "?lens=1", "?tag=%00", "?page=x", "?page=99"])
def test_what_makes_no_sense_in_the_address_is_left_aside(
    viewer: Client, payments: LensReview, query: str
) -> None:
    assert values(shown(viewer, query))[0] == "2"


@pytest.mark.parametrize(
    "query",
    ["?tag=" + "=" * 500, "?owner=' OR 1=1 --", "?lens=00000000-0000-0000-0000-000000000000"],
)
def test_a_hostile_filter_finds_nothing(viewer: Client, payments: LensReview, query: str) -> None:
    assert "No workload fits this filter" in shown(viewer, query).content.decode()


def test_the_form_suggests_what_is_in_use_and_holds_what_is_said(
    viewer: Client, payments: LensReview
) -> None:
    url = f"{PORTFOLIO}portfolio/filter/?owner=Grace"
    page = viewer.get(url).content.decode()
    for value in ("team=core=1", "Grace", "Shoes"):
        assert f'<option value="{value}">' in page
    assert "Basics" in page
    assert page.count('value="Grace"') == 2, "said in the field, and suggested"
    dialog = viewer.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in dialog
    assert 'id="modal-title"' in dialog
