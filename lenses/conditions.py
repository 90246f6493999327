"""The conditions of risk rules: text to tree and back. Pure; nothing is ever evaluated as code.

    condition := "default" | or
    or        := and ("||" and)*
    and       := not ("&&" not)*
    not       := "!" not | "(" or ")" | choice id

The grammar is that of the custom-lens format `2021-11-01`. Names are not looked up here: which
choices a question has is the business of whoever holds the question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from common.problems import gettext_noop

MAX_CONDITION_LENGTH: Final = 2048
"""Characters; the longest one in the published lenses has fewer than 700."""

MAX_CONDITION_DEPTH: Final = 50
"""Parentheses and negations within one another."""

DEFAULT: Final = "default"
"""The word that stands for "in every other case"; no choice can have it for an id."""


@dataclass(frozen=True, slots=True)
class Default:
    """True in every state; stands alone."""


@dataclass(frozen=True, slots=True)
class Name:
    """True where the choice of this id is selected."""

    id: str


@dataclass(frozen=True, slots=True)
class Not:
    """`!operand`"""

    operand: Term


@dataclass(frozen=True, slots=True)
class AllOf:
    """`a && b && …`, two operands or more."""

    operands: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """`a || b || …`, two operands or more."""

    operands: tuple[Term, ...]


Term: TypeAlias = Name | Not | AllOf | AnyOf
Condition: TypeAlias = Default | Term


class ConditionError(ValueError):
    """A condition that cannot be read.

    `template` is an English sentence with `%(…)s` places for `parameters`, so that a layer which
    knows the reader's language can translate it; `message` is the English sentence; `offset`
    counts the characters before the place, from 0; `code` is stable.
    """

    def __init__(
        self, code: str, template: str, offset: int, parameters: Mapping[str, object] | None = None
    ) -> None:
        self.code = code
        self.template = template
        self.offset = offset
        self.parameters = dict(parameters or {})
        self.message = template % self.parameters
        super().__init__(self.message)


def parse(text: str) -> Condition:
    """Read a condition; blanks around and between its parts do not matter.

    Raises `ConditionError` with the exact offset for anything outside the grammar, for a text of
    more than `MAX_CONDITION_LENGTH` characters and for one that nests deeper than
    `MAX_CONDITION_DEPTH`. Never any other exception, whatever the text.
    """
    if len(text) > MAX_CONDITION_LENGTH:
        raise ConditionError(
            "condition.too_long",
            gettext_noop("The condition has %(length)d characters; %(limit)d are allowed."),
            MAX_CONDITION_LENGTH,
            {"length": len(text), "limit": MAX_CONDITION_LENGTH},
        )
    return _Parser(text).condition()


def names(condition: Condition) -> tuple[str, ...]:
    """The choice ids that a condition reads, each once, in the order of their first mention."""
    found: dict[str, None] = {}
    waiting: list[Condition] = [condition]
    while waiting:
        match waiting.pop():
            case Name(identifier):
                found[identifier] = None
            case Not(operand):
                waiting.append(operand)
            case AllOf(operands) | AnyOf(operands):
                waiting.extend(reversed(operands))
    return tuple(found)


def to_text(condition: Condition) -> str:
    """Write a condition with as few parentheses as possible: `parse(to_text(c)) == c`."""
    match condition:
        case Default():
            return DEFAULT
        case Name(identifier):
            return identifier
        case Not(operand):
            return "!" + _nested(operand, AllOf, AnyOf)
        case AllOf(operands):
            return " && ".join(_nested(operand, AllOf, AnyOf) for operand in operands)
        case AnyOf(operands):
            return " || ".join(_nested(operand, AnyOf) for operand in operands)


def _nested(operand: Term, *in_parentheses: type[Term]) -> str:
    text = to_text(operand)
    return f"({text})" if isinstance(operand, in_parentheses) else text


class _Token(NamedTuple):
    text: str
    offset: int

    @property
    def is_name(self) -> bool:
        return self.text not in _SIGNS


_SIGNS: Final = frozenset({"&&", "||", "!", "(", ")", ""})
_TOKEN: Final = re.compile(r"\s*(?:(?P<token>&&|\|\||[!()]|[A-Za-z0-9_]+)|(?P<odd>\S)|\Z)")


def _tokens(text: str) -> list[_Token]:
    """Every token in order; the last one has an empty text and stands for the end."""
    tokens: list[_Token] = []
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None or found["odd"]:
            raise _odd_character(text, found.start("odd") if found else place)
        if found["token"]:
            tokens.append(_Token(found["token"], found.start("token")))
        place = found.end()
    return [*tokens, _Token("", len(text))]


def _odd_character(text: str, offset: int) -> ConditionError:
    character = text[offset]
    if character in "&|":
        return ConditionError(
            "condition.single_operator",
            gettext_noop(
                "“%(sign)s” stands alone at character %(offset)d: write “%(sign)s%(sign)s”."
            ),
            offset,
            {"sign": character, "offset": offset},
        )
    return ConditionError(
        "condition.character",
        gettext_noop("%(character)s at character %(offset)d is no part of a condition."),
        offset,
        {"character": ascii(character), "offset": offset},
    )


class _Parser:
    """Recursive descent; the recursion is bounded by `MAX_CONDITION_DEPTH`."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._place = 0
        self._depth = 0

    def condition(self) -> Condition:
        first = self._next
        if not first.text:
            raise ConditionError(
                "condition.empty", gettext_noop("The condition is empty."), first.offset
            )
        if first.text == DEFAULT and not self._tokens[1].text:
            return Default()
        whole = self._any_of()
        if self._next.text:
            raise self._unexpected(self._next)
        return whole

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place]

    def _any_of(self) -> Term:
        operands = self._operands("||", self._all_of)
        return operands[0] if len(operands) == 1 else AnyOf(operands)

    def _all_of(self) -> Term:
        operands = self._operands("&&", self._operand)
        return operands[0] if len(operands) == 1 else AllOf(operands)

    def _operands(self, operator: str, read: Callable[[], Term]) -> tuple[Term, ...]:
        operands = [read()]
        while self._next.text == operator:
            self._place += 1
            operands.append(read())
        return tuple(operands)

    def _operand(self) -> Term:
        token = self._next
        if token.text == "!":
            return self._negations()
        if token.text == "(":
            return self._in_parentheses(token)
        return self._name(token)

    def _negations(self) -> Term:
        opened = 0
        while self._next.text == "!":
            self._open(self._next)
            opened += 1
        operand = self._operand()
        for _negation in range(opened):
            operand = Not(operand)
        self._depth -= opened
        return operand

    def _in_parentheses(self, opening: _Token) -> Term:
        self._open(opening)
        inside = self._any_of()
        if not self._next.text:
            raise ConditionError(
                "condition.unclosed",
                gettext_noop("The parenthesis at character %(offset)d is never closed."),
                opening.offset,
                {"offset": opening.offset},
            )
        if self._next.text != ")":
            raise self._unexpected(self._next)
        self._place += 1
        self._depth -= 1
        return inside

    def _name(self, token: _Token) -> Name:
        if not token.is_name:
            raise self._unexpected(token)
        if token.text == DEFAULT:
            raise ConditionError(
                "condition.default_alone",
                gettext_noop("“default” at character %(offset)d must stand alone."),
                token.offset,
                {"offset": token.offset},
            )
        self._place += 1
        return Name(token.text)

    def _open(self, token: _Token) -> None:
        self._place += 1
        self._depth += 1
        if self._depth > MAX_CONDITION_DEPTH:
            raise ConditionError(
                "condition.too_deep",
                gettext_noop("The condition nests more than %(limit)d deep."),
                token.offset,
                {"limit": MAX_CONDITION_DEPTH},
            )

    def _unexpected(self, token: _Token) -> ConditionError:
        if not token.text:
            return ConditionError(
                "condition.ends_early",
                gettext_noop("The condition ends where a choice id is expected."),
                token.offset,
            )
        after_operand = self._place > 0 and (
            self._tokens[self._place - 1].is_name or self._tokens[self._place - 1].text == ")"
        )
        template = (
            gettext_noop("“%(found)s” at character %(offset)d: expected “&&”, “||” or the end.")
            if after_operand
            else gettext_noop("“%(found)s” at character %(offset)d: expected a choice id.")
        )
        return ConditionError(
            "condition.syntax",
            template,
            token.offset,
            {"found": token.text, "offset": token.offset},
        )
