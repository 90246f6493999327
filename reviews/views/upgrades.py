"""Bringing a review to another version of its lens: preview, upgrade, what it did, undo."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import Conflict, UserError
from common.forms import add_errors, submitted
from reviews.consequences import consequences_of, preview
from reviews.forms import UpgradeForm
from reviews.models import LensReview
from reviews.selectors import load_review
from reviews.selectors_milestones import propose_name
from reviews.selectors_versions import ReviewNews, available_upgrade, is_undoable, news_of
from reviews.services.upgrades import MOVED_ON, load_upgrade, undo_upgrade, upgrade_review
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from workloads.selectors import load_workload

_PUT_AWAY = "upgrade_notices_put_away"
_MOST_PUT_AWAY = 200


def news_for(request: HttpRequest, reviews: list[LensReview]) -> list[ReviewNews]:
    """Return what a page tells this reader about the versions of its reviews."""
    return news_of(reviews, dismissed=request.session.get(_PUT_AWAY, ()))


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.MANAGE_WORKLOADS)
def upgrade(request: OrganizationRequest, workload_id: UUID, review_id: UUID) -> HttpResponse:
    """Show what the newest version means for a review; upgrade it when that is confirmed."""
    review = load_review(workload_id, review_id)
    form = UpgradeForm(submitted(request))
    problem: UserError | None = None
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            return _upgraded(request, review, form)
        except Conflict as error:
            # Not lost, and not done blindly either: the page as it is now, to be read again.
            problem, status = error, error.status
            review = load_review(workload_id, review_id)
        except UserError as error:
            add_errors(form, error)
            status = error.status
    elif request.method == "POST":
        status = 422
    context = _preview_context(review, form, problem)
    return render(request, "reviews/upgrade.html", context, status=status)


def _upgraded(request: OrganizationRequest, review: LensReview, form: UpgradeForm) -> HttpResponse:
    applied = upgrade_review(
        actor=request.actor,
        review_id=review.pk,
        to_version_id=form.cleaned_data["version"],
        milestone_name=form.cleaned_data["name"],
        expected_answers_revision=form.cleaned_data["answers_revision"],
    )
    values = {"lens": review.lens.name, "version": applied.to_version.version}
    messages.success(request, _("“%(lens)s” was upgraded to %(version)s.") % values)
    return redirect(
        "review-upgraded",
        slug=request.organization.slug,
        workload_id=review.workload_id,
        upgrade_id=applied.pk,
    )


def _preview_context(
    review: LensReview, form: UpgradeForm, problem: UserError | None
) -> dict[str, Any]:
    available = available_upgrade(review)
    context: dict[str, Any] = {
        "workload": load_workload(review.workload_id),
        "review": review,
        "upgrade": available,
        "problem": problem if problem and problem.code == MOVED_ON else None,
    }
    if available is None:
        return context
    name = (
        form["name"].value()
        if form.is_bound
        else propose_name(review.workload_id, timezone.localdate())
    )
    shown = {
        "name": name,
        "version": available.version.pk,
        "answers_revision": review.answers_revision,
    }
    shown_form = UpgradeForm(initial=shown)
    if form.is_bound:
        # What was wrong stays beside its field; what is hidden is always of the preview shown.
        shown_form = UpgradeForm(shown)
        shown_form.full_clean()
        for field in ("name", NON_FIELD_ERRORS):
            if field in form.errors and field not in shown_form.errors:
                shown_form.add_error(field, form.errors[field])
    return {**context, "form": shown_form, "consequences": preview(available)}


@require_safe
@organization_view(Permission.VIEW)
def upgraded(request: OrganizationRequest, workload_id: UUID, upgrade_id: UUID) -> HttpResponse:
    """Show what an upgrade, or a minor version, did to a review."""
    workload = load_workload(workload_id)
    applied = load_upgrade(upgrade_id, workload_id=workload.pk)
    context = {
        "workload": workload,
        "applied": applied,
        "review": applied.review,
        "consequences": consequences_of(applied),
        "is_current": applied.review.lens_version_id == applied.to_version_id,
        "can_be_undone": is_undoable(applied, applied.review),
        "may_manage": request.actor.can(Permission.MANAGE_WORKLOADS),
    }
    return render(request, "reviews/upgraded.html", context)


@require_POST
@organization_view(Permission.MANAGE_WORKLOADS)
def undo(request: OrganizationRequest, workload_id: UUID, upgrade_id: UUID) -> HttpResponse:
    """Take a review back to the version before an upgrade."""
    load_upgrade(upgrade_id, workload_id=workload_id)
    undone = undo_upgrade(actor=request.actor, upgrade_id=upgrade_id)
    values = {"lens": undone.review.lens.name, "version": undone.from_version.version}
    messages.success(request, _("“%(lens)s” is at version %(version)s again.") % values)
    return redirect("workload", slug=request.organization.slug, workload_id=workload_id)


@require_POST
@organization_view(Permission.VIEW)
def dismiss(request: OrganizationRequest, workload_id: UUID, upgrade_id: UUID) -> HttpResponse:
    """Put a notice away, for this person in this browser; nobody else's page changes."""
    applied = load_upgrade(upgrade_id, workload_id=workload_id)
    put_away = [*request.session.get(_PUT_AWAY, []), str(applied.pk)]
    request.session[_PUT_AWAY] = put_away[-_MOST_PUT_AWAY:]
    if request.POST.get("from") == "review":
        return redirect(
            "review-lens",
            slug=request.organization.slug,
            workload_id=workload_id,
            review_id=applied.review_id,
        )
    return redirect("workload", slug=request.organization.slug, workload_id=workload_id)
