"""A lens version, compiled: frozen values that answer "what is the risk?" by a look-up. Pure.

Built from a document by `lenses.schema`, which has checked it; nothing here checks again. One
definition is shared by all requests and threads of a process.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from common.risk import Risk
from lenses.conditions import Condition
from lenses.tables import RISKS, reduce_condition, risk_table, states_where

NONE_OF_THESE_SUFFIX: Final = "_no"
"""A choice whose id ends so is the choice "None of these"."""

NONE_OF_THESE_LETTER: Final = "x"

CHOICE_LETTERS: Final = "abdefhilopqrstu"

_MAX_CACHED_BYTES: Final = 1 << 16
"""Of the tables of one question; its first table, with all choices applicable, is always kept."""

_caching: Final = threading.Lock()


class UnknownQuestion(KeyError):
    """The lens has no question of this id."""


class UnknownPillar(KeyError):
    """The lens has no pillar of this id."""


class UnknownChoice(KeyError):
    """The question has no choice of this id."""


def is_none_of_these(choice_id: str) -> bool:
    """Whether a choice id marks the choice "None of these"."""
    return choice_id.endswith(NONE_OF_THESE_SUFFIX)


def letters(choice_ids: Sequence[str]) -> tuple[str, ...]:
    """The key that ticks each choice: a, b, d, e… in order, x for "None of these".

    Fifteen letters for at most 15 choices: the alphabet without the keys that a review page uses
    for itself (c comments, g goes, j k n move, m notes). A second "None of these" gets an ordinary
    letter, because a key can only tick one choice.
    """
    found: list[str] = []
    ordinary = iter(CHOICE_LETTERS)
    for choice_id in choice_ids:
        if is_none_of_these(choice_id) and NONE_OF_THESE_LETTER not in found:
            found.append(NONE_OF_THESE_LETTER)
        else:
            found.append(next(ordinary))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Resource:
    """A text with or without a link; `url` is None or an http(s) address."""

    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class AdditionalResources:
    """More resources of one kind: `HELPFUL_RESOURCE` or `IMPROVEMENT_PLAN`."""

    kind: str
    content: tuple[Resource, ...]


@dataclass(frozen=True, slots=True)
class PracticeNotes:
    """What our own lenses say about a practice beyond the format; empty where nothing is said.

    `code` is the number by which a framework is quoted ("SEC03-BP02"), `level` how much risk its
    absence carries (high, medium, low), `effort` what it takes (small, medium, large), `evidence`
    what would show that it is done.
    """

    code: str = ""
    level: str = ""
    effort: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One practice that a team follows or does not, or "None of these"."""

    id: str
    title: str
    letter: str
    description: str = ""
    helpful_resource: Resource | None = None
    improvement_plan: Resource | None = None
    additional_resources: tuple[AdditionalResources, ...] = ()
    notes: PracticeNotes = PracticeNotes()

    @property
    def is_none_of_these(self) -> bool:
        """Whether this is the choice "None of these": it cannot be marked not applicable."""
        return is_none_of_these(self.id)


