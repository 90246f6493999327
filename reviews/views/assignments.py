"""Who is to answer a question: shown in its head, changed by a small form."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from common.errors import UserError
from common.forms import add_errors, submitted
from common.htmx import announce, close_modal, wants_partial
from lenses.definition import Question
from reviews.conversation_forms import ME, AssignmentForm
from reviews.models import Assignment, LensReview
from reviews.selectors import load_question
from reviews.selectors_assignments import assignable_members, assignment_of
from reviews.services.assignments import assign_question, unassign_question
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from workloads.selectors import load_workload


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.VIEW, to_change=Permission.ANSWER)
def assignment(
    request: OrganizationRequest, workload_id: UUID, review_id: UUID, question_id: str
) -> HttpResponse:
    """Show who is to answer a question, and ask somebody to. ``?part=head``: the line alone."""
    if request.method != "POST":
        review, question = load_question(workload_id, review_id, question_id)
        current = assignment_of(review, question.id)
        if request.GET.get("part") == "head" and wants_partial(request):
            return _head(request, review, question, current)
        return _form(request, review, question, current, _form_for(request, current))
    form = _form_for(request, None)
    if form.is_valid():
        try:
            current = assign_question(
                actor=request.actor,
                workload_id=workload_id,
                review_id=review_id,
                question_id=question_id,
                assignee_id=form.cleaned_data["assignee"],
                due=form.cleaned_data["due"],
            )
        except UserError as error:
            if not error.fields:
                raise
            add_errors(form, error)
        else:
            return _done(request, workload_id, review_id, current.question_id, _("Assigned."))
    review, question = load_question(workload_id, review_id, question_id)
    current = assignment_of(review, question.id)
    return _form(request, review, question, current, form)


@require_POST
@organization_view(Permission.ANSWER)
def assignment_remove(
    request: OrganizationRequest, workload_id: UUID, review_id: UUID, question_id: str
) -> HttpResponse:
    """Take a question from whoever was to answer it."""
    review, question = load_question(workload_id, review_id, question_id)
    unassign_question(actor=request.actor, review_id=review.pk, question_id=question.id)
    return _done(request, workload_id, review_id, question.id, _("Nobody is assigned now."))


def _form_for(request: OrganizationRequest, current: Assignment | None) -> AssignmentForm:
    actor = request.actor
    assert actor.user_id is not None  # noqa: S101 - whoever sends a request is somebody
    members = assignable_members() if actor.can(Permission.MANAGE_WORKLOADS) else ()
    initial: dict[str, Any] = {"assignee": ME}
    if current is not None:
        is_mine = current.assignee_id == actor.user_id
        initial = {"assignee": ME if is_mine else str(current.assignee_id), "due": current.due}
    return AssignmentForm(
        submitted(request), user_id=actor.user_id, members=members, initial=initial
    )


def _may_assign(request: OrganizationRequest, current: Assignment | None) -> bool:
    is_free = current is None or current.assignee_id == request.actor.user_id
    needed = Permission.ANSWER if is_free else Permission.MANAGE_WORKLOADS
    return request.actor.can(needed)


def _form(
    request: OrganizationRequest,
    review: LensReview,
    question: Question,
    current: Assignment | None,
    form: AssignmentForm,
) -> HttpResponse:
    context = {
        "review": review,
        "question": question,
        "assignment": current,
        "form": form,
        "may_assign": _may_assign(request, current),
        "in_dialog": wants_partial(request),
    }
    status = 422 if form.errors else 200
    if wants_partial(request):
        response = render(request, "reviews/assignment_form.html", context, status=status)
        # The line in the head is what a form that was taken is put into; this one was not.
        return reswap(retarget(response, "#modal-body"), "innerHTML")
    context["workload"] = load_workload(review.workload_id)
    return render(request, "reviews/assignment_page.html", context, status=status)


def _head(
    request: OrganizationRequest,
    review: LensReview,
    question: Question,
    current: Assignment | None,
) -> HttpResponse:
    context = {
        "review": review,
        "question": question,
        "assignment": current,
        "may_answer": request.actor.can(Permission.ANSWER),
    }
    return render(request, "reviews/assignment.html", context)


def _done(
    request: OrganizationRequest,
    workload_id: UUID,
    review_id: UUID,
    question_id: str,
    message: str,
) -> HttpResponse:
    if not wants_partial(request):
        return redirect(
            "question",
            slug=request.organization.slug,
            workload_id=workload_id,
            review_id=review_id,
            question_id=question_id,
        )
    review, question = load_question(workload_id, review_id, question_id)
    response = _head(request, review, question, assignment_of(review, question.id))
    return announce(close_modal(response), message)
