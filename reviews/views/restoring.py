"""Going back with a whole review: choose a moment, see what would change, restore."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from common.errors import UserError
from common.forms import add_errors
from reviews.forms import RestoreForm
from reviews.models import LensReview
from reviews.selectors import load_review, reviews_of
from reviews.selectors_milestones import propose_name
from reviews.selectors_restoring import Restoring, restoring
from reviews.services.restoring import restore_review
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from workloads.models import Workload
from workloads.selectors import load_workload


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.MANAGE_WORKLOADS)
def restore(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Show what going back to ``?review=…&at=…`` would change; do it when that is confirmed."""
    workload = load_workload(workload_id)
    reviews = reviews_of(workload_id)
    sent = request.POST if request.method == "POST" else request.GET
    form = RestoreForm(sent if "at" in sent else None, reviews=reviews)
    if "at" in sent:
        # What is not chosen is the first review, the name what a milestone would be called.
        data = {
            "review": str(reviews[0].pk) if reviews else "",
            "name": propose_name(workload.pk, timezone.localdate()),
            **sent.dict(),
        }
        form = RestoreForm(data, reviews=reviews)
    problem: UserError | None = None
    status = 200
    if form.is_bound and not form.is_valid():
        status = 422
    elif form.is_bound and request.method == "POST":
        try:
            return _restored(request, workload, form)
        except UserError as error:
            add_errors(form, error)
            problem, status = error, error.status
    elif request.method == "POST":
        status = 422
    # With a name that cannot be, what would change stays in view: the name stands below it.
    found = None if form.errors.keys() - {"name"} and not problem else _preview(workload, form)
    if found is not None:
        # As the control takes it; what is posted is the exact moment of the preview.
        form.data = {**form.data, "at": f"{timezone.localtime(found.moment):%Y-%m-%dT%H:%M:%S}"}
    context: dict[str, Any] = {
        "workload": workload,
        "reviews": reviews,
        "form": form,
        "problem": problem,
        "found": found,
    }
    return render(request, "reviews/restore.html", context, status=status)


def _preview(workload: Workload, form: RestoreForm) -> Restoring | None:
    if not form.is_bound or "at" not in form.cleaned_data or "review" not in form.cleaned_data:
        return None
    review: LensReview = load_review(workload.pk, UUID(form.cleaned_data["review"]))
    return restoring(review, form.cleaned_data["at"])


def _restored(request: OrganizationRequest, workload: Workload, form: RestoreForm) -> HttpResponse:
    found = restore_review(
        actor=request.actor,
        workload_id=workload.pk,
        review_id=UUID(form.cleaned_data["review"]),
        moment=form.cleaned_data["at"],
        milestone_name=form.cleaned_data["name"],
        expected_answers_revision=form.cleaned_data["answers_revision"],
    )
    count = len(found.targets)
    text = ngettext(
        "%(n)d answer is as it was then. The milestone “%(name)s” holds what was here before.",
        "%(n)d answers are as they were then. The milestone “%(name)s” holds what was here before.",
        count,
    )
    messages.success(request, text % {"n": count, "name": form.cleaned_data["name"]})
    return redirect("workload-activity", slug=request.organization.slug, workload_id=workload.pk)
