"""How a workload's reviews stand, as a page that is open on one of them needs to know it."""

from typing import Any
from uuid import UUID

from django.db.models import Count

from reviews.models import Answer, Assignment, Comment, LensReview
from reviews.selectors_conversation import unread_comments


def live_state(workload_id: UUID, user_id: UUID) -> dict[str, Any]:
    """Return each review's revision, risks and answer revisions, threads, what is new, one's own.

    Five queries, whatever the number of reviews. What is not answered is left out.
    """
    reviews: dict[str, dict[str, Any]] = {
        str(pk): {
            "revision": revision,
            "risks": {},
            "revisions": {},
            "comments": {},
            "unread": {},
            "mine": [],
        }
        for pk, revision in LensReview.objects.filter(workload_id=workload_id).values_list(
            "pk", "answers_revision"
        )
    }
    answers = Answer.objects.filter(review__workload_id=workload_id)
    for review, question, risk, revision in answers.values_list(
        "review", "question_id", "risk", "revision"
    ):
        reviews[str(review)]["risks"][question] = risk
        reviews[str(review)]["revisions"][question] = revision
    threads = Comment.objects.filter(review__workload_id=workload_id, thread=None, resolved_at=None)
    for review, question, count in (
        threads.order_by().values_list("review", "question_id").annotate(Count("pk"))
    ):
        reviews[str(review)]["comments"][question] = count
    mine = Assignment.objects.filter(review__workload_id=workload_id, assignee_id=user_id)
    for review, question in mine.values_list("review", "question_id"):
        reviews[str(review)]["mine"].append(question)
    for review, counts in unread_comments(map(UUID, reviews), user_id).items():
        reviews[str(review)]["unread"] = counts
    return reviews
