"""The command palette of an organisation with a thousand workloads, a key pressed at a time."""

import statistics
from typing import Final

from benchmarks.installation import Installation
from benchmarks.report import Budget, Row, query_row
from benchmarks.run import Run

_WORKLOADS: Final = 1_000
_BUDGET: Final = 100  # milliseconds
# What somebody types: a name that many have, letters of a question, and what fits nothing.
_QUERIES: Final = {"a name": "serv 07", "letters in order": "gtlp", "nothing that fits": "zqxj"}


def measure(run: Run) -> list[Row]:
    """Measure each way to run, on the page of a review: the questions are searched as well."""
    found = []
    for kind in run.installations.kinds:
        installation = run.installations.get(kind, _WORKLOADS)
        found += [_answered(run, installation, what, query) for what, query in _QUERIES.items()]
        path = _address(installation, _QUERIES["a name"])
        what = f"queries of the palette ({installation.name})"
        found.append(query_row("palette", what, installation.get_queries(path), 20))
    return found


def _address(installation: Installation, query: str) -> str:
    filled = installation.filled
    typed = query.replace(" ", "+")
    return filled.path(f"palette/?q={typed}&workload={filled.workload_id}")


def _answered(run: Run, installation: Installation, what: str, query: str) -> Row:
    visitor = installation.visitor()
    path = _address(installation, query)
    visitor.get(path)  # compiles the lens
    seconds = [visitor.get(path).seconds for _time in range(run.rounds * run.times)]
    slices = statistics.quantiles(seconds, n=20)
    return Row(
        benchmark="palette",
        what=f"palette over {_WORKLOADS:,} workloads, {what} ({installation.name})",
        value=statistics.median(seconds) * 1000,
        unit="ms",
        note=f"of twenty the slowest {slices[-1] * 1000:.0f} ms",
        budget=Budget(_BUDGET),
        details={"slowest_of_twenty": slices[-1] * 1000},
    )
