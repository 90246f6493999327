"""A question's whole behaviour, computed at once. Pure.

A question with n choices has 2ⁿ states; state s has the i-th choice selected where bit i of s is
set. A *set of states* is one Python integer with a bit for each state, so that a condition over
all states costs a handful of operations on integers of at most 2¹⁵ bits: `&&` is `&`, `||` is `|`
and `!` is the complement. No state is visited one by one, and nothing is approximated.

Rules, and what a choice that is not applicable does to them: docs/lenses.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from common.risk import Risk
from lenses.conditions import AllOf, AnyOf, Condition, Default, Name, Not, Term

MAX_CHOICES: Final = 15
"""Choices of one question: the table of a question has at most 2¹⁵ bytes."""

RISKS: Final = (Risk.NONE, Risk.MEDIUM, Risk.HIGH, Risk.UNANSWERED)
"""The risk of each code in a table. NOT_APPLICABLE depends on the question, never on its state."""

StateSet: TypeAlias = int
"""Bit s is set where state s belongs to the set."""

CODES: Final = {risk: code for code, risk in enumerate(RISKS)}
_MEDIUM: Final = CODES[Risk.MEDIUM]
_HIGH: Final = CODES[Risk.HIGH]
_UNANSWERED: Final = CODES[Risk.UNANSWERED]

_ZERO: Final = ord("0")
_AS_CODE: Final = bytes((code - 3 * _ZERO) % 256 for code in range(256))


def every_state(count: int) -> StateSet:
    """The set of all 2^count states."""
    return (1 << (1 << count)) - 1


@lru_cache(maxsize=MAX_CHOICES + 1)
def columns(count: int) -> tuple[StateSet, ...]:
    """For each of `count` choices, the set of the states in which it is selected.

    Raises `ValueError` for more than `MAX_CHOICES` choices.
    """
    if not 0 <= count <= MAX_CHOICES:
        raise ValueError(f"a question has 0 to {MAX_CHOICES} choices, not {count}")
    everything = every_state(count)
    # Dividing by 2^(2^i) + 1 leaves 2^i ones, then 2^i zeros, and so on: the states without
    # choice i. Shifted by 2^i they are the states with it.
    return tuple((everything // ((1 << (1 << i)) + 1)) << (1 << i) for i in range(count))


@lru_cache(maxsize=MAX_CHOICES + 1)
def _by_ticks(count: int) -> tuple[StateSet, ...]:
    """For each number of ticks from 0 to `count`, the set of the states that have so many."""
    sets: list[StateSet] = [1]
    for place in range(count):
        # With one choice more, each state is there twice: without it, and with it 2^place later.
        with_it = [0, *(states << (1 << place) for states in sets)]
        sets = [without | more for without, more in zip([*sets, 0], with_it, strict=True)]
    return tuple(sets)


def smallest(states: StateSet, count: int) -> int:
    """The state with the fewest ticks in a set of states of `count` choices.

    Of several, the one whose last ticked choice comes first in the question. Raises `ValueError`
    for the empty set.
    """
    for layer in _by_ticks(count):
        found = states & layer
        if found:
            return (found & -found).bit_length() - 1
    raise ValueError("an empty set has no smallest state")


def reduce_condition(condition: Condition, not_applicable: Collection[str]) -> Condition | bool:
    """The condition with the choices that are not applicable dropped out of it.

    A dropped choice leaves its operator; an operator or a negation with nothing left leaves its
    own. A condition of which nothing is left is true where its top operator is `&&` (there is
    nothing left to do; a bare choice counts as an `&&` of one) and false where it is `||` or `!`.
    """
    if not not_applicable or isinstance(condition, Default):
        return condition
    reduced = _reduce(condition, not_applicable)
    return isinstance(condition, AllOf | Name) if reduced is None else reduced


def _reduce(term: Term, dropped: Collection[str]) -> Term | None:
    match term:
        case Name(identifier):
            return None if identifier in dropped else term
        case Not(operand):
            inner = _reduce(operand, dropped)
            return None if inner is None else Not(inner)
        case AllOf(operands):
            return _operator(AllOf, operands, dropped)
        case AnyOf(operands):
            return _operator(AnyOf, operands, dropped)


def _operator(
    operator: type[AllOf | AnyOf], operands: Sequence[Term], dropped: Collection[str]
) -> Term | None:
    reduced = (_reduce(operand, dropped) for operand in operands)
    kept = tuple(operand for operand in reduced if operand is not None)
    if len(kept) <= 1:
        return kept[0] if kept else None
    return operator(kept)


def states_where(
    condition: Condition | bool, column: Mapping[str, StateSet], everything: StateSet
) -> StateSet:
    """The states in which a condition is true, given each choice's column.

    With columns of one bit and `everything` = 1 it evaluates the condition in a single state.
    Raises `KeyError` for a name without a column.
    """
    match condition:
        case bool() | Default():
            return everything if condition else 0
        case Name(identifier):
            return column[identifier]
        case Not(Not(operand)):
            return states_where(operand, column, everything)
        case Not(operand):
            # A set within everything: its complement costs one operation so, not two.
            return everything ^ states_where(operand, column, everything)
        case AllOf(operands):
            states = everything
            for operand in operands:
                states &= states_where(operand, column, everything)
            return states
        case AnyOf(operands):
            states = 0
            for operand in operands:
                states |= states_where(operand, column, everything)
            return states


def firing_states(
    conditions: Sequence[Condition], ids: Sequence[str], not_applicable: Collection[str] = ()
) -> tuple[StateSet, ...]:
    """For each rule in order, the states in which it is the first that is true.

    The sets are disjoint. The state that is UNANSWERED (nothing selected, nothing not applicable)
    is in none of them, whatever `default` says.
    """
    column = dict(zip(ids, columns(len(ids)), strict=True))
    everything = every_state(len(ids))
    true = [
        states_where(reduce_condition(condition, not_applicable), column, everything)
        for condition in conditions
    ]
    return first_true(true, everything if not_applicable else everything & ~1)


def first_true(true: Iterable[StateSet], left: StateSet) -> tuple[StateSet, ...]:
    """For each of some sets in order, the states of `left` that are in none before it."""
    firing = []
    for states in true:
        firing.append(states & left)
        left &= ~states
    return tuple(firing)


def risk_table(
    rules: Sequence[tuple[Condition, Risk]],
    ids: Sequence[str],
    not_applicable: Collection[str] = (),
) -> bytes:
    """The code of the risk in each of the 2^len(ids) states; `RISKS[code]` is the risk.

    A choice that is both selected and not applicable counts as not applicable: no reduced rule
    reads it. A state that no rule covers is HIGH. Raises `ValueError` for more than
    `MAX_CHOICES` choices, `KeyError` for a rule that names none of them.
    """
    by_code = [0] * len(RISKS)
    firing = firing_states([condition for condition, _ in rules], ids, not_applicable)
    left = every_state(len(ids))
    for (_, risk), states in zip(rules, firing, strict=True):
        by_code[CODES[risk]] |= states
        left &= ~states
    if not not_applicable:
        by_code[_UNANSWERED] = 1
        left &= ~1
    by_code[_HIGH] |= left
    return _as_bytes(by_code, 1 << len(ids))


def _as_bytes(by_code: Sequence[StateSet], size: int) -> bytes:
    """One byte a state from the disjoint sets of the states that have each two-bit code."""
    low = _digits(by_code[_MEDIUM] | by_code[_UNANSWERED], size)
    high = _digits(by_code[_HIGH] | by_code[_UNANSWERED], size)
    # Digits are the bytes "0" and "1": low + 2 × high is 3 × "0" + code in each byte, never
    # carries into the next one, and is a single addition for the whole table.
    codes = int.from_bytes(low, "little") + (int.from_bytes(high, "little") << 1)
    return codes.to_bytes(size, "little").translate(_AS_CODE)


def _digits(states: StateSet, size: int) -> bytes:
    return format(states, f"0{size}b").encode("ascii")[::-1]
