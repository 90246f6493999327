"""Ids as the studio proposes them: a title in small letters, unique among its likes. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Final

from lenses.conditions import DEFAULT
from lenses.definition import NONE_OF_THESE_SUFFIX, is_none_of_these

MAX_ID: Final = 128
_PROPOSED: Final = 48
"""Characters; rules are read by people, and long ids make them unreadable."""

_ID: Final = re.compile(r"[A-Za-z0-9_]{3,128}")
_QUESTION_ID: Final = re.compile(r"[A-Za-z0-9_-]{3,128}")
_MIN: Final = 3


def is_identifier(text: object, *, is_question: bool = False) -> bool:
    """Whether a text may be an id: 3 to 128 letters (a to z), digits and underscores.

    That of a question may have hyphens too: no condition names it.
    """
    pattern = _QUESTION_ID if is_question else _ID
    return isinstance(text, str) and pattern.fullmatch(text) is not None


def propose_id(title: str, taken: Collection[str], *, stem: str) -> str:
    """An id for something of that title: unique among `taken`, never that of "None of these".

    `stem` is used where a title has no letter that an id may have ("question" → question_2). Ids
    that differ only by case count as the same one.
    """
    proposal = _slug(title)
    if len(proposal) < _MIN or proposal == DEFAULT:
        proposal = stem
    if is_none_of_these(proposal):
        proposal = f"{proposal}_practice"
    return unique_id(proposal, taken)


def none_of_these_id(question_id: str, taken: Collection[str]) -> str:
    """An id for the choice "None of these" of a question."""
    room = MAX_ID - len(NONE_OF_THESE_SUFFIX)
    question_id = question_id.replace("-", "_")  # a condition names it, and has no hyphens
    proposal = question_id[:room] + NONE_OF_THESE_SUFFIX
    number = 2
    while _is_taken(proposal, taken):
        ending = f"_{number}{NONE_OF_THESE_SUFFIX}"
        proposal = question_id[: MAX_ID - len(ending)] + ending
        number += 1
    return proposal


def unique_id(proposal: str, taken: Collection[str]) -> str:
    """The proposal itself, or with the first number that makes it unique."""
    candidate, number = proposal, 2
    while _is_taken(candidate, taken):
        ending = f"_{number}"
        candidate = proposal[: MAX_ID - len(ending)] + ending
        number += 1
    return candidate


def _is_taken(candidate: str, taken: Collection[str]) -> bool:
    return candidate.lower() in {identifier.lower() for identifier in taken}


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    slug = ""
    for word in words:
        longer = f"{slug}_{word}" if slug else word[:_PROPOSED]
        if len(longer) > _PROPOSED:
            break
        slug = longer
    return slug
