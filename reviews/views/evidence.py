"""Evidence: beside its question, as a tab of the workload, and each file by itself."""

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import trigger_client_event

from common.downloads import download
from common.errors import NotFound, UserError
from common.forms import add_errors, submitted
from common.htmx import announce, close_modal, wants_partial
from common.pagination import paginate
from common.uploads import was_too_large
from lenses.definition import Question
from reviews.evidence_forms import EvidenceEditForm, EvidenceForm
from reviews.models import Evidence, LensReview
from reviews.selectors import load_question, reviews_of
from reviews.selectors_evidence import (
    EvidenceFilter,
    evidence_of_question,
    evidence_of_workload,
    grouped,
    load_evidence,
    practices_of,
)
from reviews.services.evidence import (
    Practice,
    add_file,
    add_link,
    change_evidence,
    remove_evidence,
)
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from tenants.plans import limit
from workloads.selectors import load_workload


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@organization_view(Permission.VIEW, to_change=Permission.ANSWER)
def question_evidence(
    request: OrganizationRequest, workload_id: UUID, review_id: UUID, question_id: str
) -> HttpResponse:
    """Show the evidence of a question, and add to it."""
    review, question = load_question(workload_id, review_id, question_id)
    form = EvidenceForm(
        submitted(request),
        request.FILES if request.method == "POST" else None,
        practices=practices_of(question),
        was_too_large=was_too_large(request),
        initial={"practice": request.GET.get("practice", "")},
    )
    status = 200
    if request.method == "POST":
        try:
            added = _added(request, review, question, form)
        except UserError as error:
            add_errors(form, error)
            status = error.status
        else:
            if added:
                return _told(request, review, question, added)
            status = 413 if was_too_large(request) else 422
    return _question_page(request, review, question, form, status)


def _added(
    request: OrganizationRequest, review: LensReview, question: Question, form: EvidenceForm
) -> Evidence | None:
    """Add what the form holds; None when it holds something wrong, which it then says."""
    if was_too_large(request):
        problem = _("This file is too large: %(limit)s is the most that is taken.")
        shown = filesizeformat(settings.LARGEST_UPLOAD)
        form.add_error("file", problem % {"limit": shown})
    if not form.is_valid():
        return None
    data = form.cleaned_data
    practice = Practice(review.workload_id, review.pk, question.id, data["practice"])
    title = data["title"]
    if data["url"]:
        return add_link(actor=request.actor, practice=practice, url=data["url"], title=title)
    upload = data["file"]
    return add_file(
        actor=request.actor, practice=practice, file=upload, name=upload.name, title=title
    )


def _told(
    request: OrganizationRequest, review: LensReview, question: Question, added: Evidence
) -> HttpResponse:
    message = _("“%(title)s” was added.") % {"title": added.title}
    if not wants_partial(request):
        messages.success(request, message)
        return HttpResponseRedirect(f"{request.path}?practice={added.choice_id}")
    form = EvidenceForm(practices=practices_of(question), initial={"practice": added.choice_id})
    return announce(_question_page(request, review, question, form, 200), message)


def evidence_context(
    request: OrganizationRequest,
    review: LensReview,
    question: Question,
    form: EvidenceForm | None = None,
) -> dict[str, Any]:
    """Return what reviews/beside/evidence.html reads beside review and question; one query."""
    practices = practices_of(question)
    return {
        "evidence": evidence_of_question(review, question),
        "evidence_form": form or EvidenceForm(practices=practices),
        "evidence_practices": practices,
        "evidence_limit": min(
            limit(request.organization, "evidence_file_bytes"), settings.LARGEST_UPLOAD
        ),
        "may_answer": request.actor.can(Permission.ANSWER),
    }


def _question_page(
    request: OrganizationRequest,
    review: LensReview,
    question: Question,
    form: EvidenceForm,
    status: int,
) -> HttpResponse:
    context = {
        "review": review,
        "question": question,
        **evidence_context(request, review, question, form),
    }
    if wants_partial(request):
        return render(request, "reviews/beside/evidence.html", context, status=status)
    context |= {"workload": load_workload(review.workload_id), "tab": "evidence"}
    return render(request, "reviews/question_evidence.html", context, status=status)


