"""`make bench`: measure, print a table, keep the figures."""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import django

from benchmarks import report
from benchmarks.installation import NAMES, Installations
from benchmarks.report import Row
from benchmarks.run import Run
from benchmarks.suite import (
    answer,
    evaluation,
    impact,
    importing,
    linting,
    many_workloads,
    memory,
    milestone,
    minor_version,
    palette,
    portfolio,
    reports,
    review_page,
    solver,
    starting,
    streams,
    workload_list,
)

_RESULTS = Path(__file__).resolve().parent / "results"

SUITE: Final[dict[str, Callable[[Run], list[Row]]]] = {
    "evaluation": evaluation.measure,
    "importing": importing.measure,
    "linting": linting.measure,
    "solver": solver.measure,
    "answer": answer.measure,
    "many_workloads": many_workloads.measure,
    "review_page": review_page.measure,
    "milestone": milestone.measure,
    "minor_version": minor_version.measure,
    "reports": reports.measure,
    "impact": impact.measure,
    "workload_list": workload_list.measure,
    "portfolio": portfolio.measure,
    "palette": palette.measure,
    "streams": streams.measure,
    "memory": memory.measure,
    "starting": starting.measure,
}


def main(arguments: list[str]) -> int:
    """Run the chosen benchmarks; return 1 when `--check` finds a figure over its budget."""
    options = _options(arguments)
    # A run that is told to end takes its servers, databases and folders with it.
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(128 + signal.SIGTERM))
    rows: list[Row] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="plumbline-bench-")))
        # Of its own, so that the servers are gone before their folder is.
        servers = stack.enter_context(ExitStack())
        run = Run(Installations(folder, servers), is_quick=options.quick)
        facts = _facts(run)
        _set_up_django(folder)
        try:
            _measure(run, options.only or list(SUITE), rows)
        finally:
            # What was measured is kept, whatever became of the rest.
            _tell(rows, facts, options.output)
    is_over = any(row.verdict == report.OVER for row in rows)
    return int(options.check and is_over)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, fewer rows: minutes")
    parser.add_argument("--check", action="store_true", help="exit with 1 when over a budget")
    parser.add_argument("--only", nargs="+", choices=SUITE, metavar="NAME", help=", ".join(SUITE))
    parser.add_argument("--output", type=Path, default=_RESULTS, help="folder of the JSON files")
    return parser.parse_args(arguments)


def _set_up_django(folder: Path) -> None:
    # Some rules are measured in this process; they translate, and touch no database.
    os.environ["PLUMBLINE_DATA_DIR"] = str(folder / "own")
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()


def _measure(run: Run, names: list[str], rows: list[Row]) -> None:
    for name in names:
        began = time.monotonic()
        print(f"{name} …", file=sys.stderr, end=" ", flush=True)
        rows += SUITE[name](run)
        print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)


def _tell(rows: list[Row], facts: dict[str, Any], folder: Path) -> None:
    print(report.table(rows))
    path = report.write(folder, rows, facts)
    print(f"\n{_summary(rows)} Machine: {_machine(facts)}\nAll figures: {path}")


def _facts(run: Run) -> dict[str, Any]:
    databases = [NAMES[kind] for kind in run.installations.kinds]
    return {"quick": run.is_quick, "machine": {**report.machine(), "databases": databases}}


def _summary(rows: list[Row]) -> str:
    over = [row.what for row in rows if row.verdict == report.OVER]
    return f"Over budget: {'; '.join(over)}." if over else "All budgets are kept."


def _machine(facts: dict[str, Any]) -> str:
    known = facts["machine"]
    return (
        f"{known['cores']} cores, Python {known['python']}, {' and '.join(known['databases'])}, "
        f"load {known['load'][0]} at the start."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
