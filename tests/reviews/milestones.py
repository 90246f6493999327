"""What the tests of milestones and their pages do again and again."""

from collections.abc import Callable
from typing import Any

from django.db import connection

from reviews.merge import AnswerState
from reviews.models import Answer, LensReview, Milestone
from reviews.services.answers import answer_question
from reviews.services.milestones import save_milestone
from tenants.permissions import Role
from tests.conftest import Cast

QUESTION = "pillar_1_question_1"
A, B, C, NONE_OF_THESE = (f"{QUESTION}_{end}" for end in ("choice_1", "choice_2", "choice_3", "no"))

Save = Callable[..., Milestone]


def say(
    cast: Cast, review: LensReview, *choice_ids: str, question: str = QUESTION, **values: Any
) -> None:
    """Answer a question, whatever was said before."""
    answer = Answer.objects.filter(review=review, question_id=question).first()
    answer_question(
        actor=cast.actor(Role.CONTRIBUTOR),
        review_id=review.pk,
        question_id=question,
        state=AnswerState(selected=frozenset(choice_ids), **values),
        expected_revision=answer.revision if answer else 0,
    )


def saving(cast: Cast) -> Save:
    """Return a function that saves a milestone of a review's workload as a lead."""

    def save(review: LensReview, name: str = "2026-Q1") -> Milestone:
        return save_milestone(
            actor=cast.actor(Role.LEAD), workload_id=review.workload_id, name=name
        )

    return save


def flipped(milestone: Milestone) -> bytes:
    """Return a milestone's snapshot with one byte in its middle changed."""
    stored = bytearray(bytes(milestone.snapshot))
    stored[len(stored) // 2] ^= 0xFF
    return bytes(stored)


def tamper(milestone: Milestone, **values: Any) -> None:
    """Change what is stored, as a failing disk does: past the trigger."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            harmless = (
                "CREATE OR REPLACE FUNCTION reviews_milestone_refuse() RETURNS trigger"
                " LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
            )
            cursor.execute("SELECT test_as_owner(%s)", [harmless])
        else:
            cursor.execute("DROP TRIGGER IF EXISTS reviews_milestone_final")
    Milestone.objects.filter(pk=milestone.pk).update(**values)
