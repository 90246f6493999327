"""An upgrade is undone until the next answer, and the review is as it was."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from common.errors import Conflict, Forbidden
from reviews.merge import AnswerState
from reviews.models import Answer, LensReview, Milestone, ReviewUpgrade
from reviews.selectors_versions import available_upgrade
from reviews.services.answers import answer_question
from reviews.services.upgrades import apply_minor, undo_upgrade
from tenants.audit import first_broken_event
from tenants.models import AuditEvent
from tests.conftest import Cast
from tests.reviews.milestones import say
from tests.reviews.test_upgrading import major, review, upgrade
from tests.reviews.versions import (
    QUESTION,
    RENAMED,
    A,
    B,
    C,
    everything,
    history_is_whole,
    loosen,
    next_version,
    reword,
    states,
)
from tests.workloads.pages import page_of

__all__ = ["major", "review"]  # fixtures


def test_the_review_is_exactly_as_it_was_and_the_milestone_stays(
    cast: Cast, review: LensReview, major: Any
) -> None:
    before, pinned = everything(review), review.lens_version_id
    applied = upgrade(cast, review, major)
    assert everything(review) != before
    undo_upgrade(actor=cast.actor("lead"), upgrade_id=applied.pk)
    assert everything(review) == before
    assert review.lens_version_id == pinned
    assert review.answers_revision == applied.answers_revision + 1
    assert history_is_whole(review)
    assert Milestone.objects.count() == 1
    event = AuditEvent.objects.order_by("-sequence")[0]
    assert event.verb == "review.upgrade_undone"
    assert first_broken_event() is None


def test_upgrading_again_after_an_undo_gives_the_same(
    cast: Cast, review: LensReview, major: Any
) -> None:
    applied = upgrade(cast, review, major)
    there = everything(review)
    undo_upgrade(actor=cast.actor("lead"), upgrade_id=applied.pk)
    upgrade(cast, review, major, name="Once more")
    assert everything(review) == there
    assert history_is_whole(review)


def test_a_minor_version_is_taken_back_and_can_then_be_chosen(
    cast: Cast, review: LensReview
) -> None:
    before = everything(review)
    version = next_version(review.lens_version, loosen)
    applied = apply_minor(review_id=review.pk, to_version_id=version.pk)
    assert applied is not None
    assert everything(review) != before
    undo_upgrade(actor=cast.actor("lead"), upgrade_id=applied.pk)
    assert everything(review) == before
    found = available_upgrade(review)
    assert found is not None
    assert found.version == version
    assert apply_minor(review_id=review.pk, to_version_id=version.pk) is None
    assert upgrade(cast, review, version).to_version == version


def test_not_after_an_answer(cast: Cast, review: LensReview, major: Any) -> None:
    applied = upgrade(cast, review, major)
    say(cast, review, A, B, question=RENAMED)
    with pytest.raises(Conflict, match="answered since"):
        undo_upgrade(actor=cast.actor("lead"), upgrade_id=applied.pk)
    assert states(review)[RENAMED].selected == {A, B}


def test_not_twice_and_not_after_the_next_upgrade(
    cast: Cast, review: LensReview, major: Any
) -> None:
    applied = upgrade(cast, review, major)
    later = next_version(major, reword, version="3.0", kind="major")
    upgrade(cast, review, later, name="Before 3.0")
    with pytest.raises(Conflict):
        undo_upgrade(actor=cast.actor("lead"), upgrade_id=applied.pk)
    last = ReviewUpgrade.objects.get(to_version=later)
    undo_upgrade(actor=cast.actor("lead"), upgrade_id=last.pk)
    with pytest.raises(Conflict, match="undone already"):
        undo_upgrade(actor=cast.actor("lead"), upgrade_id=last.pk)


def test_a_contributor_may_not(cast: Cast, review: LensReview, major: Any) -> None:
    applied = upgrade(cast, review, major)
    with pytest.raises(Forbidden):
        undo_upgrade(actor=cast.actor("contributor"), upgrade_id=applied.pk)


def test_a_page_of_the_later_version_saves_after_the_undo(
    cast: Cast, review: LensReview, major: Any
) -> None:
    applied = upgrade(cast, review, major)
    seen = Answer.objects.get(review=review, question_id=RENAMED)
    undo_upgrade(actor=cast.actor("lead"), upgrade_id=applied.pk)
    outcome = answer_question(
        actor=cast.actor("contributor"),
        review_id=review.pk,
        question_id=RENAMED,
        state=AnswerState(selected=frozenset({A, B}), notes="Mine."),
        expected_revision=seen.revision,
        seen_version_id=major.pk,
    )
    assert outcome.question.id == QUESTION
    # What only the earlier version knows, and this page could not show, is still said.
    assert states(review)[QUESTION].selected == {A, B, C}
    assert states(review)[QUESTION].details[C].notes == "Since May."


def test_nothing_is_undone_when_it_fails_half_way(
    cast: Cast, review: LensReview, major: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: Any, **_keywords: Any) -> None:
        raise ZeroDivisionError

    before = everything(review)
    applied = upgrade(cast, review, major)
    there = everything(review)
    with monkeypatch.context() as patched:
        patched.setattr("reviews.services.upgrades.audit.record", fail)
        with pytest.raises(ZeroDivisionError):
            undo_upgrade(actor=cast.actor("lead"), upgrade_id=applied.pk)
    assert everything(review) == there
    undo_upgrade(actor=cast.actor("lead"), upgrade_id=applied.pk)
    assert everything(review) == before


class TestPage:
    def undo(self, review: LensReview, applied: ReviewUpgrade) -> str:
        return page_of(review.workload, f"upgrades/{applied.pk}/undo")

    def test_a_press_takes_it_back(
        self, cast: Cast, client_of: Callable[[str], Client], review: LensReview, major: Any
    ) -> None:
        applied = upgrade(cast, review, major)
        lead = client_of("lead")
        assert lead.get(self.undo(review, applied)).status_code == 405
        assert lead.post(self.undo(review, applied)).status_code == 302
        assert "2.0 is published" in lead.get(page_of(review.workload)).content.decode()
        assert lead.post(self.undo(review, applied)).status_code == 409
        told = lead.get(page_of(review.workload, f"upgrades/{applied.pk}")).content.decode()
        assert "This was undone" in told

    def test_others_cannot(
        self, cast: Cast, client_of: Callable[[str], Client], review: LensReview, major: Any
    ) -> None:
        applied = upgrade(cast, review, major)
        for who, status in (("contributor", 403), ("stranger", 404)):
            assert client_of(who).post(self.undo(review, applied)).status_code == status
