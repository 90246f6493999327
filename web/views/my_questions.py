"""What somebody is to answer, in all workloads."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.errors import Forbidden, NotFound
from common.pagination import paginate
from reviews.selectors_assignments import (
    SHOW_OPEN,
    STATES,
    assignable_members,
    assigned_rows,
    assigned_to,
)
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.models import Membership
from tenants.permissions import Permission
from tenants.selectors import members


@require_safe
@organization_view(Permission.VIEW)
def my_questions(request: OrganizationRequest) -> HttpResponse:
    """Show the questions that a person is to answer: one's own, or as a lead anybody's."""
    person = _person(request)
    show = request.GET.get("show", SHOW_OPEN)
    show = show if show in STATES else SHOW_OPEN
    page = paginate(request, assigned_to(person.user_id, show=show))
    may_choose = request.actor.can(Permission.MANAGE_WORKLOADS)
    context = {
        "person": person.user,
        "is_mine": person.user_id == request.actor.user_id,
        "show": show,
        "page": page,
        "rows": assigned_rows(page.object_list),  # type: ignore[arg-type]
        "members": _choice(person) if may_choose else (),
    }
    return render(request, "web/my_questions.html", context)


def _person(request: OrganizationRequest) -> Membership:
    """Return whose questions are asked for; raises NotFound and Forbidden."""
    who = request.GET.get("who", "")
    try:
        user_id = UUID(who) if who else request.actor.user_id
    except ValueError:
        raise NotFound from None
    if user_id != request.actor.user_id and not request.actor.can(Permission.MANAGE_WORKLOADS):
        raise Forbidden
    membership: Membership | None = members().filter(user=user_id).first()
    if membership is None:
        raise NotFound
    return membership


def _choice(person: Membership) -> list[Membership]:
    found = assignable_members()
    return found if person in found else [person, *found]
