"""The first start and the next, against a process that only loads the product."""

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.measuring import compare
from benchmarks.report import Budget, Row
from benchmarks.run import Run
from tests.runtime import commands
from tests.runtime.processes import address, environment, finished, running, status

_LOAD = "import django; django.setup(); import config.asgi"


def measure(run: Run) -> list[Row]:
    """Measure `make run` with its packages installed: prepare, serve, and the first page."""
    rounds = 1 if run.is_quick else 3
    folders = [run.installations.folder / f"start-{number}" for number in range(rounds + 1)]
    return [
        _row(run, "first start, to the first page", folders, Budget(30)),
        _row(run, "next start", folders, Budget(4)),
    ]


def _row(run: Run, what: str, folders: list[Path], budget: Budget) -> Row:
    waiting = iter(folders)
    comparison = compare(
        lambda: _load(run.installations.folder),
        lambda: _start(next(waiting)),
        rounds=len(folders) - 1,
        times=1,
    )
    return Row(
        benchmark="starting",
        what=what,
        value=comparison.value,
        unit="s",
        floor=comparison.floor,
        floor_name="loading the product",
        ratio=comparison.ratio,
        budget=budget,
        details={"seconds": comparison.values},
    )


def _start(folder: Path) -> float:
    folder.mkdir(exist_ok=True)
    variables = environment(folder / "data", DJANGO_SETTINGS_MODULE="config.settings")
    began = time.perf_counter()
    prepared = finished(commands.PREPARE, variables, folder / "prepare.log")
    if prepared.popen.returncode:
        raise RuntimeError(prepared.output)
    log = folder / "serve.log"
    log.unlink(missing_ok=True)
    with running([*commands.SERVE, "--port", "0"], variables, log) as server:
        if status(address(server)) != 200:
            raise RuntimeError(server.output)
        seconds = time.perf_counter() - began
        server.end()
    return seconds


def _load(folder: Path) -> float:
    variables = environment(folder / "load", DJANGO_SETTINGS_MODULE="config.settings")
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", _LOAD], env=variables, check=True)
    return time.perf_counter() - began
