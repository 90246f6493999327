"""From bytes to plain JSON values, when the bytes are hostile.

Everything that could hurt is bounded before the parser sees it: the size before decoding, the
depth before parsing, the digits of a number before converting. What JSON libraries let through
and databases or browsers do not (NaN, repeated keys, null characters, halves of surrogate pairs)
is found with its path, every place of it.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from common.errors import InvalidDocument
from lenses.schema.findings import WHOLE, Findings, child

MAX_DOCUMENT_CHARACTERS: Final = 500_000
MAX_DOCUMENT_BYTES: Final = 4 * MAX_DOCUMENT_CHARACTERS
MAX_DOCUMENT_DEPTH: Final = 32
"""Arrays and objects within one another; the format itself needs 11."""

_MAX_DIGITS: Final = 18
_BYTE_ORDER_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

# A string, closed or not, or a bracket. Possessive, so that no text makes it try twice.
_TEXT: Final = r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'
_STRING: Final = re.compile(_TEXT, re.DOTALL)
_STRING_OR_BRACKET: Final = re.compile(rf"{_TEXT}|[\[\]{{}}]", re.DOTALL)


def read_json(
    source: str | bytes,
    findings: Findings,
    *,
    most_characters: int = MAX_DOCUMENT_CHARACTERS,
    deepest: int = MAX_DOCUMENT_DEPTH,
) -> object:
    """The plain JSON value of a document; what is wrong within it goes to `findings`.

    The bounds are those of a lens; what holds lenses asks for wider ones. Raises `InvalidDocument`
    at once where the document cannot be read as JSON at all.
    """
    text = _decoded(source, 4 * most_characters)
    _bound_size(text, most_characters)
    _bound_depth(text, deepest)
    return _Plain(findings).value(_parsed(text), "")


def _refuse(rule: str, message: str, value: object = None) -> InvalidDocument:
    findings = Findings()
    findings.error(WHOLE, rule, message, value)
    return InvalidDocument(findings.problems())


def _decoded(source: str | bytes, most_bytes: int) -> str:
    if isinstance(source, str):
        return source.removeprefix(_BYTE_ORDER_MARK)
    if len(source) > most_bytes:
        raise _refuse(
            "document.size",
            _("The file has %(size)d bytes; a lens has at most %(limit)d characters.")
            % {"size": len(source), "limit": most_bytes // 4},
        )
    try:
        return source.decode("utf-8").removeprefix(_BYTE_ORDER_MARK)
    except UnicodeDecodeError as error:
        raise _refuse(
            "document.encoding",
            _("The file is not UTF-8 text: the byte at offset %(offset)d does not belong.")
            % {"offset": error.start},
            f"0x{source[error.start]:02x}",
        ) from None


def _bound_size(text: str, most: int) -> None:
    if len(text) > most:
        raise _refuse(
            "document.size",
            _("The file has %(size)d characters; a lens has at most %(limit)d.")
            % {"size": len(text), "limit": most},
        )


def _bound_depth(text: str, deepest: int) -> None:
    if _deepest(text) <= deepest:
        return
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        sign = text[found.start()]
        if sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        if depth > deepest:
            line, column = _line_and_column(text, found.start())
            raise _refuse(
                "document.depth",
                _("The file nests more than %(limit)d deep (line %(line)d, column %(column)d).")
                % {"limit": deepest, "line": line, "column": column},
            )


def _deepest(text: str) -> int:
    """How deep a text nests: without places, and so in a fraction of the time."""
    depth = deepest = 0
    for sign in _STRING.sub("", text):
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def _line_and_column(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _parsed(text: str) -> object:
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=lambda name: _Refused("number.finite", name),
            parse_int=_integer,
            parse_float=_float,
        )
    except json.JSONDecodeError as error:
        ends_early = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated")
        message = (
            _("The file ends too early: line %(line)d, column %(column)d is cut off.")
            if ends_early
            else _("The file is not valid JSON at line %(line)d, column %(column)d.")
        )
        raise _refuse(
            "document.truncated" if ends_early else "document.syntax",
            message % {"line": error.lineno, "column": error.colno},
            text[error.pos : error.pos + 40] or None,
        ) from None


@dataclass(frozen=True, slots=True)
class _Refused:
    """A number that stands in the text and cannot be kept."""

    rule: str
    text: str

    def message(self) -> str:
        """The sentence that says why."""
        template = (
            _("This is not a number (%(text)s), and JSON has no such value.")
            if self.rule == "number.finite"
            else _("This number is too large: %(text)s…")
        )
        return template % {"text": self.text[:20]}


class _Object(dict[str, object]):
    """A JSON object that remembers which keys it was given more than once."""

    repeated: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, object]]) -> _Object:
    result = _Object(pairs)
    if len(result) < len(pairs):
        counts = Counter(key for key, _value in pairs)
        result.repeated = tuple(key for key, count in counts.items() if count > 1)
    return result


def _integer(digits: str) -> int | _Refused:
    return int(digits) if len(digits) <= _MAX_DIGITS else _Refused("number.size", digits)


def _float(digits: str) -> float | _Refused:
    number = float(digits)
    return number if math.isfinite(number) else _Refused("number.size", digits)


class _Plain:
    """Copies parsed values into plain ones and reports what they may not hold."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings

    def value(self, value: object, path: str) -> object:
        """The plain value; the recursion is as deep as the document, which is bounded."""
        match value:
            case _Object():
                return self._object(value, path)
            case list():
                return [self.value(item, child(path, place)) for place, item in enumerate(value)]
            case str():
                self._text(value, path)
                return value
            case _Refused():
                self._number(value, path)
                return None
            case _:
                return value

    def _object(self, value: _Object, path: str) -> dict[str, object]:
        for key in value.repeated:
            self._findings.error(
                child(path, key),
                "key.repeated",
                lambda: _("This key stands more than once in the same object."),
                key,
            )
        for key in value:
            self._text(key, child(path, key))
        return {key: self.value(member, child(path, key)) for key, member in value.items()}

    def _text(self, text: str, path: str) -> None:
        if "\x00" in text:
            self._findings.error(
                path, "text.null", lambda: _("This text holds a null character (U+0000)."), text
            )
        if not text.isascii() and _SURROGATE.search(text):
            self._findings.error(
                path,
                "text.surrogate",
                lambda: _("This text holds one half of a surrogate pair, which is no character."),
                text,
            )

    def _number(self, number: _Refused, path: str) -> None:
        self._findings.error(path, number.rule, number.message, number.text)
