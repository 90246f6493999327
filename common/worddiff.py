"""Two texts, word by word. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

_TOKEN: Final = re.compile(r"\w+|\s+|[^\w\s]")

# difflib's time grows with the pairs of equal words; beyond these, whole texts are shown instead.
_MOST_PAIRS: Final = 100_000


class Kind(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """Neighbouring words to which the same happened."""

    kind: Kind
    text: str


def diff_words(before: str, after: str) -> tuple[Piece, ...]:
    """Return the pieces of two texts in reading order.

    What is kept and removed gives ``before``, what is kept and added gives ``after``.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    start = _common(zip(old, new, strict=False))
    shorter = min(len(old), len(new)) - start
    end = min(_common(zip(reversed(old), reversed(new), strict=False)), shorter)
    pieces = [
        Piece(Kind.KEPT, "".join(old[:start])),
        *_changed(old[start : len(old) - end], new[start : len(new) - end]),
        Piece(Kind.KEPT, "".join(old[len(old) - end :])),
    ]
    return tuple(piece for piece in pieces if piece.text)


def _common(pairs: Iterable[tuple[str, str]]) -> int:
    count = 0
    for one, other in pairs:
        if one != other:
            break
        count += 1
    return count


def _changed(old: list[str], new: list[str]) -> Iterator[Piece]:
    counts = Counter(word for word in new if not word.isspace())
    if sum(counts[word] for word in old) > _MOST_PAIRS:
        yield from _replaced(old, new)
        return
    # A blank alone holds nothing together: a rewritten passage reads as one change.
    matcher = SequenceMatcher(str.isspace, old, new, autojunk=False)
    for code, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        if code == "equal":
            yield Piece(Kind.KEPT, "".join(old[old_start:old_end]))
        else:
            yield from _replaced(old[old_start:old_end], new[new_start:new_end])


def _replaced(old: list[str], new: list[str]) -> Iterator[Piece]:
    yield Piece(Kind.REMOVED, "".join(old))
    yield Piece(Kind.ADDED, "".join(new))
