"""The list of workloads, a new one, and the page of one."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import replace_url

from common.errors import UserError
from common.forms import add_errors, submitted
from common.htmx import announce, wants_partial
from common.pagination import paginate
from improvement.next_steps import first_steps
from improvement.selectors_items import accepted_counts, improvement_statuses
from improvement.services.staleness import bring_up_to_date
from reviews.selectors import progress, reviews_of, summaries, total
from reviews.selectors_trend import whole_line
from reviews.services.reviews import start_reviews
from reviews.views.upgrades import news_for
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from tenants.transactions import writing
from web.overview import latest_activity, lens_cards, radar_of
from web.selectors import filtered_workloads, lenses_in_use, read_filter, workload_rows
from web.workload_forms import NewWorkloadForm
from workloads.forms import INDUSTRY_TYPES
from workloads.models import Workload
from workloads.selectors import load_workload, tags_of
from workloads.services import create_workload

PAGE_SIZE = 25


@require_safe
@organization_view(Permission.VIEW)
def workload_list(request: OrganizationRequest) -> HttpResponse:
    """Show the organisation's workloads: searched, filtered, sorted, in pages."""
    wanted = read_filter(request.GET)
    page = paginate(request, filtered_workloads(wanted), size=PAGE_SIZE)
    context: dict[str, Any] = {
        "wanted": wanted,
        "page": page,
        "rows": workload_rows(list(page.object_list)),
        "may_manage": request.actor.can(Permission.MANAGE_WORKLOADS),
    }
    if wants_partial(request):
        response = render(request, "web/workloads.html#table", context)
        query = urlencode(wanted.as_query())
        return announce(replace_url(response, f"?{query}" if query else "?"), _found(page))
    context |= {"lenses": lenses_in_use(), "environments": Workload.Environment.choices}
    return render(request, "web/workloads.html", context)


def _found(page: Page[Any]) -> str:
    count = page.paginator.count
    return ngettext("%(n)d workload", "%(n)d workloads", count) % {"n": count}


@require_http_methods(["GET", "POST"])
@organization_view(Permission.MANAGE_WORKLOADS)
def new(request: OrganizationRequest) -> HttpResponse:
    """Create a workload together with its first reviews."""
    form = NewWorkloadForm(submitted(request), initial={"review_owner": request.actor.name})
    if request.method == "POST" and form.is_valid():
        try:
            workload = _create(request, form)
        except UserError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("“%(name)s” was created.") % {"name": workload.name})
            return redirect("workload", slug=request.organization.slug, workload_id=workload.pk)
    context = {"form": form, "industry_types": INDUSTRY_TYPES}
    return render(request, "web/workload_new.html", context, status=422 if form.errors else 200)


def _create(request: OrganizationRequest, form: NewWorkloadForm) -> Workload:
    # One unit: a workload without the lenses that were chosen for it is not what was asked for.
    with writing():
        workload = create_workload(
            actor=request.actor, properties=form.properties(), tags=form.tags_said()
        )
        start_reviews(actor=request.actor, workload_id=workload.pk, lens_ids=form.lens_ids())
    return workload


@require_safe
@organization_view(Permission.VIEW)
def overview(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Show where a workload's risk is, how far its reviews are and what was done last."""
    workload = load_workload(workload_id)
    bring_up_to_date(workload_id=workload.pk)
    reviews = reviews_of(workload.pk)
    cards = lens_cards(reviews, summaries(reviews))
    counts = total(card.counts for card in cards)
    context = {
        "workload": workload,
        "tab": "overview",
        "tags": tags_of(workload),
        "cards": cards,
        "radar": radar_of(workload, cards),
        "news": news_for(request, reviews),
        "counts": counts,
        "next_steps": first_steps(workload, reviews, 5),
        "course": whole_line(workload, counts),
        "progress": progress(counts),
        "accepted": accepted_counts([workload.pk])[workload.pk],
        "improvement": improvement_statuses([workload.pk])[workload.pk],
        "activities": latest_activity(workload, reviews),
        "may_manage": request.actor.can(Permission.MANAGE_WORKLOADS),
    }
    return render(request, "web/workload.html", context)
