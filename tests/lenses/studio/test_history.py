"""The history of a draft: who did what, and going back."""

import json
from collections.abc import Callable

import pytest
from django.test import Client

from lenses.models import DraftChange, LensVersion
from lenses.studio import services
from tenants.models import Organization
from tests.conftest import Cast
from tests.lenses.helpers import page
from tests.lenses.studio.drafts import QUESTION, draft_of, send, studio_url

SignIn = Callable[[str], Client]


@pytest.fixture
def draft(cast: Cast, in_northwind: Organization) -> LensVersion:
    return draft_of(cast.actor())


def test_each_change_is_listed_with_who_made_it(client_of: SignIn, draft: LensVersion) -> None:
    send(client_of("lead"), draft, op="texts", item=QUESTION, title="By the lead?")
    send(client_of("admin"), draft, revision=1, op="texts", item=QUESTION, title="By the admin?")
    text = page(client_of("owner").get(studio_url(draft, "history/")))
    assert text.index("By the admin?") < text.index("By the lead?")
    assert text.index("Admin") < text.index("Lead")
    assert "As it was begun, copied or imported" in text


def test_going_back_is_a_change_that_can_be_gone_back_from(
    client_of: SignIn, draft: LensVersion
) -> None:
    owner = client_of("owner")
    first = draft.document
    send(owner, draft, op="texts", item=QUESTION, title="Changed?")
    changed = LensVersion.objects.get(pk=draft.pk).document
    assert owner.post(studio_url(draft, "history/"), {"revision": 0}).status_code == 302
    draft.refresh_from_db()
    assert (draft.document, draft.draft_revision) == (first, 2)
    owner.post(studio_url(draft, "history/"), {"revision": 1})
    draft.refresh_from_db()
    assert draft.document == changed


def test_a_revision_that_is_not_kept_is_not_found(client_of: SignIn, draft: LensVersion) -> None:
    owner = client_of("owner")
    for revision in ("7", "x", "9" * 30, ""):
        assert owner.post(studio_url(draft, "history/"), {"revision": revision}).status_code == 404


def test_only_the_latest_changes_are_kept(
    client_of: SignIn, draft: LensVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "KEPT_CHANGES", 3)
    owner = client_of("owner")
    for number in range(5):
        send(owner, draft, revision=number, op="texts", item=QUESTION, title=f"Number {number}?")
    kept = DraftChange.objects.filter(draft=draft).order_by("revision")
    assert list(kept.values_list("revision", flat=True)) == [3, 4, 5]
    # A save that began with what is not kept any more clashes; it never overwrites.
    response = send(owner, draft, revision=0, op="texts", item=QUESTION, title="Late?")
    assert response.status_code == 409


def test_an_import_is_another_revision_for_whoever_edits(
    client_of: SignIn, cast: Cast, draft: LensVersion
) -> None:
    again = draft_of(cast.actor())
    assert again.pk == draft.pk
    assert again.draft_revision == 1
    send(client_of("owner"), draft, op="texts", item=QUESTION, title="Late?")
    draft.refresh_from_db()
    assert json.loads(draft.document)["pillars"][0]["questions"][0]["title"] != "Late?"


def test_a_lens_without_changes_says_what_the_history_is_for(
    client_of: SignIn, draft: LensVersion
) -> None:
    text = page(client_of("lead").get(studio_url(draft, "history/")))
    assert "Nothing was changed yet" in text
