"""Refuse to serve with a database role that could walk past the row policies."""

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from tenants.constraints import TenantPolicy

# A role is also what it may SET ROLE to; a table is open to all when either switch is off.
_QUESTION = """
    SELECT
        EXISTS (
            SELECT 1 FROM pg_roles
            WHERE (rolsuper OR rolbypassrls) AND pg_has_role(current_user, oid, 'MEMBER')
        ),
        EXISTS (
            SELECT 1 FROM pg_class
            WHERE relname = ANY(%s) AND pg_has_role(current_user, relowner, 'MEMBER')
        ),
        (
            SELECT count(*) FROM pg_class
            WHERE relname = ANY(%s) AND NOT (relrowsecurity AND relforcerowsecurity)
        )
"""


def refuse_unsafe_role() -> None:
    """Raise ImproperlyConfigured when the second wall would not hold; a no-op on SQLite.

    Called before the first request and before a worker takes its first task.
    """
    if connection.vendor != "postgresql":
        return
    tables = protected_tables()
    with connection.cursor() as cursor:
        cursor.execute(_QUESTION, [tables, tables])
        bypasses, owns, unforced = cursor.fetchone()
    if bypasses or owns:
        raise ImproperlyConfigured(
            "The database role is a superuser, bypasses row-level security or owns the tables: "
            "one organisation's data would be open to another. Set PLUMBLINE_DATABASE_URL to the "
            "restricted role (docs/operations.md, Two roles)."
        )
    if unforced:
        raise ImproperlyConfigured(
            f"{unforced} tables have no forced row-level security: run 'manage.py migrate' first."
        )


def protected_tables() -> list[str]:
    """Return the tables whose models declare a TenantPolicy."""
    return [
        model._meta.db_table
        for model in apps.get_models()
        if any(isinstance(constraint, TenantPolicy) for constraint in model._meta.constraints)
    ]
