"""What the tests of comments and assignments do again and again."""

from typing import Any

from django.test import Client
from django.urls import reverse

from reviews.models import Comment, LensReview

QUESTION, OTHER = "pillar_1_question_1", "pillar_1_question_2"
HTMX = {"HX-Request": "true"}


def address(name: str, review: LensReview, question: str = QUESTION, **parts: Any) -> str:
    """Return an address of a question of Northwind's."""
    place = {"slug": "northwind", "workload_id": review.workload_id, "review_id": review.pk}
    return reverse(name, kwargs={**place, "question_id": question, **parts})


def say(
    client: Client, review: LensReview, text: str, question: str = QUESTION, **fields: Any
) -> Comment:
    """Comment on a question through its page, and return what was stored last."""
    response = client.post(address("comments", review, question), {"text": text, **fields})
    assert response.status_code == 302, response.content.decode()
    comment: Comment = Comment.objects.latest("at")
    return comment


def listed(client: Client, review: LensReview, question: str = QUESTION, **query: Any) -> str:
    """Return the list of a question's comments as htmx gets it."""
    response = client.get(address("comments", review, question), query, headers=HTMX)
    assert response.status_code == 200
    return response.content.decode()
