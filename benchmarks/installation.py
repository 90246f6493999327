"""Real installations, each on data of its own, prepared, filled and served as the product is."""

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import psycopg2
import redis

from benchmarks.answering import Answers
from benchmarks.filled import Filled
from benchmarks.visitor import Visitor
from tests.runtime import commands
from tests.runtime.processes import Process, address, environment, finished, running
from tests.runtime.roles import two_roles

Kind = Literal["embedded", "production"]

NAMES: Final[dict[Kind, str]] = {
    "embedded": "SQLite, one process",
    "production": "PostgreSQL and Redis",
}


class Installation:
    """An installation that is filled, and served once somebody asks for its address."""

    def __init__(
        self,
        kind: Kind,
        variables: dict[str, str],
        folder: Path,
        stack: ExitStack,
        workloads: int,
        *,
        look_at_tables: Callable[[], None],
    ) -> None:
        self.kind = kind
        # What the database does by itself, or at the next start, after many rows came.
        self.look_at_tables = look_at_tables
        self.name = NAMES[kind]
        self._variables = variables
        self._folder = folder
        self._stack = stack
        self.filled = Filled(**self.call("benchmarks.filling", "fill", workloads=workloads))
        self.answers = Answers(self.filled)

    def call(self, module: str, function: str, **keywords: Any) -> Any:
        """Call a function in a process inside the installation; return its JSON result."""
        return _call(self._variables, self._folder, module, function, **keywords)

    @cached_property
    def server(self) -> Process:
        """The web server, ready; on the embedded database the worker is part of it."""
        if self.kind == "production":
            self._run([*commands.WORKER, "--concurrency", "1"], "worker")
        server = self._run([*commands.SERVE, "--port", "0"], "serve")
        address(server)
        return server

    def visitor(self) -> Visitor:
        """Return a signed-in owner of the organisation."""
        visitor = Visitor(address(self.server), self.filled.session_key)
        self._stack.callback(visitor.close)
        return visitor

    def get_queries(self, path: str) -> dict[str, Any]:
        """Count the queries of a page."""
        key = self.filled.session_key
        counted: dict[str, Any] = self.call(
            "benchmarks.counting", "count_get", session_key=key, path=path
        )
        return counted

    def answer_queries(self) -> dict[str, Any]:
        """Count the queries of saving an answer, after another one that warms up."""
        counted: dict[str, Any] = self.call(
            "benchmarks.counting",
            "count_answer",
            organization_id=self.filled.organization_id,
            review_id=self.filled.review_id,
            session_key=self.filled.session_key,
            forms=[self.answers.next(), self.answers.next()],
        )
        return counted

    def _run(self, command: list[str], name: str) -> Process:
        return self._stack.enter_context(
            running(command, self._variables, self._folder / f"{name}.log")
        )


def _call(
    variables: dict[str, str], folder: Path, module: str, function: str, **keywords: Any
) -> Any:
    log = folder / f"{function}.log"
    log.unlink(missing_ok=True)
    command = ["python", "-m", "benchmarks.inside", module, function, json.dumps(keywords)]
    # Filling takes its time, so the wait has no end of its own.
    with running(command, variables, log) as process:
        process.popen.wait()
    if process.popen.returncode:
        raise RuntimeError(f"{module}.{function} failed:\n{process.output}")
    return json.loads(process.output.splitlines()[-1])


class Installations:
    """The installations of one run, made when first asked for and kept until its end."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self._stack = stack
        self._made: dict[tuple[Kind, int], Installation] = {}
        self.postgres_url = os.environ.get("PLUMBLINE_TEST_POSTGRES_URL")
        self.redis_url = os.environ.get("PLUMBLINE_TEST_REDIS_URL")

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The ways to run that can be measured here."""
        return ("embedded", "production") if self.postgres_url and self.redis_url else ("embedded",)

    def get(self, kind: Kind, workloads: int) -> Installation:
        """Return an installation whose organisation has so many workloads."""
        if (kind, workloads) not in self._made:
            self._made[kind, workloads] = self._make(kind, workloads, f"{kind}-{workloads}")
        return self._made[kind, workloads]

    def fresh(self, kind: Kind, workloads: int) -> Installation:
        """Return an installation of one's own, whose server nobody has asked for anything."""
        return self._make(kind, workloads, f"{kind}-{workloads}-{secrets.token_hex(4)}")

    def _make(self, kind: Kind, workloads: int, name: str) -> Installation:
        folder = self.folder / name
        folder.mkdir()
        make = self._embedded if kind == "embedded" else self._production
        return make(folder, workloads)

    def _embedded(self, folder: Path, workloads: int) -> Installation:
        shutil.copytree(self._prepared_data, folder / "data")
        variables = _variables(folder / "data")
        return Installation(
            "embedded",
            variables,
            folder,
            self._stack,
            workloads,
            look_at_tables=lambda: prepare(variables, folder),
        )

    @cached_property
    def _prepared_data(self) -> Path:
        prepare(_variables(self.folder / "prepared"), self.folder)
        return self.folder / "prepared"

    def _production(self, folder: Path, workloads: int) -> Installation:
        assert self.postgres_url
        assert self.redis_url
        url_of = self._stack.enter_context(two_roles(self.postgres_url))
        prefix = self._stack.enter_context(_own_keys(self.redis_url))
        common = {
            "PLUMBLINE_REDIS_URL": self.redis_url,
            "PLUMBLINE_SECRET_KEY": secrets.token_urlsafe(50),
            "BENCHMARK_KEY_PREFIX": prefix,
        }
        data = folder / "data"
        prepare(_variables(data, PLUMBLINE_DATABASE_URL=url_of("owner"), **common), folder)
        variables = _variables(data, PLUMBLINE_DATABASE_URL=url_of("app"), **common)
        postgres_url, owner_url = self.postgres_url, url_of("owner")
        installation = Installation(
            "production",
            variables,
            folder,
            self._stack,
            workloads,
            look_at_tables=lambda: _analyze(postgres_url, owner_url),
        )
        installation.look_at_tables()
        return installation


def _variables(data: Path, **more: str) -> dict[str, str]:
    return environment(data, DJANGO_SETTINGS_MODULE="benchmarks.settings", **more)


def prepare(variables: dict[str, str], folder: Path) -> None:
    """Run `manage.py prepare` without the demo."""
    process = finished([*commands.PREPARE, "--no-demo"], variables, folder / "prepare.log")
    if process.popen.returncode:
        raise RuntimeError(f"prepare failed:\n{process.output}")


@contextmanager
def _own_keys(redis_url: str) -> Iterator[str]:
    prefix = f"benchmark-{secrets.token_hex(4)}-"
    try:
        yield prefix
    finally:
        with redis.Redis.from_url(redis_url) as server:
            # Celery puts a prefix before its keys, Django before or behind a colon.
            for key in server.scan_iter(f"*{prefix}*"):
                server.delete(key)


def _analyze(superuser_url: str, owner_url: str) -> None:
    # What autovacuum does within a minute of such a change.
    superuser, owner = urlsplit(superuser_url), urlsplit(owner_url)
    database = superuser._replace(path=owner.path).geturl()
    connection = psycopg2.connect(database)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    finally:
        connection.close()
