"""Reads about organisations and members."""

from uuid import UUID

from django.db.models import QuerySet

from tenants.context import across_organizations, acting_as
from tenants.models import Membership, Organization


def organizations_of(user_id: UUID) -> list[Organization]:
    """Return the organisations a person belongs to, by name."""
    with acting_as(user_id):
        return list(Organization.objects.order_by("name", "pk"))


def organization_by_slug(slug: str) -> Organization | None:
    """Return the organisation that a command names; pages find theirs by membership instead."""
    with across_organizations(reason="a command names the organisation that it works in"):
        return Organization.objects.filter(slug=slug).first()  # type: ignore[no-any-return]


def members() -> QuerySet[Membership]:
    """Return the bound organisation's members with their people, by name."""
    return Membership.objects.select_related("user").order_by("user__name", "user__email")  # type: ignore[no-any-return]


def all_organizations() -> list[Organization]:
    """Return all organisations by address, for a command that binds one after another."""
    with across_organizations(reason="a command looks through all organisations, each bound"):
        return list(Organization.objects.order_by("slug"))
