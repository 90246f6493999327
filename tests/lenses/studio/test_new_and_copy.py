"""A new lens: from a skeleton, from a built-in lens, from one's own."""

import json
from collections.abc import Callable

import pytest
from django.test import Client

from lenses.models import Lens, LensVersion
from lenses.schema import read_document
from lenses.services import publish_version
from lenses.studio.services import copy_lens, new_lens
from tenants.context import in_organization
from tenants.models import AuditEvent, Organization
from tests.builders import make_lens_version
from tests.conftest import Cast
from tests.lenses.helpers import CATALOGUE, page
from tests.lenses.studio.drafts import draft_of

SignIn = Callable[[str], Client]


def copy_url(version: LensVersion) -> str:
    return f"{CATALOGUE}{version.lens_id}/versions/{version.pk}/copy/"


def test_a_new_lens_begins_with_a_skeleton_that_could_be_published(
    cast: Cast, client_of: SignIn
) -> None:
    client = client_of("lead")
    assert "New lens" in page(client.get(f"{CATALOGUE}new/"))
    response = client.post(f"{CATALOGUE}new/", {"name": "  Platform  "})
    assert response.status_code == 302
    with in_organization(cast.northwind.pk):
        draft = LensVersion.objects.get(lens__name="Platform")
        assert draft.error_count == 0
        assert read_document(draft.document).warnings == ()
        assert AuditEvent.objects.filter(verb="lens.created").count() == 1
        publish_version(actor=cast.actor(), lens_id=draft.lens_id, version="1.0")
    assert "Platform" in page(client.get(response["Location"]))


@pytest.mark.parametrize("name", ["", " ", "x" * 129, "PLAT form"])
def test_a_name_that_cannot_be_used_is_said_beside_it(
    cast: Cast, in_northwind: Organization, client_of: SignIn, name: str
) -> None:
    new_lens(actor=cast.actor(), name="Platform")
    response = client_of("owner").post(f"{CATALOGUE}new/", {"name": name})
    assert response.status_code == 422
    assert Lens.objects.all().of_ones_own().count() == 1


def test_the_plan_s_limit_is_named(
    cast: Cast, in_northwind: Organization, client_of: SignIn
) -> None:
    cast.northwind.limits = {"custom_lenses": 1}
    cast.northwind.save()
    new_lens(actor=cast.actor(), name="First")
    response = client_of("owner").post(f"{CATALOGUE}new/", {"name": "Second"})
    assert response.status_code == 422
    assert "Lenses of your own: the plan “standard” allows 1" in page(response)


def test_a_built_in_lens_is_copied_into_one_of_one_s_own(cast: Cast, client_of: SignIn) -> None:
    with in_organization(cast.northwind.pk):
        version = make_lens_version(built_in=True)
    client = client_of("lead")
    assert "The next version" not in page(client.get(copy_url(version)))
    response = client.post(copy_url(version), {"purpose": "next", "name": "Ours"})
    # It cannot be the next version of what belongs to nobody.
    assert response.status_code == 302
    with in_organization(cast.northwind.pk):
        draft = LensVersion.objects.get(lens__name="Ours")
        before, after = json.loads(version.document), json.loads(draft.document)
        assert after == before | {"name": "Ours"}
        assert draft.organization_id == cast.northwind.pk
        event = AuditEvent.objects.get(verb="lens.copied")
        assert event.after["from"] == str(version.pk)


def test_a_published_version_is_copied_into_the_next_draft_of_its_lens(
    cast: Cast, in_northwind: Organization, client_of: SignIn
) -> None:
    draft = draft_of(cast.actor())
    version = publish_version(actor=cast.actor(), lens_id=draft.lens_id, version="1.0")
    client = client_of("lead")
    assert "The next version" in page(client.get(copy_url(version)))
    response = client.post(copy_url(version), {"purpose": "next", "name": ""})
    assert response["Location"] == f"{CATALOGUE}{version.lens_id}/studio/"
    following = LensVersion.objects.get(lens=version.lens_id, status="draft")
    assert following.sha256 == version.sha256
    # There is a draft now: another copy is another lens.
    assert client.post(copy_url(version), {"purpose": "next", "name": ""}).status_code == 422
    assert client.post(copy_url(version), {"purpose": "new", "name": "Twin"}).status_code == 302
    with pytest.raises(Exception, match="draft already"):
        copy_lens(actor=cast.actor(), version_id=version.pk)


@pytest.mark.parametrize("role", ["contributor", "viewer"])
def test_who_may_not_draft_gets_403(
    cast: Cast, in_northwind: Organization, client_of: SignIn, role: str
) -> None:
    version = make_lens_version()
    client = client_of(role)
    assert client.post(f"{CATALOGUE}new/", {"name": "Mine"}).status_code == 403
    assert client.post(copy_url(version), {"purpose": "new", "name": "Mine"}).status_code == 403


def test_a_version_of_another_organisation_is_not_found(cast: Cast, client_of: SignIn) -> None:
    with in_organization(cast.southridge.pk):
        theirs = make_lens_version()
    client = client_of("owner")
    assert client.get(copy_url(theirs)).status_code == 404
    assert client.post(copy_url(theirs), {"purpose": "new", "name": "Mine"}).status_code == 404


def test_the_catalogue_and_the_lens_lead_to_the_studio(
    cast: Cast, in_northwind: Organization, client_of: SignIn
) -> None:
    draft = draft_of(cast.actor())
    lead, viewer = client_of("lead"), client_of("viewer")
    lens = f"{CATALOGUE}{draft.lens_id}/"
    assert f"{CATALOGUE}new/" in page(lead.get(CATALOGUE))
    assert f"{CATALOGUE}new/" not in page(viewer.get(CATALOGUE))
    assert f"{lens}studio/" in page(lead.get(lens))
    assert f"{lens}studio/" not in page(viewer.get(lens))
