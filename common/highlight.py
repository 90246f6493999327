"""Where the words of a search stand in a text. Pure: pieces of text, no HTML."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text that is, or is not, one of the words."""

    text: str
    is_match: bool


def fold(text: str) -> str:
    """A text as it is compared: upper and lower case are the same, and so are "ß" and "ss"."""
    return text.casefold()


def pieces(text: str, words: Collection[str]) -> Iterator[Piece]:
    """A text cut where one of some folded words begins or ends; joined, they are the text."""
    end = 0
    for first, last in _places(text, [word for word in words if word]):
        if end < first:
            yield Piece(text[end:first], is_match=False)
        yield Piece(text[first:last], is_match=True)
        end = last
    if end < len(text):
        yield Piece(text[end:], is_match=False)


def _places(text: str, words: Collection[str]) -> Iterator[tuple[int, int]]:
    """From where to where a match goes, in order; those that touch or overlap are one."""
    folded = fold(text)
    # The letter of the text that each folded letter comes from: folding may make two of one.
    origins = range(len(text)) if len(folded) == len(text) else _origins(text)
    found = sorted(
        (origins[match.start()], origins[match.start() + len(word) - 1] + 1)
        for word in words
        for match in re.finditer(f"(?={re.escape(word)})", folded)
    )
    if not found:
        return
    first, last = found[0]
    for start, end in found[1:]:
        if start > last:
            yield first, last
            first, last = start, end
        else:
            last = max(last, end)
    yield first, last


def _origins(text: str) -> list[int]:
    return [place for place, letter in enumerate(text) for _each in fold(letter)]
