"""Writing many answers of one review at once: each with its history, the review counted once."""

from collections.abc import Mapping
from uuid import UUID

from common.clock import now
from common.errors import NotFound
from reviews.events import announce
from reviews.merge import AnswerState
from reviews.models import Answer, LensReview
from reviews.services.changed import count_change
from reviews.services.moving import Signed, Writes
from tenants.actors import Actor


def lock_review(workload_id: UUID, review_id: UUID) -> LensReview:
    """Return a review of the workload, locked, with its lens; raises NotFound."""
    review = (
        LensReview.objects.select_for_update(of=("self",))
        .select_related("lens", "lens_version")
        .defer("lens_version__document")
        .filter(pk=review_id, workload_id=workload_id)
        .first()
    )
    if review is None:
        raise NotFound
    return review  # type: ignore[no-any-return]


def write_answers(
    actor: Actor, review: LensReview, targets: Mapping[str, AnswerState]
) -> list[Answer]:
    """Give answers of a locked review other states, as one change of the review.

    ``targets`` are by question id and checked. Returns what changed, for ``announce_answers``.
    """
    rows = Answer.objects.filter(review=review, question_id__in=list(targets))
    answers = {row.question_id: row for row in rows}
    writes = Writes(actor)
    signed = Signed(now(), actor.user_id)
    for question_id, state in targets.items():
        answer = answers.get(question_id) or Answer(review=review, question_id=question_id)
        writes.put(answer, state, review.lens_version.definition, signed)
    writes.write()
    count_change(review)
    return [*writes.created, *writes.changed]


def announce_answers(actor: Actor, review: LensReview, changed: list[Answer]) -> None:
    """Tell the open pages of a review which answers are others now."""
    for answer in changed:
        announce(
            review,
            "answer",
            question=answer.question_id,
            risk=answer.risk,
            revision=answer.revision,
            answers_revision=review.answers_revision,
            by=actor.user_id and str(actor.user_id),
            by_name=actor.name,
            key="",
        )
