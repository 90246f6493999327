"""Everything a member can go to or do is found from any page, and nothing that they cannot."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lenses.schema.compiling import compiled_versions
from reviews.models import LensReview
from tenants.context import in_organization
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version, make_review, make_workload
from tests.conftest import Cast
from web.palette_entries import palette_entries
from workloads.models import Workload

ClientOf = Callable[[str], Client]
QueryCount = Callable[[Callable[[], Any]], int]
PALETTE = "/o/northwind/palette/"
SEARCH = "/o/northwind/search/"


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    """Return the review of "Payments API" through "Test lens"."""
    return make_review(make_workload("Payments API"), make_lens_version(lens_document()))


def found(client: Client, address: str = PALETTE, **query: Any) -> dict[str, str]:
    """Return title to address of what is found, in order."""
    page = client.get(address, query)
    assert page.status_code == 200
    pattern = (
        r'href="([^"]*)"[^>]*>\s*<svg.*?</svg>\s*<span class="palette-title truncate">([^<]*)<'
    )
    return {title: url for url, title in re.findall(pattern, page.content.decode())}


def test_a_workload_is_found_by_a_few_letters(client_of: ClientOf, review: LensReview) -> None:
    results = found(client_of("viewer"), q="payapi")
    assert results == {"Payments API": f"/o/northwind/workloads/{review.workload_id}/"}


def test_questions_lead_to_the_review_of_the_workload_one_is_at(
    client_of: ClientOf, review: LensReview
) -> None:
    title = "How do you care for part 2?"
    asked = {"q": "care for part 2", "workload": str(review.workload_id)}
    here = found(client_of("viewer"), **asked)[title]
    assert here.startswith(f"/o/northwind/workloads/{review.workload_id}/review/{review.pk}/")
    assert client_of("viewer").get(here).status_code == 200


def test_questions_lead_to_the_lens_where_no_workload_is_open(
    client_of: ClientOf, review: LensReview
) -> None:
    page, _, anchor = found(client_of("viewer"), q="care part 2")[
        "How do you care for part 2?"
    ].partition("#")
    response = client_of("viewer").get(page)
    assert f'id="{anchor}"' in response.content.decode()


def test_practices_lenses_and_people_are_found(client_of: ClientOf, review: LensReview) -> None:
    viewer = client_of("viewer")
    practice = found(viewer, q="practice 3 of part 2", workload=str(review.workload_id))
    assert next(iter(practice)) == "Practice 3 of part 2"
    assert practice["Practice 3 of part 2"].endswith("_choice_3")
    assert found(viewer, q="test lens")["Test lens"] == f"/o/northwind/lenses/{review.lens_id}/"
    person = found(viewer, q="contributor@example.com")["Contributor"]
    page, _, anchor = person.partition("#")
    assert f'id="{anchor}"' in viewer.get(page).content.decode()


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("viewer", set()),
        ("contributor", set()),
        ("lead", {"New workload", "Import a lens", "New lens", "Save a milestone"}),
    ],
)
def test_only_what_one_may_do_is_offered(
    client_of: ClientOf, review: LensReview, role: str, may: set[str]
) -> None:
    actions = found(client_of(role), workload=str(review.workload_id))
    wanted = {"New workload", "Import a lens", "New lens", "Save a milestone"}
    assert actions.keys() & wanted == may


@pytest.mark.parametrize("role", ["viewer", "lead", "owner"])
def test_whatever_is_offered_can_be_opened(
    client_of: ClientOf, review: LensReview, role: str
) -> None:
    client = client_of(role)
    for title, url in found(client, workload=str(review.workload_id)).items():
        if url != "#":
            assert client.get(url, follow=True).status_code == 200, title


def test_what_was_used_lately_comes_first_and_what_is_gone_does_not_come(
    client_of: ClientOf, review: LensReview
) -> None:
    make_workload("Portal")
    recent = [f"workload:{review.workload_id}", "workload:gone", "action:members"]
    results = list(found(client_of("viewer"), recent=recent))
    assert results[:2] == ["Payments API", "Go to members"]
    assert "Portal" not in results


def test_nothing_of_another_organisation_is_found(
    client_of: ClientOf, cast: Cast, review: LensReview
) -> None:
    with in_organization(cast.southridge.pk):
        theirs = make_review(make_workload("Payments abroad"))
    for query in ({"q": "payments abroad"}, {"q": "stranger"}, {"q": "southridge"}):
        asked = query | {"workload": str(theirs.workload_id)}
        assert found(client_of("owner"), **asked) == {}
    assert (
        found(client_of("owner"), recent=[f"workload:{theirs.workload_id}"]).keys()
        == found(client_of("owner")).keys()
    )
    assert client_of("stranger").get(PALETTE).status_code == 404


def test_one_switches_to_an_organisation_that_one_belongs_to(
    client_of: ClientOf, cast: Cast
) -> None:
    from tenants.models import Membership

    with in_organization(cast.southridge.pk):
        Membership.objects.create(user=cast.viewer, role="viewer")
    assert found(client_of("viewer"), q="southr") == {"Southridge": "/o/southridge/"}


def test_the_same_is_a_page_without_scripts(client_of: ClientOf, review: LensReview) -> None:
    page = client_of("viewer").get(SEARCH, {"q": "payments"}).content.decode()
    assert f'href="/o/northwind/workloads/{review.workload_id}/"' in page
    assert "Switch to dark" not in client_of("viewer").get(SEARCH, {"q": "dark"}).content.decode()
    nothing = client_of("viewer").get(SEARCH, {"q": "zzzzz"}).content.decode()
    assert "Nothing fits" in nothing


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\x00"},
        {"q": "x" * 100_000},
        {"q": "<script>alert(1)</script>"},
        {"workload": "nonsense"},
        {"workload": "00000000-0000-0000-0000-000000000000"},
        {"recent": ["x"] * 1000},
        {"q": "\ud800".encode("utf-8", "replace").decode()},
    ],
)
def test_strange_queries_find_nothing_strange(
    client_of: ClientOf, review: LensReview, query: dict[str, Any]
) -> None:
    for address in (PALETTE, SEARCH):
        page = client_of("viewer").get(address, query)
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()


def test_a_hostile_name_is_text(client_of: ClientOf, in_northwind: Organization) -> None:
    make_workload('Pay"><img src=x onerror=alert(1)>')
    for address in (PALETTE, SEARCH):
        page = client_of("viewer").get(address, {"q": "pay"}).content.decode()
        assert "<img" not in page
        assert "&lt;img" in page


def test_the_number_of_queries_does_not_grow(
    client_of: ClientOf, in_northwind: Organization, query_count: QueryCount
) -> None:
    def ask(query: dict[str, str]) -> int:
        client = client_of("owner")
        return query_count(lambda: client.get(PALETTE, query))

    def fill(number: int) -> Workload:
        review = make_review(make_workload(f"Workload {number}"))
        return review.workload

    workload = fill(0)
    few = [ask({"q": "work"}), ask({"q": "part", "workload": str(workload.pk)})]
    for number in range(1, 20):
        fill(number)
    for _time in range(20):  # each request compiles one of the new lens versions
        ask({"q": "part"})
    many = [ask({"q": "work"}), ask({"q": "part", "workload": str(workload.pk)})]
    assert max(few) <= 8
    assert max(many) <= 8


def test_a_request_compiles_one_lens_version_and_the_next_one_more(
    in_northwind: Organization, cast: Cast
) -> None:
    for number in range(3):
        make_review(make_workload(f"Workload {number}"))
    compiled_versions.clear()

    def lenses() -> int:
        entries = palette_entries(cast.actor(), None)
        return len({entry.key.split(":")[1] for entry in entries if entry.kind == "question"})

    assert [lenses() for _time in range(4)] == [1, 2, 3, 3]
