"""What to do next in a workload, or in all: the solver's order, or what a budget pays for."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from common.htmx import announce, wants_partial
from common.pagination import paginate
from improvement.forms_solver import BudgetForm
from improvement.next_steps import step_rows
from improvement.selectors_solver import (
    MOST_WORKLOADS,
    Problem,
    problem_of,
    problem_of_organization,
)
from improvement.solver import within_budget
from improvement.step_wording import explain_order, explain_total
from reviews.selectors import reviews_of
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from workloads.models import Workload
from workloads.selectors import load_workload

PAGE_SIZE = 25


@require_safe
@vary_on_headers("HX-Request")
@organization_view(Permission.VIEW)
def of_workload(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Show the order in which to lower a workload's risks; ``?days=`` is a budget."""
    workload = load_workload(workload_id)
    reviews = reviews_of(workload.pk)
    context = {
        "workload": workload,
        "tab": "plan",
        "is_answered": any(review.answers_revision for review in reviews),
        **_order(request, problem_of(workload, reviews)),
    }
    return _answer(request, "improvement/next_best.html", context)


@require_safe
@vary_on_headers("HX-Request")
@organization_view(Permission.VIEW)
def of_organization(request: OrganizationRequest) -> HttpResponse:
    """Show the order in which to lower the risks of the workloads that have most of them."""
    problem = problem_of_organization()
    context = {
        "is_answered": True,
        "most_workloads": MOST_WORKLOADS,
        "workload_count": Workload.objects.count(),
        **_order(request, problem),
    }
    return _answer(request, "improvement/organization_next_best.html", context)


def _order(request: OrganizationRequest, problem: Problem) -> dict[str, Any]:
    form = BudgetForm(request.GET)
    budget = form.half_days()
    order = problem.order() if budget is None else within_budget(problem.questions, budget)
    page = paginate(request, list(order.placed()), size=PAGE_SIZE)
    return {
        "form": form,
        "budget": budget,
        "order": order,
        "page": page,
        "rows": step_rows(problem, list(page.object_list)),
        "total": explain_total(order),
        "how_exact": explain_order(order),
        "left": order.left,
        "accepted": len(problem.accepted),
        "stuck": [(at, problem.reviews[at.subject.review.review_id]) for at in order.stuck],
    }


def _answer(request: OrganizationRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    status = 422 if context["form"].errors else 200
    if wants_partial(request):
        response = render(request, f"{template}#results", context)
        return announce(response, str(context["total"]))
    return render(request, template, context, status=status)
