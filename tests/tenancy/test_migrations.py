"""Migrations backwards and forwards on SQLite; test_postgres_roles.py does it on PostgreSQL."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from tests.tenancy.commands import manage


def schema_of(file: Path) -> list[Any]:
    with closing(sqlite3.connect(file)) as database:
        # Django's own tables and SQLite's do not belong to the apps that go and come back.
        return database.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE tbl_name GLOB '*_*'"
            " AND substr(tbl_name, 1, instr(tbl_name, '_') - 1)"
            " IN ('tenants', 'lenses', 'workloads', 'reviews', 'improvement') ORDER BY 1, 2"
        ).fetchall()


@pytest.fixture
def migrated(tmp_path: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Path:
    """A file with what the run of the tests migrated already: once more takes five seconds."""
    file = tmp_path / "plumbline.sqlite3"
    with django_db_blocker.unblock():
        # Outside of a transaction: in one the copy would wait for its end.
        assert not connection.in_atomic_block
        connection.ensure_connection()
        with closing(sqlite3.connect(file)) as copy:
            connection.connection.backup(copy)
    return file


@pytest.mark.skipif(connection.vendor != "sqlite", reason="test_postgres_roles.py does it there")
def test_the_tables_of_tenants_go_and_come_back(tmp_path: Path, migrated: Path) -> None:
    file = migrated
    before = schema_of(file)
    assert {"table", "trigger", "index"} <= {kind for kind, _name, _sql in before}
    manage(tmp_path, "migrate", "tenants", "zero")
    assert schema_of(file) == []
    manage(tmp_path, "migrate")
    assert schema_of(file) == before
    assert list(tmp_path.glob("*.sqlite3")) == [file]


@pytest.mark.django_db
def test_no_migration_is_missing(tmp_path: Path) -> None:
    assert "No changes detected" in manage(tmp_path, "makemigrations", "--check", "--dry-run")
