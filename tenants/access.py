"""The one way into an organisation: who may see a page under ``/o/<slug>/``."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from common.errors import Forbidden
from tenants.actors import Actor
from tenants.context import acting_as, in_organization
from tenants.http import OrganizationRequest, address, request_id
from tenants.models import Membership
from tenants.permissions import Permission, Role

P = ParamSpec("P")
OrganizationView = Callable[Concatenate[OrganizationRequest, P], HttpResponse]
PlainView = Callable[Concatenate[HttpRequest, P], HttpResponse]


def organization_view(
    permission: Permission, *, to_change: Permission | None = None
) -> Callable[[OrganizationView[P]], PlainView[P]]:
    """Let a member with ``permission`` in, and bind the organisation around the view.

    ``to_change`` is asked for instead when the method changes something (POST). Signed out: to the
    sign-in page. Not a member, or no such organisation: 404, the same for both. A member without
    the permission: 403. The view must render inside: nothing lazy leaves it.
    """

    def decorate(view: OrganizationView[P]) -> PlainView[P]:
        @wraps(view)
        def bound(
            request: HttpRequest, slug: str, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            actor = load_actor(request, slug)
            needed = permission if request.method in {"GET", "HEAD", "OPTIONS"} else to_change
            if not actor.can(needed or permission):
                raise Forbidden
            organization_request = cast(OrganizationRequest, request)
            organization_request.organization = actor.organization
            organization_request.actor = actor
            with in_organization(actor.organization.pk):
                return view(organization_request, *args, **kwargs)

        @login_required
        def entrance(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            slug = str(kwargs.pop("slug"))
            return bound(request, slug, *args, **kwargs)

        entrance.organization_permission = permission  # type: ignore[attr-defined]
        return cast("PlainView[P]", wraps(view)(entrance))

    return decorate


def load_actor(request: HttpRequest, slug: str) -> Actor:
    """Return who the signed-in person is in the organisation ``slug``; raises Http404."""
    user = request.user
    user_id: UUID | None = user.pk
    membership = user_id and load_membership(user_id, slug)
    if not user_id or not membership:
        raise Http404
    return Actor(
        organization=membership.organization,
        user_id=user_id,
        name=str(user),
        role=Role(membership.role),
        address=address(request),
        request_id=request_id(request),
    )


def load_membership(user_id: UUID, slug: str) -> Membership | None:
    """Return a person's place in the organisation ``slug``; None when they have none."""
    with acting_as(user_id):
        membership: Membership | None = (
            Membership.objects.select_related("organization")
            .filter(organization__slug=slug)
            .first()
        )
    return membership
