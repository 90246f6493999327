"""A minor version applied to many reviews, against one UPDATE for each."""

from typing import Any

from benchmarks.report import Budget, Row
from benchmarks.run import FEW, Run


def measure(run: Run) -> list[Row]:
    """Measure each way to run, in one process: one worker."""
    reviews = 1_000 if run.is_quick else 10_000
    return [_row(run, kind, reviews) for kind in run.installations.kinds]


def _row(run: Run, kind: Any, reviews: int) -> Row:
    installation = run.installations.get(kind, FEW)
    measured: dict[str, Any] = installation.call(
        "benchmarks.upgrading",
        "measure",
        organization_id=installation.filled.organization_id,
        reviews=reviews,
    )
    return Row(
        benchmark="minor_version",
        what=f"minor version applied to {measured['applied']:,} reviews ({installation.name})",
        value=measured["applied"] / measured["seconds"],
        unit="a second",
        floor=reviews / measured["floor"],
        floor_name="one UPDATE each",
        ratio=measured["seconds"] / measured["floor"],
        budget=Budget(1_000, at_least=True),
    )
