"""Risks as the AWS service was observed to compute them."""

from __future__ import annotations

import json
from typing import Any

from common.risk import Risk
from lenses.conditions import parse
from lenses.definition import Choice, Question, Rule
from tests.shared import shared_path

RISKS = {"NO_RISK": Risk.NONE, "MEDIUM_RISK": Risk.MEDIUM, "HIGH_RISK": Risk.HIGH}


def question(case: dict[str, Any]) -> Question:
    return Question(
        id="observed",
        pillar_id="observed",
        number=1,
        title="Observed",
        choices=tuple(Choice(id=name, title=name, letter="a") for name in case["choices"]),
        rules=tuple(
            Rule(rule["condition"], parse(rule["condition"]), RISKS[rule["risk"]])
            for rule in case["rules"]
        ),
    )


def test_every_observed_case_holds() -> None:
    cases = json.loads(shared_path("risk_golden.json").read_text("utf-8"))["cases"]
    assert len(cases) >= 12
    for case in cases:
        risk = question(case).risk(
            case["selected"], case["not_applicable"], is_applicable=case["is_applicable"]
        )
        assert risk == case["risk"], case
