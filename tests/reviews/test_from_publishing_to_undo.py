"""A lens lives: published, reviewed, a minor version, a major one with a rename, and back."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

from common.models import QueuedMessage
from common.risk import Risk
from lenses.models import LensVersion
from lenses.services import import_lens, publish_version
from reviews.models import Answer, LensReview, Milestone, ReviewUpgrade
from reviews.selectors_versions import available_upgrade
from reviews.services.upgrades import undo_upgrade, upgrade_review
from reviews.tasks import apply_minor_version
from tenants.models import Organization
from tests.builders import lens_document, make_review
from tests.conftest import Cast
from tests.reviews.milestones import say
from tests.reviews.versions import (
    GONE,
    QUESTION,
    RENAMED,
    RENAMES,
    A,
    B,
    Edit,
    everything,
    loosen,
    rebuild,
)

OnCommit = Callable[..., AbstractContextManager[list[Callable[[], Any]]]]


def publish(cast: Cast, on_commit: OnCommit, version: str, *edits: Edit, **how: Any) -> LensVersion:
    document = lens_document(name="Living lens")
    for edit in edits:
        edit(document)
    draft = import_lens(actor=cast.actor("lead"), text=json.dumps(document))
    with on_commit(execute=True):
        return publish_version(
            actor=cast.actor("admin"), lens_id=draft.lens_id, version=version, **how
        )


def pinned_to(review_id: UUID) -> str:
    version: str = LensReview.objects.get(pk=review_id).lens_version.version
    return version


def test_a_lens_lives(
    cast: Cast, in_northwind: Organization, django_capture_on_commit_callbacks: OnCommit
) -> None:
    on_commit = django_capture_on_commit_callbacks
    first = publish(cast, on_commit, "1.0")
    review = make_review(version=first)
    say(cast, review, A, notes="Mine.")
    say(cast, review, f"{GONE}_choice_1", question=GONE)
    assert Answer.objects.get(question_id=QUESTION).risk == Risk.MEDIUM

    minor = publish(cast, on_commit, "1.1", loosen, kind="minor")
    assert QueuedMessage.objects.filter(payload__contains="apply_minor_version").exists()
    apply_minor_version(organization_id=str(in_northwind.pk), version_id=str(minor.pk))
    apply_minor_version(organization_id=str(in_northwind.pk), version_id=str(minor.pk))
    assert pinned_to(review.pk) == "1.1"
    assert ReviewUpgrade.objects.get().kind == "minor"
    assert Answer.objects.get(question_id=QUESTION).risk == Risk.NONE

    major = publish(cast, on_commit, "2.0", rebuild, kind="major", renames=RENAMES)
    review = LensReview.objects.select_related("lens_version", "lens").get(pk=review.pk)
    offered = available_upgrade(review)
    assert pinned_to(review.pk) == "1.1", "a major version waits"
    assert offered is not None
    assert offered.version == major

    before = everything(review)
    upgraded = upgrade_review(
        actor=cast.actor("lead"),
        review_id=review.pk,
        to_version_id=major.pk,
        milestone_name="Before 2.0",
    )
    assert pinned_to(review.pk) == "2.0"
    assert Milestone.objects.get().name == "Before 2.0"
    carried = Answer.objects.get(question_id=RENAMED)
    assert (carried.selected, carried.notes, carried.risk) == ([A], "Mine.", Risk.HIGH)
    assert B not in carried.selected

    undo_upgrade(actor=cast.actor("lead"), upgrade_id=upgraded.pk)
    assert pinned_to(review.pk) == "1.1"
    review = LensReview.objects.select_related("lens_version").get(pk=review.pk)
    assert everything(review) == before
    assert Milestone.objects.count() == 1, "the milestone stays"
