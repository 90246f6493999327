"""Accepting risks: what is asked and decided about a question, and about a workload."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import Invalid, UserError
from common.forms import add_errors, submitted
from common.htmx import wants_partial
from common.pagination import paginate
from common.risk import Risk
from improvement.forms import AcceptanceForm, DecisionForm
from improvement.models import RiskAcceptance
from improvement.selectors_items import (
    acceptances_of_question,
    acceptances_of_workload,
    in_force,
    load_acceptance,
)
from improvement.services.acceptances import (
    decide_on_acceptance,
    request_acceptance,
    withdraw_acceptance,
)
from reviews.selectors import answer_to, load_question
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from workloads.selectors import load_workload

State = RiskAcceptance.State


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.VIEW, to_change=Permission.ANSWER)
def of_question(
    request: OrganizationRequest, workload_id: UUID, review_id: UUID, question_id: str
) -> HttpResponse:
    """Show what is accepted of a question's risk, and ask for it; a part of a page for htmx."""
    form = AcceptanceForm(submitted(request))
    if request.method == "POST" and form.is_valid():
        try:
            request_acceptance(
                actor=request.actor,
                workload_id=workload_id,
                review_id=review_id,
                question_id=question_id,
                **form.cleaned_data,
            )
        except UserError as error:
            if error.status == 404:  # noqa: PLR2004 - not found is not the form's to say
                raise
            add_errors(form, error)
        else:
            messages.success(request, _("Asked for. An owner or an admin decides on it."))
            place = request.organization.slug, workload_id, review_id, question_id
            return redirect("question-acceptance", *place)
    review, question = load_question(workload_id, review_id, question_id)
    answer = answer_to(review, question.id)
    context = {
        "review": review,
        "question": question,
        "risk": answer.risk,
        "is_at_risk": Risk(answer.risk).is_at_risk,
        "form": form,
        "tab": "plan",
        **_rights(request),
        **_standing(acceptances_of_question(review.pk, question.id), Risk(answer.risk)),
    }
    if wants_partial(request):
        return render(request, "improvement/acceptance_beside.html", context)
    context["workload"] = load_workload(workload_id)
    status = 422 if form.errors else 200
    return render(request, "improvement/acceptance.html", context, status=status)


def _standing(found: list[RiskAcceptance], risk: Risk) -> dict[str, Any]:
    today = timezone.localdate()
    live = [each for each in found if each.until >= today]
    accepted = next((each for each in live if each.state == State.APPROVED), None)
    return {
        "acceptances": found,
        "accepted": accepted,
        "is_covered": accepted is not None
        and risk.is_at_risk
        and risk.severity <= Risk(accepted.risk).severity,
        "requested": next((each for each in live if each.state == State.REQUESTED), None),
    }


def _rights(request: OrganizationRequest) -> dict[str, Any]:
    return {
        "may_ask": request.actor.can(Permission.ANSWER),
        "may_decide": request.actor.can(Permission.ACCEPT_RISKS),
        "me": request.actor.user_id,
    }


@require_safe
@organization_view(Permission.VIEW)
def of_workload(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Show all that was asked and decided about a workload's risks."""
    workload = load_workload(workload_id)
    page = paginate(request, acceptances_of_workload(workload.pk))
    context = {
        "workload": workload,
        "tab": "plan",
        "page": page,
        "covering": set(in_force().filter(workload=workload).values_list("pk", flat=True)),
        **_rights(request),
    }
    return render(request, "improvement/acceptances.html", context)


@require_POST
@organization_view(Permission.ACCEPT_RISKS)
def decide(request: OrganizationRequest, workload_id: UUID, acceptance_id: UUID) -> HttpResponse:
    """Approve or reject a request."""
    load_workload(workload_id)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("Choose whether to approve or to reject, in at most 500 characters."))
    is_approved = form.cleaned_data["verdict"] == "approve"
    try:
        found = decide_on_acceptance(
            actor=request.actor,
            workload_id=workload_id,
            acceptance_id=acceptance_id,
            is_approved=is_approved,
            decision=form.cleaned_data["decision"],
        )
    except Invalid as error:
        for texts in error.fields.values():
            for text in texts:
                messages.error(request, text)
        return redirect("acceptances", request.organization.slug, workload_id)
    said = _("The risk is accepted.") if is_approved else _("The request was rejected.")
    messages.success(request, said)
    return _to_question(request, found)


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.ANSWER)
def withdraw(request: OrganizationRequest, workload_id: UUID, acceptance_id: UUID) -> HttpResponse:
    """End a request or an acceptance before its day. A visit leads to where that can be done."""
    if request.method != "POST":
        return _to_question(request, load_acceptance(workload_id, acceptance_id))
    found = withdraw_acceptance(
        actor=request.actor, workload_id=workload_id, acceptance_id=acceptance_id
    )
    messages.success(request, _("Withdrawn. The risk counts."))
    return _to_question(request, found)


def _to_question(request: OrganizationRequest, found: RiskAcceptance) -> HttpResponse:
    place = request.organization.slug, found.workload_id, found.review_id, found.question_id
    return redirect("question-acceptance", *place)
