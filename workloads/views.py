"""Editing and deleting a workload."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.errors import UserError
from common.forms import add_errors, submitted
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from workloads.differences import Difference, differences
from workloads.forms import INDUSTRY_TYPES, DeleteWorkloadForm, EditWorkloadForm
from workloads.models import Workload
from workloads.properties import properties_of
from workloads.selectors import load_workload, tags_of, what_goes_with
from workloads.services import StaleEdit, delete_workload, update_workload


@require_http_methods(["GET", "POST"])
@organization_view(Permission.MANAGE_WORKLOADS)
def edit(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Change what is said about a workload."""
    workload = load_workload(workload_id)
    form = EditWorkloadForm(submitted(request), initial=_initial(workload))
    conflict: tuple[Difference, ...] = ()
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            saved = update_workload(
                actor=request.actor,
                workload_id=workload.pk,
                revision=form.cleaned_data["revision"],
                properties=form.properties(),
                tags=form.tags_said(),
            )
        except StaleEdit as error:
            conflict = differences(form, error)
            # As it was typed, to be saved over what is stored now - knowingly.
            form = EditWorkloadForm({**request.POST.dict(), "revision": error.revision})
            status = error.status
        except UserError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("“%(name)s” was saved.") % {"name": saved.name})
            return redirect("workload", slug=request.organization.slug, workload_id=saved.pk)
    context = {
        "workload": workload,
        "tab": "settings",
        "form": form,
        "conflict": conflict,
        "is_stale": status == StaleEdit.status,
        "industry_types": INDUSTRY_TYPES,
    }
    return render(request, "workloads/edit.html", context, status=422 if form.errors else status)


def _initial(workload: Workload) -> dict[str, Any]:
    return {
        **properties_of(workload).as_mapping(),
        "tags": tags_of(workload),
        "revision": workload.revision,
    }


@require_http_methods(["GET", "POST"])
@organization_view(Permission.MANAGE_WORKLOADS)
def delete(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Delete a workload once its name was typed."""
    workload = load_workload(workload_id)
    form = DeleteWorkloadForm(submitted(request))
    if request.method == "POST" and form.is_valid():
        try:
            name = delete_workload(
                actor=request.actor, workload_id=workload.pk, name=form.cleaned_data["name"]
            )
        except UserError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("“%(name)s” was deleted.") % {"name": name})
            return redirect("workloads", slug=request.organization.slug)
    counts = what_goes_with(workload)
    context = {
        "workload": workload,
        "form": form,
        "reviews": counts.get("reviews.lensreview", 0),
        "answers": counts.get("reviews.answer", 0),
        "milestones": counts.get("reviews.milestone", 0),
    }
    return render(request, "workloads/delete.html", context, status=422 if form.errors else 200)
