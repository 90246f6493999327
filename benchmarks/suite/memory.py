"""What the web process holds after many requests, against what it held after the first."""

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

from benchmarks.installation import Installation
from benchmarks.report import Budget, Row
from benchmarks.run import FEW, Run

_THREADS = 4
_WARM_UP = 200


def measure(run: Run) -> list[Row]:
    """Measure each way to run."""
    number = 2_000 if run.is_quick else 10_000
    return [
        row
        for kind in run.installations.kinds
        for row in _rows(run.installations.fresh(kind, FEW), number)
    ]


def _rows(installation: Installation, number: int) -> list[Row]:
    process = installation.server.popen.pid
    at_start = _resident(process)
    _visit(installation, _WARM_UP)
    warm = _resident(process)
    half_way, end = (_after(installation, process, number // 2) for _half in range(2))
    course = {"start": at_start, "warm": warm, "half_way": half_way, "end": end}
    return [
        Row(
            benchmark="memory",
            what=f"web process after {number:,} requests ({installation.name})",
            value=end,
            unit="MB",
            floor=at_start,
            floor_name="at the start",
            ratio=end / at_start,
            budget=Budget(150),
            details=course,
        ),
        Row(
            benchmark="memory",
            what=f"the second half of them ({installation.name})",
            value=end,
            unit="MB",
            floor=half_way,
            floor_name="half way",
            ratio=end / half_way,
            # Flat: what little the allocator still moves, and no more.
            budget=Budget(1.03, of="ratio"),
            details=course,
        ),
    ]


def _after(installation: Installation, process: int, requests: int) -> float:
    _visit(installation, requests)
    return _resident(process)


def _visit(installation: Installation, requests: int) -> None:
    """Read from several threads, and answer from one of them: a tenth of all requests."""
    with ThreadPoolExecutor(_THREADS) as threads:
        parts = [
            threads.submit(_read, installation, requests * 9 // 10 // (_THREADS - 1))
            for _thread in range(_THREADS - 1)
        ]
        parts.append(threads.submit(_answer, installation, requests // 10))
    for part in parts:
        part.result()


def _read(installation: Installation, requests: int) -> None:
    filled, visitor = installation.filled, installation.visitor()
    pages = [filled.question_path(question_id) for question_id in filled.questions]
    pages += [filled.path("workloads/"), filled.path(f"workloads/{filled.workload_id}/")]
    pages += [filled.path("lenses/"), filled.path(f"workloads/{filled.workload_id}/milestones/")]
    for page in islice(cycle(pages), requests):
        visitor.get(page)


def _answer(installation: Installation, requests: int) -> None:
    visitor = installation.visitor()
    for _request in range(requests):
        installation.answers.send(visitor)


def _resident(process: int) -> float:
    """Return the resident memory of a process in MB (Linux)."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    found = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
    assert found, status
    return int(found.group(1)) * 1024 / 1_000_000
