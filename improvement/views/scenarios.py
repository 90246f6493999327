"""Scenarios of a workload: kept, opened, compared, turned into due dates."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import Conflict, Invalid, UserError
from common.forms import add_errors, submitted
from common.pagination import paginate
from improvement.efforts import in_half_days
from improvement.forms_solver import DueDatesForm, ScenarioNameForm
from improvement.models import Scenario
from improvement.selectors_scenarios import load_scenario, scenarios_of
from improvement.selectors_solver import Problem, problem_of
from improvement.services.scenarios import change_scenario, delete_scenario, save_scenario
from improvement.services.scheduling import Pace, preview_dates, set_dates
from improvement.step_wording import days
from improvement.supposing import compared_pillars, names_of_gone, suppose
from improvement.ticks import TICK, UNTICK, from_values, read_ticks, sort_ticks
from improvement.views.what_if import what_if_context
from improvement.whatif import Tick, compare
from reviews.selectors import reviews_of
from reviews.selectors_assignments import assignable_members
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from workloads.models import Workload
from workloads.selectors import load_workload

_CONFLICT = 409


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.VIEW, to_change=Permission.ANSWER)
def scenario_list(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """List a workload's scenarios; keep the ticks of a form under a name."""
    workload = load_workload(workload_id)
    if request.method == "POST":
        return _save(request, workload)
    problem = problem_of(workload, reviews_of(workload.pk))
    page = paginate(request, scenarios_of(workload.pk).select_related("created_by"))
    context = {
        "workload": workload,
        "tab": "plan",
        "page": page,
        "rows": [(each, suppose(problem, from_values(each.ticks))) for each in page],
        "may_save": request.actor.can(Permission.ANSWER),
    }
    return render(request, "improvement/scenarios.html", context)


def _save(request: OrganizationRequest, workload: Workload) -> HttpResponse:
    form = ScenarioNameForm(request.POST)
    ticks = read_ticks(request.POST.getlist(TICK), request.POST.getlist(UNTICK))
    if form.is_valid():
        try:
            saved = save_scenario(
                actor=request.actor,
                workload_id=workload.pk,
                name=form.cleaned_data["name"],
                ticks=ticks,
            )
        except UserError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("“%(name)s” was saved.") % {"name": saved.name})
            return _to_scenario(request, saved)
    problem = problem_of(workload, reviews_of(workload.pk))
    context = what_if_context(request, workload, problem, ticks, form=form)
    return render(request, "improvement/what_if.html", context, status=422)


def _to_scenario(request: OrganizationRequest, scenario: Scenario) -> HttpResponse:
    return redirect(
        "scenario",
        slug=request.organization.slug,
        workload_id=scenario.workload_id,
        scenario_id=scenario.pk,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.VIEW, to_change=Permission.ANSWER)
def scenario(request: OrganizationRequest, workload_id: UUID, scenario_id: UUID) -> HttpResponse:
    """Open a scenario in what if; give it another name, or the ticks that are sent."""
    workload = load_workload(workload_id)
    found = load_scenario(workload.pk, scenario_id)
    ticks = from_values(found.ticks)
    initial = {"name": found.name, "revision": found.revision}
    form = ScenarioNameForm(submitted(request), initial=initial)
    problem = problem_of(workload, reviews_of(workload.pk))
    status = 200
    if request.method == "POST":
        sent = read_ticks(request.POST.getlist(TICK), request.POST.getlist(UNTICK))
        is_emptied = not sent and _can_be_unticked(problem, ticks)
        ticks = sent or ticks
        status = 422
        if form.is_valid():
            try:
                if is_emptied and form.cleaned_data["revision"] == found.revision:
                    raise Invalid(_("Nothing is ticked: there is nothing to save."))
                saved = change_scenario(
                    actor=request.actor,
                    workload_id=workload.pk,
                    scenario_id=found.pk,
                    expected_revision=form.cleaned_data["revision"] or 0,
                    name=form.cleaned_data["name"],
                    ticks=ticks,
                )
            except UserError as error:
                status = error.status
                add_errors(form, error)
            else:
                messages.success(request, _("“%(name)s” was saved.") % {"name": saved.name})
                return _to_scenario(request, saved)
    context = what_if_context(request, workload, problem, ticks, scenario=found, form=form)
    return render(request, "improvement/what_if.html", context, status=status)


