"""A small valid document to be changed by tests, and strategies for conditions."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import strategies as st

from common.errors import InvalidDocument
from common.problems import Problem
from lenses.conditions import AllOf, AnyOf, Name, Not, Term
from lenses.schema import ParsedLens, read_document

Document = dict[str, Any]

_DOCUMENT: Document = {
    "schemaVersion": "2021-11-01",
    "name": "Sample",
    "description": "A lens for tests.",
    "pillars": [
        {
            "id": "operationalExcellence",
            "name": "Operations",
            "questions": [
                {
                    "id": "question_one",
                    "title": "First?",
                    "description": "Why it matters.",
                    "helpfulResource": {"displayText": "Read on", "url": "https://example.com/a"},
                    "choices": [
                        {
                            "id": "practice_a",
                            "title": "Do the first",
                            "helpfulResource": {"displayText": "More"},
                            "improvementPlan": {"displayText": "Begin."},
                            "additionalResources": [
                                {
                                    "type": "HELPFUL_RESOURCE",
                                    "content": [
                                        {"displayText": "Deep", "url": "https://example.com/b"}
                                    ],
                                }
                            ],
                        },
                        {
                            "id": "practice_b",
                            "title": "Do the second",
                            "improvementPlan": {
                                "displayText": "Go on.",
                                "url": "https://example.com/c",
                            },
                        },
                        {"id": "practice_no", "title": "None of these"},
                    ],
                    "riskRules": [
                        {"condition": "practice_a && practice_b", "risk": "NO_RISK"},
                        {"condition": "practice_a", "risk": "MEDIUM_RISK"},
                        {"condition": "default", "risk": "HIGH_RISK"},
                    ],
                }
            ],
        }
    ],
}

PILLAR = "pillars[0]"
QUESTION = "pillars[0].questions[0]"


def sample() -> Document:
    """A fresh valid document."""
    return copy.deepcopy(_DOCUMENT)


def changed(path: list[str | int], value: object) -> Document:
    """The sample with one place set to a value."""
    document: Any = sample()
    target = document
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return document  # type: ignore[no-any-return]


def question_of(document: Document) -> Document:
    """Its only question."""
    question: Document = document["pillars"][0]["questions"][0]
    return question


def refusal(document: Document | str | bytes) -> InvalidDocument:
    """The error with which a document is refused."""
    text = json.dumps(document) if isinstance(document, dict) else document
    try:
        read_document(text)
    except InvalidDocument as error:
        return error
    raise AssertionError("the document was accepted")


def accepted(text: str) -> ParsedLens | None:
    """What was read, or None for a refusal; any other exception fails the test."""
    try:
        return read_document(text)
    except InvalidDocument:
        return None


def places(problems: list[Problem] | tuple[Problem, ...]) -> set[tuple[str, str]]:
    """Path and rule of each problem."""
    return {(problem.path, problem.rule) for problem in problems}


def errors_of(document: Document | str | bytes) -> set[tuple[str, str]]:
    """Path and rule of each error of a document that is refused."""
    return places(refusal(document).errors)


def warnings_of(document: Document) -> set[tuple[str, str]]:
    """Path and rule of each warning of a document that is accepted."""
    return places(read_document(json.dumps(document)).warnings)


def terms(ids: list[str]) -> st.SearchStrategy[Term]:
    """Conditions over some choice ids, without `default`."""
    return st.recursive(
        st.sampled_from(ids).map(Name),
        lambda inner: st.one_of(
            inner.map(Not),
            st.lists(inner, min_size=2, max_size=4).map(lambda some: AllOf(tuple(some))),
            st.lists(inner, min_size=2, max_size=4).map(lambda some: AnyOf(tuple(some))),
        ),
        max_leaves=12,
    )
