"""What the linter says, one planted mistake at a time."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils.translation import override

from lenses.lint import Finding, lint
from lenses.lint_texts import message_of
from lenses.schema import read_document
from tests.lenses.samples import QUESTION, question_of, sample


def findings_of(*rules: tuple[str, str], practices: int = 2, none: bool = True) -> list[Finding]:
    """Lint practices a, b, c… (and "None of these") with some rules."""
    document = sample()
    question = question_of(document)
    question["choices"] = [
        {"id": letter * 3, "title": letter.upper(), "improvementPlan": {"displayText": "Do it."}}
        for letter in "abcdefghijklmno"[:practices]
    ]
    if none:
        question["choices"].append({"id": "none_no", "title": "None of these"})
    question["riskRules"] = [{"condition": text, "risk": f"{level}_RISK"} for text, level in rules]
    return list(lint(read_document(json.dumps(document)).definition))


def only(findings: list[Finding]) -> Finding:
    (finding,) = findings
    return finding


def seen(finding: Finding) -> tuple[Any, ...]:
    return (
        finding.code,
        finding.severity,
        finding.path.removeprefix(f"{QUESTION}."),
        finding.witness,
    )


def test_a_sound_question_has_no_finding() -> None:
    assert findings_of(("aaa && bbb", "NO"), ("aaa", "MEDIUM"), ("default", "HIGH")) == []


def test_a_practice_that_raises_the_risk_is_named_with_the_smallest_answer() -> None:
    finding = only(
        findings_of(
            ("aaa && bbb && ccc", "NO"),
            ("aaa && !bbb", "MEDIUM"),
            ("default", "HIGH"),
            practices=3,
        )
    )
    assert seen(finding) == ("practice.raises_risk", "error", "choices[1]", ("aaa", "bbb"))
    assert finding.question_id == "question_one"
    assert finding.message == (
        "Ticking “B” raises the risk from MEDIUM_RISK to HIGH_RISK. "
        "A practice that is followed must never make the risk higher."
    )


def test_none_of_these_beside_a_practice_is_no_practice_made_worse() -> None:
    rules = (("none_no", "HIGH"), ("aaa && bbb", "NO"), ("default", "MEDIUM"))
    assert seen(only(findings_of(*rules))) == (
        "high.nothing_only",
        "info",
        "riskRules[0]",
        ("none_no",),
    )


def test_a_question_that_is_never_done_shows_every_practice() -> None:
    finding, high = findings_of(("aaa && !bbb && bbb || none_no", "HIGH"), ("default", "MEDIUM"))
    assert high.code == "high.nothing_only"
    assert seen(finding) == ("no_risk.out_of_reach", "error", "riskRules", ("aaa", "bbb"))
    assert "MEDIUM_RISK" in finding.message


def test_a_contradiction_is_an_error_and_makes_its_level_unreachable() -> None:
    findings = findings_of(("aaa && bbb", "NO"), ("aaa && !aaa", "MEDIUM"), ("default", "HIGH"))
    assert [seen(finding) for finding in findings] == [
        ("rule.never_fires", "error", "riskRules[1].condition", ()),
        ("level.unreachable", "warning", "riskRules[1].risk", ()),
    ]
    assert "contradicts itself" in findings[0].message
    assert "MEDIUM_RISK" in findings[1].message


def test_a_rule_behind_an_earlier_one_shows_an_answer_that_the_earlier_takes() -> None:
    findings = findings_of(("aaa", "NO"), ("aaa && bbb", "MEDIUM"), ("default", "HIGH"))
    rule, level, unread = findings[0], findings[1], findings[2:]
    assert seen(rule) == ("rule.never_fires", "warning", "riskRules[1].condition", ("aaa", "bbb"))
    assert seen(level) == ("level.unreachable", "warning", "riskRules[1].risk", ())
    assert unread == []


def test_a_default_that_is_left_nothing_is_no_mistake() -> None:
    findings = findings_of(
        ("aaa && bbb", "NO"), ("aaa || bbb || none_no", "MEDIUM"), ("default", "HIGH")
    )
    assert [seen(finding)[:2] for finding in findings] == [
        ("rule.never_fires", "info"),
        ("level.unreachable", "warning"),
    ]


def test_a_level_for_nothing_ticked_is_unreachable_because_that_is_unanswered() -> None:
    findings = findings_of(
        ("aaa && bbb", "NO"), ("aaa || bbb", "MEDIUM"), ("!aaa && !bbb", "HIGH"), none=False
    )
    assert [seen(finding)[:3] for finding in findings] == [
        ("rule.never_fires", "warning", "riskRules[2].condition"),
        ("level.unreachable", "warning", "riskRules[2].risk"),
    ]
    assert "nothing ticked" in findings[0].message


def test_answers_without_a_rule_are_counted_and_the_smallest_is_shown() -> None:
    finding = only(findings_of(("aaa && bbb", "NO"), ("bbb || none_no", "MEDIUM")))
    assert seen(finding) == ("answers.uncovered", "warning", "riskRules", ("aaa",))
    assert "1 of the 7 possible answers" in finding.message


def test_a_rule_of_a_level_that_occurs_without_it_never_fires_alone() -> None:
    findings = findings_of(
        ("aaa && bbb", "NO"), ("bbb || none_no", "MEDIUM"), ("aaa && !aaa", "HIGH")
    )
    assert [finding.code for finding in findings] == ["rule.never_fires", "answers.uncovered"]


def test_a_practice_that_no_rule_reads_is_named() -> None:
    finding = only(findings_of(("aaa", "NO"), ("default", "HIGH")))
    assert seen(finding) == ("choice.unread", "warning", "choices[1]", ("bbb",))


def test_a_question_of_none_of_these_alone_is_not_asked_to_reach_no_risk() -> None:
    assert [f.code for f in findings_of(("default", "HIGH"), practices=0)] == ["high.nothing_only"]


def test_fifteen_choices_are_linted_whole() -> None:
    text = " || ".join(f"({letter * 3} && !ooo)" for letter in "abcdefghijklmn")
    findings = findings_of((text, "MEDIUM"), ("default", "HIGH"), practices=15, none=False)
    assert {finding.code for finding in findings} == {
        "practice.raises_risk",
        "no_risk.out_of_reach",
    }


@pytest.mark.parametrize("language", ["en", "en-gb"])
def test_a_message_is_given_in_the_readers_language(language: str) -> None:
    finding = only(findings_of(("aaa", "NO"), ("default", "HIGH")))
    with override(language):
        assert message_of(finding) == finding.message
