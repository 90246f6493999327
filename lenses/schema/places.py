"""Walking a document as it was read: nothing about its shape is taken for granted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lenses.schema.findings import child
from lenses.schema.models import (
    MAX_ADDITIONAL,
    MAX_CHOICES,
    MAX_PILLARS,
    MAX_QUESTIONS,
    MAX_RESOURCES,
    MAX_RULES,
)

Object = dict[str, object]
Placed = tuple[str, Object]
"""An object of a document with its JSON path."""


_MOST: Final = {
    "pillars": MAX_PILLARS,
    "questions": MAX_QUESTIONS,
    "choices": MAX_CHOICES,
    "riskRules": MAX_RULES,
    "additionalResources": MAX_ADDITIONAL,
    "content": MAX_RESOURCES,
}
_SLACK: Final = 5


def objects(parent: Object, key: str, path: str) -> list[Placed]:
    """The members of a list that are objects, with their paths; what else is there is left out.

    A list can be longer than the format allows, which is an error of its own: far beyond that
    nobody looks, because a hostile list can have 100,000 members.
    """
    members = parent.get(key)
    if not isinstance(members, list):
        return []
    place = child(path, key)
    return [
        (child(place, index), member)
        for index, member in enumerate(members[: _MOST[key] + _SLACK])
        if isinstance(member, dict)
    ]


def texts_of(item: Object, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The texts that stand under some keys of an object."""
    for key in keys:
        text = item.get(key)
        if isinstance(text, str):
            yield key, text
