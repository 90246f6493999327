"""Two workloads side by side through one lens, each now or at a milestone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lenses.models import LensVersion
from reviews.models import LensReview
from tenants.context import in_organization
from tenants.models import Organization
from tests.builders import make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.reviews.milestones import NONE_OF_THESE, A, B, C, Save, saving, say
from tests.reviews.versions import RENAMED, RENAMES, next_version, rebuild
from workloads.models import Workload

ClientOf = Callable[[str], Client]


@pytest.fixture
def version(in_northwind: Organization) -> LensVersion:
    return make_lens_version()


@pytest.fixture
def review(version: LensVersion) -> LensReview:
    """A review of Payments, nothing answered."""
    return make_review(make_workload("Payments"), version)


@pytest.fixture
def other(version: LensVersion) -> LensReview:
    """A review of Ledger through the same lens, nothing answered."""
    return make_review(make_workload("Ledger"), version)


@pytest.fixture
def save(cast: Cast) -> Save:
    return saving(cast)


def url(workload: Workload, rest: str = "") -> str:
    return f"/o/northwind/workloads/{workload.pk}/compare/{rest}"


def between(review: LensReview, other: LensReview, rest: str = "") -> str:
    return url(review.workload, f"{other.workload_id}/{rest}")


def page_of(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


class TestChoosing:
    def test_workloads_that_share_a_lens_are_offered(
        self, review: LensReview, other: LensReview, client_of: ClientOf
    ) -> None:
        make_review(make_workload("Elsewhere"))
        page = page_of(client_of("viewer"), url(review.workload))
        assert between(review, other) in page
        assert "Elsewhere" not in page
        assert between(review, other) in page_of(
            client_of("viewer"), url(review.workload, "?q=ledg")
        )
        none = page_of(client_of("viewer"), url(review.workload, "?q=nothing%00such"))
        assert "No workload to compare with" in none

    def test_the_milestones_page_leads_here(self, review: LensReview, client_of: ClientOf) -> None:
        address = f"/o/northwind/workloads/{review.workload_id}/milestones/"
        assert url(review.workload) in page_of(client_of("viewer"), address)


class TestComparing:
    def test_the_page_says_where_the_second_stands_better_and_worse(
        self, cast: Cast, review: LensReview, other: LensReview, client_of: ClientOf
    ) -> None:
        say(cast, review, A, B, C, notes="Ours.")
        say(cast, other, NONE_OF_THESE, notes="Theirs.")
        question = "pillar_2_question_1"
        say(cast, review, f"{question}_no", question=question)
        say(cast, other, f"{question}_choice_1", question=question)
        page = page_of(client_of("viewer"), between(review, other))
        assert (
            "Ledger, compared with Payments: 1 question stands better and 1 stands worse." in page
        )
        assert "Worse in Ledger · 1" in page
        assert "Better in Ledger · 1" in page
        assert "<del>Ours</del><ins>Theirs</ins>" in page
        assert "Ticked in the first only:" in page
        assert f"/workloads/{other.workload_id}/review/{other.pk}/" in page
        assert "fell" not in page

    def test_each_side_may_be_a_milestone(
        self, cast: Cast, review: LensReview, other: LensReview, save: Save, client_of: ClientOf
    ) -> None:
        say(cast, other, NONE_OF_THESE)
        save(other, "Before")
        say(cast, other, A, B, C)
        say(cast, review, A, B, C)
        then = page_of(client_of("viewer"), between(review, other, "?from=now&to=1"))
        assert "Worse in Ledger (Before) · 1" in then
        now = page_of(client_of("viewer"), between(review, other))
        assert "Nothing differs between the two." in now

    def test_versions_of_the_lens_are_matched_along_renames(
        self, cast: Cast, review: LensReview, other: LensReview, client_of: ClientOf
    ) -> None:
        newer = next_version(
            review.lens_version, rebuild, version="2.0", kind="major", renames=RENAMES
        )
        LensReview.objects.filter(pk=other.pk).update(lens_version=newer)
        other.refresh_from_db()
        say(cast, review, A, B)
        say(cast, other, A, question=RENAMED)
        page = page_of(client_of("viewer"), between(review, other))
        assert "1.0 → 2.0" in page
        assert "Worse in Ledger · 1" in page

    def test_only_the_chosen_lens_is_compared(
        self, cast: Cast, review: LensReview, other: LensReview, client_of: ClientOf
    ) -> None:
        second = make_lens_version()
        make_review(review.workload, second), make_review(other.workload, second)
        page = page_of(client_of("viewer"), between(review, other, f"?lens={second.lens_id}"))
        assert f"By pillar · {second.lens.name}" in page
        assert f"By pillar · {review.lens.name}" not in page

    @pytest.mark.parametrize(
        "query",
        [
            "from=yesterday",
            "to=1.5",
            "lens=no-lens",
            "lens=00000000-0000-7000-8000-000000000000",
            "lens=%00",
        ],
    )
    def test_what_cannot_be_meant_is_an_error_in_words(
        self, review: LensReview, other: LensReview, client_of: ClientOf, query: str
    ) -> None:
        viewer = client_of("viewer")
        assert 'role="alert"' in page_of(viewer, between(review, other, f"?{query}"), 422)
        page_of(viewer, between(review, other, f"csv/?{query}"), 422)

    def test_two_without_a_lens_in_common_are_told_so(
        self, review: LensReview, client_of: ClientOf
    ) -> None:
        elsewhere = make_review(make_workload("Elsewhere"))
        page = page_of(client_of("viewer"), between(review, elsewhere), 422)
        assert "The two share no lens at these moments." in page

    def test_a_workload_beside_itself_or_one_of_another_organisation_is_not_found(
        self, cast: Cast, review: LensReview, client_of: ClientOf
    ) -> None:
        with in_organization(cast.southridge.pk):
            theirs = make_review()
        for beside in (review, theirs):
            for rest in ("", "csv/"):
                page_of(client_of("owner"), between(review, beside, rest), 404)

    def test_it_can_be_had_as_csv(
        self, cast: Cast, review: LensReview, other: LensReview, client_of: ClientOf
    ) -> None:
        say(cast, review, A, B, C)
        file = page_of(client_of("viewer"), between(review, other, "csv/"))
        assert "What became of it,Payments,Ledger\r\n" in file
        assert "Answered in Payments only,No risk,Unanswered\r\n" in file


def test_the_pages_take_the_same_queries_for_little_and_for_much(
    cast: Cast,
    review: LensReview,
    other: LensReview,
    client_of: ClientOf,
    query_count: Callable[[Callable[[], Any]], int],
) -> None:
    viewer, save = client_of("viewer"), saving(cast)
    lens_id = review.lens_id

    def counts() -> list[int]:
        rests = (f"?lens={lens_id}", f"?lens={lens_id}&from=1&to=1", f"csv/?lens={lens_id}")
        addresses = [url(review.workload), *(between(review, other, rest) for rest in rests)]
        return [query_count(lambda address=address: viewer.get(address)) for address in addresses]  # type: ignore[misc]

    save(review, "First"), save(other, "First")
    say(cast, review, A)
    few = counts()
    for number in range(2, 6):
        save(review, f"Number {number}"), save(other, f"Number {number}")
        make_review(make_workload(f"Further {number}"), review.lens_version)
    for _more in range(2):
        version = make_lens_version()
        for workload in (review.workload, other.workload):
            more = make_review(workload, version)
            for question in more.lens_version.definition.questions:
                say(cast, more, question.choice_ids[0], question=question.id)
    assert counts() == few
    assert max(few) <= 20
