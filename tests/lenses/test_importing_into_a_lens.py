"""The next version of a lens from a file that calls itself something else."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from common.errors import Forbidden, NotFound
from lenses.models import Lens, LensVersion
from lenses.services import import_lens, publish_version
from tenants.context import in_organization
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version
from tests.conftest import Cast

IMPORT = "/o/northwind/lenses/import/"


def text_of(name: str) -> str:
    return json.dumps(lens_document(name=name))


@pytest.fixture
def published(cast: Cast, in_northwind: Organization) -> LensVersion:
    draft = import_lens(actor=cast.actor("lead"), text=text_of("Readiness v1"))
    return publish_version(actor=cast.actor("admin"), lens_id=draft.lens_id, version="1.0")


def test_the_draft_keeps_the_lens_s_name(cast: Cast, published: LensVersion) -> None:
    draft = import_lens(
        actor=cast.actor("lead"), text=text_of("Readiness v2"), lens_id=published.lens_id
    )
    assert draft.lens_id == published.lens_id
    assert draft.definition.name == "Readiness v1"
    later = publish_version(
        actor=cast.actor("admin"), lens_id=draft.lens_id, version="2.0", kind="minor"
    )
    assert later.predecessor == published


def test_a_lens_that_is_not_one_s_own_is_refused(cast: Cast, published: LensVersion) -> None:
    actor, text = cast.actor("lead"), text_of("Readiness v2")
    with pytest.raises(Forbidden):
        import_lens(actor=actor, text=text, lens_id=make_lens_version(built_in=True).lens_id)
    with pytest.raises(NotFound):
        import_lens(actor=actor, text=text, lens_id=uuid4())
    assert not LensVersion.objects.filter(status="draft").exists()


def test_the_page_of_a_lens_leads_there(
    published: LensVersion, client_of: Callable[[str], Client]
) -> None:
    client = client_of("lead")
    address = f"{IMPORT}?lens={published.lens_id}"
    assert address in client.get(f"/o/northwind/lenses/{published.lens_id}/").content.decode()
    assert "keeps that name" in client.get(address).content.decode()
    response = client.post(
        IMPORT, {"lens": str(published.lens_id), "text": text_of("Readiness v2")}
    )
    assert response.status_code == 302
    assert Lens.objects.all().of_ones_own().count() == 1


@pytest.mark.parametrize("lens", ["garbage", "00000000-0000-7000-8000-000000000000"])
def test_another_address_is_not_found(client_of: Callable[[str], Client], lens: str) -> None:
    client = client_of("lead")
    assert client.get(f"{IMPORT}?lens={lens}").status_code == 404
    assert client.post(IMPORT, {"lens": lens, "text": text_of("X1")}).status_code in {404, 422}


def test_another_organisation_s_lens_is_not_found(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    with in_organization(cast.southridge.pk):
        theirs = import_lens(actor=cast.southridge_actor, text=text_of("Theirs"))
    client = client_of("lead")
    assert client.get(f"{IMPORT}?lens={theirs.lens_id}").status_code == 404
    fields = {"lens": str(theirs.lens_id), "text": text_of("Mine")}
    assert client.post(IMPORT, fields).status_code in {404, 422}


def test_the_command_imports_into_a_lens_by_its_name(
    published: LensVersion, tmp_path: Path
) -> None:
    file = tmp_path / "lens.json"
    file.write_text(text_of("Readiness v2"), encoding="utf-8")
    options = {"organization": "northwind", "publish": "1.1", "kind": "minor", "verbosity": 0}
    call_command("import_lens", str(file), lens="Readiness V1", **options)
    later = LensVersion.objects.get(version="1.1")
    assert (later.lens_id, later.kind) == (published.lens_id, "minor")
    with pytest.raises(CommandError, match="no lens"):
        call_command("import_lens", str(file), lens="Nothing", **options)
