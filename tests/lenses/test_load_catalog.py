"""`manage.py load_catalog` and what it stores."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from common.errors import Conflict, Forbidden, InvalidDocument
from lenses.catalog import built_in_documents
from lenses.models import Lens, LensVersion
from lenses.services import load_built_in
from tenants.context import in_catalogue, in_organization
from tenants.models import AuditEvent
from tenants.services import create_organization
from tests.builders import lens_document
from tests.lenses.helpers import text_of
from tests.postgres import OWNER, PASSWORD


@pytest.fixture
def owner_of_the_tables(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Connect as the role that runs migrations, where there are roles; keep nothing."""
    settings = connection.settings_dict
    tester = {"USER": settings["USER"], "PASSWORD": settings["PASSWORD"]}
    owner = {"USER": OWNER, "PASSWORD": PASSWORD}
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            _reconnect(owner)
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        if connection.vendor == "postgresql":
            _reconnect(tester)


def _reconnect(role: dict[str, str]) -> None:
    connection.close()
    connection.settings_dict.update(role)


@pytest.fixture
def restricted_role(db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("NOT TESTED on SQLite: it has no roles")


def load(verbosity: int = 1) -> str:
    out = StringIO()
    call_command("load_catalog", stdout=out, verbosity=verbosity)
    return out.getvalue()


def statuses(alias: str) -> dict[str, str]:
    with in_catalogue():
        return dict(LensVersion.objects.filter(lens__alias=alias).values_list("version", "status"))


@pytest.mark.usefixtures("owner_of_the_tables")
def test_every_document_of_the_catalogue_is_loaded() -> None:
    documents = list(built_in_documents())
    out = load()
    with in_catalogue():
        stored = set(LensVersion.objects.values_list("lens__alias", "version"))
        assert not Lens.objects.exclude(organization=None).exists()
    assert stored == {(document.alias, document.version) for document in documents}
    for document in documents:
        assert f"{document.alias} {document.version}" in out


@pytest.mark.usefixtures("owner_of_the_tables")
def test_loading_again_changes_nothing() -> None:
    load()
    with in_catalogue():
        before = list(LensVersion.objects.order_by("pk").values())
    assert load() == ""
    assert "All built-in lenses are loaded." in load(verbosity=2)
    with in_catalogue():
        assert list(LensVersion.objects.order_by("pk").values()) == before


@pytest.mark.usefixtures("owner_of_the_tables")
def test_a_changed_published_version_is_refused() -> None:
    load_built_in(alias="tried", version="1.0", text=text_of(name="Tried lens"))
    with pytest.raises(Conflict) as caught:
        load_built_in(alias="tried", version="1.0", text=text_of(name="Tried lens", questions=4))
    assert "“tried”" in caught.value.message
    assert "1.0" in caught.value.message


@pytest.mark.usefixtures("owner_of_the_tables")
def test_the_command_says_which_published_version_was_changed() -> None:
    document = next(iter(built_in_documents()))
    other = text_of(name="Another document")
    load_built_in(alias=document.alias, version=document.version, text=other)
    with pytest.raises(CommandError, match=document.alias) as caught:
        load()
    assert caught.value.returncode == 1


@pytest.mark.usefixtures("owner_of_the_tables")
def test_blanks_and_line_ends_of_the_file_do_not_make_it_another_document() -> None:
    document = lens_document(name="Tried lens")
    assert load_built_in(alias="tried", version="1.0", text=json.dumps(document))
    assert not load_built_in(alias="tried", version="1.0", text=json.dumps(document, indent=4))


@pytest.mark.usefixtures("owner_of_the_tables")
def test_a_later_version_supersedes_the_earlier_whatever_the_order() -> None:
    for version, name in (("1.9", "Tried lens"), ("1.10", "Tried Lens"), ("1.0", "Old lens")):
        load_built_in(alias="tried", version=version, text=text_of(name=name))
    assert statuses("tried") == {"1.0": "superseded", "1.9": "superseded", "1.10": "published"}
    with in_catalogue():
        assert Lens.objects.get(alias="tried").name == "Tried Lens"


@pytest.mark.usefixtures("owner_of_the_tables")
def test_a_built_in_lens_is_seen_in_an_organisation_and_audited_in_none() -> None:
    owner = User.objects.create_user("catalogue@example.com", "correct horse")
    northwind = create_organization(user_id=owner.pk, user_name="Owner", name="Northwind")
    load_built_in(alias="tried", version="1.0", text=text_of(name="Tried lens"))
    with in_organization(northwind.pk):
        assert Lens.objects.get(alias="tried").is_built_in
        assert not AuditEvent.objects.filter(verb__startswith="lens.").exists()


def test_a_built_in_document_is_checked_like_any_other() -> None:
    with pytest.raises(InvalidDocument):
        load_built_in(alias="tried", version="1.0", text="{}")


@pytest.mark.usefixtures("restricted_role")
def test_the_restricted_role_is_told_who_can_load_the_catalogue() -> None:
    with pytest.raises(CommandError, match="Only the owner of the database tables"):
        load()
    with pytest.raises(Forbidden):
        load_built_in(alias="tried", version="1.0", text=text_of(name="Tried lens"))
    # The refusal has not broken the transaction around it.
    with in_catalogue():
        assert not Lens.objects.exists()
