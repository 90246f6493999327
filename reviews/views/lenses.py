"""The page on which the lenses of a workload are chosen."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.errors import UserError
from common.forms import add_errors, submitted
from reviews.lens_forms import LensForm
from reviews.lens_options import lens_options
from reviews.models import Answer
from reviews.selectors import Progress, load_review, progress, reviews_of, summaries, total
from reviews.services.reviews import remove_lens, start_reviews
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from tenants.plans import LIMITS, limit
from workloads.models import Workload
from workloads.selectors import load_workload


@require_http_methods(["GET", "POST"])
@organization_view(Permission.VIEW, to_change=Permission.MANAGE_WORKLOADS)
def choose(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Show the lenses in use and those that can be added; a press adds one."""
    workload = load_workload(workload_id)
    form = LensForm(submitted(request))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            (review,) = start_reviews(
                actor=request.actor,
                workload_id=workload.pk,
                lens_ids=[form.cleaned_data["lenses"]],
            )
        except UserError as error:
            add_errors(form, error)
            status = error.status
        else:
            messages.success(request, _("“%(lens)s” was added.") % {"lens": review.lens.name})
            return redirect(
                "workload-lenses", slug=request.organization.slug, workload_id=workload.pk
            )
    elif request.method == "POST":
        status = 422
    context = {**_lenses_context(request, workload), "problems": form.errors.get("lenses", ())}
    return render(request, "workloads/lenses.html", context, status=status)


def _lenses_context(request: OrganizationRequest, workload: Workload) -> dict[str, Any]:
    reviews = reviews_of(workload.pk)
    counts = summaries(reviews)
    in_use = {review.lens_id for review in reviews}
    allowed = limit(request.organization, "lenses_per_workload")
    return {
        "workload": workload,
        "reviews": [
            {"review": review, "progress": _progress_of(counts[review.pk])} for review in reviews
        ],
        "options": [option for option in lens_options() if option.lens_id not in in_use],
        "may_manage": request.actor.can(Permission.MANAGE_WORKLOADS),
        "limit_label": LIMITS["lenses_per_workload"].label,
        "limit": allowed,
        "has_room": len(reviews) < allowed,
    }


def _progress_of(counts: Any) -> Progress:
    return progress(total(counts.values()))


@require_http_methods(["GET", "POST"])
@organization_view(Permission.MANAGE_WORKLOADS)
def remove(request: OrganizationRequest, workload_id: UUID, review_id: UUID) -> HttpResponse:
    """Say what would be deleted with a lens, and delete it when that is confirmed."""
    workload = load_workload(workload_id)
    review = load_review(workload.pk, review_id)
    if request.method == "POST":
        remove_lens(actor=request.actor, workload_id=workload.pk, review_id=review.pk)
        messages.success(request, _("“%(lens)s” was removed.") % {"lens": review.lens.name})
        return redirect("workload-lenses", slug=request.organization.slug, workload_id=workload.pk)
    context = {
        "workload": workload,
        "review": review,
        "answers": Answer.objects.filter(review=review).count(),
    }
    return render(request, "workloads/lens_remove.html", context)
