"""Evidence goes where its practice goes when a lens renames it, and comes back with an undo."""

from typing import Any

import pytest

from reviews.models import Evidence, LensReview
from reviews.services.upgrades import undo_upgrade, upgrade_review
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version, make_review
from tests.conftest import Cast
from tests.reviews.versions import (
    QUESTION,
    RENAMED,
    RENAMES,
    A,
    B,
    C,
    next_version,
    question_of,
    rebuild,
)

NEW = "renamed_choice"


def rebuild_with_a_new_choice_id(document: dict[str, Any]) -> None:
    rebuild(document)
    question = question_of(document)
    question["choices"][0]["id"] = NEW
    question["riskRules"][0]["condition"] = f"{NEW} && {B}"


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review(version=make_lens_version(lens_document(name="Renaming lens")))


def test_evidence_follows_its_question_and_its_practice_there_and_back(
    review: LensReview, cast: Cast
) -> None:
    for choice in (A, B, C):
        Evidence.objects.create(
            review=review, question_id=QUESTION, choice_id=choice, kind="link", title=choice
        )
    after = next_version(
        review.lens_version,
        rebuild_with_a_new_choice_id,
        kind="major",
        renames=RENAMES | {f"{QUESTION}.{A}": NEW},
    )
    upgrade = upgrade_review(
        actor=cast.actor("lead"),
        review_id=review.pk,
        to_version_id=after.pk,
        milestone_name="Before",
    )
    # The lens has no practice C any more: its evidence stays with the question.
    assert places() == {A: (RENAMED, NEW), B: (RENAMED, B), C: (RENAMED, C)}
    undo_upgrade(actor=cast.actor("lead"), upgrade_id=upgrade.pk)
    assert places() == {choice: (QUESTION, choice) for choice in (A, B, C)}


def places() -> dict[str, tuple[str, str]]:
    return {row.title: (row.question_id, row.choice_id) for row in Evidence.objects.all()}
