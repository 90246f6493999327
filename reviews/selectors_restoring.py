"""A review as it was at some moment, and what going back there would change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db.models import OuterRef, Q, QuerySet, Subquery

from lenses.models import LensVersion
from reviews.changes import QuestionChange
from reviews.merge import EMPTY, AnswerState, state_from
from reviews.models import Answer, AnswerChange, LensReview, ReviewUpgrade
from reviews.selectors_course import Course, course_of
from reviews.selectors_history import Said, compare_said
from reviews.services.answers import state_of

_LONGEST_STEP: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Restoring:
    """What going back would do. ``targets`` holds the answers that change, as they would be.

    ``changes`` are the same from now to then; ``gone`` counts answers of then whose question the
    review's version does not have; ``version`` is the one of then, where it was another.
    """

    review: LensReview
    moment: datetime
    targets: Mapping[str, AnswerState] = field(default_factory=dict)
    changes: tuple[QuestionChange, ...] = ()
    gone: int = 0
    version: LensVersion | None = None


def states_at(course: Course, moment: datetime) -> dict[str, AnswerState]:
    """Return what was said in a review at a moment, by question, in the words of that time."""
    latest = _changes_until(course, moment).filter(answer=OuterRef("answer"))
    rows = AnswerChange.objects.filter(
        answer__in=Answer.objects.filter(review=course.review).values("pk"),
        revision=Subquery(latest.order_by("-revision").values("revision")[:1]),
    )
    known = {question.id for question in course.definition(course.version_at(moment)).questions}
    return {
        question_id: state_from(state)
        for question_id, state in rows.values_list("answer__question_id", "state")
        if question_id in known
    }


def _changes_until(course: Course, moment: datetime) -> QuerySet[AnswerChange]:
    changes: QuerySet[AnswerChange] = AnswerChange.objects.filter(at__lte=moment)
    for step in course.upgrades:
        # A step writes its answers a little before it says when it was: they belong to it.
        if moment < step.at < moment + _LONGEST_STEP:
            changes = changes.exclude(_of_step(course, step))
        elif step.undone_at is not None and step.at <= moment < step.undone_at:
            changes = changes.exclude(at__gt=step.at)
    return changes


def _of_step(course: Course, step: ReviewUpgrade) -> Q:
    found = Q(pk__in=[])
    for name, revision in course.kept(step).items():
        found |= Q(answer__question_id=name, revision__gt=revision)
    return found


def restoring(review: LensReview, moment: datetime) -> Restoring:
    """Return what going back to a moment would change in a review. Four queries, or six.

    A question that the review's version then did not have stays as it is.
    """
    course = course_of(review)
    version_id = course.version_at(moment)
    way = course.way(version_id, review.lens_version_id)
    then = states_at(course, moment)
    gone = 0
    if way is not None:
        gone = sum(
            state != EMPTY and way.question_after(name) is None for name, state in then.items()
        )
        then = {
            kept: way.carry_answer(name, state)
            for name, state in then.items()
            if (kept := way.question_after(name)) is not None
        }
    rows = Answer.objects.filter(review=review)
    now = {row.question_id: state_of(row) for row in rows}
    is_new = set(way.new_questions) if way else set()
    targets: dict[str, AnswerState] = {}
    changes = []
    for question in review.lens_version.definition.questions:
        before, after = now.get(question.id, EMPTY), then.get(question.id, EMPTY)
        if question.id in is_new or before == after:
            continue
        targets[question.id] = after
        was = Said(question.id, review.lens_version_id, before)
        changes.append(compare_said(course, was, Said(question.id, review.lens_version_id, after)))
    version = course.versions.get(version_id) if way else None
    return Restoring(review, moment, targets, tuple(changes), gone, version)
