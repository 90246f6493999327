"""The files that built-in lenses are written in: `<alias>/<version>/lens.json`, a file a pillar.

A file says what a writer has to say and nothing twice: practices with their steps, level, effort
and evidence; the rules follow from the levels. docs/lenses.md, Built-in lenses, has the format.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

_Text = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)


class PracticeSource(_Part):
    """One practice. `page` is the last part of its official page, where it is not the id."""

    id: str
    code: str = ""
    title: _Text
    description: _Text
    steps: list[_Text] = Field(min_length=2, max_length=5)
    evidence: _Text
    level: Literal["high", "medium", "low"]
    effort: Literal["small", "medium", "large"]
    page: str = ""
    url: str = ""


class RuleSource(_Part):
    """A rule that does not follow from the levels."""

    condition: str
    risk: str


class QuestionSource(_Part):
    """One question; `none` is the id of its choice "None of these"."""

    id: str
    title: _Text
    description: _Text
    url: str = ""
    practices: list[PracticeSource] = Field(min_length=1)
    none: str
    rules: list[RuleSource] = Field(default_factory=list)
    rules_because: str = ""


class PillarSource(_Part):
    """One pillar: a file."""

    id: str
    name: _Text
    questions: list[QuestionSource] = Field(min_length=1)


class LensSource(_Part):
    """`lens.json`: what the lens is called, and the order of its pillars.

    `practice_page` is the address of a practice's official page, with {} for its last part.
    """

    name: _Text
    description: _Text
    practice_page: str = ""
    pillars: list[str] = Field(min_length=1)


NONE_OF_THESE: Final = "None of these"


def built(lens: LensSource, pillars: list[PillarSource]) -> dict[str, Any]:
    """Return the document in the interchange format."""
    return {
        "schemaVersion": "2021-11-01",
        "name": lens.name,
        "description": lens.description,
        "pillars": [
            {
                "id": pillar.id,
                "name": pillar.name,
                "questions": [_question(lens, question) for question in pillar.questions],
            }
            for pillar in pillars
        ],
    }


def _question(lens: LensSource, question: QuestionSource) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": question.id,
        "title": question.title,
        "description": question.description,
    }
    if question.url:
        found["helpfulResource"] = {"displayText": question.title, "url": question.url}
    found["choices"] = [_choice(lens, practice) for practice in question.practices]
    found["choices"].append({"id": question.none, "title": NONE_OF_THESE})
    found["riskRules"] = _own_rules(question) or _rules_of_levels(question.practices)
    if question.rules_because:
        found["plumbline"] = {"rulesBecause": question.rules_because}
    return found


def _choice(lens: LensSource, practice: PracticeSource) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": practice.id,
        "title": practice.title,
        "description": practice.description,
    }
    address = practice.url
    if not address and lens.practice_page:
        address = lens.practice_page.format(practice.page or practice.id)
    if address:
        name = f"{practice.code}, official page" if practice.code else "Official documentation"
        found["helpfulResource"] = {"displayText": name, "url": address}
    found["improvementPlan"] = {"displayText": numbered(practice.steps)}
    notes = {"code": practice.code} if practice.code else {}
    notes |= {"level": practice.level, "effort": practice.effort, "evidence": practice.evidence}
    found["plumbline"] = notes
    return found


def numbered(steps: list[str]) -> str:
    """Return the steps as one text, a line each."""
    return "\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))


def _own_rules(question: QuestionSource) -> list[dict[str, str]]:
    return [{"condition": rule.condition, "risk": rule.risk} for rule in question.rules]


def _rules_of_levels(practices: list[PracticeSource]) -> list[dict[str, str]]:
    """No risk with every practice, medium with every one of a high level, else high.

    Where no practice has a high level, nothing missing is a high risk; where all have it, nothing
    in between is a medium one.
    """
    every = [practice.id for practice in practices]
    high = [practice.id for practice in practices if practice.level == "high"]
    rules = [_rule(" && ".join(every), "NO_RISK")]
    if not high:
        return [*rules, _rule("default", "MEDIUM_RISK")]
    if high != every:
        rules.append(_rule(" && ".join(high), "MEDIUM_RISK"))
    return [*rules, _rule("default", "HIGH_RISK")]


def _rule(condition: str, risk: str) -> dict[str, str]:
    return {"condition": condition, "risk": risk}
