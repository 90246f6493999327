"""Undoing one change of an answer: what came later stays, and nothing is overwritten silently."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import Conflict, Forbidden, NotFound
from common.risk import Risk
from reviews.merge import AnswerState, ChoiceDetail
from reviews.models import Answer, AnswerChange, LensReview
from reviews.services.answers import answer_question, state_of
from reviews.services.history import Undoing, restore_answer, undo_change
from reviews.services.upgrades import apply_minor
from tenants.audit import first_broken_event
from tenants.models import AuditEvent, Organization
from tests.builders import make_review
from tests.conftest import Cast
from tests.reviews.milestones import NONE_OF_THESE, say
from tests.reviews.test_history import address, upgrade
from tests.reviews.versions import (
    OTHER,
    QUESTION,
    RENAMED,
    RENAMES,
    A,
    B,
    C,
    history_is_whole,
    next_version,
    question_of,
    rebuild,
)


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


def changes(review: LensReview, question: str = QUESTION) -> list[AnswerChange]:
    rows = AnswerChange.objects.filter(answer__review=review, answer__question_id=question)
    return list(rows.order_by("revision"))


def now(review: LensReview, question: str = QUESTION) -> AnswerState:
    return state_of(Answer.objects.get(review=review, question_id=question))


def undo(
    cast: Cast, review: LensReview, change: AnswerChange, *, question: str = QUESTION, **how: Any
) -> Undoing:
    return undo_change(
        actor=cast.actor("contributor"),
        review_id=review.pk,
        question_id=question,
        change_id=change.pk,
        **how,
    )


def test_the_last_change_is_taken_back_with_its_risk(cast: Cast, review: LensReview) -> None:
    say(cast, review, A)
    before = now(review)
    say(cast, review, A, B, C, notes="All of it.")
    undone = undo(cast, review, changes(review)[1])
    assert undone.outcome is not None
    assert now(review) == before
    assert undone.outcome.answer.risk == Risk.MEDIUM
    assert history_is_whole(review)
    verbs = AuditEvent.objects.order_by("-sequence").values_list("verb", flat=True)[:2]
    assert list(verbs) == ["answer.change_undone", "answer.changed"]
    assert first_broken_event() is None


def test_the_first_change_is_taken_back_to_nothing(cast: Cast, review: LensReview) -> None:
    say(cast, review, A, notes="Perhaps.")
    undo(cast, review, changes(review)[0])
    assert now(review) == AnswerState()
    assert Answer.objects.get(review=review).risk == Risk.UNANSWERED


def test_what_came_later_stays(cast: Cast, review: LensReview) -> None:
    say(cast, review, A)
    say(cast, review, A, B)
    say(cast, review, A, B, C, notes="And c.")
    undo(cast, review, changes(review)[1])
    assert now(review) == AnswerState(selected=frozenset({A, C}), notes="And c.")


def test_what_is_undone_already_changes_nothing(cast: Cast, review: LensReview) -> None:
    say(cast, review, A)
    say(cast, review, A, B)
    say(cast, review, A)
    undone = undo(cast, review, changes(review)[1])
    assert undone.outcome is None
    assert len(changes(review)) == 3


def test_a_text_changed_again_since_is_for_a_person_to_decide(
    cast: Cast, review: LensReview
) -> None:
    say(cast, review, A, notes="One.")
    say(cast, review, A, B, notes="Two.")
    say(cast, review, A, B, notes="Three.")
    change = changes(review)[1]
    asked = undo(cast, review, change)
    assert asked.outcome is None
    assert [(item.theirs, item.mine) for item in asked.conflicts] == [("Three.", "One.")]
    assert now(review).selected == {A, B}
    both = {"notes": "both"}
    # Chosen on a page that is older than the answer: asked again.
    assert undo(cast, review, change, chosen=both, seen_revision=2).conflicts
    undo(cast, review, change, chosen=both, seen_revision=asked.revision)
    assert now(review) == AnswerState(selected=frozenset({A}), notes="Three.\n\nOne.")


def test_none_of_these_does_not_come_back_over_a_newer_tick(cast: Cast, review: LensReview) -> None:
    say(cast, review, NONE_OF_THESE)
    say(cast, review, A)
    say(cast, review, A, B)
    undo(cast, review, changes(review)[1])
    assert now(review).selected == {B}


def test_a_change_of_before_a_rename_is_undone_after_it(cast: Cast, review: LensReview) -> None:
    say(cast, review, A)
    say(cast, review, A, B, C, notes="Before 2.0.")
    version = next_version(
        review.lens_version, rebuild, version="2.0", kind="major", renames=RENAMES
    )
    upgrade(cast, review, version)
    undo(cast, review, changes(review)[1], question=RENAMED)
    assert now(review, RENAMED) == AnswerState(selected=frozenset({A}))


def test_a_change_that_the_lens_made_is_not(cast: Cast, review: LensReview) -> None:
    def drop(document: dict[str, Any]) -> None:
        del question_of(document)["choices"][2]
        question_of(document)["riskRules"] = [{"condition": "default", "risk": "HIGH_RISK"}]

    say(cast, review, A, C)
    apply_minor(review_id=review.pk, to_version_id=next_version(review.lens_version, drop).pk)
    with pytest.raises(Conflict, match="version of the lens"):
        undo(cast, review, changes(review)[1])


def test_only_changes_of_that_question_and_only_by_those_who_answer(
    cast: Cast, review: LensReview
) -> None:
    say(cast, review, A)
    say(cast, review, question=OTHER, notes="Elsewhere.")
    with pytest.raises(NotFound):
        undo(cast, review, changes(review, OTHER)[0])
    with pytest.raises(Forbidden):
        undo_change(
            actor=cast.actor("viewer"),
            review_id=review.pk,
            question_id=QUESTION,
            change_id=changes(review)[0].pk,
        )


def test_an_answer_becomes_what_it_was_then(cast: Cast, review: LensReview) -> None:
    say(cast, review, A, notes="One.")
    say(cast, review, B, C, notes="Two.")
    first = changes(review)[0]
    how = {
        "actor": cast.actor("contributor"),
        "review_id": review.pk,
        "question_id": QUESTION,
        "change_id": first.pk,
    }
    with pytest.raises(Conflict, match="Look again"):
        restore_answer(**how, seen_revision=1)  # type: ignore[arg-type]
    assert restore_answer(**how, seen_revision=2) is not None  # type: ignore[arg-type]
    assert now(review) == AnswerState(selected=frozenset({A}), notes="One.")
    assert restore_answer(**how, seen_revision=3) is None  # type: ignore[arg-type]
    assert AuditEvent.objects.latest("sequence").verb == "answer.restored"


_texts = st.sampled_from(["", "one", "two"])
_details = st.builds(ChoiceDetail, not_applicable=st.booleans(), notes=_texts)
_states = st.builds(
    AnswerState,
    selected=st.frozensets(st.sampled_from([A, B, C, NONE_OF_THESE])),
    details=st.dictionaries(st.sampled_from([A, B]), _details.filter(bool)),
    is_applicable=st.booleans(),
    notes=_texts,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=st.lists(_states, min_size=1, max_size=4))
def test_undoing_the_last_change_restores_what_was_and_undoing_that_gives_it_back(
    cast: Cast, review: LensReview, said: list[AnswerState]
) -> None:
    Answer.objects.all().delete()
    seen = [AnswerState()]
    for state in said:
        answer = Answer.objects.filter(review=review).first()
        outcome = answer_question(
            actor=cast.actor("contributor"),
            review_id=review.pk,
            question_id=QUESTION,
            state=state,
            expected_revision=answer.revision if answer else 0,
        )
        if state_of(outcome.answer) != seen[-1]:
            seen.append(state_of(outcome.answer))
    if len(seen) == 1:
        return
    undo(cast, review, changes(review)[-1])
    assert now(review) == seen[-2]
    undo(cast, review, changes(review)[-1])
    assert now(review) == seen[-1]
    assert history_is_whole(review)


class TestPages:
    def test_a_press_undoes_and_leads_back_to_the_question(
        self, cast: Cast, client_of: Callable[[str], Client], review: LensReview
    ) -> None:
        say(cast, review, A)
        say(cast, review, A, B)
        contributor = client_of("contributor")
        response = contributor.post(
            address(review, page="question-history-undo"),
            {"change": str(changes(review)[1].pk), "from": "review"},
        )
        assert response.status_code == 302
        assert response["Location"] == address(review, page="question")
        assert now(review).selected == {A}

    def test_both_texts_are_shown_and_one_is_chosen(
        self, cast: Cast, client_of: Callable[[str], Client], review: LensReview
    ) -> None:
        for text in ("First.", "Second.", "Third."):
            say(cast, review, A, notes=text)
        url = address(review, page="question-history-undo")
        data = {"change": str(changes(review)[1].pk)}
        contributor = client_of("contributor")
        asked = contributor.post(url, data)
        assert asked.status_code == 409
        html = asked.content.decode()
        assert "First." in html
        assert "Third." in html
        assert now(review).notes == "Third."
        done = contributor.post(url, data | {"revision": 3, "keep.notes": "then"})
        assert done.status_code == 302
        assert now(review).notes == "First."

    @pytest.mark.parametrize("change", ["", "x", "0" * 32, "\x00"])
    def test_a_change_that_is_none_is_not_found(
        self, client_of: Callable[[str], Client], review: LensReview, change: str
    ) -> None:
        contributor = client_of("contributor")
        for page in ("question-history-undo", "question-history-restore"):
            response = contributor.post(address(review, page=page), {"change": change})
            assert response.status_code == 404

    def test_a_choice_that_is_none_is_refused(
        self, cast: Cast, client_of: Callable[[str], Client], review: LensReview
    ) -> None:
        for text in ("First.", "Second.", "Third."):
            say(cast, review, A, notes=text)
        data = {"change": str(changes(review)[1].pk), "revision": 3, "keep.notes": "mine"}
        url = address(review, page="question-history-undo")
        response = client_of("contributor").post(url, data)
        assert response.status_code == 422
        assert "Choose which" in response.content.decode()
        assert now(review).notes == "Third."

    def test_an_old_page_restores_nothing(
        self, cast: Cast, client_of: Callable[[str], Client], review: LensReview
    ) -> None:
        say(cast, review, A)
        say(cast, review, B)
        data = {"change": str(changes(review)[0].pk), "revision": "1"}
        url = address(review, page="question-history-restore")
        contributor = client_of("contributor")
        assert contributor.post(url, data).status_code == 409
        assert now(review).selected == {B}
        assert contributor.post(url, data | {"revision": "2"}).status_code == 302
        assert now(review).selected == {A}
