"""Search within a lens: the questions in which every word occurs. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final

from common.highlight import fold
from lenses.definition import Question
from lenses.outline import PillarOutline

MAX_QUERY: Final = 200
"""Characters of what is searched; the rest is not read."""

_MAX_WORDS: Final = 12


def words_of(query: str) -> tuple[str, ...]:
    """The words of a query as they are compared, each once; a word within another says nothing."""
    words = dict.fromkeys(fold(query[:MAX_QUERY]).split())
    telling = [word for word in words if not any(word in other for other in words if other != word)]
    return tuple(telling[:_MAX_WORDS])


def found(pillars: Collection[PillarOutline], words: Collection[str]) -> tuple[PillarOutline, ...]:
    """The pillars with those of their questions that have every word; none without questions."""
    narrowed = (
        replace(
            pillar,
            questions=tuple(item for item in pillar.questions if _has(item.question, words)),
        )
        for pillar in pillars
    )
    return tuple(pillar for pillar in narrowed if pillar.questions)


def _has(question: Question, words: Collection[str]) -> bool:
    # Parted by line ends, so that no word is found that begins in one text and ends in the next.
    text = fold("\n".join(_texts(question)))
    return all(word in text for word in words)


def _texts(question: Question) -> Iterator[str]:
    yield question.title
    yield question.description
    for choice in question.choices:
        yield choice.title
        yield choice.description
        if choice.improvement_plan:
            yield choice.improvement_plan.text
        yield choice.notes.evidence
        yield choice.notes.code
