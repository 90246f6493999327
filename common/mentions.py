"""@mentions: which people a rendered text names, and a mark for each of them.

It works on HTML that was cleaned already (common/markdown.py) and adds nothing but the mark: what
stands in a link or in code is left alone, and what names nobody stays the text that it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.safestring import SafeString, mark_safe

# The cleaner writes attributes in double quotes, and none of these within them.
_TAG: Final = re.compile(r'<(/?)([a-z0-9]+)(?:[^"<>]|"[^"]*")*>')
_LEFT_ALONE: Final = {"a", "code", "pre"}
_BEFORE: Final = re.compile(r"(?<![\w@.])@")
# "@ann@example.com" is not the beginning of "@ann@example.com.au".
_GOES_ON: Final = re.compile(r"\w|[.@-]\w")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be mentioned, by name or by e-mail address."""

    id: UUID
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with its marks, and the people it mentions in the order in which it does."""

    html: SafeString
    ids: tuple[UUID, ...]


def mark_mentions(html: str, people: Iterable[Person], *, me: UUID | None = None) -> Marked:
    """Mark ``@name`` and ``@e-mail`` of ``people``, in any case; those of ``me`` as mine."""
    handles = _handles(people) if "@" in html else {}
    if not handles:
        return Marked(mark_safe(html), ())  # noqa: S308 - as it came, cleaned
    lengths = sorted({len(handle) for handle in handles}, reverse=True)
    found: dict[UUID, None] = {}

    def marked(text: str) -> str:
        parts, end = [], 0
        for sign in _BEFORE.finditer(text):
            start = sign.end()
            if sign.start() < end:
                continue
            length = _longest(text, start, handles, lengths)
            if not length:
                continue
            person = handles[text[start : start + length].casefold()]
            found[person] = None
            kind = "mention mention-me" if person == me else "mention"
            name = text[sign.start() : start + length]
            parts += [text[end : sign.start()], f'<mark class="{kind}">{name}</mark>']
            end = start + length
        return "".join([*parts, text[end:]])

    parts, end, depth = [], 0, 0
    for tag in _TAG.finditer(html):
        text = html[end : tag.start()]
        parts += [text if depth else marked(text), tag[0]]
        end = tag.end()
        if tag[2] in _LEFT_ALONE:
            depth += -1 if tag[1] else 1
    parts.append(marked(html[end:]))
    return Marked(mark_safe("".join(parts)), tuple(found))  # noqa: S308 - cleaned, and our own marks


def handles_of(people: Iterable[Person]) -> dict[UUID, str]:
    """Return what to write behind the @ for each: the name, or the address where names clash."""
    people = list(people)
    unique = _handles(people)
    return {
        each.id: each.name if unique.get(_escaped(each.name)) == each.id else each.email
        for each in people
    }


def _handles(people: Iterable[Person]) -> Mapping[str, UUID]:
    """Return people by what can stand behind the @, as it looks in HTML.

    A name that several share, or that is another's address, is nobody's.
    """
    people = list(people)
    names: dict[str, set[UUID]] = {}
    for each in people:
        names.setdefault(_escaped(each.name), set()).add(each.id)
    handles = {name: ids.pop() for name, ids in names.items() if name and len(ids) == 1}
    return handles | {_escaped(each.email): each.id for each in people if each.email}


def _escaped(text: str) -> str:
    text = " ".join(text.split()).casefold()
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _longest(text: str, start: int, handles: Mapping[str, UUID], lengths: list[int]) -> int:
    for length in lengths:
        end = start + length
        if end > len(text) or _GOES_ON.match(text, end):
            continue
        if text[start:end].casefold() in handles:
            return length
    return 0
