"""The portfolio of many workloads with three lenses each, against one of a hundred."""

from typing import Any

from benchmarks.installation import Installation, Kind
from benchmarks.measuring import compare
from benchmarks.report import Budget, Row, query_row
from benchmarks.run import Run

_HUNDRED = 100
_THOUSAND = 1_000
_PAGES = {
    "whole": "",
    "of one team": "?tag=team%3DTeam+7",
    "of production": "?environment=PRODUCTION",
}
_BUDGETS = {"whole": Budget(2, of="ratio")}
_REPORT_SECONDS = 60
_REPORT_MEGABYTES = 600


def measure(run: Run) -> list[Row]:
    """Measure each way to run: servers with a database of their own for each size.

    Only the whole portfolio has a budget: a filter counts what it leaves, which may be all.
    """
    found = []
    for kind in run.installations.kinds:
        hundred = _filled(run, kind, _HUNDRED)
        for number in dict.fromkeys((_THOUSAND, run.many)):
            many = _filled(run, kind, number)
            for name, query in _PAGES.items():
                found.append(_against_hundred(run, hundred, many, name, query))
        what = f"queries of the portfolio ({many.name})"
        found.append(query_row("portfolio", what, many.get_queries(many.filled.path("")), 20))
        found += _reports(many)
    return found


def _reports(many: Installation) -> list[Row]:
    """Measure what a worker takes to write each report on all workloads, and its memory."""
    measured: list[dict[str, Any]] = many.call(
        "benchmarks.reporting",
        "measure_portfolio",
        organization_id=many.filled.organization_id,
    )
    of_all = f"of {many.filled.workloads:,} workloads ({many.name})"
    return [
        *(
            Row(
                benchmark="portfolio",
                what=f"{each['key']} {of_all}, {each['bytes'] / 1000:.0f} kB",
                value=each["seconds"],
                unit="s",
                budget=Budget(_REPORT_SECONDS),
                details=each,
            )
            for each in measured
        ),
        Row(
            benchmark="portfolio",
            what=f"memory of a process that wrote all three reports {of_all}",
            value=max(each["megabytes"] for each in measured),
            unit="MB",
            budget=Budget(_REPORT_MEGABYTES),
        ),
    ]


def _filled(run: Run, kind: Kind, number: int) -> Installation:
    # Of its own: more lenses would make the others' figures others.
    installation = run.installations.fresh(kind, number)
    installation.call(
        "benchmarks.portfolio_filling",
        "add_lenses_and_milestones",
        organization_id=installation.filled.organization_id,
    )
    installation.look_at_tables()
    return installation


def _against_hundred(
    run: Run, hundred: Installation, many: Installation, name: str, query: str
) -> Row:
    few_visitor, many_visitor = hundred.visitor(), many.visitor()
    few_path, many_path = (each.filled.path(query) for each in (hundred, many))
    comparison = compare(
        lambda: few_visitor.get(few_path).seconds,
        lambda: many_visitor.get(many_path).seconds,
        rounds=run.rounds,
        times=max(3, run.times // 3),
    )
    what = f"portfolio of {many.filled.workloads:,} workloads, {name} ({many.name})"
    return comparison.row("portfolio", what, f"of {_HUNDRED}", _BUDGETS.get(name))
