"""Milestones: save, list, read."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import UserError
from common.forms import add_errors, submitted
from common.pagination import paginate
from reviews.forms import SaveMilestoneForm
from reviews.selectors import reviews_of
from reviews.selectors_milestones import (
    evidence_still_there,
    load_milestone,
    milestones_of,
    parts_of,
    propose_name,
    snapshot_of,
)
from reviews.selectors_trend import trend_of
from reviews.services.milestones import save_milestone
from reviews.snapshot_parts import shown_parts
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from workloads.models import Workload
from workloads.selectors import load_workload


@require_http_methods(["GET", "POST"])
@organization_view(Permission.VIEW, to_change=Permission.SAVE_MILESTONES)
def milestone_list(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Show the milestones of a workload, the latest first, and save a new one."""
    workload = load_workload(workload_id)
    form = SaveMilestoneForm(submitted(request))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_milestone(
                actor=request.actor, workload_id=workload.pk, **form.cleaned_data
            )
        except UserError as error:
            add_errors(form, error)
            status = error.status
        else:
            messages.success(
                request, _("The milestone “%(name)s” was saved.") % {"name": saved.name}
            )
            return redirect("milestones", slug=request.organization.slug, workload_id=workload.pk)
    elif request.method == "POST":
        status = 422
    context = _list_context(request, workload, form)
    return render(request, "reviews/milestones.html", context, status=status)


def _list_context(
    request: OrganizationRequest, workload: Workload, form: SaveMilestoneForm
) -> dict[str, Any]:
    initial = {"name": propose_name(workload.pk, timezone.localdate())}
    if not form.is_bound:
        form = SaveMilestoneForm(initial=initial)
    page = paginate(request, milestones_of(workload.pk))
    reviews = reviews_of(workload.pk)
    trend = trend_of(workload, reviews) if page.paginator.count else None
    return {
        "workload": workload,
        "form": form,
        "trend": trend,
        "line": trend.line(request.GET.get("trend", "")) if trend else None,
        # The same form once more, in the dialog: its ids are its own.
        "dialog_form": SaveMilestoneForm(initial=initial, auto_id="dialog_%s"),
        "page": page,
        "has_lens": bool(reviews),
        "may_save": request.actor.can(Permission.SAVE_MILESTONES),
    }


@require_safe
@organization_view(Permission.VIEW)
def milestone(request: OrganizationRequest, workload_id: UUID, number: int) -> HttpResponse:
    """Show one milestone as it was saved."""
    workload = load_workload(workload_id)
    found = load_milestone(workload.pk, number)
    snapshot = snapshot_of(found)
    context = {
        "workload": workload,
        "milestone": found,
        "snapshot": snapshot,
        "parts": parts_of(snapshot),
        "total": snapshot.total,
        "still_there": evidence_still_there(snapshot),
        "other_parts": list(shown_parts(snapshot.parts)),
    }
    return render(request, "reviews/milestone.html", context)
