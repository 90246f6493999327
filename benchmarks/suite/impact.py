"""The impact of a draft on many reviews, against reading their answers."""

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
        "benchmarks.impact",
        "measure",
        organization_id=installation.filled.organization_id,
        reviews=reviews,
    )
    return Row(
        benchmark="impact",
        what=f"impact on {reviews:,} reviews, {measured['answers']:,} answers "
        f"({installation.name})",
        value=reviews / measured["seconds"],
        unit="a second",
        floor=reviews / measured["floor"],
        floor_name="answers only read",
        ratio=measured["seconds"] / measured["floor"],
        budget=Budget(1_000, at_least=True),
        details={"touched": measured["touched"], "memory_mb": round(measured["memory"], 1)},
    )
