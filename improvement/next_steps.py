"""The steps of an order as pages tell them: placed, explained, with what the team said to each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from improvement.efforts import ChangeEffort
from improvement.models import ImprovementItem
from improvement.selectors_solver import Problem, items_at, place_of, problem_of
from improvement.solver import PlacedStep
from improvement.step_wording import days, explain_efforts, explain_step
from lenses.definition import Choice
from reviews.models import LensReview
from workloads.models import Workload

Items: TypeAlias = Mapping[tuple[UUID, str, str], ImprovementItem]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One practice to follow or to give up, what it takes in words, and its item if it has one."""

    choice: Choice
    is_tick: bool
    takes: str
    item: ImprovementItem | None


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step at its place.

    ``why`` has every figure; ``days_so_far`` and ``left`` are after this step; ``none_of_these``
    are such choices, which go along.
    """

    placed: PlacedStep
    workload: Workload
    review: LensReview
    changes: Sequence[ChangeRow]
    none_of_these: Sequence[Choice]
    why: str
    days: str
    days_so_far: str

    @property
    def place(self) -> int:
        """Its place in the order, from 1."""
        return self.placed.place


def step_rows(problem: Problem, placed: Sequence[PlacedStep]) -> list[StepRow]:
    """Return placed steps for a page. One query."""
    items = items_at({place_of(each.step.at) for each in placed})
    return [_row(problem, each, items) for each in placed]


def first_steps(workload: Workload, reviews: Sequence[LensReview], number: int) -> list[StepRow]:
    """Return the first steps to take in a workload; ``reviews`` are all of its. Four queries."""
    problem = problem_of(workload, reviews)
    return step_rows(problem, list(problem.order().placed(number)))


def _row(problem: Problem, placed: PlacedStep, items: Items) -> StepRow:
    step = placed.step
    place = place_of(step.at)
    review = problem.reviews[place[0]]
    efforts = step.option.efforts
    return StepRow(
        placed=placed,
        workload=problem.workloads[review.workload_id],
        review=review,
        changes=[
            _change(effort, takes, items.get((*place, effort.choice.id)))
            for effort, takes in zip(efforts, explain_efforts(efforts), strict=True)
        ],
        none_of_these=step.option.changes.none_of_these,
        why=explain_step(step),
        days=days(step.half_days),
        days_so_far=days(placed.half_days_so_far),
    )


def _change(effort: ChangeEffort, takes: str, item: ImprovementItem | None) -> ChangeRow:
    return ChangeRow(effort.choice, effort.is_tick, takes, item)
