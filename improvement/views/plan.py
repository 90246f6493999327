"""The plan of a workload, and that of the organisation."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from common.htmx import announce, wants_partial
from common.pagination import paginate
from common.risk import Risk
from improvement.filters import part_of
from improvement.forms import BulkForm
from improvement.listing import (
    Option,
    PlanQuery,
    lenses_of,
    lenses_reviewed,
    pillars_among,
    pillars_of,
)
from improvement.models import IMPROVEMENT_STATUS_WORDS, STATUS_WORDS, ImprovementItem
from improvement.plan import Plan
from improvement.rows import grouped, item_rows
from improvement.selectors import plan_of
from improvement.selectors_items import accepted_counts, improvement_statuses, items_of_workload
from improvement.services.staleness import bring_up_to_date
from improvement.wording import summary, why_now
from reviews.models import LensReview
from reviews.selectors import reviews_of, summaries, total
from reviews.selectors_assignments import assignable_members
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from workloads.models import Workload
from workloads.selectors import load_workload


@require_safe
@vary_on_headers("HX-Request")
@organization_view(Permission.VIEW)
def plan(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Show what would lower the workload's risks, the most urgent first, or a part of it."""
    workload = load_workload(workload_id)
    bring_up_to_date(workload_id=workload.pk)
    reviews = reviews_of(workload.pk)
    items = items_of_workload(workload.pk)
    pillars, lenses = pillars_of(reviews), lenses_of(reviews)
    wanted = PlanQuery.read(request.GET.dict(), pillars=pillars, lenses=lenses, group="question")
    whole = plan_of(workload, reviews)
    context = {
        "scope": "workload",
        "workload": workload,
        "reviews": reviews,
        "is_answered": any(review.answers_revision for review in reviews),
        "unanswered": _unanswered(reviews),
        "whole": whole,
        "accepted": accepted_counts([workload.pk])[workload.pk],
        "improvement": improvement_statuses([workload.pk])[workload.pk],
        "improvement_words": improvement_words(),
        "may_choose_lenses": request.actor.can(Permission.MANAGE_WORKLOADS),
        **_part(whole, wanted, workload),
        "pillars": pillars,
        "lenses": lenses,
        **_table(request, items, wanted, {workload.pk: workload}, reviews),
    }
    return _answer(request, "improvement/plan.html", context, str(context["summary"]))


@require_safe
@vary_on_headers("HX-Request")
@organization_view(Permission.VIEW)
def organization_plan(request: OrganizationRequest) -> HttpResponse:
    """Show what would lower the risks of all workloads, the most urgent first, or a part of it."""
    behind = bring_up_to_date()
    items = ImprovementItem.objects.select_related("workload", "owner")
    pillars, lenses = pillars_among(ImprovementItem.objects.all()), lenses_reviewed()
    wanted = PlanQuery.read(request.GET.dict(), pillars=pillars, lenses=lenses)
    context = {
        "scope": "organization",
        "behind": behind,
        "workloads": [
            Option(str(key), name)
            for key, name in Workload.objects.order_by("name_key").values_list("pk", "name")
        ],
        "pillars": pillars,
        "lenses": lenses,
        **_table(request, items, wanted, None),
    }
    count = context["page"].paginator.count
    said = ngettext("%(n)d item", "%(n)d items", count) % {"n": count}
    return _answer(request, "improvement/organization_plan.html", context | {"found": said}, said)


def _answer(
    request: OrganizationRequest, template: str, context: dict[str, Any], said: str
) -> HttpResponse:
    if wants_partial(request):
        return announce(render(request, f"{template}#results", context), said)
    return render(request, template, context)


def _unanswered(reviews: Sequence[LensReview]) -> int:
    counts = summaries(reviews)
    return sum(total(by_pillar.values())[Risk.UNANSWERED] for by_pillar in counts.values())


def _part(whole: Plan, wanted: PlanQuery, workload: Workload) -> dict[str, Any]:
    shown = part_of(whole, risk=wanted.risk, pillar=wanted.pillar, lens=wanted.lens)
    stuck = [{"at": at, "why": why_now(at, workload.pillar_priorities)} for at in shown.stuck]
    return {"shown": shown, "summary": summary(shown), "stuck": stuck}


def _table(
    request: OrganizationRequest,
    items: Any,
    wanted: PlanQuery,
    workloads: Mapping[UUID, Workload] | None,
    reviews: Sequence[LensReview] | None = None,
) -> dict[str, Any]:
    lens_field = "review__lens" if workloads is None else "review"
    found = wanted.apply(items, user_id=request.actor.user_id, lens_field=lens_field)
    # Keys first: a page far down a long plan then joins fifty rows, not all before it.
    page = paginate(request, found.values_list("pk", flat=True))
    by_key = {item.pk: item for item in items.filter(pk__in=list(page.object_list))}
    shown = [by_key[key] for key in page.object_list if key in by_key]
    if workloads is None:
        workloads = {item.workload_id: item.workload for item in shown}
    rows = item_rows(shown, workloads, reviews)
    members = assignable_members()
    may_edit = request.actor.can(Permission.ANSWER)
    return {
        "wanted": wanted,
        "page": page,
        "rows": rows,
        "groups": grouped(rows, wanted.group),
        "members": members,
        "statuses": [(each.value, word) for each, word in STATUS_WORDS.items()],
        "may_edit": may_edit,
        "may_answer": may_edit,
        "bulk": BulkForm(None, members=members) if may_edit else None,
        "is_filtered": wanted.is_filtered,
    }


def improvement_words() -> list[tuple[str, Any]]:
    """Return the improvement statuses of a workload with their words."""
    return [(each.value, word) for each, word in IMPROVEMENT_STATUS_WORDS.items()]
