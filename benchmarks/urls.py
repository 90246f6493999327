"""The product's addresses, and the floors that its pages are compared with. Never served."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.decorators.http import require_POST, require_safe

from common.clock import now
from config.urls import handler400, handler403, handler404, handler500
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from tenants.transactions import writing
from workloads.models import Workload

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@require_safe
@organization_view(Permission.VIEW)
def empty_page(request: OrganizationRequest) -> HttpResponse:
    """Render the frame that every page has, with nothing in it."""
    return render(request, "frame.html")


@require_POST
@organization_view(Permission.ANSWER)
def one_update(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Change one row, and say nothing."""
    with writing():
        Workload.objects.filter(pk=workload_id).update(updated_at=now())
    return HttpResponse(status=204)


urlpatterns = [
    path("o/<slug:slug>/floor/page/", empty_page, name="floor-page"),
    path("o/<slug:slug>/floor/update/<uuid:workload_id>/", one_update, name="floor-update"),
    path("", include("config.urls")),
]
