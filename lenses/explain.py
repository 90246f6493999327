"""Risk rules as a reader understands them: which choices must be ticked. Pure.

Only kinds and choices, no words: the template has the words, where they are translated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from common.risk import Risk
from lenses.conditions import AllOf, AnyOf, Default, Name, Not, Term
from lenses.definition import Choice, Question

MAX_OPERATORS: Final = 24
"""Of a condition that is explained; published lenses have 12 at most."""

GroupKind = Literal["all", "any", "not_all", "none"]


@dataclass(frozen=True, slots=True)
class ChoiceState:
    """Holds where the choice is ticked, or where it is not."""

    choice: Choice
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Holds where all, any, not all or none of its parts hold."""

    kind: GroupKind
    parts: tuple[Part, ...]


Part: TypeAlias = ChoiceState | Group


@dataclass(frozen=True, slots=True)
class ExplainedRule:
    """A risk and what must hold for it; `part` is None for "in every other case".

    `is_implicit` marks the high risk of what no rule covers, which the lens does not say itself;
    `text` is the condition as the lens has it, empty there.
    """

    risk: Risk
    part: Part | None
    is_implicit: bool = False
    text: str = ""

    @property
    def is_readable(self) -> bool:
        """Whether the tree is short enough to be read as one; otherwise the text says as much."""
        return self.text.count("&&") + self.text.count("||") < MAX_OPERATORS

    @property
    def steps(self) -> tuple[Step, ...]:
        """The tree as a template walks it."""
        return () if self.part is None else tuple(_steps(self.part))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a walk through the tree: a choice, the beginning of a group, or its end.

    A template that included itself fifty levels deep would exhaust the stack; a loop does not.
    """

    kind: GroupKind | Literal["choice", "end"]
    choice: Choice | None = None
    is_ticked: bool = True


def explain(question: Question) -> tuple[ExplainedRule, ...]:
    """The rules of a question in the order in which they are tried (docs/lenses.md)."""
    rules = []
    for rule in question.rules:
        if isinstance(rule.condition, Default):
            rules.append(ExplainedRule(rule.risk, None, text=rule.text))
        else:
            part = _part(rule.condition, question)
            rules.append(ExplainedRule(rule.risk, part, text=rule.text))
    if all(rule.part is not None for rule in rules):
        rules.append(ExplainedRule(Risk.HIGH, None, is_implicit=True))
    return tuple(rules)


def _part(term: Term, question: Question) -> Part:
    match term:
        case Not(Not(operand)):
            return _part(operand, question)
        case Not(operand):
            return _state(operand, question, holds=False)
        case _:
            return _state(term, question, holds=True)


def _state(term: Term, question: Question, *, holds: bool) -> Part:
    match term:
        case Name(choice_id):
            return ChoiceState(question.choice(choice_id), is_ticked=holds)
        case AllOf(operands):
            kind: GroupKind = "all" if holds else "not_all"
        case AnyOf(operands):
            kind = "any" if holds else "none"
        case _:  # _part has taken the negations away
            raise TypeError(f"no such term: {term!r}")
    return Group(kind, tuple(_part(operand, question) for operand in operands))


def _steps(part: Part) -> Iterator[Step]:
    if isinstance(part, ChoiceState):
        yield Step("choice", part.choice, part.is_ticked)
        return
    yield Step(part.kind)
    for inner in part.parts:
        yield from _steps(inner)
    yield Step("end")
