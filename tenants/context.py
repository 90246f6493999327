"""Who is bound: the one place that says which organisation's rows may be seen.

Both walls of the tenancy start here. The first is read by the managers (tenants/managers.py), the
second is a setting of the PostgreSQL transaction that the row policies compare with
(tenants/rls.py). Nothing else sets either.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

ORGANIZATION_SETTING = "app.organization_id"
USER_SETTING = "app.user_id"
LISTING_SETTING = "app.lists_organizations"


@dataclass(frozen=True, slots=True)
class Scope:
    """What is bound now; at most one of the three is set."""

    organization_id: UUID | None = None
    user_id: UUID | None = None
    lists_organizations: bool = False
    writes_catalogue: bool = False


class NothingBound(RuntimeError):
    """Tenant rows were touched with no organisation bound: a programming error, never a user's."""


_scope: ContextVar[Scope] = ContextVar("tenant_scope")
_NOTHING = Scope()


def current_scope() -> Scope:
    """Return what is bound in this thread or task."""
    return _scope.get(_NOTHING)


def current_organization_id() -> UUID:
    """Return the bound organisation's id; raises NothingBound when none is."""
    organization_id = current_scope().organization_id
    if organization_id is None:
        raise NothingBound("No organisation is bound. Use tenants.context.in_organization().")
    return organization_id


@contextmanager
def in_organization(organization_id: UUID) -> Iterator[None]:
    """Bind one organisation: its rows, and only they, can be read and written inside."""
    with _bound(Scope(organization_id=organization_id)):
        yield


@contextmanager
def acting_as(user_id: UUID) -> Iterator[None]:
    """Bind a person before any organisation is known: their memberships can be read inside."""
    with _bound(Scope(user_id=user_id)):
        yield


@contextmanager
def across_organizations(*, reason: str) -> Iterator[None]:
    """Let organisations be *listed*, for jobs that then bind each in turn.

    The one bypass of the tenancy, and a narrow one: other rows stay closed. ``reason`` is for the
    reader; tests/tenancy holds the list of uses.
    """
    if not reason:
        raise ValueError("Say why all organisations are needed.")
    with _bound(Scope(lists_organizations=True)):
        yield


@contextmanager
def in_catalogue() -> Iterator[None]:
    """Bind the built-in catalogue: rows that belong to no organisation.

    On PostgreSQL only the owner of the tables can write them, whatever is bound here.
    """
    with _bound(Scope(writes_catalogue=True)):
        yield


@contextmanager
def _bound(scope: Scope) -> Iterator[None]:
    if connection.vendor != "postgresql":
        token = _scope.set(scope)
        try:
            yield
        finally:
            _scope.reset(token)
        return
    # The setting is transaction-local (a pooled connection must not carry it to the next user).
    with transaction.atomic(savepoint=False):
        outer = current_scope()
        token = _scope.set(scope)
        try:
            # Inside: where the database refuses, the scope must not stay behind in this thread.
            _tell_postgresql(scope)
            yield
        finally:
            _scope.reset(token)
        # A local setting outlives the block inside its transaction: put the outer one back. After
        # an error there is no need: the block has no savepoint, so whatever encloses it rolls back,
        # and PostgreSQL takes the setting back with it.
        _tell_postgresql(outer)


def _tell_postgresql(scope: Scope) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(%s, %s, true), set_config(%s, %s, true), set_config(%s, %s, true)",
            [
                ORGANIZATION_SETTING,
                str(scope.organization_id or ""),
                USER_SETTING,
                str(scope.user_id or ""),
                LISTING_SETTING,
                "on" if scope.lists_organizations else "",
            ],
        )
