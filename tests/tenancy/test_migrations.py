"""Migrations backwards and forwards on SQLite; test_postgres_roles.py does it on PostgreSQL."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.tenancy.commands import manage


def schema_of(file: Path) -> list[Any]:
    with closing(sqlite3.connect(file)) as database:
        # Django's own tables and SQLite's do not belong to the apps that go and come back.
        return database.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE tbl_name GLOB '*_*'"
            " AND substr(tbl_name, 1, instr(tbl_name, '_') - 1)"
            " IN ('tenants', 'lenses', 'workloads', 'reviews') ORDER BY 1, 2"
        ).fetchall()


def test_the_tables_of_tenants_go_and_come_back(tmp_path: Path) -> None:
    manage(tmp_path, "migrate")
    [file] = tmp_path.glob("*.sqlite3")
    before = schema_of(file)
    assert {"table", "trigger", "index"} <= {kind for kind, _name, _sql in before}
    manage(tmp_path, "migrate", "tenants", "zero")
    assert schema_of(file) == []
    manage(tmp_path, "migrate")
    assert schema_of(file) == before


@pytest.mark.django_db
def test_no_migration_is_missing(tmp_path: Path) -> None:
    assert "No changes detected" in manage(tmp_path, "makemigrations", "--check", "--dry-run")
