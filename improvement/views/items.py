"""One item: its page, its row as a form, and several items at once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from common.errors import UserError
from common.forms import add_errors, submitted
from common.htmx import redirect_after_post, toast, wants_partial
from improvement.forms import BulkForm, ItemForm, StatusForm
from improvement.models import ImprovementItem
from improvement.rows import item_rows
from improvement.selectors_items import history_of, load_item
from improvement.services.items import (
    BulkOutcome,
    StaleItem,
    edit_item,
    edit_items,
    follow_practice,
)
from improvement.services.staleness import bring_up_to_date
from improvement.services.workload_status import set_improvement_status
from reviews.selectors_assignments import assignable_members
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from workloads.models import Workload
from workloads.selectors import load_workload


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.VIEW, to_change=Permission.ANSWER)
def item(request: OrganizationRequest, workload_id: UUID, item_id: UUID) -> HttpResponse:
    """Show one item, and change what is said about it.

    For htmx it is a row of a plan: ``?part=row`` as it is read, else as a form.
    """
    workload = load_workload(workload_id)
    if request.method != "POST":
        bring_up_to_date(workload_id=workload.pk)
    found = load_item(workload.pk, item_id)
    form = ItemForm(
        submitted(request),
        item=found,
        members=assignable_members(),
        initial={"scope": request.GET.get("scope", "workload")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            saved = edit_item(
                actor=request.actor,
                workload_id=workload.pk,
                item_id=found.pk,
                expected_revision=form.cleaned_data["revision"],
                changes=form.changes(),
            )
        except StaleItem as error:
            return _stale(request, workload, form, error)
        except UserError as error:
            if not error.fields:
                raise
            add_errors(form, error)
        else:
            return _saved(request, workload, saved, form.cleaned_data["scope"])
    return _shown(request, workload, found, form)


def _shown(
    request: OrganizationRequest,
    workload: Workload,
    found: ImprovementItem,
    form: ItemForm,
    stale: ImprovementItem | None = None,
) -> HttpResponse:
    status = 422 if form.errors else 409 if stale else 200
    context = _context(request, workload, found) | {"form": form, "stale": stale}
    context["scope"] = _scope(form)
    if not wants_partial(request):
        context |= {"history": history_of(found), "tab": "plan"}
        return render(request, "improvement/item.html", context, status=status)
    if request.GET.get("part") == "row" or not context["may_edit"]:
        return render(request, "improvement/item_row.html", context)
    return render(request, "improvement/item_edit_row.html", context, status=status)


def _scope(form: ItemForm) -> str:
    scope = form["scope"].value()
    return "organization" if scope == "organization" else "workload"


def _stale(
    request: OrganizationRequest, workload: Workload, form: ItemForm, error: StaleItem
) -> HttpResponse:
    """Show what was typed, over what is stored now: sent again it replaces that knowingly."""
    current = load_item(workload.pk, error.current.pk)
    typed = {**request.POST.dict(), "revision": current.revision}
    again = ItemForm(typed, item=current, members=assignable_members())
    return _shown(request, workload, current, again, stale=current)


def _saved(
    request: OrganizationRequest, workload: Workload, saved: ImprovementItem, scope: str
) -> HttpResponse:
    if not wants_partial(request):
        messages.success(request, _("Saved."))
        place = {"slug": request.organization.slug, "workload_id": workload.pk}
        return redirect_after_post(request, reverse("plan", kwargs=place))
    context = _context(request, workload, load_item(workload.pk, saved.pk))
    context["scope"] = scope or "workload"
    return toast(render(request, "improvement/item_row.html", context), _("Saved."))


def _context(
    request: OrganizationRequest, workload: Workload, found: ImprovementItem
) -> dict[str, Any]:
    found.workload = workload
    [row] = item_rows([found], {workload.pk: workload})
    return {
        "workload": workload,
        "row": row,
        "may_edit": request.actor.can(Permission.ANSWER),
        "group_kind": request.GET.get("group", ""),
    }


@require_POST
@organization_view(Permission.ANSWER)
def follow(request: OrganizationRequest, workload_id: UUID, item_id: UUID) -> HttpResponse:
    """Tick an item's practice in its review."""
    try:
        revision = int(request.POST.get("answer_revision", ""))
    except ValueError:
        revision = 0
    workload = load_workload(workload_id)
    follow_practice(
        actor=request.actor, workload_id=workload.pk, item_id=item_id, answer_revision=revision
    )
    messages.success(request, _("The practice is ticked in the review."))
    return redirect_after_post(request, _back(request, workload.pk))


@require_POST
@organization_view(Permission.ANSWER)
def edit_several(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Change several items of a workload at once."""
    workload = load_workload(workload_id)
    return _edit_several(request, workload.pk)


@require_POST
@organization_view(Permission.ANSWER)
def edit_several_of_all(request: OrganizationRequest) -> HttpResponse:
    """Change several items of the organisation at once."""
    return _edit_several(request, None)


def _edit_several(request: OrganizationRequest, workload_id: UUID | None) -> HttpResponse:
    form = BulkForm(request.POST, members=assignable_members())
    if form.is_valid():
        try:
            outcome = edit_items(
                actor=request.actor,
                workload_id=workload_id,
                revisions=form.cleaned_data["items"],
                changes=form.changes(),
            )
        except UserError as error:
            if error.status != 422:  # noqa: PLR2004 - what the person can mend
                raise
            add_errors(form, error)
        else:
            _say(request, outcome)
    for texts in form.errors.values():
        for text in texts:
            messages.error(request, str(text))
    return redirect_after_post(request, _back(request, workload_id))


def _say(request: OrganizationRequest, outcome: BulkOutcome) -> None:
    number = len(outcome.changed)
    if number:
        text = ngettext("%(n)d item was changed.", "%(n)d items were changed.", number)
        messages.success(request, text % {"n": number})
    for items, text in (
        (outcome.stale, _("Changed by somebody else since, and left as it is: “%(name)s”.")),
        (outcome.accepted, _("Its risk is accepted, and it keeps its status: “%(name)s”.")),
    ):
        for each in items[:5]:
            messages.warning(request, text % {"name": each.practice_title})
        if len(items) > 5:  # noqa: PLR2004 - enough to see what happened
            more = ngettext("… and %(n)d more.", "… and %(n)d more.", len(items) - 5)
            messages.warning(request, more % {"n": len(items) - 5})


def _back(request: OrganizationRequest, workload_id: UUID | None) -> str:
    """Return the plan that the form was on, filtered as it was."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/o/"):
        return wanted
    slug = request.organization.slug
    if workload_id is None:
        return reverse("organization-plan", kwargs={"slug": slug})
    return reverse("plan", kwargs={"slug": slug, "workload_id": workload_id})


@require_POST
@organization_view(Permission.MANAGE_WORKLOADS)
def status(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Set the improvement status of a workload, or let the items say it."""
    workload = load_workload(workload_id)
    form = StatusForm(request.POST)
    if form.is_valid():
        set_improvement_status(
            actor=request.actor, workload_id=workload.pk, status=form.cleaned_data["status"]
        )
        messages.success(request, _("The improvement status was set."))
    else:
        messages.error(request, _("There is no such status."))
    return redirect_after_post(request, _back(request, workload.pk))
