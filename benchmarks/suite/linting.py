"""Compiling and linting the largest published lens there is here."""

import tracemalloc
from dataclasses import replace
from typing import Any

from benchmarks.measuring import compare, timed
from benchmarks.report import Row
from benchmarks.run import Run
from benchmarks.suite.importing import largest
from lenses.definition import LensDefinition
from lenses.lint import lint
from lenses.review_of_document import examine
from lenses.schema import read_document


def measure(run: Run) -> list[Row]:
    """Measure the tables (time, bytes), the linter, and all that a page asks of a document."""
    name, text = largest()
    definition = read_document(text).definition
    states = sum(question.states for question in definition.questions)
    times = 3 if run.is_quick else 10
    facts: dict[str, Any] = {
        "lens": name,
        "questions": len(definition.questions),
        "answers": states,
    }
    rows = [
        compare(
            timed(lambda: _fresh(definition)),
            timed(lambda: _compile(definition)),
            rounds=run.rounds,
            times=times,
        ).row("linting", f"all tables compiled: {name}", "the lens without tables", **facts),
        compare(
            timed(lambda: _compile(definition)),
            timed(lambda: lint(definition)),
            rounds=run.rounds,
            times=times,
        ).row("linting", f"all findings: {name}", "its tables compiled", **facts),
        compare(
            timed(lambda: read_document(text)),
            timed(lambda: examine(text)),
            rounds=run.rounds,
            times=times,
        ).row("linting", f"examined: {name}, {len(text) / 1000:.0f} kB", "reading it", **facts),
    ]
    return [*rows, _memory(name, definition)]


def _fresh(definition: LensDefinition) -> LensDefinition:
    """The same lens without a table: replacing makes each question anew."""
    return replace(
        definition,
        pillars=tuple(
            replace(pillar, questions=tuple(replace(question) for question in pillar.questions))
            for pillar in definition.pillars
        ),
    )


def _compile(definition: LensDefinition) -> LensDefinition:
    fresh = _fresh(definition)
    for question in fresh.questions:
        question.table()
    return fresh


def _memory(name: str, definition: LensDefinition) -> Row:
    fresh = _fresh(definition)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for question in fresh.questions:
        question.table()
    held = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return Row(
        benchmark="linting",
        what=f"memory of all tables: {name}",
        value=held / 1000,
        unit="kB",
        note="by tracemalloc",
        details={"bytes": held},
    )
