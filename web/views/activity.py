"""The activity of a workload."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.pagination import paginate
from reviews.selectors import reviews_of
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from web.activity import events_of, filtered, lines_of, people_in
from web.activity_words import KIND_LABELS, ActivityKind
from workloads.selectors import load_workload

PAGE_SIZE = 100


@require_safe
@organization_view(Permission.VIEW)
def activity(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Show what happened, by day: ``?kind=answers&person=<id>&page=2``."""
    workload = load_workload(workload_id)
    reviews = reviews_of(workload.pk)
    events = events_of(workload, reviews)
    kind, person = _kind(request), _person(request)
    page = paginate(request, filtered(events, kind=kind, person=person), size=PAGE_SIZE)
    context = {
        "workload": workload,
        "page": page,
        "lines": lines_of(list(page.object_list), workload, reviews, request.organization.slug),
        "people": people_in(events),
        "kinds": [(each.value, label) for each, label in KIND_LABELS.items()],
        "kind": kind.value if kind else "",
        "person": person,
        "may_restore": request.actor.can(Permission.MANAGE_WORKLOADS) and bool(reviews),
    }
    return render(request, "web/activity.html", context)


def _kind(request: HttpRequest) -> ActivityKind | None:
    # A kind or a person that is none lets all through, as in other lists.
    text = request.GET.get("kind", "")
    return ActivityKind(text) if text in set(ActivityKind) else None


def _person(request: HttpRequest) -> str:
    text = request.GET.get("person", "")
    if text == "system":
        return text
    try:
        return str(UUID(text))
    except ValueError:
        return ""
