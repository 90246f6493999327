"""What to change to bring a question to no risk: the fewest changes, from its table. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from common.risk import Risk
from lenses.definition import Choice, Question
from lenses.ways import ChangeSet, ChangeSets, changes_to
from reviews.merge import AnswerState, risk_of

SHOWN: Final = 5
"""Ways that the page lists; it says how many more there are."""


@dataclass(frozen=True, slots=True)
class ToLowerRisk:
    """The ways from a risk to ``target``: no risk or, where no change leads there, medium.

    ``ways`` are those with the fewest changes, ``more`` how many others take no more, ``longer``
    how many take more. ``none_of_these`` is the choice that goes along with them, or None.
    """

    target: Risk
    ways: tuple[ChangeSet, ...]
    more: int
    longer: int
    none_of_these: Choice | None

    @property
    def is_to_no_risk(self) -> bool:
        """Whether the ways lead to no risk, not only to medium."""
        return self.target is Risk.NONE

    @property
    def steps(self) -> int:
        """How many changes each of the ways takes."""
        return self.ways[0].size if self.ways else 0

    @property
    def only_ticks(self) -> bool:
        """Whether no way asks to un-tick a practice."""
        return not any(way.unticks for way in self.ways)

    @property
    def count(self) -> int:
        """How many ways there are that take so few."""
        return len(self.ways) + self.more


def ways_from(question: Question, state: AnswerState) -> ToLowerRisk | None:
    """Return what to change; None where the question is not at risk.

    Without any way, nothing lowers the risk: the lens's rules do not allow it.
    """
    risk = risk_of(question, state)
    if not risk.is_at_risk:
        return None
    target, found = Risk.NONE, _ways(question, state, Risk.NONE)
    if not found.count and risk is Risk.HIGH:
        target, found = Risk.MEDIUM, _ways(question, state, Risk.MEDIUM)
    shown = found.sets[: min(SHOWN, found.fewest)]
    return ToLowerRisk(
        target=target,
        ways=shown,
        more=found.fewest - len(shown),
        longer=found.count - found.fewest,
        none_of_these=_ticked_none(question, state),
    )


def _ways(question: Question, state: AnswerState, target: Risk) -> ChangeSets:
    return changes_to(question, state.selected, state.not_applicable, target, at_most=SHOWN)


def _ticked_none(question: Question, state: AnswerState) -> Choice | None:
    ticked = (choice for choice in question.choices if choice.id in state.selected)
    return next((choice for choice in ticked if choice.is_none_of_these), None)
