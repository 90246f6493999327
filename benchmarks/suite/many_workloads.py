"""The same answer in an organisation with many workloads, against one with two."""

from benchmarks.installation import Installation
from benchmarks.measuring import compare
from benchmarks.report import Budget, Row, query_row
from benchmarks.run import FEW, SETTLE, Run


def measure(run: Run) -> list[Row]:
    """Measure each way to run: two servers, each with a database of its own."""
    found = []
    for kind in run.installations.kinds:
        few, many = (run.installations.get(kind, number) for number in (FEW, run.many))
        found.append(_against_few(run, few, many))
        what = f"queries of that answer ({many.name})"
        found.append(query_row("many_workloads", what, many.answer_queries(), 12))
    return found


def _against_few(run: Run, few: Installation, many: Installation) -> Row:
    few_visitor, many_visitor = few.visitor(), many.visitor()
    comparison = compare(
        lambda: few.answers.send(few_visitor),
        lambda: many.answers.send(many_visitor),
        rounds=run.rounds,
        times=run.times,
        settle=SETTLE,
    )
    what = f"answer among {run.many:,} workloads ({many.name})"
    return comparison.row("many_workloads", what, f"among {FEW}", Budget(1.2, of="ratio"))
