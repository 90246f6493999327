"""A PostgreSQL database of a test's own with the two roles of deploy/postgres/init-roles.sh."""

import os
import secrets
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg2
from psycopg2 import sql

SCRIPT = Path(__file__).resolve().parents[2] / "deploy" / "postgres" / "init-roles.sh"

Rows = list[tuple[Any, ...]]


@contextmanager
def two_roles(superuser_url: str) -> Iterator[Callable[[str], str]]:
    """Make the database, and yield a function that returns the URL of `owner` or `app`."""
    name = f"plumbline_roles_{secrets.token_hex(4)}"
    password = secrets.token_hex(16)
    parts = urlsplit(superuser_url)
    address = f"{parts.hostname}:{parts.port or 5432}"
    execute(superuser_url, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        subprocess.run(
            [str(SCRIPT)],
            check=True,
            env={
                **os.environ,
                "PGHOST": parts.hostname or "",
                "PGPORT": str(parts.port or 5432),
                "PGPASSWORD": unquote(parts.password or ""),
                "POSTGRES_USER": parts.username or "postgres",
                "POSTGRES_DB": name,
                "PLUMBLINE_OWNER_ROLE": f"{name}_owner",
                "PLUMBLINE_APP_ROLE": f"{name}_app",
                "PLUMBLINE_OWNER_PASSWORD": password,
                "PLUMBLINE_APP_PASSWORD": password,
            },
        )
        yield lambda role: f"postgresql://{name}_{role}:{password}@{address}/{name}"
    finally:
        execute(
            superuser_url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
        )
        for role in ("owner", "app"):
            identifier = sql.Identifier(f"{name}_{role}")
            execute(superuser_url, sql.SQL("DROP ROLE IF EXISTS {}").format(identifier))


def execute(url: str, statement: sql.Composable | str) -> Rows:
    """Run a statement outside of any transaction, and return its rows."""
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
