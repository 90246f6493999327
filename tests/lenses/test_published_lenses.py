"""Nine of the ten published lenses import; the tenth is refused with every place named."""

from __future__ import annotations

import json

import pytest

from common.risk import Risk
from lenses.schema import canonical, compile_document, read_document, sha256
from tests.lenses.samples import refusal
from tests.shared import shared_path

COUNTS = {
    "dynamodb-0.7": (4, 15, 53),
    "ecs": (7, 36, 151),
    "elasticache-2.0": (5, 22, 85),
    "generative-ai": (6, 29, 80),
    "orr-1.3.4": (3, 51, 125),
    "orr-1.3.5": (3, 51, 125),
    "passport": (1, 11, 22),
    "s3": (6, 35, 162),
    "saas-business": (5, 29, 148),
}


def published(name: str) -> bytes:
    return shared_path("lenses", f"{name}.json").read_bytes()


@pytest.mark.parametrize("name", COUNTS)
def test_a_published_lens_imports_with_all_it_holds(name: str) -> None:
    parsed = read_document(published(name))
    questions = parsed.definition.questions
    counts = (
        len(parsed.definition.pillars),
        len(questions),
        sum(len(question.choices) for question in questions),
    )
    assert counts == COUNTS[name]
    assert {warning.severity for warning in parsed.warnings} <= {"warning"}


@pytest.mark.parametrize("name", COUNTS)
def test_an_export_of_a_published_lens_says_what_the_import_said(name: str) -> None:
    source = published(name)
    text = canonical(read_document(source).document)
    assert json.loads(text) == json.loads(source.decode("utf-8-sig"))
    assert canonical(read_document(text).document) == text


@pytest.mark.parametrize("name", COUNTS)
def test_a_stored_lens_compiles_to_the_definition_that_was_read(name: str) -> None:
    parsed = read_document(published(name))
    text = canonical(parsed.document)
    compiled = compile_document(text, sha256(text))
    assert compiled == parsed.definition
    assert compile_document(text, sha256(text)) is compiled


@pytest.mark.parametrize("name", COUNTS)
def test_every_question_of_a_published_lens_has_a_whole_table(name: str) -> None:
    for question in read_document(published(name)).definition.questions:
        assert len(question.table()) == question.states
        assert question.risk([]) is Risk.UNANSWERED


def test_a_lens_with_values_that_are_no_numbers_is_refused_naming_each() -> None:
    problems = refusal(published("emr-spark-1.0")).errors
    assert [(problem.path, problem.rule, problem.value) for problem in problems] == [
        ("pillars[3].questions[4].description", "number.finite", "NaN"),
        ("pillars[3].questions[4].title", "number.finite", "NaN"),
    ]


def test_what_the_published_lenses_do_beyond_the_format_is_warned_of() -> None:
    rules = {
        name: {warning.rule for warning in read_document(published(name)).warnings}
        for name in COUNTS
    }
    assert "key.capital_url" in rules["orr-1.3.4"]
    assert "url.blank" in rules["saas-business"]
    assert "condition.none_of_these" in rules["s3"]
    assert "condition.padded" in rules["elasticache-2.0"]
    assert "key.unknown" in rules["passport"]
    assert rules["generative-ai"] == set()
