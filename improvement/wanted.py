"""Which items a review ought to have, and in what order they stand in a plan. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from common.risk import Risk
from improvement.efforts import half_days_of
from improvement.plan import ReviewedLens, make_plan
from lenses.definition import Choice, LensDefinition, Pillar, Question

_PLACES: Final = 100
"""Each part of a rank has two digits; what comes after the hundredth stands with it."""


@dataclass(frozen=True, slots=True)
class WantedItem:
    """A practice that would lower the risk of a question, as an item tells it."""

    question_id: str
    choice_id: str
    pillar_id: str
    pillar_name: str
    question_title: str
    practice_title: str
    risk: Risk
    rank: int
    lens_effort: int

    @property
    def key(self) -> tuple[str, str]:
        """What tells the items of a review apart: question id and choice id."""
        return self.question_id, self.choice_id


def wanted_items(
    review: ReviewedLens, position: int, priorities: Sequence[str]
) -> dict[tuple[str, str], WantedItem]:
    """Return the items that the answers of a review ask for, by question id and choice id.

    ``position`` is the review's place among its workload's, from 0; ``priorities`` as in make_plan.
    """
    place = _Place(review.definition, position, priorities)
    return {
        (item.at.question.id, item.step.choice.id): place.item(
            item.at.pillar, item.at.question, item.step.choice, item.at.risk
        )
        for item in make_plan([review], priorities).items
    }


def item_of(
    definition: LensDefinition,
    question_id: str,
    choice_id: str,
    risk: Risk,
    *,
    position: int,
    priorities: Sequence[str],
) -> WantedItem:
    """Return how an item of a practice tells it, whether it is wanted or not.

    Raises UnknownQuestion, UnknownChoice.
    """
    question = definition.question(question_id)
    pillar = next(pillar for pillar in definition.pillars if question in pillar.questions)
    place = _Place(definition, position, priorities)
    return place.item(pillar, question, question.choice(choice_id), risk)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a review stands: what its items' ranks are made of."""

    definition: LensDefinition
    position: int
    priorities: Sequence[str]

    def item(self, pillar: Pillar, question: Question, choice: Choice, risk: Risk) -> WantedItem:
        places = [each.id for each in self.definition.pillars]
        priority = list(self.priorities).index(pillar.id) + 1 if pillar.id in self.priorities else 0
        return WantedItem(
            question_id=question.id,
            choice_id=choice.id,
            pillar_id=pillar.id,
            pillar_name=pillar.name,
            question_title=question.title,
            practice_title=choice.title,
            risk=risk,
            rank=rank(
                0 if risk is Risk.HIGH else 1,
                priority or _PLACES,
                self.position,
                places.index(pillar.id),
                question.number,
                question.choice_ids.index(choice.id),
            ),
            lens_effort=half_days_of(choice.notes.effort),
        )


def rank(*places: int) -> int:
    """Return one number that sorts as the places do: two digits each, the first counts most."""
    found = 0
    for place in places:
        found = found * _PLACES + min(place, _PLACES - 1)
    return found
