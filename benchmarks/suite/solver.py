"""The plan's solver: a review as large as one can be, and a portfolio of 1,000 workloads."""

import json
import random
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from benchmarks.lens import framework_document
from benchmarks.measuring import compare, timed
from benchmarks.report import Row
from benchmarks.run import Run
from common.ids import new_id
from common.risk import Risk
from improvement.efforts import HALF_DAYS_A_DAY
from improvement.plan import ReviewedLens
from improvement.solver import Order, Subject, at_risk, next_best, within_budget
from improvement.worth import Priorities
from lenses.conditions import Default, parse
from lenses.definition import (
    Choice,
    LensDefinition,
    Pillar,
    PracticeNotes,
    Question,
    Rule,
    letters,
)
from lenses.schema import read_document
from reviews.merge import EMPTY, AnswerState, risk_of

_PILLARS, _QUESTIONS, _PRACTICES = 10, 20, 14  # what the format allows, with "None of these"
_WORKLOADS: Final = 1_000
_EFFORTS: Final = ("small", "medium", "large")

Subjects = Sequence[Subject]


def measure(run: Run) -> list[Row]:
    """Measure the order and a budget of both, and the memory that their plans hold."""
    source = random.Random(200)
    largest = [_reviewed(source, _largest_lens(source))]
    framework = read_document(json.dumps(framework_document())).definition
    portfolio = [_reviewed(source, framework) for _workload in range(_WORKLOADS)]
    of_largest = f"{_PILLARS * _QUESTIONS} questions × {_PRACTICES + 1} choices"
    of_portfolio = f"{_WORKLOADS:,} workloads"
    tables, risks = ("its tables compiled", _compile), ("each risk looked up", _look_up)
    return [
        _row(run, f"next best of {of_largest}", largest, _order, tables),
        _row(run, f"10 days for {of_largest}", largest, _ten_days, tables),
        _row(run, f"next best of each of {of_portfolio}", portfolio, _order_each, risks),
        _row(run, f"next best of {of_portfolio} at once", portfolio, _order, risks),
        _row(run, f"1,000 days for {of_portfolio}", portfolio, _thousand_days, risks),
        _memory(f"memory of the plan of {of_largest}", largest),
        _memory(f"memory of the plan of {of_portfolio} at once", portfolio),
    ]


def _row(
    run: Run,
    what: str,
    subjects: Subjects,
    solve: Callable[[Subjects], object],
    floor: tuple[str, Callable[[Subjects], object]],
) -> Row:
    name, least = floor
    return compare(
        timed(lambda: least(subjects)),
        timed(lambda: solve(subjects)),
        rounds=1 if run.is_quick else 5,
        times=1,
    ).row("solver", what, name, **_facts(subjects))


def _facts(subjects: Subjects) -> dict[str, Any]:
    questions = at_risk(subjects)
    plan, ten_days = next_best(questions), within_budget(questions, 10 * HALF_DAYS_A_DAY)
    return {
        "at_risk": len(questions),
        "steps": len(plan.steps),
        "order_is_exact": plan.is_exact,
        "budget_is_exact": ten_days.is_exact,
    }


def _memory(what: str, subjects: Subjects) -> Row:
    _order(subjects)  # tables are the lens's, not the plan's
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    plan = _order(subjects)
    held, peak = (size - before for size in tracemalloc.get_traced_memory())
    tracemalloc.stop()
    return Row(
        benchmark="solver",
        what=what,
        value=held / 1_000_000,
        unit="MB",
        note="by tracemalloc",
        details={"bytes": held, "peak_bytes": peak, "steps": len(plan.steps)},
    )


def _order(subjects: Subjects) -> Order:
    return next_best(at_risk(subjects))


def _order_each(subjects: Subjects) -> None:
    for subject in subjects:
        _order([subject])


def _ten_days(subjects: Subjects) -> object:
    return within_budget(at_risk(subjects), 10 * HALF_DAYS_A_DAY)


def _thousand_days(subjects: Subjects) -> object:
    return within_budget(at_risk(subjects), 1_000 * HALF_DAYS_A_DAY)


def _look_up(subjects: Subjects) -> None:
    for subject in subjects:
        for question in subject.review.definition.questions:
            risk_of(question, subject.review.answers.get(question.id, EMPTY))


def _compile(subjects: Subjects) -> None:
    for subject in subjects:
        for question in subject.review.definition.questions:
            replace(question).table()  # a new question, without a table


def _reviewed(source: random.Random, definition: LensDefinition) -> Subject:
    """A review of which every question is answered, half of the practices followed."""
    answers = {}
    for question in definition.questions:
        practices = [choice.id for choice in question.choices if not choice.is_none_of_these]
        ticked = frozenset(choice_id for choice_id in practices if source.random() < 0.5)
        answers[question.id] = AnswerState(ticked or frozenset(question.choice_ids[-1:]))
    pillars = [pillar.id for pillar in definition.pillars]
    priorities = Priorities.of(source.sample(pillars, 3))
    return Subject(ReviewedLens(new_id(), definition, answers), priorities)


def _largest_lens(source: random.Random) -> LensDefinition:
    pillars = [
        Pillar(
            f"pillar_{place}",
            f"Pillar {place}",
            tuple(
                _question(source, f"pillar_{place}", number) for number in range(1, _QUESTIONS + 1)
            ),
        )
        for place in range(_PILLARS)
    ]
    return LensDefinition("As large as can be", "For the benchmark.", tuple(pillars))


def _question(source: random.Random, pillar_id: str, number: int) -> Question:
    """A question of 15 choices: all of them, one of each pair, or with something in the way."""
    ids = [f"practice_{letter}" for letter in "abcdefghijklmn"]
    half = _PRACTICES // 2
    pairs = list(zip(ids[:half], ids[half:], strict=True))
    none, medium = (
        (" && ".join(ids), " && ".join(ids[:half])),
        (
            " && ".join(f"({one} || {other})" for one, other in pairs),
            " || ".join(f"({one} && {other})" for one, other in pairs),
        ),
        (f"!{ids[0]} && {' && '.join(ids[1:])}", f"!{ids[1]} && ({' || '.join(ids[2:])})"),
    )[number % 3]
    rules = [(parse(none), Risk.NONE), (parse(medium), Risk.MEDIUM), (Default(), Risk.HIGH)]
    every = [*ids, "practice_no"]
    return Question(
        id=f"{pillar_id}_question_{number}",
        pillar_id=pillar_id,
        number=number,
        title="?",
        choices=tuple(
            Choice(key, key, letter, notes=PracticeNotes(effort=source.choice(_EFFORTS)))
            for key, letter in zip(every, letters(every), strict=True)
        ),
        rules=tuple(Rule("", condition, risk) for condition, risk in rules),
    )
