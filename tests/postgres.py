"""A PostgreSQL test database, owned by one role and used through another that owns nothing.

The suite runs against PostgreSQL when ``PLUMBLINE_DATABASE_URL`` names one; the address of a
superuser, who may create roles and databases, is in ``PLUMBLINE_TEST_POSTGRES_URL``.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.core.management import call_command
from django.db import connection

OWNER = "plumbline_test_owner"
APPLICATION = "plumbline_test_app"
PASSWORD = "only-for-tests"


@contextmanager
def restricted_database(suffix: str) -> Iterator[None]:
    """Migrate a new database as its owner, connect Django as the restricted role, drop it."""
    admin_url = os.environ["PLUMBLINE_TEST_POSTGRES_URL"]
    name = f"plumbline_test{os.environ.get('PLUMBLINE_TEST_SUFFIX', '')}{suffix}"
    with _superuser(admin_url) as cursor:
        for role in (OWNER, APPLICATION):
            _make_role(cursor, role)
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name} OWNER {OWNER}")
        host = cursor.connection.get_dsn_parameters()
    try:
        _connect_as(OWNER, name, host)
        call_command("migrate", verbosity=0, interactive=False)
        with connection.cursor() as cursor:
            cursor.execute(
                "GRANT SELECT, INSERT, UPDATE, DELETE"
                f" ON ALL TABLES IN SCHEMA public TO {APPLICATION};"
                f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION}"
            )
            cursor.execute(_AS_OWNER)
        _connect_as(APPLICATION, name, host)
        yield
    finally:
        connection.close()
        with _superuser(admin_url) as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


# Runs a statement with the rights of the tables' owner, in the transaction of whoever calls it.
_AS_OWNER = """
    CREATE FUNCTION test_as_owner(statement text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    AS $$ BEGIN EXECUTE statement; END $$
"""


@contextmanager
def as_table_owner() -> Iterator[None]:
    """Let the writes of the body pass as the owner's, which alone may fill the catalogue.

    They stay in the test's transaction. On SQLite, which knows no roles, nothing changes.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.execute_wrapper(_through_owner):
        yield


def _through_owner(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    if not sql.startswith(("INSERT", "UPDATE")):
        return execute(sql, params, many, context)
    statement = context["cursor"].cursor.mogrify(sql, params).decode()
    return execute("SELECT test_as_owner(%s)", [statement], many, context)


@contextmanager
def _superuser(url: str) -> Iterator[Any]:
    superuser = psycopg2.connect(url)
    try:
        superuser.autocommit = True
        with superuser.cursor() as cursor:
            yield cursor
    finally:
        superuser.close()


def _make_role(cursor: Any, role: str) -> None:
    # Parallel workers make the same roles: the lock lets one of them be first.
    cursor.execute("SELECT pg_advisory_lock(hashtext('plumbline_test_roles'))")
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    if cursor.fetchone() is None:
        cursor.execute(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{PASSWORD}'")
    cursor.execute("SELECT pg_advisory_unlock(hashtext('plumbline_test_roles'))")


def _connect_as(role: str, name: str, host: dict[str, str]) -> None:
    connection.close()
    connection.settings_dict.update(
        USER=role,
        PASSWORD=PASSWORD,
        NAME=name,
        HOST=host.get("host", ""),
        PORT=host.get("port", ""),
    )
