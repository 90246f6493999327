"""Importing: answers from a workbook, and a whole workload from its JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from common.errors import InvalidDocument, UserError
from common.forms import add_errors, submitted
from common.uploads import was_too_large
from reviews.exchange.answer_reading import MOST_BYTES
from reviews.exchange.forms import ConfirmForm, UploadForm, WorkloadNameForm
from reviews.exchange.pending import (
    discard_import,
    import_answers,
    import_pending_workload,
    load_pending,
    pending_answers,
    pending_workload,
    upload_answers,
    upload_workload,
)
from reviews.models import PendingImport
from reviews.selectors import reviews_of
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from workloads.models import Workload
from workloads.selectors import load_workload

_XLSX = ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_JSON = ".json,application/json"


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.ANSWER)
def answers_upload(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Say how answers are filled in offline, and take the workbook."""
    workload = load_workload(workload_id)
    form = _upload_form(request, MOST_BYTES, _XLSX)
    refusal: InvalidDocument | None = None
    if request.method == "POST" and form.is_valid():
        try:
            pending = upload_answers(
                actor=request.actor,
                workload_id=workload.pk,
                content=form.content,
                filename=form.filename,
            )
        except InvalidDocument as error:
            refusal = error
        else:
            return redirect(
                "answers-import-preview",
                slug=request.organization.slug,
                workload_id=workload.pk,
                import_id=pending.pk,
            )
    context = {
        "workload": workload,
        "has_lens": bool(reviews_of(workload.pk)),
        "form": form,
        "refusal": refusal,
    }
    status = _upload_status(request, form)
    return render(request, "reviews/exchange/answers.html", context, status=status)


def _upload_form(request: OrganizationRequest, most: int, accept: str) -> UploadForm:
    return UploadForm(
        submitted(request),
        request.FILES if request.method == "POST" else None,
        most=most,
        accept=accept,
        was_too_large=was_too_large(request),
    )


def _upload_status(request: OrganizationRequest, form: UploadForm) -> int:
    if request.method != "POST":
        return 200
    return 413 if form.is_too_large else 422


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.ANSWER)
def answers_preview(
    request: OrganizationRequest, workload_id: UUID, import_id: UUID
) -> HttpResponse:
    """Show what a workbook would change, and change it once that is confirmed."""
    workload = load_workload(workload_id)
    pending = load_pending(PendingImport.Kind.ANSWERS, import_id, workload.pk)
    if request.method == "POST" and "discard" in request.POST:
        return _discarded(request, pending, workload)
    form = ConfirmForm(submitted(request))
    problem: UserError | None = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _answers_imported(request, workload, pending, form)
            except UserError as error:
                problem, status = error, error.status
    plan = pending_answers(workload, pending)
    context = {"workload": workload, "pending": pending, "plan": plan, "problem": problem}
    return render(request, "reviews/exchange/answers_preview.html", context, status=status)


def _answers_imported(
    request: OrganizationRequest, workload: Workload, pending: PendingImport, form: ConfirmForm
) -> HttpResponse:
    plan = import_answers(
        actor=request.actor,
        workload_id=workload.pk,
        import_id=pending.pk,
        fingerprint=form.cleaned_data["fingerprint"],
    )
    count = len(plan.changes)
    text = ngettext("%(n)d answer was imported.", "%(n)d answers were imported.", count)
    messages.success(request, text % {"n": count})
    return redirect("workload", slug=request.organization.slug, workload_id=workload.pk)


def _discarded(
    request: OrganizationRequest, pending: PendingImport, workload: Workload | None = None
) -> HttpResponse:
    discard_import(actor=request.actor, pending=pending)
    messages.success(request, _("The upload was discarded. Nothing was changed."))
    slug = request.organization.slug
    if workload is None:
        return redirect("workloads", slug=slug)
    return redirect("answers-import", slug=slug, workload_id=workload.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.MANAGE_WORKLOADS)
def workload_upload(request: OrganizationRequest) -> HttpResponse:
    """Take the JSON of a workload."""
    form = _upload_form(request, settings.LARGEST_UPLOAD, _JSON)
    refusal: InvalidDocument | None = None
    if request.method == "POST" and form.is_valid():
        try:
            pending = upload_workload(
                actor=request.actor, content=form.content, filename=form.filename
            )
        except InvalidDocument as error:
            refusal = error
        else:
            slug = request.organization.slug
            return redirect("workload-import-preview", slug=slug, upload_id=pending.pk)
    context = {"form": form, "refusal": refusal}
    status = _upload_status(request, form)
    return render(request, "reviews/exchange/workload.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.MANAGE_WORKLOADS)
def workload_preview(request: OrganizationRequest, upload_id: UUID) -> HttpResponse:
    """Show what a file holds, ask what the workload is to be called, and make it."""
    pending = load_pending(PendingImport.Kind.WORKLOAD, upload_id)
    if request.method == "POST" and "discard" in request.POST:
        return _discarded(request, pending)
    examined = pending_workload(request.actor, pending)
    name = examined.properties.name
    form = WorkloadNameForm(submitted(request), initial={"name": name})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = import_pending_workload(
                    actor=request.actor, import_id=pending.pk, name=form.cleaned_data["name"]
                )
            except UserError as error:
                add_errors(form, error)
            else:
                messages.success(request, _("“%(name)s” was imported.") % {"name": made.name})
                slug = request.organization.slug
                return redirect("workload", slug=slug, workload_id=made.pk)
    context: dict[str, Any] = {"pending": pending, "examined": examined, "form": form}
    return render(request, "reviews/exchange/workload_preview.html", context, status=status)
