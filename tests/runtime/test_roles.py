"""deploy/postgres/init-roles.sh, run on a real server: what each of the two roles may do."""

import os
from collections.abc import Callable, Iterator

import pytest
from psycopg2 import errors

from tests.runtime.roles import Rows, execute, two_roles

pytestmark = pytest.mark.postgres

Execute = Callable[[str, str], Rows]


@pytest.fixture(scope="module")
def run() -> Iterator[Execute]:
    """Return a function that runs a statement as one of the roles."""
    with two_roles(os.environ["PLUMBLINE_TEST_POSTGRES_URL"]) as url:
        yield lambda role, statement: execute(url(role), statement)


@pytest.mark.parametrize(("role", "bypasses"), [("owner", True), ("app", False)])
def test_no_role_is_more_than_it_must_be(run: Execute, role: str, bypasses: bool) -> None:
    question = (
        "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls "
        "FROM pg_roles WHERE rolname = current_user"
    )

    assert run(role, question) == [(False, False, False, False, bypasses)]


def test_the_app_role_works_on_rows_of_tables_the_owner_makes(run: Execute) -> None:
    run("owner", "CREATE TABLE lens (id bigserial PRIMARY KEY, name text)")

    run("app", "INSERT INTO lens (name) VALUES ('a')")
    run("app", "UPDATE lens SET name = 'b'")

    assert run("app", "SELECT name FROM lens") == [("b",)]
    run("app", "DELETE FROM lens")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE SCHEMA mine",
        "TRUNCATE guarded",
        "ALTER TABLE guarded DISABLE ROW LEVEL SECURITY",
        "DROP TABLE guarded",
        "SET ROLE postgres",
    ],
)
def test_the_app_role_cannot_change_the_tables(run: Execute, statement: str) -> None:
    run("owner", "CREATE TABLE IF NOT EXISTS guarded (id int)")

    with pytest.raises(errors.InsufficientPrivilege):
        run("app", statement)


def test_row_level_security_binds_the_app_role_only(run: Execute) -> None:
    run(
        "owner",
        "CREATE TABLE secret (id int); INSERT INTO secret VALUES (1); "
        "ALTER TABLE secret ENABLE ROW LEVEL SECURITY; ALTER TABLE secret FORCE ROW LEVEL SECURITY",
    )

    assert run("app", "SELECT id FROM secret") == []
    assert run("owner", "SELECT id FROM secret") == [(1,)]
