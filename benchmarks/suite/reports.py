"""PDF reports on a workload of four lenses: how long, how many pages, how much memory."""

from typing import Any

from benchmarks.report import Budget, Row
from benchmarks.run import FEW, Run

_SECONDS = 60
_MEGABYTES = 600


def measure(run: Run) -> list[Row]:
    """Measure on the first way to run: the database has little to do with it."""
    kind = next(iter(run.installations.kinds))
    installation = run.installations.get(kind, FEW)
    measured: list[dict[str, Any]] = installation.call(
        "benchmarks.reporting",
        "measure",
        organization_id=installation.filled.organization_id,
    )
    most = max(found["megabytes"] for found in measured)
    return [
        *(_row(found) for found in measured),
        Row(
            benchmark="reports",
            what="memory of a process that wrote all of them",
            value=most,
            unit="MB",
            budget=Budget(_MEGABYTES),
        ),
    ]


def _row(found: dict[str, Any]) -> Row:
    return Row(
        benchmark="reports",
        what=f"{found['key']}, {found['pages']} pages, {found['bytes'] / 1000:.0f} kB",
        value=found["seconds"],
        unit="s",
        floor=found["html"],
        floor_name="the same content as HTML",
        ratio=found["seconds"] / found["html"],
        budget=Budget(_SECONDS),
        details=found,
    )
