"""A request to save an answer that comes twice, since the answer to the first got lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.bus import Message
from reviews.merge import AnswerState
from reviews.models import Answer, AnswerChange, LensReview
from reviews.services.answers import answer_question
from tests.builders import make_review
from tests.conftest import Cast

HTMX = {"HX-Request": "true"}
KEY = "3f0c9e5a-7d1b-4b52-9a53-1f0f6f3a2c11"


@pytest.fixture
def review(in_northwind: object) -> LensReview:
    return make_review()


@pytest.fixture
def save(client_of: Callable[[str], Client], review: LensReview) -> Callable[..., Any]:
    """Return a function that saves the first question as somebody of the cast."""
    question = review.lens_version.definition.questions[0]
    url = reverse(
        "question",
        kwargs={
            "slug": "northwind",
            "workload_id": review.workload_id,
            "review_id": review.pk,
            "question_id": question.id,
        },
    )

    def send(who: str = "contributor", *, revision: int = 0, **fields: Any) -> Any:
        return client_of(who).post(url, {"revision": revision, **fields}, headers=HTMX)

    return send


@pytest.fixture
def choices(review: LensReview) -> tuple[str, ...]:
    return review.lens_version.definition.questions[0].choice_ids


def stored() -> Answer:
    answer: Answer = Answer.objects.get()
    return answer


def test_the_same_request_again_changes_nothing(
    save: Callable[..., Any], choices: tuple[str, ...]
) -> None:
    assert save(choice=choices[:1], notes="Mine.", key=KEY).status_code == 200
    again = save(choice=choices[:1], notes="Mine.", key=KEY)
    assert again.status_code == 200
    assert 'name="revision" value="1"' in again.content.decode()
    assert AnswerChange.objects.get().request_key == KEY


def test_it_does_not_undo_what_a_colleague_saved_in_between(
    save: Callable[..., Any], choices: tuple[str, ...]
) -> None:
    save(choice=choices[:1], notes="Mine.", key=KEY)
    save("lead", revision=1, choice=choices[1:2], notes="Theirs now.")
    again = save(choice=choices[:1], notes="Mine.", key=KEY)
    assert again.status_code == 200
    assert "Theirs now." in again.content.decode()
    assert (stored().selected, stored().notes) == ([choices[1]], "Theirs now.")
    assert stored().revision == 2


def test_without_a_key_it_would_be_a_conflict(
    save: Callable[..., Any], choices: tuple[str, ...]
) -> None:
    save(choice=choices[:1], notes="Mine.")
    save("lead", revision=1, choice=choices[1:2], notes="Theirs now.")
    assert save(choice=choices[:1], notes="Mine.").status_code == 409


def test_a_text_that_was_not_saved_the_first_time_is_shown_again(
    save: Callable[..., Any], choices: tuple[str, ...]
) -> None:
    save("lead", choice=[], notes="Theirs.")
    assert save(choice=choices[:1], notes="Mine.", key=KEY).status_code == 409
    save("lead", revision=2, choice=choices[:1], notes="Theirs, later.")
    again = save(choice=choices[:1], notes="Mine.", key=KEY)
    assert again.status_code == 409
    page = again.content.decode()
    assert "Mine." in page
    assert "Theirs, later." in page
    assert stored().revision == 3


def test_a_key_is_of_one_answer_only(
    save: Callable[..., Any],
    review: LensReview,
    cast: Cast,
    choices: tuple[str, ...],
) -> None:
    save(choice=choices[:1], key=KEY)
    other = review.lens_version.definition.questions[1]
    answer_question(
        actor=cast.actor("lead"),
        review_id=review.pk,
        question_id=other.id,
        state=AnswerState(selected=frozenset(other.choice_ids[:1])),
        expected_revision=0,
        request_key=KEY,
    )
    assert Answer.objects.count() == 2


@pytest.mark.parametrize("key", ["x" * 41, "a b", "<script>", "é", "a\x00b", "a\n"])
def test_an_unusable_key_is_none(
    save: Callable[..., Any], choices: tuple[str, ...], key: str
) -> None:
    assert save(choice=choices[:1], key=key).status_code == 200
    assert AnswerChange.objects.get().request_key == ""


def test_a_first_save_with_a_key_costs_no_further_query(
    save: Callable[..., Any],
    choices: tuple[str, ...],
    query_count: Callable[[Callable[[], Any]], int],
) -> None:
    save(choice=choices[:1])
    without = query_count(lambda: save(revision=1, choice=choices[:2]))
    assert query_count(lambda: save(revision=2, choice=choices[:1], key=KEY)) == without


def test_what_was_saved_is_announced_once(
    save: Callable[..., Any],
    choices: tuple[str, ...],
    review: LensReview,
    cast: Cast,
    announced: list[Message],
) -> None:
    save(choice=choices[:1], notes="Secret thoughts.", key=KEY)
    save(choice=choices[:1], notes="Secret thoughts.", key=KEY)
    assert announced == [
        Message(
            f"workload:{review.workload_id}",
            "answer",
            {
                "review": str(review.pk),
                "question": review.lens_version.definition.questions[0].id,
                "risk": "MEDIUM",
                "revision": 1,
                "answers_revision": 1,
                "by": str(cast.contributor.pk),
                "by_name": "Contributor",
                "key": KEY,
            },
        )
    ]
    review.refresh_from_db()
    assert review.answers_revision == 1
