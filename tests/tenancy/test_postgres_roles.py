"""The check at start-up, and whether a broken wall is noticed: on a database to be broken."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import ConnectionHandler
from pytest_django.plugin import DjangoDbBlocker

from common.ids import new_id
from tenants import rls
from tests.runtime.roles import execute, two_roles
from tests.tenancy.commands import manage

pytestmark = pytest.mark.postgres

Url = Callable[[str], str]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Url]:
    """Migrate a database of this module's own; return a function from a role to its address."""
    superuser = os.environ["PLUMBLINE_TEST_POSTGRES_URL"]
    with two_roles(superuser) as address:
        manage(tmp_path_factory.mktemp("data"), "migrate", database_url=address("owner"))
        name = urlsplit(address("app")).path
        own = {"superuser": urlsplit(superuser)._replace(path=name).geturl()}
        yield lambda role: own.get(role) or address(role)


@pytest.fixture
def check(
    url: Url, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Callable[[str], None]:
    """Return a function that makes the start-up check as a role."""

    def check_as(role: str) -> None:
        parts = urlsplit(url(role))
        database: dict[str, Any] = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.strip("/"),
            "USER": parts.username,
            "PASSWORD": parts.password or "",
            "HOST": parts.hostname,
            "PORT": parts.port,
        }
        connection = ConnectionHandler({"default": database})["default"]
        monkeypatch.setattr(rls, "connection", connection)
        with django_db_blocker.unblock():
            try:
                rls.refuse_unsafe_role()
            finally:
                connection.close()

    return check_as


# --- The check at start-up ------------------------------------------------------------------------
def test_the_restricted_role_may_serve(check: Callable[[str], None]) -> None:
    check("app")


@pytest.mark.parametrize("role", ["owner", "superuser"])
def test_a_role_that_the_policies_do_not_bind_may_not_serve(
    check: Callable[[str], None], role: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match="bypasses row-level security"):
        check(role)


def test_a_role_that_may_become_the_owner_may_not_serve(
    check: Callable[[str], None], url: Url
) -> None:
    owner, app = (urlsplit(url(role)).username for role in ("owner", "app"))
    execute(url("superuser"), f"ALTER ROLE {app} NOINHERIT; GRANT {owner} TO {app}")
    try:
        with pytest.raises(ImproperlyConfigured, match="bypasses row-level security"):
            check("app")
    finally:
        execute(url("superuser"), f"REVOKE {owner} FROM {app}; ALTER ROLE {app} INHERIT")


@pytest.mark.parametrize(("broken", "mended"), [("DISABLE", "ENABLE"), ("NO FORCE", "FORCE")])
def test_nobody_may_serve_tables_whose_policies_are_switched_off(
    check: Callable[[str], None], url: Url, broken: str, mended: str
) -> None:
    execute(url("owner"), f"ALTER TABLE reviews_answer {broken} ROW LEVEL SECURITY")
    try:
        with pytest.raises(ImproperlyConfigured, match="1 tables have no forced"):
            check("app")
    finally:
        execute(url("owner"), f"ALTER TABLE reviews_answer {mended} ROW LEVEL SECURITY")
    check("app")


# --- Whether the tests would notice -------------------------------------------------------------
def rows_that_show(url: Url) -> list[Any]:
    """Return the workloads that the restricted role reads with nothing bound."""
    return execute(url("app"), "SELECT name FROM workloads_workload")


@pytest.fixture
def workload(url: Url) -> Iterator[None]:
    """Put a workload of some organisation there, past all policies."""
    organization, key = new_id(), new_id()
    execute(
        url("owner"),
        f"""
        INSERT INTO tenants_organization (id, name, slug, account_id, plan, limits, created_at)
        VALUES ('{organization}', 'N', 'n', '{"1" * 12}', 'standard', '{{}}', now());
        INSERT INTO workloads_workload (id, organization_id, name, name_key, description,
            environment, review_owner, industry_type, industry, account_ids, regions, other_regions,
            architectural_design, pillar_priorities, notes, revision, created_at, updated_at)
        VALUES ('{key}', '{organization}', 'Secret', 'secret', '', '', '', '', '', '[]', '[]',
            '[]', '', '[]', '', 1, now(), now())
        """,
    )
    yield
    execute(url("owner"), "DELETE FROM workloads_workload; DELETE FROM tenants_organization")


MUTATIONS = {
    "the policies are off": (
        "ALTER TABLE workloads_workload DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE workloads_workload ENABLE ROW LEVEL SECURITY",
    ),
    "a policy lets all through": (
        "CREATE POLICY everything ON workloads_workload USING (true)",
        "DROP POLICY everything ON workloads_workload",
    ),
    "the policy compares nothing": (
        "ALTER POLICY tenant_reads ON workloads_workload USING (true)",
        "ALTER POLICY tenant_reads ON workloads_workload USING (organization_id ="
        " NULLIF(current_setting('app.organization_id', true), '')::uuid)",
    ),
}


@pytest.mark.usefixtures("workload")
@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_policy_that_is_broken_is_noticed(url: Url, mutation: str) -> None:
    breaks, mends = MUTATIONS[mutation]
    assert rows_that_show(url) == []
    execute(url("owner"), breaks)
    try:
        assert rows_that_show(url) == [("Secret",)]
    finally:
        execute(url("owner"), mends)
    assert rows_that_show(url) == []


@pytest.mark.usefixtures("workload")
def test_a_policy_that_is_missing_closes_the_table(url: Url) -> None:
    [(key,)] = execute(url("owner"), "SELECT id FROM tenants_organization")
    question = (
        f"SELECT set_config('app.organization_id', '{key}', false);"
        " SELECT name FROM workloads_workload"
    )
    assert execute(url("app"), question) == [("Secret",)]
    [(definition,)] = execute(
        url("owner"),
        "SELECT qual FROM pg_policies WHERE tablename = 'workloads_workload'"
        " AND policyname = 'tenant_reads'",
    )
    execute(url("owner"), "DROP POLICY tenant_reads ON workloads_workload")
    try:
        assert execute(url("app"), question) == []
    finally:
        execute(
            url("owner"),
            f"CREATE POLICY tenant_reads ON workloads_workload FOR SELECT USING ({definition})",
        )
    assert execute(url("app"), question) == [("Secret",)]


# --- Migrations -----------------------------------------------------------------------------------
_WALLS = """
    SELECT 'policy', concat_ws(' ', tablename, policyname, qual, with_check)
    FROM pg_policies
    UNION SELECT 'switch', relname || relrowsecurity || relforcerowsecurity
    FROM pg_class WHERE relrowsecurity OR relforcerowsecurity
    UNION SELECT 'trigger', tgrelid::regclass || '.' || tgname
    FROM pg_trigger WHERE NOT tgisinternal
    UNION SELECT 'function', proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION SELECT 'key', conrelid::regclass || '.' || pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND pg_get_constraintdef(oid) LIKE '%(organization_id, %'
    ORDER BY 1, 2
"""


def test_the_walls_go_with_the_tables_and_come_back(url: Url, tmp_path: Path) -> None:
    before = execute(url("owner"), _WALLS)
    assert {kind for kind, _ in before} == {"policy", "switch", "trigger", "function", "key"}
    manage(tmp_path, "migrate", "tenants", "zero", database_url=url("owner"))
    assert execute(url("owner"), _WALLS) == []
    manage(tmp_path, "migrate", database_url=url("owner"))
    assert execute(url("owner"), _WALLS) == before
