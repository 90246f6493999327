"""Conditions without typing them: all of some choices, any of some, none of some. Pure.

One level is enough for nearly all published rules. What is more complex stays a text: `groups_of`
says so by None.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from lenses.conditions import AllOf, AnyOf, Condition, Default, Name, Not, Term, to_text

Use = Literal["all", "any", "none"]
USES: Final[tuple[Use, ...]] = ("all", "any", "none")


@dataclass(frozen=True, slots=True)
class Groups:
    """`all of (…) and any of (…) and none of (…)`: choice ids, an empty group asks for nothing."""

    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.all or self.any or self.none)

    @property
    def uses(self) -> dict[str, Use]:
        """What each choice is used for; choices that are not used are absent."""
        return {name: use for use in USES for name in getattr(self, use)}

    @classmethod
    def of_uses(cls, uses: Iterable[tuple[str, str]]) -> Groups:
        """The groups of (choice id, use) pairs, in their order; other uses are left out."""
        pairs = list(uses)
        return cls(*(tuple(name for name, use in pairs if use == wanted) for wanted in USES))


def condition_of(groups: Groups) -> Term:
    """The condition that groups stand for; raises `ValueError` where all of them are empty."""
    parts: list[Term] = [Name(name) for name in groups.all]
    if groups.any:
        parts.append(_joined(groups.any))
    if groups.none:
        parts.append(Not(_joined(groups.none)))
    if not parts:
        raise ValueError("a condition needs a choice")
    return parts[0] if len(parts) == 1 else AllOf(tuple(parts))


def text_of(groups: Groups) -> str:
    """The condition as the file has it."""
    return to_text(condition_of(groups))


def _joined(names: Sequence[str]) -> Term:
    terms = tuple(Name(name) for name in names)
    return terms[0] if len(terms) == 1 else AnyOf(terms)


def groups_of(condition: Condition) -> Groups | None:
    """The groups that mean the same as a condition, or None where there are none such.

    None for `default`, for deeper conditions, and for a choice that stands in two groups.
    """
    if isinstance(condition, Default):
        return None
    parts = condition.operands if isinstance(condition, AllOf) else (condition,)
    all_of: list[str] = []
    any_of: list[str] = []
    none_of: list[str] = []
    for part in parts:
        match part:
            case Name(name):
                all_of.append(name)
            case AnyOf(operands) if not any_of and _are_names(operands):
                any_of += _names(operands)
            case Not(Name(name)):
                none_of.append(name)
            case Not(AnyOf(operands)) if _are_names(operands):
                none_of += _names(operands)
            case _:
                return None
    used = [*all_of, *any_of, *none_of]
    if len(set(used)) < len(used):
        return None
    if len(parts) > 1 and not (all_of or any_of):
        # `!a && !b` and `!(a || b)` differ where both are not applicable (docs/lenses.md).
        return None
    return Groups(tuple(all_of), tuple(any_of), tuple(none_of))


def _are_names(operands: Iterable[Term]) -> bool:
    return all(isinstance(operand, Name) for operand in operands)


def _names(operands: Iterable[Term]) -> list[str]:
    return [operand.id for operand in operands if isinstance(operand, Name)]