@dataclass(frozen=True, slots=True)
class Rule:
    """Where `condition` is the first to be true, the question's risk is `risk`."""

    text: str
    condition: Condition
    risk: Risk


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its choices and its rules, in the order of the file.

    `number` counts from 1 within the pillar. A *mask* is an integer in which bit i stands for the
    i-th choice; states of a table are masks of the selected choices.
    """

    id: str
    pillar_id: str
    number: int
    title: str
    choices: tuple[Choice, ...]
    rules: tuple[Rule, ...]
    description: str = ""
    helpful_resource: Resource | None = None
    rules_because: str = ""
    _bits: dict[str, int] = field(init=False, repr=False, compare=False)
    _may_drop: int = field(init=False, repr=False, compare=False)
    _tables: dict[int, bytes] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Number the choices; tables are compiled when they are first asked for."""
        bits = {choice.id: 1 << place for place, choice in enumerate(self.choices)}
        may_drop = sum(bits[choice.id] for choice in self.choices if not choice.is_none_of_these)
        object.__setattr__(self, "_bits", bits)
        object.__setattr__(self, "_may_drop", may_drop)
        object.__setattr__(self, "_tables", {})

    @property
    def choice_ids(self) -> tuple[str, ...]:
        """The ids of the choices, in order."""
        return tuple(self._bits)

    @property
    def states(self) -> int:
        """How many states the question has: 2 to the number of its choices."""
        return 1 << len(self.choices)

    @property
    def none_of_these(self) -> int:
        """The mask of the choices "None of these"."""
        return ~self._may_drop & (self.states - 1)

    def choice(self, choice_id: str) -> Choice:
        """The choice of this id; raises `UnknownChoice`."""
        return self.choices[self.mask((choice_id,)).bit_length() - 1]

    def mask(self, choice_ids: Iterable[str]) -> int:
        """The mask of some choices; raises `UnknownChoice` for an id that is none of them."""
        mask = 0
        for choice_id in choice_ids:
            try:
                mask |= self._bits[choice_id]
            except KeyError:
                raise UnknownChoice(choice_id) from None
        return mask

    def ids(self, mask: int) -> tuple[str, ...]:
        """The ids of the choices in a mask, in the order of the file."""
        return tuple(choice_id for choice_id, bit in self._bits.items() if mask & bit)

    def risk(
        self,
        selected: Collection[str],
        not_applicable: Collection[str] = (),
        is_applicable: bool = True,
    ) -> Risk:
        """The risk of an answer (docs/lenses.md).

        A choice that is both selected and not applicable counts as not applicable. "None of
        these" in `not_applicable` is ignored. Raises `UnknownChoice`.
        """
        state, dropped = self.mask(selected), self.mask(not_applicable)
        return self.risk_of_mask(state, dropped) if is_applicable else Risk.NOT_APPLICABLE

    def risk_of_mask(self, selected_mask: int, not_applicable_mask: int = 0) -> Risk:
        """The risk of an answer that is given by masks: two look-ups.

        Raises `IndexError` or `ValueError` for a mask with more bits than there are choices.
        """
        table = self._tables.get(not_applicable_mask)
        if table is None:
            table = self.table(not_applicable_mask)
        return RISKS[table[selected_mask]]

    def table(self, not_applicable_mask: int = 0) -> bytes:
        """The risk code of every state, indexed by the mask of the selected choices.

        `lenses.tables.RISKS` gives the risk of a code. Compiled on the first request and cached
        within a bound of bytes a question. Raises `ValueError` for a mask of unknown choices.
        """
        if not 0 <= not_applicable_mask < self.states:
            raise ValueError(f"no such choices: mask {not_applicable_mask:#x} of {self.id}")
        dropped_mask = not_applicable_mask & self._may_drop
        table = self._tables.get(dropped_mask)
        if table is None:
            rules = [(rule.condition, rule.risk) for rule in self.rules]
            table = risk_table(rules, self.choice_ids, self.ids(dropped_mask))
            self._cache(dropped_mask, table)
        return table

    def fired_rule(
        self, selected: Collection[str], not_applicable: Collection[str] = ()
    ) -> int | None:
        """The index in `rules` of the rule that decides the risk of an applicable question.

        None where no rule is true (the risk is HIGH) and where the question is unanswered.
        Raises `UnknownChoice`.
        """
        state = self.mask(selected)
        dropped = self.ids(self.mask(not_applicable) & self._may_drop)
        if not state and not dropped:
            return None
        column = {choice_id: int(bool(state & bit)) for choice_id, bit in self._bits.items()}
        for index, rule in enumerate(self.rules):
            if states_where(reduce_condition(rule.condition, dropped), column, 1):
                return index
        return None

    def share_tables(self, other: Question) -> None:
        """Take over the tables of a question with the same ids and rules, in other words."""
        object.__setattr__(self, "_tables", other._tables)

    def _cache(self, dropped_mask: int, table: bytes) -> None:
        with _caching:
            self._tables[dropped_mask] = table
            others = [mask for mask in self._tables if mask]
            for oldest in others[: max(0, len(others) - _MAX_CACHED_BYTES // self.states)]:
                del self._tables[oldest]


@dataclass(frozen=True, slots=True)
class Pillar:
    """A part of a lens; its questions in the order of the file."""

    id: str
    name: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class LensDefinition:
    """A whole lens version."""

    name: str
    description: str
    pillars: tuple[Pillar, ...]
    _questions: dict[str, Question] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the questions by id: a review looks them up by the hundred."""
        by_id = {question.id: question for pillar in self.pillars for question in pillar.questions}
        object.__setattr__(self, "_questions", by_id)

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions, pillar by pillar, in the order of the file."""
        return tuple(self._questions.values())

    def question(self, question_id: str) -> Question:
        """The question of this id; raises `UnknownQuestion`."""
        try:
            return self._questions[question_id]
        except KeyError:
            raise UnknownQuestion(question_id) from None

    def pillar(self, pillar_id: str) -> Pillar:
        """The pillar of this id; raises `UnknownPillar`."""
        for pillar in self.pillars:
            if pillar.id == pillar_id:
                return pillar
        raise UnknownPillar(pillar_id)
