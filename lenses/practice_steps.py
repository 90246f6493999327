"""An improvement plan that is written as numbered lines, as its steps. Pure."""

from __future__ import annotations

import re
from typing import Final

_STEP: Final = re.compile(r"(\d{1,2})\.\s+(\S.*)")


def steps_of(plan: str) -> tuple[str, ...]:
    """The steps of a plan whose every line is the next number; none of any other text."""
    lines = plan.splitlines()
    matches = [_STEP.fullmatch(line.strip()) for line in lines]
    steps = [match[2] for match in matches if match]
    numbers = [int(match[1]) for match in matches if match]
    is_list = len(steps) == len(lines) and numbers == list(range(1, len(lines) + 1))
    return tuple(steps) if is_list and len(steps) > 1 else ()
