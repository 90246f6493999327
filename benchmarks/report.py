"""One row a figure, printed as a table and written as JSON."""

import json
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

WITHIN, OVER, NONE = "within budget", "over budget", "no budget"


@dataclass(frozen=True, slots=True)
class Budget:
    """What a figure may be: the ``ratio`` to the floor, or the ``value`` itself."""

    bound: float
    of: Literal["ratio", "value"] = "value"
    at_least: bool = False

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return f"{sign} {self.bound:,}{' ×' if self.of == 'ratio' else ''}"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``details`` say what does not fit into a table: spreads, parts, counts."""

    benchmark: str
    what: str
    value: float
    unit: str
    floor: float | None = None
    floor_name: str = ""
    ratio: float | None = None
    note: str = ""
    budget: Budget | None = None
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """Whether the figure is within its budget, or that there is none."""
        if self.budget is None:
            return NONE
        figure = self.ratio if self.budget.of == "ratio" else self.value
        if figure is None:
            raise ValueError(f"{self.what}: a budget of a ratio, and no ratio")
        kept = figure >= self.budget.bound if self.budget.at_least else figure <= self.budget.bound
        return WITHIN if kept else OVER

    def cells(self) -> tuple[str, ...]:
        """The row as the table shows it."""
        return (
            self.what,
            _figure(self.value, self.unit),
            self.note
            if self.floor is None
            else f"{_figure(self.floor, self.unit)} {self.floor_name}",
            f"{self.ratio:.2f} ×" if self.ratio is not None else "",
            str(self.budget or ""),
            "" if self.budget is None else self.verdict,
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Seconds of a thing and of its floor, a median a round, measured in turn."""

    floors: tuple[float, ...]
    values: tuple[float, ...]

    @property
    def floor(self) -> float:
        """The floor's median, in seconds."""
        return statistics.median(self.floors)

    @property
    def value(self) -> float:
        """The thing's median, in seconds."""
        return statistics.median(self.values)

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios: a slow minute of the machine is in both halves."""
        return statistics.median(self.ratios)

    @property
    def ratios(self) -> list[float]:
        """The ratio of each round."""
        return [value / floor for value, floor in zip(self.values, self.floors, strict=True)]

    def row(
        self,
        benchmark: str,
        what: str,
        floor_name: str,
        budget: Budget | None = None,
        **details: Any,
    ) -> Row:
        """Return the comparison as a row in milliseconds."""
        return Row(
            benchmark=benchmark,
            what=what,
            value=self.value * 1000,
            unit="ms",
            floor=self.floor * 1000,
            floor_name=floor_name,
            ratio=self.ratio,
            budget=budget,
            details={"ratios": [round(ratio, 3) for ratio in self.ratios], **details},
        )


def query_row(benchmark: str, what: str, counted: dict[str, Any], bound: int) -> Row:
    """Return a count of queries (benchmarks/counting.py) as a row; the other kinds stand beside."""
    apart = f"{counted['transaction']} transaction control, {counted['set_config']} set_config"
    return Row(
        benchmark=benchmark,
        what=what,
        value=counted["queries"],
        unit="queries",
        note=f"and apart from them {apart}",
        budget=Budget(bound),
        details=counted,
    )


def _figure(value: float, unit: str) -> str:
    digits = 0 if value >= 100 or float(value).is_integer() else 2
    return f"{value:,.{digits}f} {unit}".strip()


def table(rows: Sequence[Row]) -> str:
    """Return the rows as text in columns."""
    head = ("what", "measured", "floor, or how", "ratio", "budget", "")
    cells = [head, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def machine() -> dict[str, Any]:
    """Say what was measured on. The load shows whether it had other work."""
    return {
        "cores": os.cpu_count(),
        "processor": platform.processor() or platform.machine(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": [round(load, 2) for load in os.getloadavg()],
    }


def write(folder: Path, rows: Iterable[Row], facts: dict[str, Any]) -> Path:
    """Write the results of a run to a file named after its time, and return the path."""
    at = datetime.now(UTC)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{at:%Y-%m-%dT%H%M%SZ}.json"
    result = {
        "at": at.isoformat(timespec="seconds"),
        **facts,
        "rows": [{**asdict(row), "verdict": row.verdict} for row in rows],
    }
    path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
