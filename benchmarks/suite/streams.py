"""300 open pages of one review: when each of them knows of an answer, and what they weigh."""

import asyncio
import re
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.installation import Installation
from benchmarks.report import Budget, Row
from benchmarks.run import FEW, Run
from tests.runtime.processes import address

_STREAMS = 300
_AT_ONCE = 20
_PATIENCE = 60.0
_SETTLE = 1.5  # seconds until everybody was told who is here


def measure(run: Run) -> list[Row]:
    """Measure each way to run."""
    answers = 10 if run.is_quick else 30
    return [
        row
        for kind in run.installations.kinds
        for row in asyncio.run(_rows(run.installations.fresh(kind, FEW), answers))
    ]


async def _rows(installation: Installation, answers: int) -> list[Row]:
    people = installation.call(
        "benchmarks.filling",
        "add_people",
        organization_id=installation.filled.organization_id,
        number=_STREAMS,
    )
    visitor = installation.visitor()
    # What the first requests load is none of the streams' doing.
    for _answer in range(5):
        installation.answers.send(visitor)
    process = installation.server.popen.pid
    before = _status(process)
    async with _open(installation, people) as readers:
        await asyncio.sleep(_SETTLE)
        after = _status(process)
        times: list[float] = []
        for _answer in range(answers):
            waiting = [asyncio.create_task(_next(reader, b"answer")) for reader in readers]
            began = time.monotonic()
            await asyncio.to_thread(installation.answers.send, visitor)
            times += [at - began for at in await asyncio.gather(*waiting)]
            await asyncio.sleep(0.2)
    details = {
        "streams": _STREAMS,
        "answers": answers,
        "milliseconds": {
            "p50": statistics.median(times) * 1000,
            "p95": statistics.quantiles(times, n=20)[-1] * 1000,
            "max": max(times) * 1000,
        },
        "threads": {"before": before["Threads"], "after": after["Threads"]},
    }
    return [
        Row(
            benchmark="streams",
            what=f"an answer, from sending it until {_STREAMS} pages know ({installation.name})",
            value=statistics.median(times) * 1000,
            unit="ms",
            note=f"at most {max(times) * 1000:.0f} ms",
            details=details,
        ),
        Row(
            benchmark="streams",
            what=f"web process with {_STREAMS} open streams ({installation.name})",
            value=after["VmRSS"] / 1000,
            unit="MB",
            floor=before["VmRSS"] / 1000,
            floor_name="without",
            ratio=after["VmRSS"] / before["VmRSS"],
            budget=Budget(200),
            details=details,
        ),
    ]


@asynccontextmanager
async def _open(
    installation: Installation, people: list[str]
) -> AsyncIterator[list[asyncio.StreamReader]]:
    gate = asyncio.Semaphore(_AT_ONCE)
    writers: list[asyncio.StreamWriter] = []

    async def listen(session_key: str) -> asyncio.StreamReader:
        async with gate:
            place = urlsplit(address(installation.server))
            reader, writer = await asyncio.open_connection(place.hostname, place.port)
            writers.append(writer)
            path = installation.filled.path(f"workloads/{installation.filled.workload_id}/events/")
            writer.write(
                f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\n"
                f"Cookie: sessionid={session_key}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
            )
            await _next(reader, b"state")
        return reader

    try:
        yield list(await asyncio.gather(*(listen(key) for key in people)))
    finally:
        for writer in writers:
            writer.close()


async def _next(reader: asyncio.StreamReader, event: bytes) -> float:
    """Read up to the next event of that name, and return when it came."""
    async with asyncio.timeout(_PATIENCE):
        while line := await reader.readline():
            if line.strip() == b"event: " + event:
                return time.monotonic()
    raise RuntimeError(f"a stream ended without {event!r}")


def _status(process: int) -> dict[str, int]:
    """Return the resident memory of a process in kB, and its threads (Linux)."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return {
        name: int(value)
        for name, value in re.findall(r"^(VmRSS|Threads):\s+(\d+)", status, re.MULTILINE)
    }
