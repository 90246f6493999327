"""From draft to published version, and away again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from common.errors import Conflict, Forbidden, Invalid, LimitExceeded, NotFound
from lenses.models import Lens, LensVersion
from lenses.services import discard_draft, import_lens, publish_version
from lenses.versions import next_minor, version_order
from reviews.models import LensReview
from tenants.context import in_organization
from tenants.models import AuditEvent, Organization
from tests.builders import make_lens_version, make_review
from tests.conftest import Cast
from tests.lenses.helpers import page, published, text_of

SignIn = Callable[[str], Client]


def draft_in_northwind(cast: Cast, name: str = "Payments lens", questions: int = 3) -> LensVersion:
    with in_organization(cast.northwind.pk):
        return import_lens(actor=cast.actor("lead"), text=text_of(name=name, questions=questions))


def post(client: Client, draft: LensVersion, action: str, **data: str) -> Any:
    return client.post(f"/o/northwind/lenses/{draft.lens_id}/{action}/", data)


def test_a_draft_is_published_under_its_version(cast: Cast, in_northwind: Organization) -> None:
    draft = import_lens(actor=cast.actor("lead"), text=text_of(name="Payments lens"))
    publish_version(
        actor=cast.actor("admin"), lens_id=draft.lens_id, version=" 1.0 ", notes="First."
    )
    version = LensVersion.objects.get(pk=draft.pk)
    assert (version.status, version.version, version.notes) == ("published", "1.0", "First.")
    assert version.published_by_id == cast.admin.pk
    assert version.published_at is not None
    assert (version.document, version.sha256) == (draft.document, draft.sha256)


def test_publishing_is_written_to_the_audit_log(cast: Cast, in_northwind: Organization) -> None:
    published(cast.actor("owner"), "1.0", name="Payments lens")
    second = published(cast.actor("owner"), "1.1", name="Payments lens", questions=4)
    event = AuditEvent.objects.order_by("-sequence").first()
    assert event.verb == "lens.published"
    assert event.before == {"version": "1.0"}
    assert event.after["version"] == "1.1"
    assert event.after["sha256"] == second.sha256


def test_the_version_before_is_superseded_and_reviews_stay_with_it(
    cast: Cast, in_northwind: Organization
) -> None:
    first = published(cast.actor("owner"), "1.0", name="Payments lens")
    review = make_review(version=first)
    second = published(cast.actor("owner"), "1.1", name="Payments lens", questions=4)
    statuses = dict(LensVersion.objects.values_list("version", "status"))
    assert (statuses["1.0"], statuses["1.1"]) == ("superseded", "published")
    assert second.lens_id == first.lens_id
    assert LensReview.objects.get(pk=review.pk).lens_version_id == first.pk
    after = LensVersion.objects.get(pk=first.pk)
    assert (after.document, after.sha256) == (first.document, first.sha256)


@pytest.mark.parametrize("version", ["", " ", "1 0", "1-0", "v1.0!", "1" * 33, "ä", "1.0\n2"])
def test_a_version_has_letters_digits_and_dots_only(
    cast: Cast, in_northwind: Organization, version: str
) -> None:
    draft = import_lens(actor=cast.actor("lead"), text=text_of())
    with pytest.raises(Invalid) as caught:
        publish_version(actor=cast.actor("admin"), lens_id=draft.lens_id, version=version)
    assert "version" in caught.value.fields
    assert LensVersion.objects.get(pk=draft.pk).status == "draft"


@pytest.mark.parametrize("version", ["1", "1" * 32, "2024.Q1", "a.b.c"])
def test_any_version_of_letters_digits_and_dots_will_do(
    cast: Cast, in_northwind: Organization, version: str
) -> None:
    assert published(cast.actor("owner"), version).version == version


def test_a_version_is_used_once_in_a_lens(cast: Cast, in_northwind: Organization) -> None:
    published(cast.actor("owner"), "1.0", name="Payments lens")
    published(cast.actor("owner"), "1.0", name="Another lens")
    with pytest.raises(Invalid) as caught:
        published(cast.actor("owner"), "1.0", name="Payments lens", questions=4)
    assert "1.0" in caught.value.fields["version"][0]


def test_the_limit_of_versions_holds(cast: Cast, in_northwind: Organization) -> None:
    cast.northwind.limits = {"lens_versions": 2}
    for version in ("1.0", "1.1"):
        published(cast.actor("owner"), version, name="Payments lens")
    with pytest.raises(LimitExceeded) as caught:
        published(cast.actor("owner"), "1.2", name="Payments lens")
    assert (caught.value.limit, caught.value.value) == ("lens_versions", 2)


@pytest.mark.parametrize("role", ["lead", "contributor", "viewer"])
def test_only_who_manages_lenses_publishes(
    cast: Cast, in_northwind: Organization, role: str
) -> None:
    draft = import_lens(actor=cast.actor("lead"), text=text_of())
    with pytest.raises(Forbidden):
        publish_version(actor=cast.actor(role), lens_id=draft.lens_id, version="1.0")


def test_without_a_draft_there_is_nothing_to_publish_or_discard(
    cast: Cast, in_northwind: Organization
) -> None:
    version = published(cast.actor("owner"), "1.0")
    with pytest.raises(Conflict):
        publish_version(actor=cast.actor("owner"), lens_id=version.lens_id, version="1.1")
    with pytest.raises(Conflict):
        discard_draft(actor=cast.actor("owner"), lens_id=version.lens_id)


def test_a_draft_that_was_replaced_since_it_was_read_is_not_published(
    cast: Cast, in_northwind: Organization
) -> None:
    read = import_lens(actor=cast.actor("lead"), text=text_of(name="Payments lens"))
    import_lens(actor=cast.actor("lead"), text=text_of(name="Payments lens", questions=5))
    for act in (
        lambda: publish_version(
            actor=cast.actor("admin"),
            lens_id=read.lens_id,
            version="1.0",
            draft_sha256=read.sha256,
        ),
        lambda: discard_draft(
            actor=cast.actor("admin"), lens_id=read.lens_id, draft_sha256=read.sha256
        ),
    ):
        with pytest.raises(Conflict):
            act()
    assert LensVersion.objects.get(lens=read.lens_id).status == "draft"


def test_a_lens_of_another_organisation_is_not_there(
    cast: Cast, in_northwind: Organization
) -> None:
    draft = import_lens(actor=cast.actor("lead"), text=text_of())
    with in_organization(cast.southridge.pk):
        for act in (publish_version, discard_draft):
            arguments: dict[str, Any] = {"version": "1.0"} if act is publish_version else {}
            with pytest.raises(NotFound):
                act(actor=cast.southridge_actor, lens_id=draft.lens_id, **arguments)


def test_a_built_in_lens_cannot_be_changed(cast: Cast, in_northwind: Organization) -> None:
    built_in = make_lens_version(built_in=True)
    with pytest.raises(Forbidden):
        publish_version(actor=cast.actor("owner"), lens_id=built_in.lens_id, version="2.0")
    with pytest.raises(Forbidden):
        discard_draft(actor=cast.actor("owner"), lens_id=built_in.lens_id)


def test_discarding_the_only_version_takes_the_lens_away(
    cast: Cast, in_northwind: Organization
) -> None:
    draft = import_lens(actor=cast.actor("lead"), text=text_of(name="Payments lens"))
    assert discard_draft(actor=cast.actor("lead"), lens_id=draft.lens_id) is None
    assert not Lens.objects.filter(pk=draft.lens_id).exists()
    event = AuditEvent.objects.order_by("-sequence").first()
    assert (event.verb, event.object_name) == ("lens.draft_discarded", "Payments lens")


def test_discarding_a_draft_leaves_what_is_published(
    cast: Cast, in_northwind: Organization
) -> None:
    first = published(cast.actor("owner"), "1.0", name="Payments lens")
    import_lens(actor=cast.actor("lead"), text=text_of(name="Payments lens", questions=5))
    left = discard_draft(actor=cast.actor("lead"), lens_id=first.lens_id)
    assert left is not None
    assert [version.pk for version in LensVersion.objects.filter(lens=left)] == [first.pk]


@pytest.mark.parametrize(
    ("last", "taken", "proposal"),
    [
        (None, (), "1.0"),
        ("1.0", (), "1.1"),
        ("1.9", (), "1.10"),
        ("2", (), "2.1"),
        ("1.3.4", (), "1.4"),
        ("1.0", ("1.1", "1.2"), "1.3"),
        ("2024.Q1", (), "2024.Q1.1"),
        ("a" * 32, (), ""),
    ],
)
def test_the_next_minor_version_is_proposed(
    last: str | None, taken: tuple[str, ...], proposal: str
) -> None:
    assert next_minor(last, taken) == proposal


def test_versions_are_ordered_by_their_numbers() -> None:
    versions = ["1.10", "1.9", "2", "1.9.1", "1.beta"]
    assert sorted(versions, key=version_order) == ["1.beta", "1.9", "1.9.1", "1.10", "2"]


# --- The pages --------------------------------------------------------------------------------


def test_an_admin_publishes_from_the_page_of_the_lens(cast: Cast, client_of: SignIn) -> None:
    draft = draft_in_northwind(cast)
    client = client_of("admin")
    assert "/publish/" in page(client.get(f"/o/northwind/lenses/{draft.lens_id}/"))
    read = page(client.get(f"/o/northwind/lenses/{draft.lens_id}/publish/"))
    assert 'value="1.0"' in read
    assert draft.sha256 in read
    response = post(
        client, draft, "publish", version="1.0", notes="First.", draft_sha256=draft.sha256
    )
    assert response.status_code == 302
    read = page(client.get(response["Location"]))
    assert "Version 1.0 is published." in read
    assert "First." in read
    assert "Admin" in read
    assert 'id="draft"' not in read


@pytest.mark.parametrize(("questions", "version"), [(3, "1.2"), (4, "2.0")])
def test_the_next_version_is_offered_by_what_the_draft_changes(
    cast: Cast, client_of: SignIn, questions: int, version: str
) -> None:
    with in_organization(cast.northwind.pk):
        published(cast.actor("owner"), "1.0", name="Payments lens")
        published(cast.actor("owner"), "1.1", name="Payments lens")
    draft = draft_in_northwind(cast, questions=questions)
    client = client_of("admin")
    assert "A draft is waiting" in page(client.get(f"/o/northwind/lenses/{draft.lens_id}/"))
    read = page(client.get(f"/o/northwind/lenses/{draft.lens_id}/publish/"))
    assert f'value="{version}"' in read


def test_a_version_that_cannot_be_used_is_said_beside_its_field(
    cast: Cast, client_of: SignIn
) -> None:
    with in_organization(cast.northwind.pk):
        published(cast.actor("owner"), "1.0", name="Payments lens")
    draft = draft_in_northwind(cast)
    client = client_of("admin")
    for version, message in (
        ("1.0", "has a version 1.0 already"),
        ("one two", "letters, digits and dots"),
        ("", "required"),
        ("1" * 33, "32"),
    ):
        response = post(client, draft, "publish", version=version, notes="Kept words.")
        assert response.status_code == 422
        assert message in page(response)
        assert "Kept words." in page(response)


def test_a_replaced_draft_is_not_published_from_the_page(cast: Cast, client_of: SignIn) -> None:
    draft = draft_in_northwind(cast)
    draft_in_northwind(cast, questions=5)
    response = post(client_of("admin"), draft, "publish", version="1.0", draft_sha256=draft.sha256)
    assert response.status_code == 409
    assert "replaced" in page(response)


@pytest.mark.parametrize("role", ["lead", "contributor", "viewer"])
def test_the_form_to_publish_is_only_for_who_may(cast: Cast, client_of: SignIn, role: str) -> None:
    draft = draft_in_northwind(cast)
    client = client_of(role)
    read = page(client.get(f"/o/northwind/lenses/{draft.lens_id}/"))
    assert "/publish/" not in read
    assert "An administrator of the organisation can publish it." in read
    assert ("/draft/discard/" in read) == (role == "lead")
    assert post(client, draft, "publish", version="1.0").status_code == 403


def test_a_lead_discards_a_draft(cast: Cast, client_of: SignIn) -> None:
    draft = draft_in_northwind(cast)
    client = client_of("lead")
    response = post(client, draft, "draft/discard", draft_sha256=draft.sha256)
    assert response.status_code == 302
    assert response["Location"] == "/o/northwind/lenses/"
    assert "Payments lens" not in page(client.get("/o/northwind/lenses/"))
    assert post(client, draft, "draft/discard").status_code == 404


def test_who_discards_the_draft_of_a_published_lens_comes_back_to_the_lens(
    cast: Cast, client_of: SignIn
) -> None:
    with in_organization(cast.northwind.pk):
        published(cast.actor("owner"), "1.0", name="Payments lens")
    draft = draft_in_northwind(cast)
    response = post(client_of("lead"), draft, "draft/discard", draft_sha256=draft.sha256)
    assert response["Location"] == f"/o/northwind/lenses/{draft.lens_id}/"


@pytest.mark.parametrize("action", ["publish", "draft/discard"])
def test_drafts_are_published_and_discarded_by_post_from_within(
    cast: Cast, client_of: SignIn, action: str
) -> None:
    draft = draft_in_northwind(cast)
    url = f"/o/northwind/lenses/{draft.lens_id}/{action}/"
    assert client_of("owner").get(url).status_code == (200 if action == "publish" else 405)
    assert client_of("viewer").post(url, {"version": "1.0"}).status_code == 403
    assert client_of("stranger").post(url, {"version": "1.0"}).status_code == 404
    foreign = url.replace("northwind", "southridge")
    assert client_of("stranger").post(foreign, {"version": "1.0"}).status_code == 404
    assert Client().post(url, {"version": "1.0"})["Location"].startswith("/accounts/login/")
