"""Conditions as a tree of all, any, not."""

from __future__ import annotations

import json

import pytest

from common.risk import Risk
from lenses.definition import Question
from lenses.explain import ChoiceState, ExplainedRule, Group, Part, explain
from lenses.outline import outline
from lenses.schema import read_document
from tests.builders import lens_document
from tests.lenses.samples import question_of, sample


def question(*conditions: tuple[str, str]) -> Question:
    document = sample()
    question_of(document)["riskRules"] = [
        {"condition": condition, "risk": risk} for condition, risk in conditions
    ]
    return read_document(json.dumps(document)).definition.questions[0]


def written(part: Part | None) -> str:
    match part:
        case None:
            return "otherwise"
        case ChoiceState(choice, is_ticked):
            return choice.letter if is_ticked else f"not {choice.letter}"
        case Group(kind, parts):
            return f"{kind}({', '.join(written(inner) for inner in parts)})"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("practice_a", "a"),
        ("!practice_a", "not a"),
        ("!!practice_a", "a"),
        ("!(!practice_a)", "a"),
        ("practice_a && practice_b", "all(a, b)"),
        ("practice_a || practice_b", "any(a, b)"),
        ("!(practice_a && practice_b)", "not_all(a, b)"),
        ("!(practice_a || practice_b)", "none(a, b)"),
        ("!!(practice_a || practice_b)", "any(a, b)"),
        ("practice_a && (practice_b || !practice_no)", "all(a, any(b, not x))"),
        ("practice_a || practice_b && practice_no", "any(a, all(b, x))"),
    ],
)
def test_a_condition_becomes_a_tree_of_choices(condition: str, expected: str) -> None:
    (rule, _default) = explain(question((condition, "NO_RISK"), ("default", "HIGH_RISK")))
    assert written(rule.part) == expected


def test_rules_keep_their_order_and_default_is_every_other_case() -> None:
    rules = explain(
        question(("practice_a", "MEDIUM_RISK"), ("practice_b", "NO_RISK"), ("default", "HIGH_RISK"))
    )
    assert [(rule.risk, written(rule.part), rule.is_implicit) for rule in rules] == [
        (Risk.MEDIUM, "a", False),
        (Risk.NONE, "b", False),
        (Risk.HIGH, "otherwise", False),
    ]


def test_what_no_rule_covers_is_said_to_be_a_high_risk() -> None:
    rules = explain(question(("practice_a", "NO_RISK")))
    assert rules[-1] == ExplainedRule(Risk.HIGH, None, is_implicit=True)


def test_a_walk_opens_and_closes_every_group() -> None:
    (rule, _default) = explain(
        question(
            ("practice_a && (practice_b || !practice_no)", "NO_RISK"), ("default", "HIGH_RISK")
        )
    )
    assert [(step.kind, step.choice and step.choice.letter) for step in rule.steps] == [
        ("all", None),
        ("choice", "a"),
        ("any", None),
        ("choice", "b"),
        ("choice", "x"),
        ("end", None),
        ("end", None),
    ]
    assert not rule.steps[4].is_ticked


def test_an_outline_numbers_pillars_and_questions() -> None:
    definition = read_document(json.dumps(lens_document(pillars=2, questions=2))).definition
    found = outline(definition)
    assert [item.number for pillar in found for item in pillar.questions] == [
        "1.1",
        "1.2",
        "2.1",
        "2.2",
    ]
    assert [pillar.number for pillar in found] == [1, 2]
    assert len(found[0].questions[0].practices) == 3


def test_a_condition_of_very_many_parts_is_shown_as_it_stands() -> None:
    document = sample()
    long = " || ".join(["practice_a", "practice_b"] * 20)
    question_of(document)["riskRules"][1]["condition"] = long
    rules = explain(read_document(json.dumps(document)).definition.questions[0])
    assert [rule.is_readable for rule in rules] == [True, False, True]
    assert rules[1].text == long
