"""A published version never changes: held by the database, whoever asks."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from common.clock import now
from lenses.models import Lens, LensVersion
from lenses.services import import_lens
from tenants.models import Organization
from tests.builders import make_lens_version
from tests.conftest import Cast
from tests.lenses.helpers import text_of

CHANGES: dict[str, Any] = {
    "document": "{}",
    "sha256": "0" * 64,
    "version": "9.9",
    "kind": "minor",
    "renames": {"old": "new"},
    "description": "Another.",
    "question_count": 1,
    "choice_count": 1,
    "published_at": None,
    "status": "draft",
}

STATUSES = ["published", "superseded", "deprecated", "deleted"]


def refuses(call: Any) -> bool:
    """Whether the database refuses, and for the reason that is meant."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        call()
    return "published lens versions are never changed" in str(caught.value)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("field", CHANGES)
def test_what_a_published_version_says_is_final(
    in_northwind: Organization, field: str, status: str
) -> None:
    version = make_lens_version()
    LensVersion.objects.filter(pk=version.pk).update(status=status)
    rows = LensVersion.objects.filter(pk=version.pk)
    assert refuses(lambda: rows.update(**{field: CHANGES[field]}))


def test_nor_does_raw_sql_change_it(in_northwind: Organization) -> None:
    make_lens_version()
    assert refuses(lambda: _raw("UPDATE lenses_lensversion SET document = '{}'"))
    assert refuses(lambda: _raw("DELETE FROM lenses_lensversion"))


def _raw(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_neither_its_lens_nor_its_predecessor_changes(in_northwind: Organization) -> None:
    version, other = make_lens_version(), make_lens_version()
    rows = LensVersion.objects.filter(pk=version.pk)
    assert refuses(lambda: rows.update(lens=other.lens))
    assert refuses(lambda: rows.update(predecessor=other))


@pytest.mark.parametrize("status", STATUSES)
def test_it_is_not_deleted_either(in_northwind: Organization, status: str) -> None:
    version = make_lens_version()
    LensVersion.objects.filter(pk=version.pk).update(status=status)
    assert refuses(LensVersion.objects.get(pk=version.pk).delete)
    assert refuses(lambda: LensVersion.objects.filter(pk=version.pk).delete())
    assert refuses(lambda: Lens.objects.filter(pk=version.lens_id).delete())


def test_its_status_goes_on_and_its_notes_and_publisher_may_change(
    cast: Cast, in_northwind: Organization
) -> None:
    version = make_lens_version()
    rows = LensVersion.objects.filter(pk=version.pk)
    rows.update(notes="Corrected.", published_by=cast.owner, warnings=[])
    rows.update(published_by=None)
    for status in STATUSES:
        rows.update(status=status)
    found = rows.get()
    found.save()
    assert found.status == "deleted"


def test_a_draft_changes_and_goes(cast: Cast, in_northwind: Organization) -> None:
    draft = import_lens(actor=cast.actor("lead"), text=text_of())
    rows = LensVersion.objects.filter(pk=draft.pk)
    rows.update(document="{}", sha256="0" * 64, renames={"a": "b"})
    rows.update(status="published", version="1.0", kind="major", published_at=now())
    assert refuses(rows.delete)
    other = import_lens(actor=cast.actor("lead"), text=text_of(name="Another"))
    assert other.delete()[0] >= 1
