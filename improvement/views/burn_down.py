"""What was left of the plan over time, and when it is done at the pace so far."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.burn_down_chart import Left, burn_down_chart
from improvement.efforts import in_days
from improvement.progress import Progress, progress_of
from improvement.services.staleness import bring_up_to_date
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from workloads.selectors import load_workload


@require_safe
@organization_view(Permission.VIEW)
def of_workload(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Show how the work of a workload's plan went down."""
    workload = load_workload(workload_id)
    bring_up_to_date(workload_id=workload.pk)
    found = progress_of([workload.pk], timezone.localdate())
    context = {"workload": workload, "tab": "plan", **_context(found)}
    return render(request, "improvement/burn_down.html", context)


@require_safe
@organization_view(Permission.VIEW)
def of_organization(request: OrganizationRequest) -> HttpResponse:
    """Show how the work of all plans went down."""
    behind = bring_up_to_date()
    found = progress_of(None, timezone.localdate())
    context = {"behind": behind, **_context(found)}
    return render(request, "improvement/organization_burn_down.html", context)


def _context(found: Progress) -> dict[str, Any]:
    chart = burn_down_chart(
        [Left(point.on, float(in_days(point.half_days))) for point in found.points],
        done_on=found.forecast.done_on if found.forecast else None,
        title=_("Days of work that were left, by week"),
    )
    return {"progress": found, "points": found.points[::-1], "chart": chart}
