"""What is said about a question goes where the question goes, when its lens changes its ids."""

from reviews.models import Assignment, Comment, CommentsRead, Evidence, LensReview
from reviews.turns import Ids, Turns


def follow_renames(review: LensReview, turns: Turns) -> None:
    """Bring what names a question or practice of ``review`` to the ids of the later version.

    ``turns`` are those of the way that the review itself goes, forth or back; the transaction is
    open and the review is locked. What was said about a question that is gone stays under its old
    id, or, where another question has that id now, under one that no question has: it shows again
    when the question comes back. Nothing is asked of the database without a rename.
    """
    _move_evidence(review, turns)
    renamed = turns.questions
    if not renamed:
        return
    # By what each row names now: ids may change places, so no two steps could do it.
    for old, comments in _ids_by_question(review, renamed).items():
        Comment.objects.filter(pk__in=comments).update(question_id=renamed[old])
    for model in (Assignment, CommentsRead):
        _move_unique(model, review, renamed)


def _ids_by_question(review: LensReview, renamed: Ids) -> dict[str, list[object]]:
    rows = Comment.objects.filter(review=review, question_id__in=renamed)
    found: dict[str, list[object]] = {}
    for key, question_id in rows.values_list("pk", "question_id"):
        found.setdefault(question_id, []).append(key)
    return found


def _move_unique(model: type[Assignment | CommentsRead], review: LensReview, renamed: Ids) -> None:
    """Move rows of which there may be one a question: taken out, then put in where they belong."""
    rows = list(model.objects.filter(review=review, question_id__in=renamed))
    if not rows:
        return
    for row in rows:
        row.question_id = renamed[row.question_id]
    model.objects.filter(pk__in=[row.pk for row in rows]).delete()
    model.objects.bulk_create(rows)


def _move_evidence(review: LensReview, turns: Turns) -> None:
    """Bring evidence to the new ids of its question and its practice.

    That of a practice that is gone goes with its question.
    """
    questions = turns.questions.keys() | turns.choices.keys()
    if not questions:
        return
    moving = []
    for row in Evidence.objects.filter(review=review, question_id__in=questions):
        before = row.question_id, row.choice_id
        after = turns.question(row.question_id), turns.choice(*before)
        if after != before:
            row.question_id, row.choice_id = after
            moving.append(row)
    Evidence.objects.bulk_update(moving, ["question_id", "choice_id"], batch_size=200)
