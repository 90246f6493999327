"""The linter against every answer looked at one by one: on random rules, on published lenses."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.risk import Risk
from lenses.conditions import Condition, Default, to_text
from lenses.definition import Choice, Question, Rule
from lenses.lint import CODES, LEVELS, Finding, lint, lint_question
from lenses.schema import read_document
from tests.lenses.bruteforce import RANK, Behaviour
from tests.lenses.samples import terms
from tests.lenses.test_published_lenses import COUNTS, published


def question_of(ids: list[str], rules: list[tuple[Condition, Risk]]) -> Question:
    return Question(
        id="question",
        pillar_id="pillar",
        number=1,
        title="Which?",
        choices=tuple(Choice(name, f"Do {name} 100%", name) for name in ids),
        rules=tuple(Rule(to_text(condition), condition, risk) for condition, risk in rules),
    )


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Up to 8 choices, one or two of them perhaps "None of these"; rules with negations."""
    count = draw(st.integers(1, 8))
    ids = [f"c{place}" for place in range(count)]
    for place in draw(st.sets(st.integers(0, count - 1), max_size=2)):
        ids[place] += "_no"
    levels = draw(st.permutations(list(LEVELS)))[: draw(st.integers(1, 3))]
    conditions: st.SearchStrategy[Condition] = terms(ids) | st.just(Default())
    return question_of(ids, [(draw(conditions), level) for level in levels])


def facts(findings: tuple[Finding, ...]) -> set[tuple[str, str]]:
    return {(finding.code, finding.path.removeprefix("q.")) for finding in findings}


@settings(max_examples=400, deadline=None)
@given(questions())
def test_the_findings_of_random_rules_are_those_of_every_answer_looked_at(
    question: Question,
) -> None:
    findings = lint_question(question, "q")
    assert facts(findings) == Behaviour(question).facts()
    assert len(facts(findings)) == len(findings)
    check_witnesses(question, findings)


@pytest.mark.parametrize("name", COUNTS)
def test_the_findings_of_a_published_lens_are_those_of_every_answer_looked_at(name: str) -> None:
    definition = read_document(published(name)).definition
    findings = lint(definition)
    for place, pillar in enumerate(definition.pillars):
        for number, question in enumerate(pillar.questions):
            path = f"pillars[{place}].questions[{number}]."
            own = tuple(finding for finding in findings if finding.path.startswith(path))
            assert {finding.question_id for finding in own} <= {question.id}
            found = {(finding.code, finding.path.removeprefix(path)) for finding in own}
            assert found == Behaviour(question).facts()
            check_witnesses(question, own)


def check_witnesses(question: Question, findings: tuple[Finding, ...]) -> None:
    """Each witness shows what its finding says, and no smaller one does."""
    behaviour = Behaviour(question)
    for finding in findings:
        assert finding.code in CODES
        assert finding.message
        witness = frozenset(finding.witness)
        if finding.code == "practice.raises_risk":
            *before, practice = finding.witness
            assert frozenset(before) in behaviour.raising(practice)
            assert len(before) == min(map(len, behaviour.raising(practice)))
        elif finding.code == "answers.uncovered":
            assert behaviour.fired[witness] is None
            assert len(witness) == min(map(len, behaviour.uncovered()))
            assert finding.parameters["count"] == str(len(behaviour.uncovered()))
        elif finding.code == "no_risk.out_of_reach":
            assert RANK[behaviour.risk(witness)] > 0
        elif finding.code == "high.nothing_only":
            assert behaviour.risk(witness) is Risk.HIGH
        elif finding.code == "rule.never_fires" and witness:
            number = int(finding.parameters["rule"]) - 1
            fired = behaviour.fired[witness]
            assert fired is not None
            assert fired < number


QUESTIONS_WITH = {
    "dynamodb-0.7": (8, 0, 4, 4, 0, 0, 0),
    "ecs": (2, 0, 4, 4, 1, 4, 7),
    "elasticache-2.0": (20, 20, 3, 3, 2, 0, 0),
    "generative-ai": (0, 0, 29, 29, 0, 0, 7),
    "orr-1.3.4": (8, 2, 27, 27, 0, 4, 0),
    "orr-1.3.5": (8, 2, 27, 27, 0, 4, 0),
    "passport": (0, 0, 11, 11, 0, 0, 0),
    "s3": (0, 1, 1, 1, 0, 1, 3),
    "saas-business": (0, 0, 0, 0, 0, 29, 0),
}
"""How many questions have a finding, in the order of CODES; the brute force counted the same."""


@pytest.mark.parametrize("name", QUESTIONS_WITH)
def test_the_counts_over_the_published_lenses_stay(name: str) -> None:
    findings = lint(read_document(published(name)).definition)
    counts = Counter(code for code, _question in {(f.code, f.question_id) for f in findings})
    assert tuple(counts[code] for code in CODES) == QUESTIONS_WITH[name]
