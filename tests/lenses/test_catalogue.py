"""The list of lenses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lenses.models import Lens
from lenses.selectors import catalogue
from lenses.services import import_lens
from tenants.context import in_organization
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version
from tests.conftest import Cast
from tests.lenses.helpers import CATALOGUE, page, published, text_of

SignIn = Callable[[str], Client]
QueryCount = Callable[[Callable[[], Any]], int]


def test_the_catalogue_has_name_version_and_figures(cast: Cast, in_northwind: Organization) -> None:
    published(cast.actor("owner"), "1.4", name="Payments lens", pillars=2, questions=3, choices=4)
    (entry,) = catalogue()
    assert entry.current is not None
    assert (entry.lens.name, entry.current.version) == ("Payments lens", "1.4")
    assert (entry.pillar_count, entry.shown.question_count, entry.shown.choice_count) == (2, 6, 18)
    assert entry.draft is None


def test_a_waiting_draft_is_shown_beside_the_published_version(
    cast: Cast, in_northwind: Organization
) -> None:
    published(cast.actor("owner"), "1.0", name="Payments lens", pillars=2)
    import_lens(actor=cast.actor("lead"), text=text_of(name="Payments lens", pillars=3))
    import_lens(actor=cast.actor("lead"), text=text_of(name="New lens", pillars=4))
    new, payments = catalogue()
    assert (new.current, new.pillar_count) == (None, 4)
    assert payments.draft is not None
    # The figures are those of the version that reviews use.
    assert payments.pillar_count == 2


def test_only_the_latest_version_of_a_lens_is_listed(
    cast: Cast, in_northwind: Organization
) -> None:
    for version in ("1.0", "1.1", "1.2"):
        published(cast.actor("owner"), version, name="Payments lens")
    (entry,) = catalogue()
    assert entry.current is not None
    assert entry.current.version == "1.2"


def test_lenses_are_listed_by_name_whatever_its_case(
    cast: Cast, in_northwind: Organization
) -> None:
    for name in ("beta", "Alpha", "Gamma"):
        published(cast.actor("owner"), name=name)
    assert [entry.lens.name for entry in catalogue()] == ["Alpha", "beta", "Gamma"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["Payments", "Über uns"]),
        ("pay", ["Payments"]),
        ("ÜBER", ["Über uns"]),
        ("only tests", ["Payments", "Über uns"]),
        ("tests payments", ["Payments"]),
        ("nothing like it", []),
        ("100%", []),
    ],
)
def test_lenses_are_found_by_the_words_of_name_and_description(
    cast: Cast, in_northwind: Organization, search: str, found: list[str]
) -> None:
    for name in ("Payments", "Über uns"):
        published(cast.actor("owner"), name=name)
    assert [entry.lens.name for entry in catalogue(search)] == found


def test_deleted_lenses_and_those_of_others_are_not_listed(
    cast: Cast, in_northwind: Organization
) -> None:
    gone = published(cast.actor("owner"), name="Gone lens")
    Lens.objects.filter(pk=gone.lens_id).update(deleted_at=gone.published_at)
    with in_organization(cast.southridge.pk):
        published(cast.southridge_actor, name="Southridge lens")
    assert catalogue() == []


# --- The page ---------------------------------------------------------------------------------


def test_own_and_built_in_lenses_stand_apart(cast: Cast, client_of: SignIn) -> None:
    with in_organization(cast.northwind.pk):
        make_lens_version(lens_document(name="Shipped lens"), built_in=True)
        published(cast.actor("owner"), name="Payments lens")
    read = page(client_of("viewer").get(CATALOGUE))
    assert "Lenses of Northwind" in read
    assert read.index("Payments lens") < read.index("Built in") < read.index("Shipped lens")


@pytest.mark.parametrize(
    ("role", "may_import"),
    [("owner", True), ("admin", True), ("lead", True), ("contributor", False), ("viewer", False)],
)
def test_importing_is_offered_to_who_may(client_of: SignIn, role: str, may_import: bool) -> None:
    read = page(client_of(role).get(CATALOGUE))
    assert ("/lenses/import/" in read) == may_import
    assert "No lens of your own yet" in read


def test_a_search_without_result_says_so_and_leads_back(cast: Cast, client_of: SignIn) -> None:
    with in_organization(cast.northwind.pk):
        published(cast.actor("owner"), name="Payments lens")
    client = client_of("viewer")
    read = page(client.get(CATALOGUE, {"q": "<nothing>"}))
    assert "No lens found" in read
    assert "&lt;nothing&gt;" in read
    assert "Show all" in read
    assert "Payments lens" in page(client.get(CATALOGUE, {"q": "PAYMENTS"}))


def test_the_catalogue_is_for_members_and_for_reading(client_of: SignIn) -> None:
    assert client_of("stranger").get(CATALOGUE).status_code == 404
    assert client_of("outsider").get(CATALOGUE).status_code == 404
    assert Client().get(CATALOGUE)["Location"].startswith("/accounts/login/")
    assert client_of("owner").post(CATALOGUE).status_code == 405


def test_lenses_of_another_organisation_are_not_on_the_page(cast: Cast, client_of: SignIn) -> None:
    with in_organization(cast.southridge.pk):
        published(cast.southridge_actor, name="Southridge lens")
    assert "Southridge lens" not in page(client_of("owner").get(CATALOGUE))


def test_twenty_lenses_take_as_many_queries_as_two(
    cast: Cast, client_of: SignIn, query_count: QueryCount
) -> None:
    client = client_of("owner")

    def fill(first: int, last: int) -> None:
        with in_organization(cast.northwind.pk):
            for number in range(first, last):
                make_lens_version(lens_document(name=f"Lens {number}"))

    fill(0, 2)
    client.get(CATALOGUE)
    few = query_count(lambda: client.get(CATALOGUE))
    fill(2, 20)
    assert query_count(lambda: client.get(CATALOGUE)) == few
    assert few <= 6
