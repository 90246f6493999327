"""Figures of a review: computed by Celery, and never shown stale."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from common.clock import now
from common.risk import Risk
from reviews.merge import AnswerState, risk_of
from reviews.models import Answer, LensReview, ReviewSummary
from reviews.selectors import count_by_pillar, reviews_of, risks_of, summaries, total
from reviews.services.answers import answer_question, state_of
from reviews.tasks import refresh_summary, requeue_stale_summaries_of, stale_reviews
from tenants.models import Organization
from tests.builders import make_review
from tests.conftest import Cast


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


@pytest.fixture
def answer_all(cast: Cast, review: LensReview) -> Callable[[int], None]:
    def answer(ticked: int) -> None:
        for question in review.lens_version.definition.questions:
            existing = Answer.objects.filter(review=review, question_id=question.id).first()
            answer_question(
                actor=cast.actor("contributor"),
                review_id=review.pk,
                question_id=question.id,
                state=AnswerState(selected=frozenset(question.choice_ids[:ticked])),
                expected_revision=existing.revision if existing else 0,
            )

    return answer


def figures(review: LensReview) -> dict[Risk, int]:
    fresh = reviews_of(review.workload_id)
    return dict(total(summaries(fresh)[review.pk].values()))


def refresh(review: LensReview) -> None:
    refresh_summary(organization_id=str(review.organization_id), review_id=str(review.pk))


def test_an_unanswered_review_counts_all_questions_as_unanswered(review: LensReview) -> None:
    assert figures(review) == {Risk.UNANSWERED: 6}


def test_figures_are_right_before_the_worker_has_run(
    review: LensReview, answer_all: Callable[[int], None]
) -> None:
    answer_all(1)
    assert not ReviewSummary.objects.exists()
    assert figures(review) == {Risk.MEDIUM: 6}


def test_the_task_stores_what_the_answers_say(
    review: LensReview, answer_all: Callable[[int], None]
) -> None:
    answer_all(1)
    refresh(review)
    rows = ReviewSummary.objects.filter(review=review)
    assert sorted((row.pillar_id, row.medium) for row in rows) == [("pillar_1", 3), ("pillar_2", 3)]
    review.refresh_from_db()
    assert {row.answers_revision for row in rows} == {review.answers_revision}
    assert not review.refresh_queued


def test_a_summary_that_is_behind_is_not_shown(
    review: LensReview, answer_all: Callable[[int], None]
) -> None:
    answer_all(1)
    refresh(review)
    answer_all(3)
    assert ReviewSummary.objects.filter(medium=3).exists(), "the stored rows are old"
    assert figures(review) == {Risk.NONE: 6}
    refresh(review)
    refresh(review)
    assert figures(review) == {Risk.NONE: 6}


def test_stored_risks_agree_with_the_lens(
    review: LensReview, answer_all: Callable[[int], None]
) -> None:
    answer_all(2)
    definition = review.lens_version.definition
    for answer in Answer.objects.filter(review=review):
        assert answer.risk == risk_of(definition.question(answer.question_id), state_of(answer))
    assert count_by_pillar(definition, risks_of(review))["pillar_1"][Risk.MEDIUM] == 3


def test_a_lost_refresh_is_found_by_the_sweep(
    review: LensReview, answer_all: Callable[[int], None]
) -> None:
    answer_all(1)
    assert not stale_reviews(), "a minute is given to the worker"
    LensReview.objects.filter(pk=review.pk).update(updated_at=now() - timedelta(minutes=5))
    assert list(stale_reviews()) == [review]
    requeue_stale_summaries_of(organization_id=str(review.organization_id))
    refresh(review)
    assert not stale_reviews()


def test_a_refresh_of_a_review_that_is_gone_does_nothing(in_northwind: Organization) -> None:
    refresh_summary(organization_id=str(in_northwind.pk), review_id=str(uuid4()))
    assert not ReviewSummary.objects.exists()
