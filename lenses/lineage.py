"""The way between two versions of a lens, along predecessors, and the renames on it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import TypeVar

Renames = Mapping[str, str]

Key = TypeVar("Key")


def steps_to(
    earlier: Key, later: Key, predecessors: Mapping[Key, Key | None]
) -> tuple[Key, ...] | None:
    """Return the versions after ``earlier`` up to ``later``, in order; empty where both are one.

    None where ``earlier`` does not come before ``later``.
    """
    steps: list[Key] = []
    version: Key | None = later
    while version is not None and version != earlier:
        if version in steps:
            return None
        steps.append(version)
        version = predecessors.get(version)
    return tuple(reversed(steps)) if version is not None else None


def compose(renames: Sequence[Renames]) -> dict[str, str]:
    """Return the renames of several steps as one, from the first version's ids to the last's."""
    return reduce(_then, renames, {})


def _then(first: Renames, second: Renames) -> dict[str, str]:
    questions, choices = _parts(first)
    later_questions, later_choices = _parts(second)
    found = {old: later_questions.get(new, new) for old, new in questions.items()}
    reached = set(questions.values())
    found |= {
        old: new
        for old, new in later_questions.items()
        if old not in questions and old not in reached
    }
    origin = {new: old for old, new in questions.items()}
    for (question, old), new in choices.items():
        middle = questions.get(question, question)
        found[f"{question}.{old}"] = later_choices.get((middle, new), new)
    for (middle, old), new in later_choices.items():
        question = origin.get(middle, middle)
        is_reached = any(
            of == question and old in (choice, name) for (of, choice), name in choices.items()
        )
        if not is_reached:
            found[f"{question}.{old}"] = new
    return {old: new for old, new in found.items() if old.rpartition(".")[2] != new}


def invert(renames: Renames) -> dict[str, str]:
    """Return the renames of the way back."""
    questions, choices = _parts(renames)
    back = {new: old for old, new in questions.items()}
    for (question, old), new in choices.items():
        back[f"{questions.get(question, question)}.{new}"] = old
    return back


def _parts(renames: Renames) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    questions = {old: new for old, new in renames.items() if "." not in old}
    choices = {}
    for old, new in renames.items():
        if "." in old:
            question, _dot, choice = old.partition(".")
            choices[question, choice] = new
    return questions, choices
