"""Two moments side by side: of one workload, or of two. To read, and as CSV."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from common.csvfile import csv_response
from common.errors import Invalid, NotFound
from reviews.comparison_table import header, lines
from reviews.forms import CompareForm, CompareWorkloadsForm
from reviews.models import Milestone
from reviews.selectors_comparing import (
    Compared,
    comparison_of,
    comparison_of_workloads,
    lenses_in_both,
    moments_offered,
    side_of,
    workloads_beside,
)
from reviews.selectors_milestones import NOW, milestones_of
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from workloads.models import Workload
from workloads.selectors import load_workload


@require_safe
@organization_view(Permission.VIEW)
def compare(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Compare two moments: ``?from=1&to=now``; by default the last milestone and now."""
    workload = load_workload(workload_id)
    milestones = list(milestones_of(workload.pk))
    context: dict[str, Any] = {"workload": workload, "milestones": milestones}
    if not milestones:
        return render(request, "reviews/compare.html", context)
    form = _moments_asked(request, milestones)
    context["form"] = form
    if not form.is_valid():
        return render(request, "reviews/compare.html", context, status=422)
    compared = comparison_of(workload, form.cleaned_data["from"], form.cleaned_data["to"])
    context |= _shown(request, compared)
    return render(request, "reviews/compare.html", context)


@require_safe
@organization_view(Permission.VIEW)
def compare_csv(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Send the comparison of two moments as CSV; asked for as the page is."""
    workload = load_workload(workload_id)
    milestones = list(milestones_of(workload.pk))
    if not milestones:
        raise NotFound
    form = _moments_asked(request, milestones)
    if not form.is_valid():
        raise Invalid(fields=_problems(form))
    return _csv(comparison_of(workload, form.cleaned_data["from"], form.cleaned_data["to"]))


@require_safe
@organization_view(Permission.VIEW)
def choose_workload(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Offer the workloads that one can be compared with; ``?q=`` finds among them."""
    workload = load_workload(workload_id)
    words = request.GET.get("q", "").replace("\x00", "")[:100].strip()
    context = {
        "workload": workload,
        "words": words,
        "offered": workloads_beside(workload, words),
    }
    return render(request, "reviews/compare_choose.html", context)


@require_safe
@organization_view(Permission.VIEW)
def compare_workloads(
    request: OrganizationRequest, workload_id: UUID, other_id: UUID
) -> HttpResponse:
    """Compare two workloads through one lens: ``?lens=…&from=now&to=2``; by default now."""
    workload, other = _two_workloads(workload_id, other_id)
    form, compared = _workloads_compared(request, workload, other)
    context: dict[str, Any] = {"workload": workload, "other": other, "form": form}
    if compared is None:
        return render(request, "reviews/compare_workloads.html", context, status=422)
    context |= _shown(request, compared)
    return render(request, "reviews/compare_workloads.html", context)


@require_safe
@organization_view(Permission.VIEW)
def compare_workloads_csv(
    request: OrganizationRequest, workload_id: UUID, other_id: UUID
) -> HttpResponse:
    """Send the comparison of two workloads as CSV; asked for as the page is."""
    form, compared = _workloads_compared(request, *_two_workloads(workload_id, other_id))
    if compared is None:
        raise Invalid(fields=_problems(form))
    return _csv(compared)


def _moments_asked(request: OrganizationRequest, milestones: list[Milestone]) -> CompareForm:
    asked = {
        "from": request.GET.get("from", str(milestones[0].number)),
        "to": request.GET.get("to", NOW),
    }
    return CompareForm(asked, milestones=_options(milestones))


def _two_workloads(workload_id: UUID, other_id: UUID) -> tuple[Workload, Workload]:
    """Return both; raises NotFound, for a workload beside itself too."""
    if workload_id == other_id:
        raise NotFound
    return load_workload(workload_id), load_workload(other_id)


def _workloads_compared(
    request: OrganizationRequest, workload: Workload, other: Workload
) -> tuple[CompareWorkloadsForm, Compared | None]:
    """Return the form as it was asked for, and what it asks for where it can be done."""
    asked = {
        "from": request.GET.get("from", NOW),
        "to": request.GET.get("to", NOW),
        "lens": request.GET.get("lens", ""),
    }
    offered: dict[str, Any] = {
        "milestones": _options(moments_offered(workload)),
        "other_milestones": _options(moments_offered(other)),
        "names": (workload.name, other.name),
    }
    moments = CompareWorkloadsForm(asked, **offered)
    if not moments.is_valid():
        return moments, None
    before = side_of(workload, moments.cleaned_data["from"])
    after = side_of(other, moments.cleaned_data["to"])
    lenses = lenses_in_both(before, after)
    asked["lens"] = asked["lens"] or str(next(iter(lenses), ""))
    form = CompareWorkloadsForm(asked, **offered, lenses=lenses)
    if not form.is_valid():
        return form, None
    return form, comparison_of_workloads(before, after, UUID(form.cleaned_data["lens"]))


def _options(milestones: Any) -> list[tuple[str, str]]:
    return [(str(milestone.number), _option(milestone)) for milestone in milestones]


def _option(milestone: Milestone) -> str:
    saved_on = date_format(timezone.localtime(milestone.at), "j M Y")
    return f"{milestone.number}. {milestone.name}, {saved_on}"


def _problems(form: CompareForm) -> dict[str, list[str]]:
    return {name: [str(error) for error in errors] for name, errors in form.errors.items()}


def _shown(request: OrganizationRequest, compared: Compared) -> dict[str, Any]:
    query = {"from": compared.before.key, "to": compared.after.key}
    if compared.is_of_workloads:
        (lens,) = compared.comparison.lenses
        query = {"lens": str(lens.lens_id), **query}
    return {
        "compared": compared,
        "query": urlencode(query),
        "address": request.build_absolute_uri(f"{request.path}?{urlencode(query)}"),
    }


def _csv(compared: Compared) -> HttpResponse:
    names = (compared.before_workload.name, compared.before.name, compared.after.name)
    name = "-".join(slugify(each) for each in names if slugify(each))
    return csv_response(f"{name or 'comparison'}.csv", [header(compared), *lines(compared)])
