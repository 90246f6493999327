"""What writes about a question begin with."""

from uuid import UUID

from common.errors import NotFound
from lenses.definition import Question, UnknownQuestion
from reviews.models import LensReview
from reviews.selectors_versions import present_name


def lock_question(
    review_id: UUID, question_id: str, workload_id: UUID | None = None
) -> tuple[LensReview, Question]:
    """Lock a review, for the transaction that is open, and return one of its questions.

    An id of an earlier version of the lens leads to where that question is now, as the pages do:
    what somebody wrote while the review was upgraded is not lost. Raises NotFound.
    """
    review = (
        LensReview.objects.select_for_update(of=("self",))
        .select_related("lens_version")
        .defer("lens_version__document")
        .filter(pk=review_id)
        .first()
    )
    if review is None or workload_id not in {None, review.workload_id}:
        raise NotFound
    definition = review.lens_version.definition
    try:
        return review, definition.question(question_id)
    except UnknownQuestion:
        name = present_name(review, question_id)
    if name is None:
        raise NotFound
    return review, definition.question(name)
