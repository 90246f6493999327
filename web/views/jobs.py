"""Long work to be watched, left and come back to."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.htmx import announce, wants_partial
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.jobs import UNFINISHED, is_late, load_job
from tenants.permissions import Permission
from web.jobs import result_url, shown


@require_safe
@organization_view(Permission.VIEW)
def job(request: OrganizationRequest, job_id: UUID) -> HttpResponse:
    """Show how far a job is; what htmx asks for each second is the progress alone."""
    found = load_job(job_id)
    context = {
        "job": found,
        "shown": shown(found),
        "is_unfinished": found.status in UNFINISHED,
        "is_late": is_late(found),
        "percent": 100 * found.done // found.total if found.total else 0,
        "result_url": result_url(found, request.organization.slug),
    }
    if not wants_partial(request):
        return render(request, "web/job.html", context)
    response = render(request, "web/job.html#progress", context)
    if found.status in UNFINISHED:
        return response
    return announce(response, str(found.get_status_display()))
