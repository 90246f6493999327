"""The portfolio: home of an organisation, its filter, its saved views, what is behind a risk."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from common.chart_tables import series_table
from common.charts import line_chart
from common.errors import NotFound, UserError
from common.forms import add_errors, submitted
from common.htmx import redirect_after_post, wants_partial
from common.pagination import paginate
from reviews.selectors_portfolio import (
    Portfolio,
    versions_in_use,
    workloads_at_high_risk,
)
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from web.attention import needs_attention, watch_now
from web.portfolio import (
    Trend,
    common_risk_rows,
    figure_cards,
    question_in,
    sampled,
    stand_now,
    trend_of,
)
from web.portfolio_filter import PortfolioFilter, chips, read_portfolio_filter
from web.portfolio_forms import PortfolioFilterForm, SaveViewForm
from web.portfolio_heat import portfolio_heat_map
from web.reports import PORTFOLIO_PDF
from workloads.selectors import load_saved_view, saved_views
from workloads.services_views import delete_view, may_delete, save_view

HEAT_ROWS = 12
COMMON_RISKS = 6


@require_safe
@organization_view(Permission.VIEW)
def portfolio(request: OrganizationRequest) -> HttpResponse:
    """Show where the organisation's risk is, how that came about and what needs attention."""
    slug = request.organization.slug
    wanted = read_portfolio_filter(request.GET)
    scope = wanted.scope()
    found = Portfolio(scope)
    page = paginate(request, found.workloads_by_risk, size=HEAT_ROWS)
    versions = versions_in_use()
    points = sampled(found.trend, timezone.localdate(), stand_now(found.figures))
    trend = trend_of(points)
    context: dict[str, Any] = {
        "wanted": wanted,
        "chips": chips(wanted),
        "views": _view_links(request, wanted),
        "report_query": f"?{urlencode({**wanted.as_query(), 'kind': PORTFOLIO_PDF.key})}",
        "figures": found.figures,
        "cards": figure_cards(found.figures, points),
        "page": page,
        "heat_map": portfolio_heat_map(slug, scope, list(page.object_list)),
        "trend": trend,
        "chart": _chart(trend),
        "common": common_risk_rows(found.common_risks(COMMON_RISKS), versions),
        "attention": needs_attention(watch_now(slug, scope, versions)),
        "may_manage": request.actor.can(Permission.MANAGE_WORKLOADS),
        "may_import": request.actor.can(Permission.DRAFT_LENSES),
    }
    return render(request, "web/portfolio.html", context)


def _chart(trend: Trend) -> dict[str, Any]:
    if not trend.is_drawn:
        return {}
    title = _("High and medium risks over time")
    return {
        "drawing": line_chart(trend.series, trend.labels, title=title),
        "table": series_table(trend.series, trend.labels, caption=title, corner=_("Date")),
    }


def _view_links(request: OrganizationRequest, wanted: PortfolioFilter) -> list[dict[str, Any]]:
    links = []
    for view in saved_views(request.actor.user_id):
        saved = read_portfolio_filter(view.parameters)
        links.append({"view": view, "query": saved.query, "is_current": saved == wanted})
    return links


@require_safe
@vary_on_headers("HX-Request")
@organization_view(Permission.VIEW)
def filter_form(request: OrganizationRequest) -> HttpResponse:
    """Show what the portfolio can be filtered by: in a dialog, or as a page without script."""
    wanted = read_portfolio_filter(request.GET)
    context = {"form": PortfolioFilterForm(initial=wanted.as_query()), "wanted": wanted}
    name = "web/portfolio_filter.html"
    return render(request, f"{name}#dialog" if wants_partial(request) else name, context)


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@organization_view(Permission.VIEW)
def view_list(request: OrganizationRequest) -> HttpResponse:
    """Save the filter of the address under a name, and list the views that there are."""
    wanted = read_portfolio_filter(request.GET)
    may_share = request.actor.can(Permission.MANAGE_WORKLOADS)
    form = SaveViewForm(submitted(request), may_share=may_share)
    if request.method == "POST" and form.is_valid():
        try:
            view = save_view(
                actor=request.actor,
                name=form.cleaned_data["name"],
                parameters=wanted.as_query(),
                is_shared=form.cleaned_data.get("is_shared", False),
            )
        except UserError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The view “%(name)s” was saved.") % {"name": view.name})
            return redirect_after_post(request, _portfolio_url(request, wanted))
    context = {
        "form": form,
        "wanted": wanted,
        "chips": chips(wanted),
        "views": [
            {**link, "may_delete": may_delete(request.actor, link["view"])}
            for link in _view_links(request, wanted)
        ],
    }
    name = "web/saved_views.html"
    status = 422 if form.errors else 200
    template = f"{name}#dialog" if wants_partial(request) else name
    return render(request, template, context, status=status)


def _portfolio_url(request: OrganizationRequest, wanted: PortfolioFilter) -> str:
    return reverse("portfolio", kwargs={"slug": request.organization.slug}) + wanted.query


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.VIEW)
def view_delete(request: OrganizationRequest, view_id: UUID) -> HttpResponse:
    """Delete a saved view. A visit leads to where that can be done."""
    if request.method != "POST":
        load_saved_view(request.actor.user_id, view_id)
        return redirect("saved-views", slug=request.organization.slug)
    name = delete_view(actor=request.actor, view_id=view_id)
    messages.success(request, _("The view “%(name)s” was deleted.") % {"name": name})
    return redirect("saved-views", slug=request.organization.slug)


@require_safe
@organization_view(Permission.VIEW)
def common_risks(request: OrganizationRequest) -> HttpResponse:
    """List all questions at high risk, those in most workloads first."""
    wanted = read_portfolio_filter(request.GET)
    page = paginate(request, Portfolio(wanted.scope()).common_risks())
    context = {
        "wanted": wanted,
        "chips": chips(wanted),
        "page": page,
        "rows": common_risk_rows(page.object_list, versions_in_use()),
    }
    return render(request, "web/common_risks.html", context)


@require_safe
@organization_view(Permission.VIEW)
def common_risk(request: OrganizationRequest, lens_id: UUID, question_id: str) -> HttpResponse:
    """List the workloads in which a question stands at high risk."""
    wanted = read_portfolio_filter(request.GET)
    versions = [version for version in versions_in_use() if version.lens_id == lens_id]
    question, pillar = question_in(versions, question_id)
    if question is None:
        raise NotFound
    answers = workloads_at_high_risk(wanted.scope(), lens_id, question_id)
    context = {
        "wanted": wanted,
        "chips": chips(wanted),
        "lens": versions[0].lens,
        "question": question,
        "pillar": pillar,
        "page": paginate(request, answers),
    }
    return render(request, "web/common_risk.html", context)
