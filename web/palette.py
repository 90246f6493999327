"""What the command palette finds, and in which order. Pure: names and keys, no rows, no HTML.

A word of the query fits a name in one of four ways, best first: it is how the name begins, how a
word of it begins, it stands within, or its letters are found in order ("gtlp" in "Grant the least
privilege", "pymnts" in "Payments"). Every word of the query must fit, in any order. Case and
diacritics say nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

MAX_QUERY: Final = 100
"""Characters of a query that are read."""

MAX_RECENT: Final = 8
"""How many things that were used lately are remembered."""

_MAX_WORDS: Final = 8
_PER_GROUP: Final = 6
_MOST: Final = 24

# Letters with a stroke through them and joined ones are no letter with a mark to take off.
_PLAIN: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
_WORD: Final = re.compile(r"\w+")

_WHOLE, _BEGINNING, _WORD_START, _WITHIN, _INITIALS, _LETTERS = 100, 90, 80, 60, 50, 30


class Kind(StrEnum):
    """What an entry is; the order is that of groups that fit equally well."""

    RECENT = "recent"
    WORKLOAD = "workload"
    ACTION = "action"
    QUESTION = "question"
    PRACTICE = "practice"
    LENS = "lens"
    PERSON = "person"
    ORGANIZATION = "organization"


# Of two names that fit alike, what is looked for more often comes first.
_WEIGHT: Final[Mapping[Kind, float]] = MappingProxyType(
    {Kind.WORKLOAD: 6, Kind.ACTION: 5, Kind.LENS: 3, Kind.PERSON: 2, Kind.QUESTION: 1}
)
_RECENT_WEIGHT: Final = 8
_SENTENCES: Final = frozenset({Kind.QUESTION, Kind.PRACTICE})


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to go to or to do.

    ``url_name``, ``parts`` and ``anchor`` make its address; ``command`` is what the page does
    itself instead. ``detail`` is said beside the title and searched too, ``aliases`` only searched.
    """

    key: str
    kind: Kind
    title: str
    detail: str = ""
    aliases: str = ""
    url_name: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    anchor: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Entries of one kind, the best first."""

    kind: Kind
    entries: tuple[Entry, ...]


@lru_cache(maxsize=32_768)
def fold(text: str) -> str:
    """Return a text as it is compared: without case and diacritics."""
    if text.isascii():
        return text.lower()
    parted = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in parted if not unicodedata.combining(each)).translate(_PLAIN)


def words_of(query: str) -> tuple[str, ...]:
    """Return the folded words of a query, each once."""
    return tuple(dict.fromkeys(fold(query[:MAX_QUERY]).split()))[:_MAX_WORDS]


def ranked(query: str, entries: Iterable[Entry], recent: Sequence[str] = ()) -> tuple[Group, ...]:
    """Return what fits the query in groups, the group of the best entry first.

    ``recent`` are the keys of what was used lately, the latest first: they come first among equals,
    and alone, before the actions, where nothing is asked for.
    """
    words = words_of(query)
    if not words:
        return _unasked(entries, recent)
    lately = {key: 1 - place / MAX_RECENT for place, key in enumerate(recent[:MAX_RECENT])}
    found: list[tuple[float, str, str, Entry]] = []
    has_plain = False
    for entry in entries:
        fit = score(words, entry)
        if fit:
            has_plain = has_plain or _is_plain(words, entry)
            fit += _WEIGHT.get(entry.kind, 0) + _RECENT_WEIGHT * lately.get(entry.key, 0)
            found.append((-fit, fold(entry.title), entry.key, entry))
    found.sort(key=lambda each: each[:3])
    return _grouped(
        entry
        for _fit, _title, _key, entry in found
        # Sentences have the letters of almost any word: they count where nothing has the word.
        if not has_plain or entry.kind not in _SENTENCES or _is_plain(words, entry)
    )


def _is_plain(words: Sequence[str], entry: Entry) -> bool:
    """Whether every word stands in the entry as it was typed."""
    texts = [fold(text) for text in (entry.title, entry.detail, entry.aliases)]
    return all(any(word in text for text in texts) for word in words)


def score(words: Sequence[str], entry: Entry) -> float:
    """Return how well all words fit an entry, 0 where one does not; 100 is the title itself."""
    title = fold(entry.title)
    others = (fold(entry.detail), fold(entry.aliases))
    total = 0.0
    for word in words:
        # What stands beside a title says less than the title.
        best = max(
            fit(word, title), *(fit(word, other) / 2 for other in others if word in other), 0.0
        )
        if not best:
            return 0.0
        total += best
    total /= len(words)
    phrase = " ".join(words)
    if title == phrase:
        return float(_WHOLE)
    if len(words) > 1 and phrase in title:
        total += 5
    return total


def fit(word: str, text: str) -> float:
    """Return how well one folded word fits a folded text, 0 where it does not."""
    place = text.find(word)
    if place == 0:
        return _BEGINNING + _coverage(word, text)
    if place > 0:
        starts = re.search(rf"(?<!\w){re.escape(word)}", text)
        return (_WORD_START if starts else _WITHIN) + _coverage(word, text)
    if not _in_order(word, text):
        return 0.0
    starts_of_words = [match.start() for match in _WORD.finditer(text)]
    if _are_beginnings(word, text, starts_of_words):
        return _INITIALS + _coverage(word, text)
    # Two letters in order are in almost any name.
    span = _shortest(word, text, starts_of_words) if len(word) > 2 else 0  # noqa: PLR2004
    return _LETTERS + 10 * len(word) / span if span else 0.0


def _coverage(word: str, text: str) -> float:
    """The more of a text the word is, the better: at most 8."""
    return 8 * len(word) / len(text)


def _in_order(word: str, text: str) -> bool:
    place = -1
    for letter in word:
        place = text.find(letter, place + 1)
        if place < 0:
            return False
    return True


def _are_beginnings(word: str, text: str, starts: Sequence[int]) -> bool:
    """Whether the word is beginnings of words of the text, put together in order."""
    # Where the letters so far may have ended: each goes on there, or at a later word's beginning.
    ends = {start for start in starts if text[start] == word[0]}
    for letter in word[1:]:
        if not ends:
            return False
        first = min(ends)
        going_on = {end + 1 for end in ends if text.startswith(letter, end + 1)}
        ends = going_on | {start for start in starts if start > first and text[start] == letter}
    return bool(ends)


def _shortest(word: str, text: str, starts: Sequence[int]) -> int:
    """The length of the shortest stretch with the word's letters in order; 0: too far apart.

    It begins where a word does: letters picked from anywhere fit almost any long text.
    """
    best = 0
    for start in starts:
        place = start
        for letter in word:
            place = text.find(letter, place) + 1
            if not place:
                break
        # A first letter that is not this word's is counted when a later word's turn comes.
        if place and text[start] == word[0] and (not best or place - start < best):
            best = place - start
    return best if best <= 2 * len(word) + 2 else 0


def _unasked(entries: Iterable[Entry], recent: Sequence[str]) -> tuple[Group, ...]:
    places = {key: place for place, key in enumerate(recent[:MAX_RECENT])}
    lately: list[Entry] = []
    actions: list[Entry] = []
    for entry in entries:
        if entry.key in places:
            lately.append(entry)
        elif entry.kind is Kind.ACTION:
            actions.append(entry)
    lately.sort(key=lambda entry: places[entry.key])
    groups = (Group(Kind.RECENT, tuple(lately)), Group(Kind.ACTION, tuple(actions)))
    return tuple(group for group in groups if group.entries)


def _grouped(entries: Iterable[Entry]) -> tuple[Group, ...]:
    groups: dict[Kind, list[Entry]] = {}
    count = 0
    for entry in entries:
        group = groups.setdefault(entry.kind, [])
        if len(group) < _PER_GROUP and count < _MOST:
            group.append(entry)
            count += 1
    return tuple(Group(kind, tuple(group)) for kind, group in groups.items() if group)
