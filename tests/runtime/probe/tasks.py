"""A task that leaves traces outside the database."""

import time
from pathlib import Path

from celery import shared_task


@shared_task(ignore_result=True)
def leave_trace(path: str, seconds: float = 0) -> None:
    """Append `start` to the file, work for some seconds, then append `done`."""
    _append(Path(path), "start")
    time.sleep(seconds)
    _append(Path(path), "done")


def _append(path: Path, word: str) -> None:
    with path.open("a", encoding="ascii") as file:
        file.write(f"{word}\n")
