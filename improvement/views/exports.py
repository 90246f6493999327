"""The plan as a file, with what the address of the page shows."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common.errors import Invalid, NotFound
from improvement.exports import KINDS, MOST_ITEMS, Source
from improvement.listing import PlanQuery, lenses_of, lenses_reviewed, pillars_among
from improvement.models import ImprovementItem
from improvement.selectors_items import items_of_workload
from improvement.services.staleness import bring_up_to_date
from reviews.selectors import reviews_of
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from workloads.selectors import load_workload


@require_safe
@organization_view(Permission.VIEW)
def of_workload(request: OrganizationRequest, workload_id: UUID, extension: str) -> HttpResponse:
    """Send a workload's plan, filtered and sorted as its page would be."""
    workload = load_workload(workload_id)
    _require_known(extension)
    bring_up_to_date(workload_id=workload.pk)
    items = items_of_workload(workload.pk)
    wanted = PlanQuery.read(
        request.GET.dict(),
        pillars=pillars_among(items),
        lenses=lenses_of(reviews_of(workload.pk)),
        group="question",
    )
    found = wanted.apply(items, user_id=request.actor.user_id, lens_field="review")
    return _file(request, workload.name, found, extension)


@require_safe
@organization_view(Permission.VIEW)
def of_organization(request: OrganizationRequest, extension: str) -> HttpResponse:
    """Send the plan of all workloads, filtered as its page would be, by workload."""
    _require_known(extension)
    bring_up_to_date()
    items = ImprovementItem.objects.all()
    query = {**request.GET.dict(), "group": "workload"}
    wanted = PlanQuery.read(query, pillars=pillars_among(items), lenses=lenses_reviewed())
    found = wanted.apply(items, user_id=request.actor.user_id, lens_field="review__lens")
    return _file(request, request.organization.name, found, extension)


def _require_known(extension: str) -> None:
    if extension not in KINDS:
        raise NotFound


def _file(
    request: OrganizationRequest, title: str, found: QuerySet[ImprovementItem], extension: str
) -> HttpResponse:
    items = list(found.select_related("workload", "owner", "review__lens")[: MOST_ITEMS + 1])
    if len(items) > MOST_ITEMS:
        problem = _("The plan has more than %(n)d items: filter it, then export it in parts.")
        raise Invalid(problem % {"n": MOST_ITEMS})
    form = KINDS[extension]
    body = form.write(Source(title, items, lambda item: _link(request, item)))
    response = HttpResponse(body, content_type=form.content_type)
    name = f"{slugify(title) or 'plumbline'}-plan.{form.suffix}"
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _link(request: OrganizationRequest, item: ImprovementItem) -> str:
    place: dict[str, Any] = {
        "slug": request.organization.slug,
        "workload_id": item.workload_id,
        "review_id": item.review_id,
        "question_id": item.question_id,
    }
    return request.build_absolute_uri(reverse("question", kwargs=place))
