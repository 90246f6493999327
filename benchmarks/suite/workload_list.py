"""The list of an organisation with many workloads, against one with a hundred."""

from benchmarks.installation import Installation
from benchmarks.measuring import compare
from benchmarks.report import Budget, Row, query_row
from benchmarks.run import Run

_HUNDRED = 100
_ORDERS = {"by name": "", "by high risks": "?sort=-high", "searched": "?q=team+7"}


def measure(run: Run) -> list[Row]:
    """Measure each way to run: two servers, each with a database of its own."""
    found = []
    for kind in run.installations.kinds:
        hundred, many = (run.installations.get(kind, number) for number in (_HUNDRED, run.many))
        for order, query in _ORDERS.items():
            found.append(_against_hundred(run, hundred, many, order, query))
        path = many.filled.path(f"workloads/{_ORDERS['by high risks']}")
        what = f"queries of the list by high risks ({many.name})"
        found.append(query_row("workload_list", what, many.get_queries(path), 20))
    return found


def _against_hundred(
    run: Run, hundred: Installation, many: Installation, order: str, query: str
) -> Row:
    few_visitor, many_visitor = hundred.visitor(), many.visitor()
    few_path, many_path = (each.filled.path(f"workloads/{query}") for each in (hundred, many))
    comparison = compare(
        lambda: few_visitor.get(few_path).seconds,
        lambda: many_visitor.get(many_path).seconds,
        rounds=run.rounds,
        times=max(3, run.times // 3),
    )
    what = f"list of {run.many:,} workloads {order} ({many.name})"
    return comparison.row("workload_list", what, f"of {_HUNDRED}", Budget(2, of="ratio"))
