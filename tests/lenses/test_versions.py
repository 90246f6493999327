"""The life of a version: minor or major, with renames, withdrawn, deleted with its lens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from common.errors import Conflict, Forbidden, Invalid, NotFound
from lenses.models import Lens, LensVersion
from lenses.services import delete_lens, deprecate_version, import_lens, publish_version
from lenses.signals import version_published
from reviews.lens_options import lens_options
from reviews.selectors import load_review
from tenants.context import current_scope, in_organization
from tenants.models import AuditEvent, Organization
from tests.builders import lens_document, make_lens_version, make_review
from tests.conftest import Cast
from tests.lenses.helpers import published, text_of

Publish = Callable[..., LensVersion]


@pytest.fixture
def publish(cast: Cast) -> Publish:
    """Import a document as the next draft of its lens and publish it."""

    def act(document: dict[str, Any], version: str, **more: Any) -> LensVersion:
        draft = import_lens(actor=cast.actor("lead"), text=json.dumps(document))
        return publish_version(
            actor=cast.actor("admin"), lens_id=draft.lens_id, version=version, **more
        )

    return act


@pytest.fixture
def heard() -> Iterator[list[dict[str, Any]]]:
    """What version_published said, with whether anything was bound then."""
    said: list[dict[str, Any]] = []

    def hear(**signal: Any) -> None:
        said.append(signal | {"bound": current_scope().organization_id})

    version_published.connect(hear)
    yield said
    version_published.disconnect(hear)


def with_ids(document: dict[str, Any], **renamed: str) -> dict[str, Any]:
    """The document with other ids, in the conditions too."""
    text = json.dumps(document)
    for old, new in renamed.items():
        text = text.replace(f'"{old}"', f'"{new}"').replace(f"{old} ", f"{new} ")
    changed: dict[str, Any] = json.loads(text)
    return changed


def test_the_first_version_is_major_and_has_none_before(
    publish: Publish, in_northwind: Organization
) -> None:
    first = publish(lens_document(), "1.0", kind="minor")
    assert (first.kind, first.predecessor) == ("major", None)


def test_each_version_knows_the_one_before_and_its_kind(
    publish: Publish, in_northwind: Organization
) -> None:
    first = publish(lens_document(), "1.0")
    second = publish(lens_document(questions=4), "1.1", kind="minor")
    third = publish(lens_document(questions=5), "2.0", kind="major")
    kinds = {row.version: (row.kind, row.predecessor_id) for row in LensVersion.objects.all()}
    assert kinds == {
        "1.0": ("major", None),
        "1.1": ("minor", first.pk),
        "2.0": ("major", second.pk),
    }
    assert third.error_count == 0


def test_a_kind_is_minor_or_major(publish: Publish, in_northwind: Organization) -> None:
    with pytest.raises(Invalid) as caught:
        publish(lens_document(), "1.0", kind="tiny")
    assert "kind" in caught.value.fields


def test_renames_are_kept_with_the_version_and_in_the_log(
    publish: Publish, in_northwind: Organization
) -> None:
    publish(lens_document(), "1.0")
    document = with_ids(lens_document(), pillar_1_question_1="renamed_question")
    renames = {
        "pillar_1_question_1": "renamed_question",
        "pillar_1_question_2.pillar_1_question_2_choice_1": "pillar_1_question_2_choice_2",
    }
    second = publish(document, "1.1", kind="minor", renames=renames)
    assert LensVersion.objects.get(pk=second.pk).renames == renames
    event = AuditEvent.objects.order_by("-sequence").first()
    assert (event.after["kind"], event.after["renames"]) == ("minor", renames)


@pytest.mark.parametrize(
    ("renames", "said"),
    [
        ({"nothing": "pillar_1_question_1"}, "has no “nothing”"),
        ({"pillar_1_question_1": "nothing"}, "“nothing”"),
        ({"pillar_1_question_1.nothing": "pillar_1_question_1_choice_1"}, "nothing"),
        ({"pillar_1_question_1.pillar_1_question_1_choice_1": "nothing"}, "“nothing”"),
        ({"nothing.at_all": "pillar_1_question_1_choice_1"}, "nothing.at_all"),
        (
            {"pillar_1_question_1.pillar_1_question_1_choice_1": "pillar_1_question_1_no"},
            "None of these",
        ),
        (
            {
                "pillar_1_question_1": "pillar_1_question_3",
                "pillar_1_question_2": "pillar_1_question_3",
            },
            "Two ids",
        ),
    ],
)
def test_renames_that_lead_nowhere_are_refused(
    publish: Publish, in_northwind: Organization, renames: dict[str, str], said: str
) -> None:
    publish(lens_document(), "1.0")
    with pytest.raises(Invalid) as caught:
        publish(lens_document(), "1.1", renames=renames)
    assert said in caught.value.fields["renames"][0]
    assert LensVersion.objects.filter(status="draft").exists()


def test_the_first_version_renames_nothing(publish: Publish, in_northwind: Organization) -> None:
    with pytest.raises(Invalid) as caught:
        publish(lens_document(), "1.0", renames={"pillar_1_question_1": "pillar_1_question_2"})
    assert "renames" in caught.value.fields


def test_a_draft_with_errors_is_not_published_and_says_how_many(
    cast: Cast, in_northwind: Organization
) -> None:
    draft = import_lens(actor=cast.actor("lead"), text=text_of())
    document = lens_document()
    document["pillars"][0]["questions"][0]["title"] = ""
    document["pillars"][0]["id"] = "!"
    LensVersion.objects.filter(pk=draft.pk).update(document=json.dumps(document), error_count=2)
    with pytest.raises(Invalid, match="has 2 errors") as caught:
        publish_version(actor=cast.actor("admin"), lens_id=draft.lens_id, version="1.0")
    assert caught.value.code == "draft_errors"
    assert LensVersion.objects.get(pk=draft.pk).status == "draft"


def test_a_draft_that_calls_a_published_lens_otherwise_is_not_published(
    cast: Cast, publish: Publish, in_northwind: Organization
) -> None:
    publish(lens_document(name="Payments"), "1.0")
    draft = import_lens(actor=cast.actor("lead"), text=text_of(name="Payments"))
    text = json.dumps(lens_document(name="Refunds"))
    LensVersion.objects.filter(pk=draft.pk).update(document=text)
    with pytest.raises(Invalid) as caught:
        publish_version(actor=cast.actor("admin"), lens_id=draft.lens_id, version="1.1")
    assert caught.value.code == "lens_name"


def test_a_first_draft_takes_its_own_name_unless_it_is_taken(
    cast: Cast, publish: Publish, in_northwind: Organization
) -> None:
    publish(lens_document(name="Payments"), "1.0")
    draft = import_lens(actor=cast.actor("lead"), text=text_of(name="Refunds"))
    rows = LensVersion.objects.filter(pk=draft.pk)
    rows.update(document=json.dumps(lens_document(name="PAY-ments")))
    with pytest.raises(Invalid):
        publish_version(actor=cast.actor("admin"), lens_id=draft.lens_id, version="1.0")
    rows.update(document=json.dumps(lens_document(name="Chargebacks")))
    publish_version(actor=cast.actor("admin"), lens_id=draft.lens_id, version="1.0")
    assert Lens.objects.get(pk=draft.lens_id).name == "Chargebacks"


def test_the_signal_is_sent_once_it_is_committed(
    cast: Cast,
    publish: Publish,
    heard: list[dict[str, Any]],
    django_capture_on_commit_callbacks: Any,
) -> None:
    with (
        django_capture_on_commit_callbacks(execute=True),
        in_organization(cast.northwind.pk),
    ):
        version = publish(lens_document(), "1.0")
        assert heard == []
    [said] = heard
    assert said["sender"] is LensVersion
    assert (said["version_id"], said["organization_id"]) == (version.pk, cast.northwind.pk)
    assert said["bound"] is None


def test_a_deprecated_version_is_offered_to_no_new_review(
    cast: Cast, publish: Publish, in_northwind: Organization
) -> None:
    version = publish(lens_document(), "1.0")
    review = make_review(version=version)
    deprecate_version(actor=cast.actor("admin"), lens_id=version.lens_id)
    assert LensVersion.objects.get(pk=version.pk).status == "deprecated"
    assert version.lens_id not in {option.lens_id for option in lens_options()}
    assert load_review(review.workload_id, review.pk).lens_version.definition.questions
    assert AuditEvent.objects.order_by("-sequence").first().verb == "lens.deprecated"
    with pytest.raises(Conflict):
        deprecate_version(actor=cast.actor("admin"), lens_id=version.lens_id)
    later = publish(lens_document(questions=4), "1.1", kind="minor")
    assert later.predecessor_id == version.pk


def test_a_deleted_lens_stays_readable_in_its_reviews_and_frees_its_name(
    cast: Cast, publish: Publish, in_northwind: Organization
) -> None:
    version = publish(lens_document(name="Payments"), "1.0")
    review = make_review(version=version)
    import_lens(actor=cast.actor("lead"), text=text_of(name="Payments", questions=4))
    delete_lens(actor=cast.actor("admin"), lens_id=version.lens_id, name=" Payments ")
    assert set(LensVersion.objects.values_list("status", flat=True)) == {"deleted"}
    assert version.lens_id not in {option.lens_id for option in lens_options()}
    assert load_review(review.workload_id, review.pk).lens_version.definition.questions
    event = AuditEvent.objects.order_by("-sequence").first()
    assert (event.verb, event.before["versions"]) == ("lens.deleted", ["1.0"])
    again = publish(lens_document(name="Payments"), "1.0")
    assert again.lens_id != version.lens_id
    with pytest.raises(NotFound):
        delete_lens(actor=cast.actor("admin"), lens_id=version.lens_id, name="Payments")


def test_a_lens_is_deleted_by_typing_its_name(cast: Cast, in_northwind: Organization) -> None:
    version = published(cast.actor("owner"), name="Payments lens")
    with pytest.raises(Invalid) as caught:
        delete_lens(actor=cast.actor("admin"), lens_id=version.lens_id, name="payments lens")
    assert "name" in caught.value.fields
    assert Lens.objects.get(pk=version.lens_id).deleted_at is None


@pytest.mark.parametrize("role", ["lead", "contributor", "viewer"])
def test_only_who_manages_lenses_ends_them(
    cast: Cast, in_northwind: Organization, role: str
) -> None:
    version = published(cast.actor("owner"), name="Payments lens")
    with pytest.raises(Forbidden):
        deprecate_version(actor=cast.actor(role), lens_id=version.lens_id)
    with pytest.raises(Forbidden):
        delete_lens(actor=cast.actor(role), lens_id=version.lens_id, name="Payments lens")


def test_nobody_ends_the_lens_of_another_organisation_or_a_built_in_one(
    cast: Cast, in_northwind: Organization
) -> None:
    version = published(cast.actor("owner"), name="Payments lens")
    with in_organization(cast.southridge.pk):
        for call in (
            lambda: deprecate_version(actor=cast.southridge_actor, lens_id=version.lens_id),
            lambda: delete_lens(
                actor=cast.southridge_actor, lens_id=version.lens_id, name="Payments lens"
            ),
        ):
            with pytest.raises(NotFound):
                call()
    built_in = make_lens_version(built_in=True)
    with pytest.raises(Forbidden):
        deprecate_version(actor=cast.actor("owner"), lens_id=built_in.lens_id)
    with pytest.raises(Forbidden):
        delete_lens(actor=cast.actor("owner"), lens_id=built_in.lens_id, name="Test lens")
