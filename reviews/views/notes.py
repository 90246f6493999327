"""Notes: how they will look, and those on a review as a whole and on its pillars."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import reswap, retarget

from common.errors import Invalid, NotFound
from common.htmx import close_modal, toast, wants_partial
from lenses.definition import Pillar, UnknownPillar
from reviews.models import LensReview
from reviews.selectors import load_review
from reviews.services.notes import NotesChanged, fingerprint, notes_on, write_review_notes
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from tenants.plans import limit
from workloads.selectors import load_workload

KEEP_BOTH = "both"


@require_POST
@organization_view(Permission.VIEW)
def preview(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Show a text as it will look; nothing is saved."""
    load_workload(workload_id)
    return render(request, "reviews/notes_preview.html", {"text": request.POST.get("text", "")})


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@organization_view(Permission.VIEW, to_change=Permission.ANSWER)
def review_notes(
    request: OrganizationRequest, workload_id: UUID, review_id: UUID, pillar_id: str = ""
) -> HttpResponse:
    """Show the notes on a review or on a pillar, and change them: in a dialog or as a page."""
    if request.method == "POST":
        return _save(request, workload_id, review_id, pillar_id)
    review = load_review(workload_id, review_id)
    return _render(request, review, pillar_id, text=notes_on(review, pillar_id))


def _save(
    request: OrganizationRequest, workload_id: UUID, review_id: UUID, pillar_id: str
) -> HttpResponse:
    text = request.POST.get("notes", "").replace("\r\n", "\n")
    if request.POST.get("keep") == KEEP_BOTH:
        text = "\n\n".join(part for part in (_their_text(request), text) if part)
    try:
        review = write_review_notes(
            actor=request.actor,
            workload_id=workload_id,
            review_id=review_id,
            pillar_id=pillar_id,
            text=text,
            seen=request.POST.get("seen", ""),
        )
    except (Invalid, NotesChanged) as error:
        return _render(
            request,
            load_review(workload_id, review_id),
            pillar_id,
            text=text,
            theirs=error.theirs if isinstance(error, NotesChanged) else None,
            errors=error.fields,
            status=error.status,
        )
    message = _("The notes were saved.")
    if wants_partial(request):
        return close_modal(toast(_link(request, review, pillar_id), message))
    messages.success(request, message)
    return redirect(request.path)


def _link(request: OrganizationRequest, review: LensReview, pillar_id: str) -> HttpResponse:
    """Return the way to the notes, which says now whether there are any, for its own place."""
    context = _context(request, review, pillar_id)
    context["has_notes"] = bool(notes_on(review, pillar_id).strip())
    response = render(request, "reviews/review_notes_link.html", context)
    place = "pillar" if pillar_id else "lens"
    return reswap(retarget(response, f"#{place}-notes-link"), "outerHTML")


def _their_text(request: OrganizationRequest) -> str:
    return request.POST.get("theirs", "").replace("\r\n", "\n")


def _render(
    request: OrganizationRequest,
    review: LensReview,
    pillar_id: str,
    *,
    text: str,
    theirs: str | None = None,
    errors: Any = None,
    status: int = 200,
) -> HttpResponse:
    # What was refused is still measured against what the editor saw.
    is_refused = status == Invalid.status
    seen = request.POST.get("seen", "") if is_refused else fingerprint(notes_on(review, pillar_id))
    context = _context(request, review, pillar_id) | {
        "text": text,
        "seen": seen,
        "theirs": theirs,
        "errors": errors or {},
        "notes_limit": limit(request.organization, "notes_characters"),
    }
    if wants_partial(request):
        return render(request, "reviews/review_notes.html#dialog", context, status=status)
    context |= {"workload": load_workload(review.workload_id), "tab": "review"}
    return render(request, "reviews/review_notes.html", context, status=status)


def _context(request: OrganizationRequest, review: LensReview, pillar_id: str) -> dict[str, Any]:
    return {
        "review": review,
        "pillar": _pillar(review, pillar_id) if pillar_id else None,
        "preview_url": reverse(
            "notes-preview",
            kwargs={"slug": request.organization.slug, "workload_id": review.workload_id},
        ),
        "may_answer": request.actor.can(Permission.ANSWER),
    }


def _pillar(review: LensReview, pillar_id: str) -> Pillar:
    try:
        return review.lens_version.definition.pillar(pillar_id)
    except UnknownPillar:
        raise NotFound from None
