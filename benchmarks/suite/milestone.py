"""Saving a milestone of four lenses, and comparing two."""

from typing import Any

from benchmarks.report import Budget, Row, query_row
from benchmarks.run import FEW, Run


def measure(run: Run) -> list[Row]:
    """Measure each way to run; size and comparison are the same in both."""
    found: list[Row] = []
    for kind in run.installations.kinds:
        installation = run.installations.get(kind, FEW)
        measured: dict[str, Any] = installation.call(
            "benchmarks.milestones",
            "measure",
            organization_id=installation.filled.organization_id,
            session_key=installation.filled.session_key,
            rounds=run.rounds,
        )
        what = f"queries of saving it, by form ({installation.name})"
        counted = query_row("milestone", what, measured["queries"], 30)
        found += [counted] if found else [*_pure(measured), counted]
    return found


def _pure(measured: dict[str, Any]) -> list[Row]:
    return [
        Row(
            benchmark="milestone",
            what=f"milestone of 4 lenses, {measured['answers']} answers",
            value=measured["stored"] / 1000,
            unit="kB",
            floor=measured["plain"] / 1000,
            floor_name="as plain JSON",
            ratio=measured["stored"] / measured["plain"],
            budget=Budget(15),
        ),
        Row(
            benchmark="milestone",
            what=f"two of them compared, {measured['changes']} questions differ",
            value=measured["compare"] * 1000,
            unit="ms",
            floor=measured["parse"] * 1000,
            floor_name="json.loads of both",
            ratio=measured["ratio"],
            budget=Budget(50),
        ),
    ]
