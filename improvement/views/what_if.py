"""What if: tick anything and see what would become of the workload. Nothing is saved."""

from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import push_url

from common.htmx import announce, wants_partial
from improvement.forms_solver import BudgetForm, ScenarioNameForm
from improvement.models import Scenario
from improvement.selectors_scenarios import scenarios_of
from improvement.selectors_solver import Problem, problem_of, steps_within
from improvement.solver import within_budget
from improvement.supposing import names_of_gone, pillar_parts, suppose
from improvement.ticks import TICK, UNTICK, as_query, read_ticks, ticks_of_steps
from improvement.whatif import Tick
from reviews.selectors import reviews_of
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from workloads.models import Workload
from workloads.selectors import load_workload

LONGEST_ADDRESS: Final = 4_000
"""Characters of an address with ticks: longer ones are shown without being in the address."""

STEPS: Final = (5, 10, 20)
"""How many steps of the order can be ticked at once."""


@require_http_methods(["GET", "HEAD", "POST"])
@vary_on_headers("HX-Request")
@organization_view(Permission.VIEW)
def what_if_page(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Show what would become of a workload; what is posted is only longer than an address may be.

    ``tick`` and ``untick`` name choices; ``days`` and ``steps`` tick what the plan would do first.
    """
    workload = load_workload(workload_id)
    problem = problem_of(workload, reviews_of(workload.pk))
    asked = request.POST if request.method == "POST" else request.GET
    ticks = asked_ticks(asked, problem)
    url = reverse("plan-what-if", args=[request.organization.slug, workload.pk])
    address = f"{url}?{urlencode(as_query(ticks))}" if ticks else url
    fits = len(address) <= LONGEST_ADDRESS
    if wants_partial(request):
        context = what_if_context(request, workload, problem, ticks)
        response = render(request, "improvement/what_if.html#results", context)
        if request.method == "POST":
            stays = "stay" in request.POST or not fits
            response = push_url(response, False if stays else address)
        return announce(response, context["found"].sentence)
    if request.method == "POST" and fits:
        return redirect(address)
    context = what_if_context(request, workload, problem, ticks)
    return render(request, "improvement/what_if.html", context | {"fits": fits})


def asked_ticks(asked: QueryDict, problem: Problem) -> list[Tick]:
    """Return the ticks that an address or a form names, or those of the steps that it asks for."""
    steps = asked.get("steps", "")
    if steps.isdecimal():
        return ticks_of_steps(steps_within(problem.order(), int(steps[:6])))
    budget = BudgetForm(asked).half_days()
    if budget is not None:
        return ticks_of_steps(within_budget(problem.questions, budget).steps)
    return read_ticks(asked.getlist(TICK), asked.getlist(UNTICK))


def what_if_context(
    request: OrganizationRequest,
    workload: Workload,
    problem: Problem,
    ticks: list[Tick],
    *,
    scenario: Scenario | None = None,
    form: ScenarioNameForm | None = None,
) -> dict[str, Any]:
    """Return what templates/improvement/what_if.html reads."""
    found = suppose(problem, ticks)
    initial = {"name": scenario.name, "revision": scenario.revision} if scenario else {}
    return {
        "workload": workload,
        "tab": "plan",
        "found": found,
        "parts": pillar_parts(problem, ticks),
        "gone": names_of_gone(found.ticks.gone),
        "ticks": as_query(ticks),
        "fits": True,
        "presets": STEPS,
        "scenario": scenario,
        "scenarios": scenarios_of(workload.pk),
        "may_save": request.actor.can(Permission.ANSWER),
        "form": form or ScenarioNameForm(initial=initial),
    }
