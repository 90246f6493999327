"""Reads about one question: what changed in it since the workload's latest milestone."""

from dataclasses import dataclass, replace

from common.risk import Risk
from lenses.definition import Question
from reviews.changes import QuestionChange
from reviews.compare import compare_one_question
from reviews.merge import EMPTY
from reviews.models import Answer, LensReview, Milestone
from reviews.selectors_milestones import (
    definitions_of,
    renames_from,
    snapshot_of,
)
from reviews.services.answers import state_of
from reviews.snapshots import AnsweredQuestion, ReviewSnapshot, Snapshot


@dataclass(frozen=True, slots=True)
class Since:
    """What became of a question since ``milestone``; ``change`` is None where nothing did.

    ``is_new`` says that the milestone knows nothing of the lens.
    """

    milestone: Milestone
    change: QuestionChange | None = None
    is_new: bool = False


def change_since(review: LensReview, question: Question, answer: Answer) -> Since | None:
    """Compare a question with the latest milestone; None where there is no milestone yet.

    Raises UserError where the milestone cannot be read. Three queries at most.
    """
    milestones = Milestone.objects.filter(workload_id=review.workload_id)
    milestone: Milestone | None = milestones.order_by("-number").first()
    if milestone is None:
        return None
    reviews = snapshot_of(milestone).reviews
    before = next((old for old in reviews if old.lens_id == review.lens_id), None)
    if before is None:
        return Since(milestone, is_new=True)
    after = _one_answer(review, question, answer)
    was, became = (Snapshot("", (side,)) for side in (before, after))
    definitions = definitions_of(was, became)
    renames = renames_from(was, became)
    ways = {"renames": renames[review.lens_id]} if review.lens_id in renames else {}
    return Since(milestone, compare_one_question(before, after, question.id, definitions, **ways))


def _one_answer(review: LensReview, question: Question, answer: Answer) -> ReviewSnapshot:
    """Return the review as a snapshot would have it, with nothing but the one answer."""
    state = state_of(answer)
    state = replace(state, details={key: kept for key, kept in state.details.items() if kept})
    answers = {} if state == EMPTY else {question.id: AnsweredQuestion(state, Risk(answer.risk))}
    return ReviewSnapshot(
        lens_id=review.lens_id,
        lens_name=review.lens.name,
        lens_alias=review.lens.alias,
        version_id=review.lens_version_id,
        version=review.lens_version.version,
        document_sha256=review.lens_version.sha256,
        answers=answers,
    )
