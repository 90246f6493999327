"""docker-compose.yml in miniature: its commands, its two roles, a real PostgreSQL and Redis."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests import services
from tests.runtime import commands
from tests.runtime.processes import (
    Process,
    address,
    environment,
    eventually,
    finished,
    running,
    status,
)
from tests.runtime.roles import two_roles

pytestmark = [pytest.mark.redis, pytest.mark.server]

SEND = (
    "import django; django.setup()\n"
    "import sys\n"
    "from tests.runtime.probe.tasks import leave_trace\n"
    "leave_trace.delay(sys.argv[1])\n"
)


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, str]]]:
    """Return the environments of the services, by role, on a migrated database."""
    superuser_url = os.environ.get("PLUMBLINE_TEST_POSTGRES_URL")
    if not superuser_url:
        pytest.skip("PLUMBLINE_TEST_POSTGRES_URL is not set")
    redis_url = services.redis_url() or ""
    with redis.Redis.from_url(redis_url) as server:
        server.delete("celery", "unacked", "unacked_index")
    folder = tmp_path_factory.mktemp("production")
    with two_roles(superuser_url) as url:
        roles = {
            role: environment(
                folder / "data",
                PLUMBLINE_DATABASE_URL=url(role),
                PLUMBLINE_REDIS_URL=redis_url,
                PLUMBLINE_SECRET_KEY="only-for-tests" * 4,
                PLUMBLINE_ALLOWED_HOSTS="127.0.0.1",
                PLUMBLINE_LOG_LEVEL="INFO",
            )
            for role in ("owner", "app")
        }
        prepare = finished([*commands.PREPARE, "--no-demo"], roles["owner"], folder / "log")
        assert prepare.popen.returncode == 0, prepare.output
        yield roles


def test_the_web_server_is_healthy_and_ends_cleanly(
    environments: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    variables = environments["app"]
    with running([*commands.SERVE, "--port", "0"], variables, tmp_path / "log") as server:
        url = address(server)
        health = ["python", "deploy/healthcheck.py", f"{url}health/ready"]

        assert status(url) == 200
        assert finished(health, variables, tmp_path / "health").popen.returncode == 0
        assert server.end(signal.SIGTERM) == 0


def test_the_health_check_fails_when_nothing_answers(tmp_path: Path) -> None:
    health = ["python", "deploy/healthcheck.py", "http://127.0.0.1:9/health/ready"]

    assert finished(health, environment(tmp_path), tmp_path / "log").popen.returncode == 1


@pytest.mark.parametrize("command", [commands.SERVE, commands.WORKER])
def test_nothing_serves_as_a_role_that_row_level_security_does_not_bind(
    environments: dict[str, dict[str, str]], tmp_path: Path, command: list[str]
) -> None:
    refused = finished(command, environments["owner"], tmp_path / "log")

    assert refused.popen.returncode != 0
    assert "PLUMBLINE_DATABASE_URL" in refused.output


def test_a_worker_runs_a_task_and_beat_runs_beside_it(
    environments: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    variables, trace = environments["app"], tmp_path / "trace"
    with (
        running(commands.WORKER, variables, tmp_path / "worker") as worker,
        running(commands.BEAT, variables, tmp_path / "beat") as beat,
    ):
        sender = finished(["python", "-c", SEND, str(trace)], variables, tmp_path / "sent")
        assert sender.popen.returncode == 0, sender.output

        eventually(lambda: trace.exists() and "done" in trace.read_text(), worker)
        eventually(lambda: "beat: Starting" in beat.output, beat)
        assert _pings(variables, tmp_path)
        assert worker.end(signal.SIGTERM) == 0
        assert beat.end(signal.SIGTERM) == 0


def _pings(variables: dict[str, str], folder: Path) -> bool:
    ping: Process = finished(
        ["celery", "-A", "config", "inspect", "ping"], variables, folder / "ping"
    )
    return ping.popen.returncode == 0
