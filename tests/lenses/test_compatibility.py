"""What the AWS service would refuse, as a severity of its own, in one place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenses.compatibility import AWS_CODES, aws_problems, without_unknown_keys
from lenses.schema import read_document
from tests.lenses.samples import QUESTION, changed, places, question_of, sample
from tests.lenses.test_published_lenses import COUNTS, published

Q: list[str | int] = ["pillars", 0, "questions", 0]
C: list[str | int] = [*Q, "choices", 0]


def test_a_lens_of_the_format_has_no_problem_in_aws() -> None:
    assert aws_problems(sample()) == ()


@pytest.mark.parametrize(
    ("path", "value", "place", "rule"),
    [
        (["name"], "50% off", "name", "aws.characters"),
        (["description"], "a;b", "description", "aws.characters"),
        (["pillars", 0, "name"], "a|b", "pillars[0].name", "aws.characters"),
        ([*Q, "title"], "[x]", f"{QUESTION}.title", "aws.characters"),
        ([*Q, "description"], "<b>", f"{QUESTION}.description", "aws.characters"),
        ([*C, "title"], "~", f"{QUESTION}.choices[0].title", "aws.characters"),
        ([*C, "description"], "$1", f"{QUESTION}.choices[0].description", "aws.characters"),
        (["name"], "x" * 129, "name", "aws.length"),
        ([*Q, "description"], "x" * 2049, f"{QUESTION}.description", "aws.length"),
        (["pillars"], [{}] * 11, "pillars", "aws.count"),
        (["_note"], "Ours", "_note", "aws.key"),
        ([*Q, "url"], "https://example.com", f"{QUESTION}.url", "aws.key"),
        (
            [*C, "improvementPlan", "Url"],
            "https://example.com",
            f"{QUESTION}.choices[0].improvementPlan.Url",
            "aws.key",
        ),
        (
            [*Q, "riskRules", 2, "condition"],
            "practice_b",
            f"{QUESTION}.riskRules",
            "aws.default",
        ),
    ],
)
def test_what_aws_refuses_is_named_with_its_place(
    path: list[str | int], value: object, place: str, rule: str
) -> None:
    found = aws_problems(changed(path, value))
    assert places(found) == {(place, rule)}
    assert {problem.severity for problem in found} == {"aws"}
    assert rule in AWS_CODES


def test_a_file_of_few_characters_can_have_too_many_bytes() -> None:
    assert places(aws_problems(changed(["description"], "ü" * 250_001))) == {
        ("$", "aws.size"),
        ("description", "aws.length"),
    }


def test_texts_that_aws_does_not_restrict_may_hold_anything() -> None:
    assert aws_problems(changed([*C, "improvementPlan", "displayText"], "<b>50% = $1</b>")) == ()


def test_what_is_left_out_is_what_was_named_and_nothing_of_the_meaning() -> None:
    document = changed(["_note"], {"deep": True})
    question = question_of(document)
    question["url"] = "https://example.com"
    question["choices"][0]["improvementPlan"] = {"displayText": "x", "Url": "https://b.example"}
    question["choices"][0]["additionalResources"][0]["_note"] = 1
    adapted = without_unknown_keys(document)
    assert aws_problems(adapted) == ()
    assert "_note" in document
    plan = question_of(adapted)["choices"][0]["improvementPlan"]
    assert plan == {"displayText": "x", "url": "https://b.example"}
    assert meaning(adapted) == meaning(document)


@pytest.mark.parametrize("name", COUNTS)
def test_a_published_lens_means_the_same_without_what_aws_does_not_know(name: str) -> None:
    parsed = read_document(published(name))
    adapted = without_unknown_keys(parsed.document)
    assert meaning(adapted) == parsed.definition
    assert "aws.key" not in {problem.rule for problem in aws_problems(adapted)}


def test_published_lenses_without_a_default_are_told_of() -> None:
    found = aws_problems(read_document(published("ecs")).document)
    assert "aws.default" in {problem.rule for problem in found}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["pillars", "questions", "choices", "riskRules", "url", "Url", "name"]),
            inner,
        )
    ),
    max_leaves=20,
)


@settings(deadline=None)
@given(anything)
def test_no_shape_of_a_document_is_an_accident(document: object) -> None:
    aws_problems(document)
    if isinstance(document, dict):
        without_unknown_keys(document)


def meaning(document: dict[str, Any]) -> object:
    return read_document(json.dumps(document)).definition
