"""The way into an organisation, a new one, and its settings."""

from collections.abc import Callable

import pytest
from django.test import Client

from tenants.context import in_organization
from tenants.models import Membership, Organization
from tenants.permissions import Role
from tenants.plans import LIMITS
from tenants.selectors import organizations_of
from tests.builders import make_lens_version, make_workload
from tests.conftest import Cast

ClientOf = Callable[[str], Client]
SETTINGS = "/o/northwind/settings/"
NEW = "/organizations/new/"


def test_a_person_of_one_organisation_goes_straight_to_it(client_of: ClientOf) -> None:
    response = client_of("viewer").get("/")
    assert response.status_code == 302
    assert response["Location"] == "/o/northwind/"


def test_a_person_of_several_chooses(client_of: ClientOf, cast: Cast) -> None:
    with in_organization(cast.southridge.pk):
        Membership.objects.create(user=cast.viewer, role=Role.VIEWER)
    page = client_of("viewer").get("/").content.decode()
    assert '/o/northwind/"' in page
    assert '/o/southridge/"' in page


def test_a_person_of_none_is_told_what_to_do(client_of: ClientOf) -> None:
    page = client_of("outsider").get("/").content.decode()
    assert f'href="{NEW}"' in page
    assert "outsider@example.com" in page
    assert "Northwind" not in page


@pytest.mark.parametrize("address", ["/", NEW, SETTINGS])
def test_signed_out_people_are_asked_to_sign_in(db: None, address: str) -> None:
    response = Client().get(address)
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


def test_whoever_creates_an_organisation_owns_it(client_of: ClientOf, cast: Cast) -> None:
    client = client_of("outsider")
    assert client.get(NEW).status_code == 200
    response = client.post(NEW, {"name": "Contoso  Ltd"})
    assert response["Location"] == "/o/contoso-ltd/"
    (organization,) = organizations_of(cast.outsider.pk)
    assert organization.name == "Contoso Ltd"
    assert client.get("/o/contoso-ltd/settings/members/").status_code == 200


def test_a_taken_address_gets_a_number(client_of: ClientOf, cast: Cast) -> None:
    response = client_of("outsider").post(NEW, {"name": "Northwind"})
    assert response["Location"] == "/o/northwind-2/"


@pytest.mark.parametrize("name", ["", " ", "x", "x" * 101])
def test_an_unusable_name_is_an_error_of_its_field(client_of: ClientOf, name: str) -> None:
    response = client_of("outsider").post(NEW, {"name": name})
    assert response.status_code == 422
    assert "name" in response.context["form"].errors


def test_settings_show_plan_and_limits_in_words_with_what_is_used(
    client_of: ClientOf, in_northwind: Organization
) -> None:
    make_workload()
    make_lens_version()
    in_northwind.limits = {"workloads": 7}
    in_northwind.save()
    response = client_of("viewer").get(SETTINGS)
    rows = {row.label: (row.used, row.allowed) for row in response.context["limits"]}
    assert rows["Workloads"] == (1, 7)
    assert rows["Lenses of your own"] == (1, 15)
    assert rows["Members"] == (5, 1000)
    assert rows["Tags of a workload"] == (None, 50)
    assert "standard" in response.content.decode()
    assert not rows.keys() & LIMITS.keys(), "a limit is shown by its name in the code"


def test_an_owner_renames_and_the_address_stays(client_of: ClientOf, cast: Cast) -> None:
    response = client_of("owner").post(SETTINGS, {"name": "Northwind Traders"})
    assert response.status_code == 302
    assert response["Location"] == SETTINGS
    with in_organization(cast.northwind.pk):
        organization = Organization.objects.get()
    assert (organization.name, organization.slug) == ("Northwind Traders", "northwind")


def test_an_owner_chooses_the_colour_of_reports(client_of: ClientOf, cast: Cast) -> None:
    owner = client_of("owner")
    assert owner.post(SETTINGS, {"name": "Northwind", "colour": " #FFD500"}).status_code == 302
    assert 'value="#ffd500"' in owner.get(SETTINGS).content.decode()
    for colour in ("yellow", "#fff", "ffd500", "#ffd50g", "#ffd500;}"):
        refused = owner.post(SETTINGS, {"name": "Another", "colour": colour})
        assert refused.status_code == 422
        assert "colour" in refused.context["form"].errors
    with in_organization(cast.northwind.pk):
        organization = Organization.objects.get()
    assert (organization.name, organization.colour) == ("Northwind", "#ffd500")


def test_an_unusable_new_name_is_refused(client_of: ClientOf) -> None:
    assert client_of("owner").post(SETTINGS, {"name": "x"}).status_code == 422


@pytest.mark.parametrize("role", ["admin", "lead", "contributor", "viewer"])
def test_only_an_owner_renames(client_of: ClientOf, role: str) -> None:
    client = client_of(role)
    page = client.get(SETTINGS)
    assert page.status_code == 200
    assert 'name="name"' not in page.content.decode()
    assert client.post(SETTINGS, {"name": "Mine"}).status_code == 403


def test_other_organisations_are_not_found(client_of: ClientOf, cast: Cast) -> None:
    assert client_of("stranger").get(SETTINGS).status_code == 404
    assert client_of("outsider").post(SETTINGS, {"name": "Mine"}).status_code == 404


@pytest.mark.parametrize("address", ["/", NEW, SETTINGS])
def test_other_methods_are_refused(client_of: ClientOf, address: str) -> None:
    assert client_of("owner").delete(address).status_code == 405
