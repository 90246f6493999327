"""The names of versions: which may be used, which is the later one, which comes next. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

MAX_VERSION_LENGTH: Final = 32
FIRST_VERSION: Final = "1.0"

_ALLOWED: Final = re.compile(r"[A-Za-z0-9.]{1,32}")


def is_version(text: str) -> bool:
    """Whether a text may name a version: 1 to 32 letters, digits and dots (docs/lenses.md)."""
    return _ALLOWED.fullmatch(text) is not None


def version_order(version: str) -> tuple[tuple[int, str], ...]:
    """A key that sorts versions: numbers by value (1.9 before 1.10), words before numbers."""
    parts = version.split(".")
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)


def next_minor(last: str | None, taken: Collection[str] = ()) -> str:
    """The version to propose after `last`: 1.4 → 1.5, 2 → 2.1, 1.3.4 → 1.4; 1.0 at first.

    Passes over versions that are `taken`. Empty where there is no room for a longer name.
    """
    if last is None:
        return FIRST_VERSION
    major, *rest = last.split(".")
    minor = int(rest[0]) if rest and rest[0].isdecimal() else 0
    stem = major if not rest or rest[0].isdecimal() else last
    proposal = f"{stem}.{minor + 1}"
    while proposal in taken:
        minor += 1
        proposal = f"{stem}.{minor + 1}"
    return proposal if is_version(proposal) else ""


def next_major(last: str, taken: Collection[str] = ()) -> str:
    """The version to propose for a major step after `last`: 1.4 → 2.0, 2 → 3.0.

    Empty where `last` does not begin with a number, or there is no room for a longer name.
    """
    first = last.split(".", maxsplit=1)[0]
    if not first.isdecimal():
        return ""
    number = int(first) + 1
    while f"{number}.0" in taken:
        number += 1
    proposal = f"{number}.0"
    return proposal if is_version(proposal) else ""