@require_safe
@vary_on_headers("HX-Request")
@organization_view(Permission.VIEW)
def evidence_list(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Show all evidence of a workload by lens, question and practice, or a part of it."""
    workload = load_workload(workload_id)
    reviews = reviews_of(workload.pk)
    wanted = EvidenceFilter.read(request.GET.dict())
    found = evidence_of_workload(reviews, wanted)
    page = paginate(request, found)
    context = {
        "workload": workload,
        "reviews": reviews,
        "wanted": wanted,
        "kinds": Evidence.Kind.choices,
        "page": page,
        "groups": grouped(page),
        "may_answer": request.actor.can(Permission.ANSWER),
        "may_choose_lenses": request.actor.can(Permission.MANAGE_WORKLOADS),
        "tab": "evidence",
    }
    if wants_partial(request):
        return render(request, "reviews/evidence.html#found", context)
    return render(request, "reviews/evidence.html", context)


@require_safe
@organization_view(Permission.VIEW)
def evidence_file(
    request: OrganizationRequest, workload_id: UUID, evidence_id: UUID
) -> HttpResponse:
    """Send the file of a piece of evidence, to be saved and never to be shown by the browser."""
    evidence = load_evidence(workload_id, evidence_id)
    if evidence.kind != Evidence.Kind.FILE:
        raise NotFound
    try:
        file = evidence.file.open("rb")
    except FileNotFoundError:
        raise NotFound(_("The file is missing from the storage. Tell an operator.")) from None
    response = download(
        request,
        file,
        name=evidence.filename,
        content_type=evidence.content_type,
        size=evidence.size,
    )
    return cast(HttpResponse, response)  # django-stubs has no common name for what views return


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@organization_view(Permission.ANSWER)
def edit(request: OrganizationRequest, workload_id: UUID, evidence_id: UUID) -> HttpResponse:
    """Change the title of a piece of evidence, a link's address too."""
    evidence = load_evidence(workload_id, evidence_id)
    initial = {"title": evidence.title, "url": evidence.url}
    form = EvidenceEditForm(submitted(request), kind=evidence.kind, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change_evidence(
                    actor=request.actor,
                    workload_id=workload_id,
                    evidence_id=evidence_id,
                    title=form.cleaned_data["title"],
                    url=form.cleaned_data.get("url"),
                )
            except UserError as error:
                add_errors(form, error)
                status = error.status
            else:
                return _done(request, evidence, _("Saved."))
    return _dialog_page(request, "reviews/evidence_edit.html", evidence, {"form": form}, status)


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@organization_view(Permission.ANSWER)
def remove(request: OrganizationRequest, workload_id: UUID, evidence_id: UUID) -> HttpResponse:
    """Ask before a piece of evidence is removed, and remove it when that is confirmed."""
    evidence = load_evidence(workload_id, evidence_id)
    if request.method == "POST":
        remove_evidence(actor=request.actor, workload_id=workload_id, evidence_id=evidence_id)
        message = _("“%(title)s” was removed.") % {"title": evidence.title}
        return _done(request, evidence, message)
    return _dialog_page(request, "reviews/evidence_remove.html", evidence, {}, 200)


def _dialog_page(
    request: OrganizationRequest,
    template: str,
    evidence: Evidence,
    context: dict[str, Any],
    status: int,
) -> HttpResponse:
    context = {**context, "evidence": evidence, "back": _list_url(request, evidence)}
    if wants_partial(request):
        return render(request, f"{template}#dialog", context, status=status)
    context["workload"] = load_workload(evidence.review.workload_id)
    return render(request, template, context, status=status)


def _done(request: OrganizationRequest, evidence: Evidence, message: str) -> HttpResponse:
    """Close the dialog and have the page look again; without htmx go back to the list."""
    if not wants_partial(request):
        messages.success(request, message)
        return HttpResponseRedirect(_list_url(request, evidence))
    response = HttpResponse(status=204)
    response = trigger_client_event(close_modal(response), "evidence-changed", {})
    return announce(response, message)


def _list_url(request: OrganizationRequest, evidence: Evidence) -> str:
    return reverse(
        "evidence",
        kwargs={
            "slug": request.organization.slug,
            "workload_id": evidence.review.workload_id,
        },
    )
