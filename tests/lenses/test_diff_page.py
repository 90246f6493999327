"""The pages of a lens's versions: compared, withdrawn, deleted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lenses.models import Lens, LensVersion
from lenses.services import import_lens, publish_version
from tenants.context import in_organization
from tests.builders import lens_document
from tests.conftest import Cast
from tests.lenses.helpers import page, published, text_of

SignIn = Callable[[str], Client]


@pytest.fixture
def versions(cast: Cast) -> list[LensVersion]:
    """1.0, 1.1 with a question more and another title, and a draft that judges otherwise."""
    with in_organization(cast.northwind.pk):
        first = published(cast.actor("owner"), "1.0", name="Payments lens")
        document = lens_document(name="Payments lens", questions=4)
        document["pillars"][0]["questions"][0]["title"] = "How do you care for the first part?"
        second = _publish(cast, document, "1.1")
        document["pillars"][0]["questions"][0]["riskRules"].pop(1)
        draft = import_lens(actor=cast.actor("lead"), text=json.dumps(document))
    return [first, second, draft]


def _publish(cast: Cast, document: dict[str, Any], version: str) -> LensVersion:
    draft = import_lens(actor=cast.actor("lead"), text=json.dumps(document))
    return publish_version(
        actor=cast.actor("admin"), lens_id=draft.lens_id, version=version, kind="minor"
    )


def url(versions: list[LensVersion], what: str = "diff") -> str:
    return f"/o/northwind/lenses/{versions[0].lens_id}/{what}/"


def test_two_versions_are_compared_to_the_word(
    client_of: SignIn, versions: list[LensVersion]
) -> None:
    response = client_of("viewer").get(
        url(versions), {"from": str(versions[0].pk), "to": str(versions[1].pk)}
    )
    read = page(response)
    assert "2 questions are new." in read
    assert "<ins>the first </ins>part<del> 1</del>?" in read
    assert "judged alike" in read


def test_by_default_it_is_the_draft_against_what_it_follows(
    client_of: SignIn, versions: list[LensVersion]
) -> None:
    read = page(client_of("viewer").get(url(versions)))
    assert "1 question judges some answers differently." in read
    assert "6 of 15 states are judged differently." in read
    assert "For example, with this ticked and nothing else:" in read


def test_the_same_is_there_as_json(client_of: SignIn, versions: list[LensVersion]) -> None:
    response = client_of("viewer").get(url(versions), {"format": "json"})
    values = response.json()
    assert (values["from"]["version"], values["to"]["version"]) == ("1.1", "")
    assert values["questions"][0]["rules"]["differing"] == 6


@pytest.mark.parametrize("version", ["x", "00000000-0000-0000-0000-000000000000"])
def test_a_version_that_is_none_of_the_lens_is_said(
    client_of: SignIn, versions: list[LensVersion], version: str
) -> None:
    response = client_of("viewer").get(url(versions), {"from": version})
    assert response.status_code == 422
    assert "From:" in page(response)
    response = client_of("viewer").get(url(versions), {"from": version, "format": "json"})
    assert (response.status_code, list(response.json()["errors"])) == (422, ["from"])


def test_one_version_alone_has_nothing_to_be_compared_with(cast: Cast, client_of: SignIn) -> None:
    with in_organization(cast.northwind.pk):
        version = published(cast.actor("owner"), "1.0", name="Payments lens")
    assert "Only one version yet" in page(client_of("viewer").get(url([version])))
    response = client_of("viewer").get(url([version]), {"format": "json"})
    assert (response.status_code, response.json()["errors"]) == (
        422,
        {"": ["This lens has one version only."]},
    )


def test_a_draft_with_errors_is_not_compared_and_its_lens_still_opens(
    client_of: SignIn, cast: Cast, versions: list[LensVersion]
) -> None:
    with in_organization(cast.northwind.pk):
        rows = LensVersion.objects.filter(pk=versions[2].pk)
        rows.update(document='{"name": 1}', sha256="1" * 64, error_count=3)
    client = client_of("owner")
    assert "cannot be compared" in page(client.get(url(versions)))
    response = client.get(url(versions), {"format": "json"})
    assert response.status_code == 422
    assert "cannot be compared" in response.json()["errors"][""][0]
    lens = f"/o/northwind/lenses/{versions[0].lens_id}/versions/{versions[2].pk}/"
    assert "cannot be published" in page(client.get(lens))
    assert "errors and cannot be published" in page(client.get(url(versions, "publish")))
    assert client.get(url(versions, "impact")).status_code == 200


def test_more_questions_and_versions_cost_no_more_queries(
    cast: Cast, client_of: SignIn, versions: list[LensVersion], query_count: Callable[..., int]
) -> None:
    client = client_of("viewer")
    client.get(url(versions))
    before = query_count(lambda: client.get(url(versions)))
    with in_organization(cast.northwind.pk):
        for number in range(2, 6):
            document = lens_document(name="Payments lens", questions=number)
            _publish(cast, document, f"1.{number}")
    client.get(url(versions))
    assert query_count(lambda: client.get(url(versions))) == before


def test_the_lens_page_links_each_version_to_its_changes(
    client_of: SignIn, versions: list[LensVersion]
) -> None:
    read = page(client_of("viewer").get(f"/o/northwind/lenses/{versions[0].lens_id}/"))
    assert f"?from={versions[0].pk}&amp;to={versions[1].pk}" in read
    assert "since 1.0" in read
    assert "offered to no new review" in read
    assert "/delete/" not in read


def test_an_admin_withdraws_the_published_version(
    client_of: SignIn, versions: list[LensVersion]
) -> None:
    client = client_of("admin")
    assert "Deprecate version 1.1" in page(
        client.get(f"/o/northwind/lenses/{versions[0].lens_id}/")
    )
    response = client.post(url(versions, "deprecate"), follow=True)
    assert "Version 1.1 is deprecated" in page(response)
    assert client.post(url(versions, "deprecate")).status_code == 409


def test_an_admin_deletes_a_lens_by_its_name(
    cast: Cast, client_of: SignIn, versions: list[LensVersion]
) -> None:
    client = client_of("admin")
    response = client.post(url(versions, "delete"), {"name": "Payments"})
    assert response.status_code == 422
    assert "Type the name of the lens" in page(response)
    response = client.post(url(versions, "delete"), {"name": "Payments lens"}, follow=True)
    assert "“Payments lens” was deleted." in page(response)
    assert client.get(url(versions, "delete")).status_code == 404
    with in_organization(cast.northwind.pk):
        assert Lens.objects.get().deleted_at is not None


@pytest.mark.parametrize("what", ["diff", "delete", "deprecate", "publish", "impact"])
def test_a_lens_of_another_organisation_is_not_there(
    cast: Cast, client_of: SignIn, what: str
) -> None:
    with in_organization(cast.southridge.pk):
        draft = import_lens(actor=cast.southridge_actor, text=text_of(name="Payments lens"))
    client = client_of("owner")
    method = client.post if what == "deprecate" else client.get
    assert method(url([draft], what)).status_code == 404
