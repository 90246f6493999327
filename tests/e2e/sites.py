"""Real installations for browser tests: the embedded one, and the production one in miniature."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
import redis

from tests import services
from tests.runtime import commands
from tests.runtime.processes import Process, address, environment, finished, running
from tests.runtime.roles import two_roles

PASSWORD = "a long and quiet password"


@dataclass(frozen=True)
class SignIn:
    """Who can sign in on a site; on one without anybody, who is going to sign up."""

    email: str
    password: str
    has_signed_up: bool


class Site(Protocol):
    """An installation that can be visited, killed and started again."""

    sign_in: SignIn

    @property
    def url(self) -> str:
        """Its address, without the last slash."""

    def kill_and_restart(self) -> None:
        """End the server as a power cut would, and start it again at the same address."""


class Server:
    """A site whose web process runs in the background."""

    def __init__(self, variables: dict[str, str], folder: Path, sign_in: SignIn) -> None:
        self.variables = variables
        self.folder = folder
        self.sign_in = sign_in
        self.url = ""
        self._stack = ExitStack()
        self._process: Process | None = None

    def start(self, port: str = "0") -> None:
        """Start the web process and wait until it answers."""
        command = [*commands.SERVE, "--port", port]
        # A log of its own for each start: the address is read from it.
        log = self.folder / f"log-{len(list(self.folder.glob('log-*')))}"
        self._process = self._stack.enter_context(running(command, self.variables, log))
        self.url = address(self._process).rstrip("/")

    def kill_and_restart(self) -> None:
        """See Site."""
        assert self._process is not None
        self._process.end(signal.SIGKILL)
        self.start(port=self.url.rpartition(":")[2])

    def stop(self) -> None:
        """End what is running."""
        self._stack.close()


@contextmanager
def embedded_site(folder: Path) -> Iterator[Server]:
    """Yield what `make run` shows on a first start: one process, and the demo."""
    variables = environment(folder / "data", DJANGO_SETTINGS_MODULE="config.settings")
    prepare = finished(commands.PREPARE, variables, folder / "prepare")
    assert prepare.popen.returncode == 0, prepare.output
    known = json.loads((folder / "data" / "demo-sign-in.json").read_text(encoding="utf-8"))
    site = Server(variables, folder, SignIn(known["email"], known["password"], True))
    try:
        site.start()
        yield site
    finally:
        site.stop()


@contextmanager
def production_site(folder: Path) -> Iterator[Server]:
    """Yield web and worker on PostgreSQL (as the restricted role) and Redis, with nobody there."""
    superuser_url = os.environ.get("PLUMBLINE_TEST_POSTGRES_URL")
    if not superuser_url:
        pytest.skip("PLUMBLINE_TEST_POSTGRES_URL is not set")
    redis_url = services.redis_url() or ""
    with redis.Redis.from_url(redis_url) as server:
        server.flushdb()
    with two_roles(superuser_url) as url:
        variables = {
            role: environment(
                folder / "data",
                DJANGO_SETTINGS_MODULE="config.settings",
                PLUMBLINE_DATABASE_URL=url(role),
                PLUMBLINE_REDIS_URL=redis_url,
                PLUMBLINE_SECRET_KEY="only-for-tests" * 4,
            )
            for role in ("owner", "app")
        }
        prepare = finished([*commands.PREPARE, "--no-demo"], variables["owner"], folder / "prepare")
        assert prepare.popen.returncode == 0, prepare.output
        site = Server(variables["app"], folder, SignIn("lead@example.com", PASSWORD, False))
        with running(commands.WORKER, variables["app"], folder / "worker"):
            try:
                site.start()
                yield site
            finally:
                site.stop()
