"""What the studio says about a draft while it is written: problems, findings, and a trial.

A draft with an error somewhere has no definition as a whole. Its questions are looked at one by
one here, so that a half-written practice does not silence the linter everywhere else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from common.problems import Problem
from common.risk import Risk
from lenses.compatibility import aws_problems
from lenses.conditions import ConditionError, parse
from lenses.definition import Choice, Question, Rule, UnknownChoice, letters
from lenses.lint import LEVELS as LEVEL_NAMES
from lenses.lint import Finding, lint_question
from lenses.lint_texts import message_of
from lenses.schema.models import MAX_CHOICES
from lenses.studio.addresses import LENS, Address, Object

_RISKS: Final = {name: risk for risk, name in LEVEL_NAMES.items()}
_PLACE: Final = re.compile(
    r"pillars\[(\d+)\](?:\.questions\[(\d+)\](?:\.choices\[(\d+)\])?)?(?:\.(.+))?"
)
_CACHED_QUESTIONS: Final = 2_048


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say about a draft, where it belongs, and what to tick to see it.

    `severity` is error, warning, info or aws; `is_of_rules` marks what the linter found.
    """

    severity: str
    message: str
    path: str
    address: Address
    witness: tuple[str, ...] = ()
    is_of_rules: bool = False


def remarks(document: Object, problems: Iterable[Problem]) -> list[Remark]:
    """Everything to say about a draft: what keeps it from being published first."""
    said = [_of_problem(problem, document) for problem in problems]
    refused = {remark.path for remark in said if remark.severity == "error"}
    # A plan without a text is an error; that it is an empty resource too need not be said.
    said = [remark for remark in said if f"{remark.path}.displayText" not in refused]
    for place, pillar in enumerate(document["pillars"]):
        for number, question in enumerate(pillar["questions"]):
            path = f"pillars[{place}].questions[{number}]"
            said += [_of_finding(finding, path) for finding in findings_of(question)]
    for problem in aws_problems(document):
        if problem.path not in refused:
            said.append(replace(_of_problem(problem, document), severity="aws"))
    unique = {(remark.path, remark.message): remark for remark in said}
    return sorted(unique.values(), key=lambda remark: _ORDER[remark.severity, remark.is_of_rules])


_ORDER: Final = {
    ("error", False): 0,
    ("error", True): 1,
    ("warning", True): 2,
    ("warning", False): 3,
    ("info", True): 4,
    ("info", False): 4,
    ("aws", False): 5,
}


def _of_problem(problem: Problem, document: Object) -> Remark:
    return Remark(problem.severity, problem.message, problem.path, _address(problem.path, document))


def _of_finding(finding: Finding, path: str) -> Remark:
    return Remark(
        severity=finding.severity,
        message=message_of(finding),
        path=".".join(filter(None, (path, finding.path.lstrip(".")))),
        address=Address("question", finding.question_id),
        witness=finding.witness,
        is_of_rules=True,
    )


def _address(path: str, document: Object) -> Address:
    found = _PLACE.match(path)
    if found is None:
        return LENS
    try:
        pillar = document["pillars"][int(found[1])]
        if found[2] is None:
            return Address("pillar", pillar["id"])
        question = pillar["questions"][int(found[2])]
        if found[3] is None:
            return Address("question", question["id"])
        return Address("choice", question["id"], question["choices"][int(found[3])]["id"])
    except (IndexError, KeyError, TypeError):
        return LENS


def findings_of(question: Object) -> tuple[Finding, ...]:
    """What the linter finds in one question; nothing where its rules cannot be read yet."""
    return _findings(json.dumps(question, sort_keys=True))


@lru_cache(maxsize=_CACHED_QUESTIONS)
def _findings(text: str) -> tuple[Finding, ...]:
    # By the question's text: an edit of one question costs the linting of one.
    readable = readable_question(json.loads(text))
    return lint_question(readable, "") if readable is not None else ()


def readable_question(question: Object) -> Question | None:
    """A question as the engine knows it, or None while its choices or rules cannot be read."""
    ids = [choice["id"] for choice in question["choices"]]
    if not ids or len(ids) > MAX_CHOICES or not question["riskRules"]:
        return None
    choices = tuple(
        Choice(choice["id"], _text(choice.get("title")) or choice["id"], letter)
        for choice, letter in zip(question["choices"], letters(ids), strict=True)
    )
    try:
        rules = tuple(_rule(rule) for rule in question["riskRules"])
        readable = Question(
            id=question["id"],
            pillar_id="",
            number=1,
            title=_text(question.get("title")),
            choices=choices,
            rules=rules,
        )
        readable.table()
    except (ConditionError, UnknownChoice, KeyError):
        return None
    return readable


def _rule(rule: Object) -> Rule:
    text = _text(rule.get("condition"))
    return Rule(text.strip(), parse(text), _RISKS[rule["risk"]])


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Trial:
    """What an answer comes to: the risk and the rule that gave it (None: no rule is true)."""

    risk: Risk
    fired: int | None
    question: Question


def try_question(
    question: Object, selected: Collection[str], not_applicable: Collection[str], *, applies: bool
) -> Trial | None:
    """Answer a question as a reviewer would; None while its rules cannot be read.

    Ids that the question does not have are passed over.
    """
    readable = readable_question(question)
    if readable is None:
        return None
    known = set(readable.choice_ids)
    dropped = [name for name in not_applicable if name in known]
    ticked = [name for name in selected if name in known and name not in dropped]
    risk = readable.risk(ticked, dropped, applies)
    fired = readable.fired_rule(ticked, dropped) if applies else None
    return Trial(risk, fired, readable)
