"""The risk of one question, against a loop that does nothing."""

import json
import random
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from benchmarks.lens import framework_document
from benchmarks.measuring import compare, timed
from benchmarks.report import Budget, Row
from benchmarks.run import Run
from lenses.definition import Question
from lenses.schema import read_document

Inputs = Sequence[Any]
LookUp = Callable[[Question, Inputs], None]

_BUDGET = Budget(2_000_000, at_least=True)


def measure(run: Run) -> list[Row]:
    """Measure the look-up by mask, as a planner does, and by ids, as a save does."""
    definition = read_document(json.dumps(framework_document())).definition
    question = max(definition.questions, key=lambda question: len(question.choices))
    source = random.Random(1)
    masks = [
        source.randrange(question.states) for _time in range(50_000 if run.is_quick else 500_000)
    ]
    selections = [question.ids(mask) for mask in masks[: len(masks) // 10]]
    row = partial(_row, run, question)
    return [
        row("risk codes looked up in a table", masks, _in_table, budget=_BUDGET),
        row("Question.risk_of_mask", masks, _by_mask),
        row("Question.risk of choice ids", selections, _by_ids),
    ]


def _row(
    run: Run,
    question: Question,
    what: str,
    inputs: Inputs,
    look_up: LookUp,
    *,
    budget: Budget | None = None,
) -> Row:
    comparison = compare(
        timed(lambda: _nothing(question, inputs)),
        timed(lambda: look_up(question, inputs)),
        rounds=run.rounds,
        times=3,
    )
    return Row(
        benchmark="evaluation",
        what=what,
        value=len(inputs) / comparison.value,
        unit="a second",
        floor=len(inputs) / comparison.floor,
        floor_name="empty loop",
        ratio=comparison.ratio,
        budget=budget,
        details={"choices": len(question.choices), "times_slower": comparison.ratios},
    )


def _nothing(_question: Question, inputs: Inputs) -> None:
    for _each in inputs:
        pass


def _in_table(question: Question, masks: Inputs) -> None:
    table = question.table(0)
    for mask in masks:
        table[mask]


def _by_mask(question: Question, masks: Inputs) -> None:
    for mask in masks:
        question.risk_of_mask(mask)


def _by_ids(question: Question, selections: Inputs) -> None:
    for selected in selections:
        question.risk(selected)