def _can_be_unticked(problem: Problem, ticks: list[Tick]) -> bool:
    """Whether the page shows any of the ticks: what is settled or gone is never sent."""
    found = sort_ticks(problem.reviewed, ticks)
    return len(found.known) > len(found.settled)


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.ANSWER)
def delete(request: OrganizationRequest, workload_id: UUID, scenario_id: UUID) -> HttpResponse:
    """Delete a scenario, once somebody said so twice."""
    workload = load_workload(workload_id)
    found = load_scenario(workload.pk, scenario_id)
    if request.method == "POST":
        delete_scenario(actor=request.actor, workload_id=workload.pk, scenario_id=found.pk)
        messages.success(request, _("“%(name)s” was deleted.") % {"name": found.name})
        return redirect("scenarios", slug=request.organization.slug, workload_id=workload.pk)
    context = {"workload": workload, "tab": "plan", "scenario": found}
    return render(request, "improvement/scenario_delete.html", context)


@require_safe
@organization_view(Permission.VIEW)
def compare_two(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Show how two scenarios differ: ``?first=`` and ``?second=`` name them."""
    workload = load_workload(workload_id)
    scenarios = list(scenarios_of(workload.pk))
    by_id = {str(each.pk): each for each in scenarios}
    chosen = [by_id.get(request.GET.get(name, "")) for name in ("first", "second")]
    context: dict[str, Any] = {"workload": workload, "tab": "plan", "scenarios": scenarios}
    context |= {"first": chosen[0], "second": chosen[1]}
    if chosen[0] and chosen[1]:
        problem = problem_of(workload, reviews_of(workload.pk))
        both = [suppose(problem, from_values(each.ticks)) for each in chosen if each]
        found = compare(both[0].found, both[1].found)
        context |= {
            "both": both,
            "found": found,
            "pillars": compared_pillars(problem, found),
            "questions": [(problem.reviews[each.review_id], each) for each in found.questions],
            "difference": days(abs(found.half_days)),
            "gone": names_of_gone([*both[0].ticks.gone, *both[1].ticks.gone]),
        }
    return render(request, "improvement/scenarios_compare.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.ANSWER)
def dates(request: OrganizationRequest, workload_id: UUID, scenario_id: UUID) -> HttpResponse:
    """Turn a scenario into due dates: asked for, looked at, then set."""
    workload = load_workload(workload_id)
    found = load_scenario(workload.pk, scenario_id)
    asked = request.POST if request.method == "POST" else request.GET or None
    form = DueDatesForm(asked, members=assignable_members(), initial={"start": _today(), "pace": 5})
    context: dict[str, Any] = {"workload": workload, "tab": "plan", "form": form}
    context["scenario"] = found
    status = 200
    if asked is not None and form.is_valid():
        pace = Pace(
            start=form.cleaned_data["start"],
            half_days_a_week=in_half_days(form.cleaned_data["pace"]),
            owner_id=form.owner_id(),
            replaces=form.cleaned_data["replace"],
        )
        place = {"workload_id": workload.pk, "scenario_id": found.pk}
        try:
            if request.method == "POST" and "seal" in request.POST:
                changed = set_dates(
                    actor=request.actor, pace=pace, seal=request.POST["seal"], **place
                )
                return _dated(request, workload, len(changed))
            context["dates"] = preview_dates(pace=pace, **place)
        except Conflict as error:
            status = _CONFLICT
            context |= {"problem": error.message, "dates": preview_dates(pace=pace, **place)}
        except Invalid as error:
            add_errors(form, error)
    if "dates" in context:
        context["gone"] = names_of_gone(context["dates"].gone)
    if form.errors:
        status = 422
    return render(request, "improvement/scenario_dates.html", context, status=status)


def _dated(request: OrganizationRequest, workload: Workload, number: int) -> HttpResponse:
    text = ngettext("%(n)d item was changed.", "%(n)d items were changed.", number)
    messages.success(request, text % {"n": number})
    return redirect("plan", slug=request.organization.slug, workload_id=workload.pk)


def _today() -> date:
    return timezone.localdate()
