"""The embedded mode as a person runs it: one process, one folder."""

import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.runtime import commands
from tests.runtime.processes import address, environment, eventually, finished, running, status

pytestmark = pytest.mark.server

FREE_PORT = [*commands.SERVE, "--port", "0"]
SEND = (
    "import django; django.setup()\n"
    "import sys\n"
    "from tests.runtime.probe.tasks import leave_trace\n"
    "leave_trace.apply_async(args=[sys.argv[1], float(sys.argv[2])])\n"
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    prepare = finished(commands.PREPARE, environment(folder / "data"), folder / "log")
    assert prepare.popen.returncode == 0, prepare.output
    return folder / "data"


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "data"))


@pytest.fixture
def send(data: Path, tmp_path: Path) -> Callable[[Path, float], None]:
    """Send a task from a process of its own, as a management command would."""

    def send(trace: Path, seconds: float) -> None:
        sender = finished(
            ["python", "-c", SEND, str(trace), str(seconds)], environment(data), tmp_path / "sent"
        )
        assert sender.popen.returncode == 0, sender.output

    return send


def _words(trace: Path) -> list[str]:
    return trace.read_text(encoding="ascii").split() if trace.exists() else []


def test_it_answers_and_ends_on_sigterm_with_code_0(data: Path, tmp_path: Path) -> None:
    with running(FREE_PORT, environment(data), tmp_path / "log") as server:
        assert status(address(server)) == 200

        assert server.end(signal.SIGTERM) == 0
        assert "Traceback" not in server.output


def test_ctrl_c_is_a_quiet_end(data: Path, tmp_path: Path) -> None:
    with running(FREE_PORT, environment(data), tmp_path / "log") as server:
        address(server)

        assert server.end(signal.SIGINT) == 0
        assert len(server.output.splitlines()) == 1


def test_a_second_server_on_the_same_folder_is_refused(data: Path, tmp_path: Path) -> None:
    with running(FREE_PORT, environment(data), tmp_path / "log") as server:
        address(server)

        second = finished(FREE_PORT, environment(data), tmp_path / "second")

        assert second.popen.returncode == 1
        assert f"as process {server.popen.pid}" in second.output


def test_a_taken_port_is_named(data: Path, tmp_path: Path) -> None:
    with running(FREE_PORT, environment(data), tmp_path / "log") as server:
        port = address(server).rstrip("/").rpartition(":")[2]
        elsewhere = environment(tmp_path / "elsewhere")

        second = finished([*commands.SERVE, "--port", port], elsewhere, tmp_path / "second")

        assert second.popen.returncode == 1
        assert f"Port {port} on 127.0.0.1 is taken" in second.output
        assert "Traceback" not in second.output


def test_a_task_sent_by_another_process_runs(
    data: Path, tmp_path: Path, send: Callable[[Path, float], None]
) -> None:
    trace = tmp_path / "trace"
    with running(FREE_PORT, environment(data), tmp_path / "log") as server:
        address(server)

        send(trace, 0)

        eventually(lambda: _words(trace) == ["start", "done"], server)


def test_a_running_task_is_finished_before_the_end(
    data: Path, tmp_path: Path, send: Callable[[Path, float], None]
) -> None:
    trace = tmp_path / "trace"
    send(trace, 1)
    with running(FREE_PORT, environment(data), tmp_path / "log") as server:
        eventually(lambda: _words(trace) == ["start"], server)
        address(server)

        assert server.end(signal.SIGTERM) == 0

    assert _words(trace) == ["start", "done"]


def test_a_task_killed_with_the_process_runs_again_at_the_next_start(
    data: Path, tmp_path: Path, send: Callable[[Path, float], None]
) -> None:
    trace = tmp_path / "trace"
    send(trace, 1.5)
    with running(FREE_PORT, environment(data), tmp_path / "log") as server:
        eventually(lambda: _words(trace) == ["start"], server)
        server.end(signal.SIGKILL)

    with running(FREE_PORT, environment(data), tmp_path / "again") as server:
        eventually(lambda: _words(trace) == ["start", "start", "done"], server)


def test_preparing_again_changes_nothing(data: Path, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (data / "static").rglob("*")}

    again = finished(commands.PREPARE, environment(data), tmp_path / "log")

    assert again.popen.returncode == 0, again.output
    assert before
    assert {path: path.stat().st_mtime_ns for path in (data / "static").rglob("*")} == before
