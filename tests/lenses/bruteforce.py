"""The linter's findings by looking at every answer, one after the other: slow and simple.

Shares nothing with `lenses.lint` and `lenses.tables` but the trees of conditions.
"""

from __future__ import annotations

from itertools import combinations

from common.risk import Risk
from lenses.conditions import AllOf, AnyOf, Condition, Default, Name, Not
from lenses.definition import Question

Answer = frozenset[str]
RANK = {Risk.NONE: 0, Risk.MEDIUM: 1, Risk.HIGH: 2}


def holds(condition: Condition, answer: Answer) -> bool:
    match condition:
        case Default():
            return True
        case Name(identifier):
            return identifier in answer
        case Not(operand):
            return not holds(operand, answer)
        case AllOf(operands):
            return all(holds(operand, answer) for operand in operands)
        case AnyOf(operands):
            return any(holds(operand, answer) for operand in operands)


def read_by(condition: Condition) -> set[str]:
    match condition:
        case Default():
            return set()
        case Name(identifier):
            return {identifier}
        case Not(operand):
            return read_by(operand)
        case AllOf(operands) | AnyOf(operands):
            return set().union(*(read_by(operand) for operand in operands))


class Behaviour:
    """What a question does in each of its answers; the one without a tick is left out."""

    def __init__(self, question: Question) -> None:
        self.question = question
        ids = [choice.id for choice in question.choices]
        self.fired: dict[Answer, int | None] = {}
        for count in range(1, len(ids) + 1):
            for ticked in combinations(ids, count):
                answer = frozenset(ticked)
                self.fired[answer] = next(
                    (
                        number
                        for number, rule in enumerate(question.rules)
                        if holds(rule.condition, answer)
                    ),
                    None,
                )
        self.practices = [identifier for identifier in ids if not identifier.endswith("_no")]

    def risk(self, answer: Answer) -> Risk:
        number = self.fired[answer]
        return Risk.HIGH if number is None else self.question.rules[number].risk

    def of_practices(self) -> list[Answer]:
        return [answer for answer in self.fired if answer <= set(self.practices)]

    def facts(self) -> set[tuple[str, str]]:
        """Code and place of everything the linter has to find."""
        found = {("practice.raises_risk", self._choice(name)) for name in self._raising()}
        found |= {("choice.unread", self._choice(name)) for name in self._unread()}
        rules = list(enumerate(self.question.rules))
        decides = set(self.fired.values())
        found |= {
            ("rule.never_fires", f"riskRules[{number}].condition")
            for number, _rule in rules
            if number not in decides
        }
        seen = {self.risk(answer) for answer in self.fired}
        found |= {
            ("level.unreachable", f"riskRules[{number}].risk")
            for number, rule in rules
            if rule.risk not in seen
        }
        if None in decides:
            found.add(("answers.uncovered", "riskRules"))
        if self.practices and self.risk(frozenset(self.practices)) is not Risk.NONE:
            found.add(("no_risk.out_of_reach", "riskRules"))
        somehow_good = [self.risk(answer) for answer in self.of_practices()]
        if Risk.HIGH in seen and Risk.HIGH not in somehow_good:
            found |= {
                ("high.nothing_only", f"riskRules[{number}]")
                for number, rule in rules
                if rule.risk is Risk.HIGH
            }
        return found

    def raising(self, practice: str) -> list[Answer]:
        """The answers of practices in which ticking one more raises the risk."""
        return [
            answer
            for answer in self.of_practices()
            if practice not in answer
            and RANK[self.risk(answer | {practice})] > RANK[self.risk(answer)]
        ]

    def uncovered(self) -> list[Answer]:
        return [answer for answer, number in self.fired.items() if number is None]

    def _raising(self) -> list[str]:
        return [practice for practice in self.practices if self.raising(practice)]

    def _unread(self) -> list[str]:
        read = set().union(*(read_by(rule.condition) for rule in self.question.rules))
        return [practice for practice in self.practices if practice not in read]

    def _choice(self, name: str) -> str:
        return f"choices[{[choice.id for choice in self.question.choices].index(name)}]"
