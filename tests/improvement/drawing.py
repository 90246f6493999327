"""Random questions with rules as published lenses have them, and their answers searched through.

The search shares nothing with `lenses.tables` and `lenses.ways` but the trees of conditions: it
looks at one state after the other, with each condition as an expression of Python.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from common.risk import Risk
from lenses.conditions import AllOf, AnyOf, Condition, Default, Name, Not, Term
from lenses.definition import Choice, LensDefinition, PracticeNotes, Question, Rule, letters
from reviews.merge import AnswerState, ChoiceDetail

Rules = Sequence[tuple[Condition, Risk]]
RISKS = (Risk.NONE, Risk.MEDIUM, Risk.HIGH)
SIZES = range(1, 11)
# Most are as large as most published questions are; ten choices are there often enough.
_WEIGHTS = (1, 2, 4, 6, 6, 4, 3, 2, 1, 1)


def rules_of(definition: LensDefinition) -> list[Rules]:
    """The rules of each question of a lens."""
    return [
        [(rule.condition, rule.risk) for rule in question.rules]
        for question in definition.questions
    ]


def any_rules(source: random.Random, ids: Sequence[str]) -> Rules:
    """Rules made of nothing but chance, for where there is no published lens."""
    risks = source.sample(RISKS, source.randint(1, 3))
    return [
        (Default() if source.random() < 0.2 else _any_term(source, ids, depth=3), risk)
        for risk in risks
    ]


def _any_term(source: random.Random, ids: Sequence[str], depth: int) -> Term:
    kind = source.random()
    if depth == 0 or kind < 0.3:
        return Name(source.choice(ids))
    if kind < 0.45:
        return Not(_any_term(source, ids, depth - 1))
    operands = tuple(_any_term(source, ids, depth - 1) for _ in range(source.randint(2, 4)))
    return AllOf(operands) if kind < 0.75 else AnyOf(operands)


@dataclass(frozen=True)
class Drawn:
    """A question at a random answer, and random half days by choice id."""

    question: Question
    state: AnswerState
    half_days: dict[str, int]

    @cached_property
    def start(self) -> frozenset[str]:
        return frozenset(key for key in self.state.selected if not key.endswith("_no"))

    @cached_property
    def risk_of(self) -> Callable[[int], Risk]:
        """The risk of a mask of ticked choices: the first rule that holds."""
        bits = {key: 1 << i for i, key in enumerate(self.question.choice_ids)}
        dropped = self.state.not_applicable
        text = "" if dropped else "Risk.UNANSWERED if not s else "
        for rule in self.question.rules:
            holds = _expression(rule.condition, bits, dropped)
            if holds is None:
                holds = str(isinstance(rule.condition, AllOf | Name))
            text += f"Risk.{rule.risk.name} if {holds} else "
        found: Callable[[int], Risk] = eval(f"lambda s: {text}Risk.HIGH")
        return found

    def sets_to(self, target: Risk) -> set[frozenset[str]]:
        """The ids that change, in each set that reaches the target and no part of which does."""
        wanted = {Risk.NONE} if target is Risk.NONE else {Risk.NONE, Risk.MEDIUM}
        found: list[int] = []
        # In the order of the numbers every part of a set comes before it.
        for flips, risk in enumerate(self._risks):
            if risk in wanted and not any(part & flips == part for part in found):
                found.append(flips)
        return {
            frozenset(key for i, key in enumerate(self._free) if flips >> i & 1) for flips in found
        }

    def least_to(self, *risks: Risk) -> int | None:
        """The half days that the cheapest of all sets to one of the risks takes."""
        return min((takes for takes, risk in self.all_changes() if risk in risks), default=None)

    def all_changes(self) -> list[tuple[int, Risk]]:
        """Half days and the risk after it, for each set of changes there is."""
        takes = [0]
        for key in self._free:
            takes += [half_days + self.half_days[key] for half_days in takes]
        return list(zip(takes, self._risks, strict=True))

    @cached_property
    def _free(self) -> list[str]:
        dropped = self.state.not_applicable
        return [
            key
            for key in self.question.choice_ids
            if key not in dropped and not key.endswith("_no")
        ]

    @cached_property
    def _risks(self) -> list[Risk]:
        """The risk after each set of changes of the choices that may change."""
        bit = {key: 1 << i for i, key in enumerate(self.question.choice_ids)}
        states = [sum(bit[key] for key in self.start)]
        for key in self._free:
            states += [state ^ bit[key] for state in states]
        return [self.risk_of(state) for state in states]


def draw(source: random.Random, shapes: Sequence[Rules], question_id: str = "question") -> Drawn:
    """A question of up to ten choices with the rules of one of the shapes, and an answer to it."""
    size = source.choices(SIZES, _WEIGHTS)[0]
    ids = [f"practice_{i}" for i in range(size)]
    if size > 1 and source.random() < 0.6:
        ids[-1] = "practice_no"
    rules = _renamed(source, source.choice(shapes), ids) if shapes else any_rules(source, ids)
    question = Question(
        id=question_id,
        pillar_id="pillar",
        number=1,
        title="?",
        choices=tuple(
            Choice(key, key, letter, notes=PracticeNotes(effort=source.choice(("", "small"))))
            for key, letter in zip(ids, letters(ids), strict=True)
        ),
        rules=tuple(Rule("", condition, risk) for condition, risk in rules),
    )
    practices = [key for key in ids if not key.endswith("_no")]
    dropped = [key for key in practices if source.random() < 0.1]
    ticked = source.choice((0.1, 0.4, 0.8))
    state = AnswerState(
        frozenset(key for key in ids if source.random() < ticked),
        {key: ChoiceDetail(not_applicable=True) for key in dropped},
    )
    return Drawn(question, state, {key: source.choice((0, 1, 2, 6, 16)) for key in practices})


def _renamed(source: random.Random, rules: Rules, ids: Sequence[str]) -> Rules:
    """The rules for other choices: each name stands for one of them, now and then for its not."""
    names: dict[str, Term] = {}
    unused = source.sample(ids, len(ids))

    def term(identifier: str) -> Term:
        if identifier not in names:
            name = Name(unused.pop() if unused else source.choice(ids))
            names[identifier] = Not(name) if source.random() < 0.1 else name
        return names[identifier]

    return [
        (condition if isinstance(condition, Default) else _mapped(condition, term), risk)
        for condition, risk in rules
    ]


def _mapped(condition: Term, term: Callable[[str], Term]) -> Term:
    match condition:
        case Name(identifier):
            return term(identifier)
        case Not(operand):
            return Not(_mapped(operand, term))
        case AllOf(operands):
            return AllOf(tuple(_mapped(operand, term) for operand in operands))
        case AnyOf(operands):
            return AnyOf(tuple(_mapped(operand, term) for operand in operands))


def _expression(condition: Condition, bits: dict[str, int], dropped: frozenset[str]) -> str | None:
    """A condition as an expression over ``s``; None where nothing is left of it."""
    match condition:
        case Default():
            return "True"
        case Name(identifier):
            return None if identifier in dropped else f"s & {bits[identifier]}"
        case Not(operand):
            inner = _expression(operand, bits, dropped)
            return None if inner is None else f"(not ({inner}))"
        case AllOf(operands) | AnyOf(operands):
            word = " and " if isinstance(condition, AllOf) else " or "
            parts = [_expression(operand, bits, dropped) for operand in operands]
            kept = [f"({part})" for part in parts if part is not None]
            return f"({word.join(kept)})" if kept else None
