"""The list finds, sorts and pages workloads, and its figures are those of the last answer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from common.clock import now
from common.risk import Risk
from reviews.models import Answer, LensReview, ReviewSummary
from reviews.services.summaries import refresh_review_summary
from tenants.context import in_organization
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.workloads.pages import LIST
from workloads.models import Workload, WorkloadTag

ClientOf = Callable[[str], Client]
QueryCount = Callable[[Callable[[], Any]], int]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def viewer(client_of: ClientOf) -> Client:
    return client_of("viewer")


def names(client: Client, query: str = "") -> list[str]:
    """Return the names in the order of the list's rows."""
    response = client.get(f"{LIST}{query}")
    assert response.status_code == 200
    return [row.workload.name for row in response.context["rows"]]


def answer(review: LensReview, number: int, risk: Risk) -> None:
    """Answer a question, leaving the summaries behind."""
    Answer.objects.create(review=review, question_id=f"pillar_1_question_{number}", risk=risk)
    LensReview.objects.filter(pk=review.pk).update(answers_revision=F("answers_revision") + 1)


def test_an_empty_list_offers_the_first_action_to_who_may_take_it(
    client_of: ClientOf, cast: Cast
) -> None:
    assert "Describe the first workload" in client_of("lead").get(LIST).content.decode()
    page = client_of("viewer").get(LIST).content.decode()
    assert "No workloads yet" in page
    assert "/workloads/new/" not in page


def test_a_row_says_what_matters(viewer: Client, in_northwind: Organization) -> None:
    review = make_review()
    WorkloadTag.objects.create(workload=review.workload, key="team", value="core")
    answer(review, 1, Risk.HIGH)
    answer(review, 2, Risk.MEDIUM)
    answer(review, 3, Risk.NOT_APPLICABLE)
    response = viewer.get(LIST)
    (row,) = response.context["rows"]
    assert (row.counts[Risk.HIGH], row.counts[Risk.MEDIUM]) == (1, 1)
    assert row.progress.percent == 50
    page = response.content.decode()
    assert "team=core" in page
    assert review.lens.name in page


def test_figures_are_of_the_last_answer_though_no_worker_runs(
    viewer: Client, in_northwind: Organization
) -> None:
    review = make_review()
    answer(review, 1, Risk.HIGH)
    refresh_review_summary(review_id=review.pk)
    answer(review, 2, Risk.HIGH)
    assert sum(ReviewSummary.objects.values_list("high", flat=True)) == 1
    (row,) = viewer.get(LIST).context["rows"]
    assert row.counts[Risk.HIGH] == 2


@pytest.mark.parametrize(
    "words",
    ["ledger", "LEDG", "books", "grace", "core", "team=core", "TEAM=", "ledger grace", "%27=%"],
)
def test_the_search_looks_at_name_description_owner_and_tags(
    viewer: Client, in_northwind: Organization, words: str
) -> None:
    ledger = make_workload("Ledger")
    ledger.description = "Keeps the books, 27=% of them."
    ledger.review_owner = "Grace"
    ledger.save()
    WorkloadTag.objects.create(workload=ledger, key="team", value="core")
    make_workload("Payments")
    found = names(viewer, f"?q={words.replace('%', '%25')}")
    assert found == ([] if words == "%27=%" else ["Ledger"])


def test_a_search_that_finds_nothing_says_so(viewer: Client, in_northwind: Organization) -> None:
    make_workload()
    page = viewer.get(f"{LIST}?q=zebra").content.decode()
    assert "Nothing fits this search" in page
    assert 'value="zebra"' in page


def test_filters_narrow_by_environment_and_lens(viewer: Client, in_northwind: Organization) -> None:
    review = make_review(make_workload("Ledger"))
    other = make_review(make_workload("Payments"))
    Workload.objects.filter(pk=other.workload.pk).update(environment="PREPRODUCTION")
    assert names(viewer, "?environment=PREPRODUCTION") == ["Payments"]
    assert names(viewer, f"?lens={review.lens_id}") == ["Ledger"]
    assert names(viewer, f"?lens={review.lens_id}&environment=PREPRODUCTION") == []


@pytest.mark.parametrize(
    "query", ["?environment=X", "?lens=1", "?sort=password", "?page=x", "?q=%00"]
)
def test_what_makes_no_sense_in_the_address_is_left_aside(
    viewer: Client, in_northwind: Organization, query: str
) -> None:
    make_workload("Ledger")
    assert names(viewer, query) == ["Ledger"]


