"""What was found in one document, collected: bounded, in order, each place once."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Final, TypeAlias

from django.utils.translation import ngettext

from common.problems import Problem, Severity

MAX_PROBLEMS: Final = 1000
"""Of each severity. A hostile file can hold hundreds of thousands; the rest are counted."""

WHOLE: Final = "$"
"""The path of the document itself."""

Message: TypeAlias = str | Callable[[], str]
"""A sentence, or what makes it: where a document can have it 100,000 times, most are never read."""

_SHOWN_CHARACTERS: Final = 80
_PLAIN_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_UNSHOWABLE: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


class Findings:
    """Collects problems; the first error at a place hides later ones of the same place."""

    def __init__(self) -> None:
        self._found: dict[Severity, list[Problem]] = {"error": [], "warning": [], "aws": []}
        self._uncounted: dict[Severity, int] = {"error": 0, "warning": 0, "aws": 0}
        self._places: set[str] = set()

    @property
    def has_errors(self) -> bool:
        """Whether the document must be refused."""
        return bool(self._found["error"])

    def error(self, path: str, rule: str, message: Message, value: object = None) -> None:
        """Something that makes the document unusable."""
        if path not in self._places:
            self._places.add(path)
            self._add("error", path, rule, message, value)

    def warning(self, path: str, rule: str, message: Message, value: object = None) -> None:
        """Something that is tolerated, and that its author should know."""
        self._add("warning", path, rule, message, value)

    def aws(self, path: str, rule: str, message: Message, value: object = None) -> None:
        """Something that is right here and that the AWS service would refuse."""
        self._add("aws", path, rule, message, value)

    def problems(self) -> list[Problem]:
        """All errors, then all warnings, each in the natural order of their paths."""
        return [*self._sorted("error"), *self._sorted("warning")]

    def for_aws(self) -> tuple[Problem, ...]:
        """What the AWS service would refuse."""
        return tuple(self._sorted("aws"))

    def _add(
        self, severity: Severity, path: str, rule: str, message: Message, value: object
    ) -> None:
        found = self._found[severity]
        if len(found) >= MAX_PROBLEMS:
            self._uncounted[severity] += 1
            return
        text = message if isinstance(message, str) else message()
        found.append(Problem(path or WHOLE, rule, text, shown(value), severity))

    def _sorted(self, severity: Severity) -> list[Problem]:
        found = sorted(self._found[severity], key=lambda problem: _natural(problem.path))
        count = self._uncounted[severity]
        if count:
            message = ngettext(
                "%(count)d more place is not listed.",
                "%(count)d more places are not listed.",
                count,
            ) % {"count": count}
            found.append(Problem(WHOLE, "document.more", message, None, severity))
        return found


def child(path: str, key: str | int) -> str:
    """The path of a member: `pillars` + 0 → `pillars[0]`, `pillars[0]` + `id` → `pillars[0].id`."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if not _PLAIN_KEY.match(key) or len(key) > _SHOWN_CHARACTERS:
        return f"{path}[{json.dumps(shown(key), ensure_ascii=False)}]"
    return f"{path}.{key}" if path else key


def shown(value: object) -> str | None:
    """A value as it can be shown beside a message: short, printable, valid Unicode."""
    if value is None:
        return None
    if isinstance(value, dict):
        text = "{…}"
    elif isinstance(value, list):
        text = "[…]"
    elif isinstance(value, bool):
        text = "true" if value else "false"
    else:
        text = str(value)
    text = text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…"
    return _UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _natural(path: str) -> list[tuple[int, str]]:
    parts = re.split(r"([0-9]+)", path, maxsplit=20)
    return [(int(part[:9]), "") if part.isdecimal() else (-1, part) for part in parts]
