"""What an answer says, and how two editors' changes to it become one. Pure.

An editor sends the whole answer and the revision they started from. When somebody else saved in
between, the three states - where both began, theirs, mine - are merged: changes to different things
are both kept, and only one text that both changed, differently, is a conflict.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from common.risk import Risk
from lenses.definition import Question

T = TypeVar("T")

NO_REASON = ""
REQUEST_KEY: Final = re.compile(r"[A-Za-z0-9-]{1,40}")
"""How a request to save an answer may be named."""


@dataclass(frozen=True, slots=True)
class ChoiceDetail:
    """What was said about one choice beside ticking it."""

    not_applicable: bool = False
    reason: str = NO_REASON
    notes: str = ""

    def __bool__(self) -> bool:
        return self != _NOTHING_SAID


_NOTHING_SAID = ChoiceDetail()


@dataclass(frozen=True, slots=True)
class AnswerState:
    """All that a person can say in answer to one question."""

    selected: frozenset[str] = frozenset()
    details: Mapping[str, ChoiceDetail] = field(default_factory=dict)
    is_applicable: bool = True
    reason: str = NO_REASON
    notes: str = ""

    @property
    def not_applicable(self) -> frozenset[str]:
        """The choices that were marked as not applicable."""
        return frozenset(key for key, detail in self.details.items() if detail.not_applicable)

    def detail(self, choice_id: str) -> ChoiceDetail:
        """What was said about a choice; an empty detail when nothing was."""
        return self.details.get(choice_id, _NOTHING_SAID)

    def as_mapping(self, order: Iterable[str]) -> dict[str, Any]:
        """Return plain values as they are stored, choices in ``order`` (the lens's own)."""
        return {
            "selected": [key for key in order if key in self.selected],
            "choice_details": {
                key: {
                    "not_applicable": detail.not_applicable,
                    "reason": detail.reason,
                    "notes": detail.notes,
                }
                for key, detail in self.details.items()
                if detail
            },
            "is_applicable": self.is_applicable,
            "reason": self.reason,
            "notes": self.notes,
        }


EMPTY = AnswerState()


def risk_of(question: Question, state: AnswerState) -> Risk:
    """Return the risk of an answer: a look-up in the question's table; raises UnknownChoice."""
    return question.risk(state.selected, state.not_applicable, state.is_applicable)


def state_from(values: Mapping[str, Any]) -> AnswerState:
    """Return the state that ``as_mapping`` described."""
    return AnswerState(
        selected=frozenset(values["selected"]),
        details={key: ChoiceDetail(**detail) for key, detail in values["choice_details"].items()},
        is_applicable=values["is_applicable"],
        reason=values["reason"],
        notes=values["notes"],
    )


@dataclass(frozen=True, slots=True)
class Conflict:
    """One text that both changed. ``field`` is ``notes``, ``reason`` or ``<choice id>.notes``…"""

    field: str
    theirs: str
    mine: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The state to save, in which a text in conflict stays as the other editor saved it."""

    state: AnswerState
    conflicts: tuple[Conflict, ...] = ()


def merge(base: AnswerState, theirs: AnswerState, mine: AnswerState) -> Merged:
    """Merge two changes of ``base``.

    Ticks and flags always merge: a flag that two people changed from the same state they changed
    to the same. ``merge(b, b, x)`` is x, and ``merge(b, x, b)`` is x.
    """
    conflicts: list[Conflict] = []

    def text(name: str, pick: Callable[[AnswerState], str]) -> str:
        return _merge_text(name, pick(base), pick(theirs), pick(mine), conflicts)

    details = {}
    for key in sorted(base.details.keys() | theirs.details.keys() | mine.details.keys()):
        details[key] = ChoiceDetail(
            not_applicable=_later(
                base.detail(key).not_applicable,
                theirs.detail(key).not_applicable,
                mine.detail(key).not_applicable,
            ),
            reason=text(f"{key}.reason", lambda state, key=key: state.detail(key).reason),  # type: ignore[misc]
            notes=text(f"{key}.notes", lambda state, key=key: state.detail(key).notes),  # type: ignore[misc]
        )
    state = AnswerState(
        # My ticks and un-ticks, done to what is there now.
        selected=(theirs.selected | (mine.selected - base.selected))
        - (base.selected - mine.selected),
        details={key: detail for key, detail in details.items() if detail},
        is_applicable=_later(base.is_applicable, theirs.is_applicable, mine.is_applicable),
        reason=text("reason", lambda state: state.reason),
        notes=text("notes", lambda state: state.notes),
    )
    return Merged(state, tuple(conflicts))


def _later(base: T, theirs: T, mine: T) -> T:
    return theirs if mine == base else mine


def _merge_text(name: str, base: str, theirs: str, mine: str, conflicts: list[Conflict]) -> str:
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    conflicts.append(Conflict(name, theirs, mine))
    return theirs


def keep_exclusive(
    before: AnswerState, after: AnswerState, none_ids: frozenset[str]
) -> AnswerState:
    """Make "None of these" exclusive, as the browser shows it: the newer tick wins.

    ``none_ids`` are the question's choices of that kind. What interfaces send is stored as
    sent; only the pages ask for this (docs/lenses.md).
    """
    if not (after.selected & none_ids and after.selected - none_ids):
        return after
    newly = after.selected - before.selected
    keep = after.selected & none_ids if newly & none_ids else after.selected - none_ids
    return replace(after, selected=keep)