@pytest.fixture
def three(in_northwind: Organization) -> None:
    """Ledger: low; Orders: middle, owner and date unknown; Payments: high and answered most."""
    version = make_lens_version(lens_document(pillars=1, questions=4))
    for place, name in enumerate(["Ledger", "Orders", "Payments"]):
        review = make_review(make_workload(name), version)
        for number in range(1, place + 2):
            answer(review, number, Risk.HIGH if number <= place else Risk.MEDIUM)
        refresh_review_summary(review_id=review.pk)
        Workload.objects.filter(pk=review.workload.pk).update(
            review_owner=["Ada", "", "Bo"][place],
            next_review_on=[None, "2027-05-01", "2027-01-01"][place],
            updated_at=now() - timedelta(days=3 - place),
        )
        LensReview.objects.update(updated_at=now() - timedelta(days=9))
    make_review(Workload.objects.get(name="Payments"))


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", "LOP"),
        ("-name", "POL"),
        ("owner", "LPO"),
        ("-owner", "PLO"),
        ("answered", "LOP"),
        ("-answered", "POL"),
        ("high", "LOP"),
        ("-high", "POL"),
        ("-medium", "LOP"),
        ("changed", "LOP"),
        ("-lenses", "PLO"),
        ("next_review", "POL"),
        ("-next_review", "OPL"),
    ],
)
def test_every_column_sorts_and_what_is_empty_comes_last(
    viewer: Client, three: None, sort: str, expected: str
) -> None:
    assert "".join(name[0] for name in names(viewer, f"?sort={sort}")) == expected


def test_the_last_change_is_that_of_the_workload_or_of_its_reviews(
    viewer: Client, three: None
) -> None:
    late = now() + timedelta(minutes=1)
    LensReview.objects.filter(workload__name="Ledger").update(updated_at=late)
    rows = viewer.get(f"{LIST}?sort=-changed").context["rows"]
    assert rows[0].workload.name == "Ledger"
    assert rows[0].changed_at == late


def test_pages_hold_25_and_keep_what_was_asked_for(
    viewer: Client, in_northwind: Organization
) -> None:
    for number in range(27):
        make_workload(f"Job {number:02}")
    first = viewer.get(f"{LIST}?q=job&sort=-name")
    assert len(first.context["rows"]) == 25
    assert "q=job&amp;sort=-name&amp;page=2" in first.content.decode()
    assert names(viewer, "?q=job&sort=-name&page=2") == ["Job 01", "Job 00"]
    assert names(viewer, "?q=job&sort=-name&page=99") == ["Job 01", "Job 00"]


def test_a_live_search_gets_the_table_alone_with_the_count_to_announce(
    viewer: Client, in_northwind: Organization
) -> None:
    make_workload("Ledger")
    response = viewer.get(f"{LIST}?q=led&environment=&lens=&sort=-name", headers=HTMX)
    page = response.content.decode()
    assert "<html" not in page
    assert "Ledger" in page
    assert response["HX-Replace-Url"] == "?q=led&sort=-name"
    assert "1 workload" in response["HX-Trigger"]


def test_the_number_of_queries_does_not_grow_with_the_rows(
    viewer: Client, in_northwind: Organization, query_count: QueryCount
) -> None:
    version = make_lens_version()

    def fill(first: int, last: int) -> None:
        for number in range(first, last):
            review = make_review(make_workload(f"Job {number:02}"), version)
            answer(review, 1, Risk.HIGH)
            if number % 2:
                refresh_review_summary(review_id=review.pk)

    fill(0, 2)
    viewer.get(LIST)
    two = query_count(lambda: viewer.get(f"{LIST}?sort=-high"))
    fill(2, 20)
    assert query_count(lambda: viewer.get(f"{LIST}?sort=-high")) == two
    assert two <= 16


def test_workloads_of_other_organisations_are_not_there(viewer: Client, cast: Cast) -> None:
    with in_organization(cast.southridge.pk):
        make_workload("Foreign")
    assert names(viewer) == []


def test_people_of_other_organisations_get_404(client_of: ClientOf, cast: Cast) -> None:
    assert client_of("stranger").get(LIST).status_code == 404
    assert client_of("outsider").get(LIST).status_code == 404


def test_other_methods_are_refused(viewer: Client) -> None:
    assert viewer.post(LIST).status_code == 405
