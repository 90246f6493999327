"""Members are added, get another role and are removed; an owner always remains."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from tenants.context import in_organization
from tenants.models import AuditEvent, Membership, Organization
from tenants.permissions import Role
from tests.conftest import Cast

ClientOf = Callable[[str], Client]
QueryCount = Callable[[Callable[[], Any]], int]
MEMBERS = "/o/northwind/settings/members/"


def membership(user: User) -> Membership:
    """Return a person's place in the bound organisation."""
    found: Membership = Membership.objects.get(user=user)
    return found


def address(user: User, action: str) -> str:
    """Return where a member's form posts to: ``role`` or ``remove``."""
    return f"{MEMBERS}{membership(user).pk}/{action}/"


def test_everybody_sees_who_belongs_and_only_admins_can_change_it(client_of: ClientOf) -> None:
    for role, may in (("viewer", False), ("admin", True)):
        page = client_of(role).get(MEMBERS)
        assert page.status_code == 200
        assert "contributor@example.com" in page.content.decode()
        assert ("<select" in page.content.decode()) is may


def test_an_admin_adds_a_person_who_has_signed_up(
    client_of: ClientOf, in_northwind: Organization, cast: Cast
) -> None:
    response = client_of("admin").post(MEMBERS, {"email": "Outsider@Example.com", "role": "lead"})
    assert response.status_code == 302
    assert membership(cast.outsider).role == Role.LEAD
    assert AuditEvent.objects.filter(verb="member.added").exists()


@pytest.mark.parametrize(
    ("email", "role", "field"),
    [
        ("nobody@example.com", "viewer", "email"),
        ("no address", "viewer", "email"),
        ("viewer@example.com", "viewer", "email"),
        ("outsider@example.com", "king", "role"),
    ],
)
def test_who_cannot_be_added_is_an_error_of_its_field(
    client_of: ClientOf, in_northwind: Organization, email: str, role: str, field: str
) -> None:
    response = client_of("admin").post(MEMBERS, {"email": email, "role": role})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert Membership.objects.count() == 5


def test_the_number_of_members_is_limited(client_of: ClientOf, in_northwind: Organization) -> None:
    in_northwind.limits = {"members": 5}
    in_northwind.save()
    response = client_of("admin").post(MEMBERS, {"email": "outsider@example.com", "role": "viewer"})
    assert response.status_code == 422
    assert "5" in response.content.decode()
    assert Membership.objects.count() == 5


def test_an_admin_changes_a_role(
    client_of: ClientOf, in_northwind: Organization, cast: Cast
) -> None:
    response = client_of("admin").post(address(cast.viewer, "role"), {"role": "lead"})
    assert response.status_code == 302
    assert membership(cast.viewer).role == Role.LEAD


def test_a_role_that_is_none_changes_nothing(
    client_of: ClientOf, in_northwind: Organization, cast: Cast
) -> None:
    client_of("admin").post(address(cast.viewer, "role"), {"role": "king"})
    assert membership(cast.viewer).role == Role.VIEWER


def test_an_admin_removes_a_member_who_then_sees_nothing(
    client_of: ClientOf, in_northwind: Organization, cast: Cast
) -> None:
    response = client_of("admin").post(address(cast.viewer, "remove"))
    assert response.status_code == 302
    assert not Membership.objects.filter(user=cast.viewer).exists()
    assert client_of("viewer").get("/o/northwind/workloads/").status_code == 404


def test_an_admin_can_neither_make_nor_unmake_an_owner(
    client_of: ClientOf, in_northwind: Organization, cast: Cast
) -> None:
    admin = client_of("admin")
    assert admin.post(address(cast.admin, "role"), {"role": "owner"}).status_code == 403
    assert admin.post(address(cast.owner, "role"), {"role": "viewer"}).status_code == 403
    assert admin.post(address(cast.owner, "remove")).status_code == 403
    assert membership(cast.owner).role == Role.OWNER


def test_the_last_owner_stays(client_of: ClientOf, in_northwind: Organization, cast: Cast) -> None:
    owner = client_of("owner")
    assert owner.post(address(cast.owner, "role"), {"role": "viewer"}).status_code == 409
    assert owner.post(address(cast.owner, "remove")).status_code == 409
    assert membership(cast.owner).role == Role.OWNER


@pytest.mark.parametrize("role", ["lead", "contributor", "viewer"])
def test_who_may_not_manage_members_gets_403(
    client_of: ClientOf, in_northwind: Organization, cast: Cast, role: str
) -> None:
    client = client_of(role)
    added = client.post(MEMBERS, {"email": "outsider@example.com", "role": "viewer"})
    assert added.status_code == 403
    assert client.post(address(cast.viewer, "role"), {"role": "admin"}).status_code == 403
    assert client.post(address(cast.viewer, "remove")).status_code == 403
    assert Membership.objects.count() == 5


def test_members_of_other_organisations_are_not_found(
    client_of: ClientOf, in_northwind: Organization, cast: Cast
) -> None:
    with in_organization(cast.southridge.pk):
        foreign = membership(cast.stranger).pk
    admin = client_of("admin")
    for key in (foreign, uuid4()):
        assert admin.post(f"{MEMBERS}{key}/role/", {"role": "viewer"}).status_code == 404
        assert admin.post(f"{MEMBERS}{key}/remove/").status_code == 404
    assert client_of("stranger").get(MEMBERS).status_code == 404
    with in_organization(cast.southridge.pk):
        assert membership(cast.stranger).role == Role.OWNER


def test_other_methods_are_refused(
    client_of: ClientOf, in_northwind: Organization, cast: Cast
) -> None:
    admin = client_of("admin")
    assert admin.put(MEMBERS).status_code == 405
    assert admin.get(address(cast.viewer, "role")).status_code == 405
    assert admin.get(address(cast.viewer, "remove")).status_code == 405


def test_the_number_of_queries_does_not_grow_with_the_members(
    client_of: ClientOf, in_northwind: Organization, query_count: QueryCount
) -> None:
    admin = client_of("admin")
    admin.get(MEMBERS)
    five = query_count(lambda: admin.get(MEMBERS))
    for number in range(20):
        person = User.objects.create_user(f"p{number}@example.com", "x", name=f"P{number}")
        Membership.objects.create(user=person, role=Role.VIEWER)
    assert query_count(lambda: admin.get(MEMBERS)) == five
