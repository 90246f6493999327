"""Saving an answer, against one authenticated UPDATE through the same server."""

from benchmarks.installation import Installation
from benchmarks.measuring import compare
from benchmarks.report import Budget, Row, query_row
from benchmarks.run import FEW, SETTLE, Run


def measure(run: Run) -> list[Row]:
    """Measure each way to run."""
    found = []
    for kind in run.installations.kinds:
        installation = run.installations.get(kind, FEW)
        found.append(_against_update(run, installation))
        what = f"queries of an answer ({installation.name})"
        found.append(query_row("answer", what, installation.answer_queries(), 12))
    return found


def _against_update(run: Run, installation: Installation) -> Row:
    filled, visitor = installation.filled, installation.visitor()
    update = filled.path(f"floor/update/{filled.workload_id}/")
    comparison = compare(
        lambda: visitor.post(update, "").seconds,
        lambda: installation.answers.send(visitor),
        rounds=run.rounds,
        times=run.times,
        settle=SETTLE,
    )
    return comparison.row(
        "answer",
        f"answer saved, 57 questions ({installation.name})",
        "one UPDATE",
        Budget(2.5, of="ratio"),
    )
