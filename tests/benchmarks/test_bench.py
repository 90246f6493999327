"""The benchmarks run, and say what they found. How fast anything is, is no matter for tests."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.report import NONE, OVER, WITHIN, Budget, Comparison, Row, table

ROOT = Path(__file__).resolve().parents[2]


def _bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_run_prints_a_table_and_keeps_its_figures(tmp_path: Path) -> None:
    run = _bench("--quick", "--only", "evaluation", "--output", str(tmp_path))

    assert run.returncode == 0, run.stderr
    [path] = tmp_path.glob("*.json")
    result = json.loads(path.read_text(encoding="utf-8"))
    assert [row["benchmark"] for row in result["rows"]] == ["evaluation"] * 3
    assert {"cores", "python", "databases", "load"} <= result["machine"].keys()
    assert all(row["what"] in run.stdout for row in result["rows"])
    assert str(path) in run.stdout


def test_an_unknown_benchmark_is_refused() -> None:
    run = _bench("--only", "nothing")

    assert run.returncode == 2
    assert "evaluation" in run.stderr


@pytest.mark.parametrize(
    ("budget", "verdict"),
    [
        (None, NONE),
        (Budget(5), WITHIN),
        (Budget(4.9), OVER),
        (Budget(5, at_least=True), WITHIN),
        (Budget(5.1, at_least=True), OVER),
        (Budget(2, of="ratio"), WITHIN),
        (Budget(1.9, of="ratio"), OVER),
    ],
)
def test_a_figure_on_its_bound_is_within_budget(budget: Budget | None, verdict: str) -> None:
    row = Row(benchmark="any", what="Any", value=5, unit="ms", ratio=2, budget=budget)

    assert row.verdict == verdict
    assert ("over budget" in table([row])) == (verdict == OVER)


def test_the_ratio_is_the_median_of_the_rounds() -> None:
    # The second round was slow for both: as a round it says what the others say.
    comparison = Comparison(floors=(1.0, 10.0, 1.0), values=(2.0, 20.0, 3.0))

    assert comparison.ratio == 2.0
    assert comparison.floor == 1.0
