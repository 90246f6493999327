"""What is said about a question goes where the question goes, when its lens changes its ids."""

from reviews.carry_over import Passage
from reviews.models import Assignment, Comment, CommentsRead, Evidence, LensReview


def follow_renames(review: LensReview, passage: Passage) -> None:
    """Bring what names a question or practice of ``review`` to the ids of the later version.

    ``passage`` is the way that the review itself goes, forth or back; the transaction is open and
    the review is locked. What was said about a question that is gone stays under its old id, or,
    where another question has that id now, under the id that became free: it shows again when the
    question comes back. Nothing is asked of the database without a rename.
    """
    renamed = _renamed_questions(passage)
    _move_evidence(review, passage, renamed)
    if not renamed:
        return
    # By what each row names now: ids may change places, so no two steps could do it.
    for old, comments in _ids_by_question(review, renamed).items():
        Comment.objects.filter(pk__in=comments).update(question_id=renamed[old])
    for model in (Assignment, CommentsRead):
        _move_unique(model, review, renamed)


def _renamed_questions(passage: Passage) -> dict[str, str]:
    """Return the new ids of the questions that have another one now, by the old."""
    pairs = (
        (question.id, passage.question_after(question.id)) for question in passage.before.questions
    )
    return _in_turn({old: new for old, new in pairs if new is not None and new != old})


def _in_turn(renamed: dict[str, str]) -> dict[str, str]:
    """Let each id that is taken over go to the one that becomes free in turn.

    So every id gives and takes once: nothing gets mixed, and the way back is exact.
    """
    earlier = {new: old for old, new in renamed.items()}
    in_turn = dict(renamed)
    for new in earlier.keys() - renamed.keys():
        free = new
        while free in earlier:
            free = earlier[free]
        in_turn[new] = free
    return in_turn


def _ids_by_question(review: LensReview, renamed: dict[str, str]) -> dict[str, list[object]]:
    rows = Comment.objects.filter(review=review, question_id__in=renamed)
    found: dict[str, list[object]] = {}
    for key, question_id in rows.values_list("pk", "question_id"):
        found.setdefault(question_id, []).append(key)
    return found


def _move_unique(
    model: type[Assignment | CommentsRead], review: LensReview, renamed: dict[str, str]
) -> None:
    """Move rows of which there may be one a question: taken out, then put in where they belong."""
    rows = list(model.objects.filter(review=review, question_id__in=renamed))
    if not rows:
        return
    for row in rows:
        row.question_id = renamed[row.question_id]
    model.objects.filter(pk__in=[row.pk for row in rows]).delete()
    model.objects.bulk_create(rows)


def _move_evidence(review: LensReview, passage: Passage, renamed: dict[str, str]) -> None:
    """Bring evidence to the new ids of its question and its practice.

    That of a practice that is gone goes with its question.
    """
    practices = _renamed_practices(passage)
    questions = renamed.keys() | practices.keys()
    if not questions:
        return
    moving = []
    for row in Evidence.objects.filter(review=review, question_id__in=questions):
        question_id = renamed.get(row.question_id, row.question_id)
        choice_id = practices.get(row.question_id, {}).get(row.choice_id, row.choice_id)
        if (question_id, choice_id) != (row.question_id, row.choice_id):
            row.question_id, row.choice_id = question_id, choice_id
            moving.append(row)
    Evidence.objects.bulk_update(moving, ["question_id", "choice_id"], batch_size=200)


def _renamed_practices(passage: Passage) -> dict[str, dict[str, str]]:
    """Return the new ids of practices that have another one now, by the old, by old question."""
    found = {}
    for question in passage.before.questions:
        pairs = ((old, passage.choice_after(question.id, old)) for old in question.choice_ids)
        renamed = {old: new for old, new in pairs if new is not None and new != old}
        if renamed:
            found[question.id] = _in_turn(renamed)
    return found
