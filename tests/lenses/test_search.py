"""Which questions of a lens a search finds, and the steps of a plan."""

from __future__ import annotations

import json

import pytest

from lenses.outline import outline
from lenses.practice_steps import steps_of
from lenses.schema import read_document
from lenses.search import MAX_QUERY, found, words_of
from tests.lenses.samples import question_of, sample


def numbers_of(query: str) -> list[str]:
    """Return the numbers of the questions of the sample that a query finds."""
    document = sample()
    practice = question_of(document)["choices"][0]
    practice["description"] = "Locks on every door."
    practice["plumbline"] = {"code": "SEC03-BP02", "level": "high", "evidence": "Book of Keys"}
    document["pillars"].append(
        {
            "id": "security",
            "name": "Security",
            "questions": [question_of(sample()) | {"id": "question_two", "title": "Second?"}],
        }
    )
    pillars = outline(read_document(json.dumps(document)).definition)
    return [item.number for pillar in found(pillars, words_of(query)) for item in pillar.questions]


@pytest.mark.parametrize(
    "query", ["first?", "LOCKS", "sec03-bp02", "book keys", "keys first?", "  door   lock "]
)
def test_a_question_is_found_by_each_of_its_texts(query: str) -> None:
    assert numbers_of(query) == ["1.1"]


@pytest.mark.parametrize("query", ["matters", "do the second", "begin.", "go on."])
def test_every_question_with_the_words_is_found(query: str) -> None:
    assert numbers_of(query) == ["1.1", "2.1"]


@pytest.mark.parametrize(
    "query", ["first? second?", "nowhere", "doors book", "example.com", "operations", "high"]
)
def test_all_words_must_stand_in_one_question_and_in_what_it_says(query: str) -> None:
    assert numbers_of(query) == []


def test_no_word_goes_over_from_one_text_to_the_next() -> None:
    assert numbers_of("first?why") == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", ()),
        ("  \n ", ()),
        ("Keys keys KEY", ("keys",)),
        ("STRASSE Straße", ("strasse",)),
        ("x" * 1_000, ("x" * MAX_QUERY,)),
    ],
)
def test_words_are_folded_and_each_is_looked_for_once(query: str, words: tuple[str, ...]) -> None:
    assert words_of(query) == words


@pytest.mark.parametrize(
    ("plan", "steps"),
    [
        ("1. Look.\n2. Act.", ("Look.", "Act.")),
        ("1. Look.\r\n 2.  Act. 3. Rest.\n3. Sleep.", ("Look.", "Act. 3. Rest.", "Sleep.")),
        ("Look.\nAct.", ()),
        ("1. Look.", ()),
        ("1. Look.\n3. Act.", ()),
        ("1. Look.\nthen\n2. Act.", ()),
        ("1.\n2. Act.", ()),
        ("", ()),
    ],
)
def test_only_lines_that_are_all_numbered_are_steps(plan: str, steps: tuple[str, ...]) -> None:
    assert steps_of(plan) == steps
