"""Every address under an organisation goes through the one way in."""

from collections.abc import Callable
from inspect import iscoroutinefunction
from typing import Any

import pytest

from tenants.permissions import ALLOWED, Permission, Role
from tests.tenancy.matrix import MATRIX, NOT_IN_THE_MATRIX, VISITORS, is_left_out, routes

PREFIX = "o/<slug:slug>/"

OUTSIDE_ORGANISATIONS = {
    "home": "leads to the person's organisations",
    "health-live": "for load balancers",
    "health-ready": "for load balancers",
    "organization-new": "makes an organisation: none is known before",
    **NOT_IN_THE_MATRIX,
}
"""The addresses outside any organisation (or what their names begin with), with the reason."""

ROUTES = routes()
INSIDE = sorted(name for name, (route, _view) in ROUTES.items() if route.startswith(PREFIX))


def permission_of(view: Callable[..., Any]) -> Permission | None:
    return getattr(view, "organization_permission", None)


@pytest.mark.parametrize("name", INSIDE)
def test_an_address_of_an_organisation_asks_for_a_permission(name: str) -> None:
    route, view = ROUTES[name]
    assert isinstance(permission_of(view), Permission), f"{route} lacks @organization_view"


@pytest.mark.parametrize("name", INSIDE)
def test_the_matrix_agrees_with_the_permission_that_a_page_asks_for(name: str) -> None:
    statuses = dict(zip(VISITORS, MATRIX[name, "GET"], strict=True))
    permission = permission_of(ROUTES[name][1])
    if statuses["owner"] == 405:
        statuses = dict(zip(VISITORS, MATRIX[name, "POST"], strict=True))
    allowed = {role for role in Role if statuses[role] != 403}
    assert allowed == {role for role in Role if permission in ALLOWED[role]}


def test_an_address_outside_organisations_is_listed_with_a_reason() -> None:
    outside = ROUTES.keys() - set(INSIDE)
    assert INSIDE
    for name in outside:
        assert any(name.startswith(known) for known in OUTSIDE_ORGANISATIONS), name
        assert permission_of(ROUTES[name][1]) is None
    for known in OUTSIDE_ORGANISATIONS:
        assert any(name.startswith(known) for name in outside), f"{known} is stale"


def test_the_matrix_has_every_address_and_no_other() -> None:
    needed = {
        (name, method) for name in ROUTES if not is_left_out(name) for method in ("GET", "POST")
    }
    assert needed - MATRIX.keys() == set(), "missing from tests/tenancy/matrix.py"
    assert MATRIX.keys() - needed == set(), "stale in tests/tenancy/matrix.py"
    assert {len(statuses) for statuses in MATRIX.values()} == {len(VISITORS)}


def test_nobody_but_members_gets_further_than_a_404() -> None:
    for (name, _method), statuses in MATRIX.items():
        if name in INSIDE:
            signed_out, outsider, stranger, *_members = statuses
            # A stream cannot be led to the sign-in page: what asks for it is no person.
            asked = 401 if iscoroutinefunction(ROUTES[name][1]) else 302
            assert (signed_out, outsider, stranger) in {(asked, 404, 404), (405, 405, 405)}, name
