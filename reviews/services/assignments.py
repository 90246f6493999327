"""Assigning questions: who is to answer, and by when."""

from datetime import date
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext as _

from common.clock import now
from common.errors import Forbidden, Invalid
from reviews.events import announce
from reviews.models import Assignment, LensReview
from reviews.selectors_assignments import assignment_of
from reviews.services.questions import lock_question
from tenants import audit
from tenants.actors import Actor
from tenants.models import Membership
from tenants.permissions import Permission, Role, is_allowed
from tenants.transactions import writing


def assign_question(
    *,
    actor: Actor,
    review_id: UUID,
    question_id: str,
    assignee_id: UUID,
    due: date | None = None,
    workload_id: UUID | None = None,
) -> Assignment:
    """Ask a member to answer a question, by a day or whenever.

    Whoever may answer takes a question that is nobody's else, or changes their own day; a lead asks
    anybody. The same again changes nothing. Raises Forbidden, NotFound; Invalid with the field
    ``assignee`` (no member who may answer) or ``due`` (a day gone by, unless it stood there).
    """
    actor.require(Permission.ANSWER)
    with writing():
        review, question = lock_question(review_id, question_id, workload_id)
        assignment = assignment_of(review, question.id)
        if assignee_id != actor.user_id:
            actor.require(Permission.MANAGE_WORKLOADS)
        _require_free(actor, assignment)
        name = _name_of_member(assignee_id)
        _check_due(due, assignment)
        if assignment is None:
            assignment = Assignment(review=review, question_id=question.id)
            before = None
        else:
            before = _said(assignment)
            if (assignment.assignee_id, assignment.due) == (assignee_id, due):
                return assignment
        assignment.assignee_id, assignment.due = assignee_id, due
        assignment.at, assignment.by_name = now(), actor.name
        assignment.save()
        _record(actor, "question.assigned", assignment, before, _said(assignment))
        _tell(actor, review, assignment, name=name)
    return assignment


def unassign_question(
    *, actor: Actor, review_id: UUID, question_id: str, workload_id: UUID | None = None
) -> None:
    """Take a question from whoever was to answer it; from another, as a lead.

    A question that is nobody's stays so. Raises Forbidden, NotFound.
    """
    actor.require(Permission.ANSWER)
    with writing():
        review, question = lock_question(review_id, question_id, workload_id)
        assignment = assignment_of(review, question.id)
        if assignment is None:
            return
        _require_free(actor, assignment)
        _record(actor, "question.unassigned", assignment, _said(assignment), None)
        Assignment.objects.filter(pk=assignment.pk).delete()
        _tell(actor, review, assignment, name="", is_gone=True)


def _require_free(actor: Actor, assignment: Assignment | None) -> None:
    """Raise Forbidden where a question is another's, and the actor no lead."""
    if assignment is None or assignment.assignee_id == actor.user_id:
        return
    if not actor.can(Permission.MANAGE_WORKLOADS):
        raise Forbidden(_("This question is assigned to somebody else. A lead can change that."))


def _name_of_member(user_id: UUID) -> str:
    membership = Membership.objects.select_related("user").filter(user=user_id).first()
    if membership is None:
        problem = _("This is no member of the organisation.")
        raise Invalid(fields={"assignee": [problem]})
    if not is_allowed(Role(membership.role), Permission.ANSWER):
        problem = _("%(name)s may only read. Choose somebody who may answer.")
        raise Invalid(fields={"assignee": [problem % {"name": membership.user.display_name}]})
    return str(membership.user.display_name)


def _check_due(due: date | None, assignment: Assignment | None) -> None:
    stood_there = assignment is not None and assignment.due == due
    if due is not None and due < timezone.localdate() and not stood_there:
        raise Invalid(fields={"due": [_("This day has gone by.")]})


def _said(assignment: Assignment) -> dict[str, object]:
    name = get_user_model().objects.filter(pk=assignment.assignee_id).first()
    return {
        "question_id": assignment.question_id,
        "review_id": assignment.review_id,
        "assignee_id": assignment.assignee_id,
        "assignee": str(name or ""),
        "due": assignment.due,
    }


def _record(
    actor: Actor,
    verb: str,
    assignment: Assignment,
    before: audit.State | None,
    after: audit.State | None,
) -> None:
    audit.record(actor=actor, verb=verb, target=assignment, before=before, after=after)


def _tell(
    actor: Actor, review: LensReview, assignment: Assignment, *, name: str, is_gone: bool = False
) -> None:
    announce(
        review,
        "assignment",
        question=assignment.question_id,
        assignee="" if is_gone else str(assignment.assignee_id),
        name=name,
        by=str(actor.user_id or ""),
    )
