"""The history of a question: each change of its answer, beside what was there before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from common.errors import NotFound
from common.risk import Risk
from lenses.definition import Question, UnknownQuestion
from reviews.changes import QuestionChange, QuestionSide
from reviews.compare import compare_question
from reviews.merge import EMPTY, AnswerState, state_from
from reviews.models import Answer, AnswerChange, LensReview, ReviewUpgrade
from reviews.selectors_course import Course, course_of
from reviews.snapshots import AnsweredQuestion

LATEST: Final = 5
"""How many changes stand beside a question."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer at some time, in the words of the lens version of that time."""

    question_id: str
    version_id: UUID
    state: AnswerState


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: who made it when, and what it did. ``step`` is the lens's step that made it."""

    change: AnswerChange
    before: Said
    after: Said
    diff: QuestionChange
    step: ReviewUpgrade | None
    is_latest: bool

    @property
    def version(self) -> str:
        """The lens version that the review came to with this change; empty where nobody moved."""
        if self.step is None:
            return ""
        back = self.step.undone_at is not None and self.change.at > self.step.at
        return str((self.step.from_version if back else self.step.to_version).version)


@dataclass(frozen=True, slots=True)
class History:
    """The history of one question of a review. ``changes`` are the newest first."""

    course: Course
    question: Question
    changes: QuerySet[AnswerChange]

    @property
    def review(self) -> LensReview:
        """The review."""
        return self.course.review

    def entries(self, start: int = 0, end: int = LATEST) -> list[Entry]:
        """Return the changes from one place to another of the history, the newest being 0."""
        rows = list(self.changes[start : end + 1])
        entries = []
        for place, change in enumerate(rows[: end - start]):
            earlier = rows[place + 1] if place + 1 < len(rows) else None
            entries.append(self._entry(change, earlier, is_latest=start + place == 0))
        return entries

    def entry(self, change_id: UUID) -> Entry:
        """Return one change; raises NotFound where it is none of this question."""
        change = self.changes.filter(pk=change_id).first()
        if change is None:
            raise NotFound
        earlier = self.changes.filter(
            Q(at__lt=change.at) | Q(at=change.at, revision__lt=change.revision)
        ).first()
        latest = self.changes.values_list("pk", flat=True).first()
        return self._entry(change, earlier, is_latest=change.pk == latest)

    def _entry(
        self, change: AnswerChange, earlier: AnswerChange | None, *, is_latest: bool
    ) -> Entry:
        after = self._said(change)
        before = Said(after.question_id, after.version_id, EMPTY)
        if earlier is not None:
            before = self._said(earlier)
        return Entry(
            change=change,
            before=before,
            after=after,
            diff=compare_said(self.course, before, after),
            step=self.course.maker(after.question_id, change.revision, change.at),
            is_latest=is_latest,
        )

    def _said(self, change: AnswerChange) -> Said:
        question_id = change.answer.question_id
        version_id = self.course.version_of(question_id, change.revision, change.at)
        return Said(question_id, version_id, state_from(change.state))


def history_of(review: LensReview, question: Question) -> History:
    """Return the history of a question, under whichever ids it went. Two queries, or four."""
    course = course_of(review)
    stretches = course.stretches(question.id)
    names = [stretch.question_id for stretch in stretches]
    rows = Answer.objects.filter(review=review, question_id__in=names)
    keys = dict(rows.values_list("question_id", "pk"))
    wanted, left_out = Q(pk__in=[]), Q(pk__in=[])
    for stretch in stretches:
        if stretch.question_id in keys:
            row = Q(answer=keys[stretch.question_id])
            wanted |= row & Q(revision__gt=stretch.low, revision__lte=stretch.high)
    for step in course.upgrades:
        # There and back again: nothing became of it, and nobody answered in between.
        if step.undone_at is not None:
            left_out |= Q(at__gt=step.at, at__lte=step.undone_at)
            for name in keys.keys() & course.kept(step).keys():
                own = Q(answer=keys[name], revision=course.kept(step)[name] + 1, at__lte=step.at)
                left_out |= own
    changes = AnswerChange.objects.filter(wanted).select_related("answer", "by")
    if any(step.undone_at for step in course.upgrades):
        changes = changes.exclude(left_out)
    return History(course, question, changes.order_by("-at", "-revision"))


def compare_said(course: Course, before: Said, after: Said) -> QuestionChange:
    """Return what became of an answer between two times."""
    was, became = _side(course, before, after), _side(course, after, before)
    way = course.way(before.version_id, after.version_id)
    is_known = was.question.id == before.question_id and became.question.id == after.question_id
    if way is not None and not (is_known and way.question_after(was.question.id)):
        way = None
    return compare_question(was, became, way)


def _side(course: Course, said: Said, other: Said) -> QuestionSide:
    """Return an answer with its question; where the version has none, as the other knows it."""
    for version_id, name in (
        (said.version_id, said.question_id),
        (other.version_id, said.question_id),
        (other.version_id, other.question_id),
    ):
        definition = course.definition(version_id)
        try:
            question = definition.question(name)
        except UnknownQuestion:
            continue
        risk = risk_then(question, said.state)
        pillar = definition.pillar(question.pillar_id)
        return QuestionSide(question, pillar.name, AnsweredQuestion(said.state, risk))
    raise NotFound


def risk_then(question: Question, state: AnswerState) -> Risk:
    """Return the risk of an answer, passing over choices that the question does not have."""
    known = set(question.choice_ids)
    return question.risk(state.selected & known, state.not_applicable & known, state.is_applicable)


def carried_to_now(course: Course, said: Said) -> AnswerState | None:
    """Return an answer in the words of the review's version; None where its question is gone."""
    way = course.way(said.version_id, course.review.lens_version_id)
    if way is None:
        return said.state
    if way.question_after(said.question_id) is None:
        return None
    return way.carry_answer(said.question_id, said.state)


def latest_context(review: LensReview, question: Question) -> dict[str, Any]:
    """Return what ``reviews/beside/history.html`` reads."""
    entries: Sequence[Entry] = history_of(review, question).entries(0, LATEST + 1)
    return {"history": entries[:LATEST], "history_goes_on": len(entries) > LATEST}
