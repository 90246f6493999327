"""What the tests of the improvement plan do again and again."""

from typing import Any

from django.urls import reverse

from improvement.models import ImprovementItem
from improvement.services.refreshing import refresh_plan_of_review
from reviews.merge import AnswerState
from reviews.models import Answer, LensReview
from reviews.services.answers import answer_question
from tenants.actors import Actor

QUESTION, OTHER = "pillar_1_question_1", "pillar_1_question_2"


def tick(actor: Actor, review: LensReview, question: str, *practices: int) -> None:
    """Answer a question with exactly these practices ticked; none: "None of these"."""
    ticked = [f"{question}_choice_{number}" for number in practices] or [f"{question}_no"]
    answer = Answer.objects.filter(review=review, question_id=question).first()
    answer_question(
        actor=actor,
        review_id=review.pk,
        question_id=question,
        state=AnswerState(selected=frozenset(ticked)),
        expected_revision=answer.revision if answer else 0,
    )


def planned(actor: Actor, review: LensReview, question: str, *practices: int) -> None:
    """Answer a question as ``tick`` does, and let the worker do its part."""
    tick(actor, review, question, *practices)
    refresh_plan_of_review(review_id=review.pk)


def item(review: LensReview, question: str = QUESTION, practice: int = 1) -> ImprovementItem:
    """Return the item of a practice of a question."""
    found: ImprovementItem = ImprovementItem.objects.get(
        review=review, question_id=question, choice_id=f"{question}_choice_{practice}"
    )
    return found


def statuses(review: LensReview, question: str = QUESTION) -> list[str]:
    """Return the statuses of a question's items, in the lens's order."""
    rows = ImprovementItem.objects.filter(review=review, question_id=question)
    return list(rows.order_by("choice_id").values_list("status", flat=True))


def address(name: str, **parts: Any) -> str:
    """Return an address of Northwind's."""
    return reverse(name, kwargs={"slug": "northwind", **parts})
