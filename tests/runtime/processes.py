"""Starting the product's commands as real processes, each on data of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90  # seconds until something that should happen counts as never happening


class Process:
    """A command with its output in a file."""

    def __init__(self, command: list[str], environment: Mapping[str, str], log: Path) -> None:
        program, *arguments = command
        self.log = log
        with log.open("ab") as file:
            self.popen = subprocess.Popen(
                [str(Path(sys.executable).parent / program), *arguments],
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )

    @property
    def output(self) -> str:
        """Everything printed so far."""
        return self.log.read_text(encoding="utf-8")

    def end(self, signal_number: int = signal.SIGTERM) -> int:
        """Send a signal, wait, and return the exit code."""
        self.popen.send_signal(signal_number)
        return self.popen.wait(PATIENCE)


@contextmanager
def running(command: list[str], environment: Mapping[str, str], log: Path) -> Iterator[Process]:
    """Run a command in the background during the body, and kill what is left of it after."""
    process = Process(command, environment, log)
    try:
        yield process
    finally:
        process.popen.kill()
        process.popen.wait(PATIENCE)


def finished(command: list[str], environment: Mapping[str, str], log: Path) -> Process:
    """Run a command to its end."""
    with running(command, environment, log) as process:
        process.popen.wait(4 * PATIENCE)
        return process


def eventually(condition: Callable[[], bool], process: Process) -> None:
    """Wait until the condition holds; fail with the output when it does not in time."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, process.output
        assert process.popen.poll() is None, process.output
        time.sleep(0.05)


def address(process: Process) -> str:
    """Wait until a server is ready and return where it can be reached."""
    ready = "Plumbline is ready at "
    eventually(lambda: ready in process.output, process)
    return process.output.split(ready, 1)[1].split()[0]


def status(url: str) -> int:
    """Return the status code of a GET, redirects followed."""
    with urlopen(url, timeout=PATIENCE) as response:
        code: int = response.status
        return code


def environment(data: Path, **variables: str) -> dict[str, str]:
    """Return an environment that holds nothing of Plumbline's but what is given."""
    clean = {name: value for name, value in os.environ.items() if not _is_ours(name)}
    return {
        **clean,
        "DJANGO_SETTINGS_MODULE": "tests.runtime.probe.settings",
        "PLUMBLINE_DATA_DIR": str(data),
        "PLUMBLINE_LOG_LEVEL": "WARNING",
        "PYTHONUNBUFFERED": "1",
        **variables,
    }


def _is_ours(name: str) -> bool:
    return name.startswith(("PLUMBLINE_", "DJANGO_"))
