"""Reads about assignments: who is to answer which question, and by when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from common.risk import Risk
from lenses.definition import Question
from lenses.models import LensVersion
from reviews.models import Answer, Assignment, LensReview
from tenants.models import Membership
from tenants.permissions import Permission, Role, is_allowed
from tenants.selectors import members

SHOW_OPEN: Final = "open"
SHOW_ANSWERED: Final = "answered"
SHOW_ALL: Final = "all"
STATES: Final = (SHOW_OPEN, SHOW_ANSWERED, SHOW_ALL)


def assignment_of(review: LensReview, question_id: str) -> Assignment | None:
    """Return who is to answer a question, or None. One query."""
    found: Assignment | None = (
        Assignment.objects.select_related("assignee")
        .filter(review=review, question_id=question_id)
        .first()
    )
    return found


def assigned_questions(reviews: Iterable[UUID], user_id: UUID | None) -> dict[UUID, list[str]]:
    """Return the ids of the questions that a person is to answer, by review. One query."""
    rows = Assignment.objects.filter(review__in=list(reviews), assignee=user_id)
    found: dict[UUID, list[str]] = {}
    for review_id, question_id in rows.order_by("question_id").values_list("review", "question_id"):
        found.setdefault(review_id, []).append(question_id)
    return found


def assignable_members() -> list[Membership]:
    """Return the members who may answer questions, by name."""
    roles = [role for role in Role if is_allowed(role, Permission.ANSWER)]
    return list(members().filter(role__in=roles))


@dataclass(frozen=True, slots=True)
class AssignedQuestion:
    """An assignment with what a list says about it."""

    assignment: Assignment
    question: Question
    risk: Risk

    @property
    def review(self) -> LensReview:
        """The review that the question is of, with workload and lens."""
        return self.assignment.review

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been answered before today."""
        return self.risk == Risk.UNANSWERED and is_overdue(self.assignment.due)


def is_overdue(due: date | None) -> bool:
    """Whether a day has gone by, where the reader is."""
    return due is not None and due < timezone.localdate()


def assigned_to(user: User | UUID, *, show: str = SHOW_OPEN) -> QuerySet[Assignment]:
    """Return what a person is to answer in all workloads, what is due first first.

    A question that the review's lens version does not ask any more is left out: there is nothing
    to answer. It is there again when the upgrade is undone.
    """
    own = Assignment.objects.filter(assignee=user)
    given = Answer.objects.filter(review=OuterRef("review"), question_id=OuterRef("question_id"))
    rows: QuerySet[Any] = own.exclude(pk__in=_asked_no_more(own)).annotate(
        risk=Coalesce(
            Subquery(given.values("risk")[:1]),
            Value(Risk.UNANSWERED.value),
            output_field=CharField(),
        )
    )
    if show == SHOW_OPEN:
        rows = rows.filter(risk=Risk.UNANSWERED)
    elif show == SHOW_ANSWERED:
        rows = rows.filter(~Q(risk=Risk.UNANSWERED))
    return rows.order_by(F("due").asc(nulls_last=True), "at", "pk")


def _asked_no_more(assignments: QuerySet[Assignment]) -> list[UUID]:
    wanted = list(assignments.order_by().values_list("pk", "review__lens_version", "question_id"))
    versions = LensVersion.objects.filter(pk__in={row[1] for row in wanted}).defer("document")
    asked = {
        version.pk: {question.id for question in version.definition.questions}
        for version in versions
    }
    return [key for key, version_id, question_id in wanted if question_id not in asked[version_id]]


def assigned_rows(assignments: QuerySet[Any]) -> list[AssignedQuestion]:
    """Return a page of ``assigned_to`` as rows. One query."""
    found = assignments.select_related(
        "review__workload", "review__lens", "review__lens_version", "assignee"
    ).defer("review__lens_version__document")
    return [
        AssignedQuestion(
            assignment=row,
            question=row.review.lens_version.definition.question(row.question_id),
            risk=Risk(row.risk),
        )
        for row in found
    ]
