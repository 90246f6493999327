"""A diff as plain values, for programs. Pure.

Stable: keys are only ever added. Ids are those of the file; a side that does not exist is null.
"""

from __future__ import annotations

from typing import Any

from lenses.definition import Choice, Pillar, Question
from lenses.diff import ChoiceDiff, LensDiff, PillarDiff, QuestionDiff, RulesDiff
from lenses.wording import TextChange


def as_json(diff: LensDiff) -> dict[str, Any]:
    """All of a diff, of pillars only those that changed."""
    return {
        "texts": _texts(diff.texts),
        "pillars": [_pillar(pillar) for pillar in diff.pillars if pillar.is_change],
        "questions": [_question(question) for question in diff.questions],
    }


def _pillar(pillar: PillarDiff) -> dict[str, Any]:
    return {
        "change": _change(pillar),
        **_sides(pillar),
        "moved": pillar.is_moved,
        "texts": _texts(pillar.texts),
    }


def _question(question: QuestionDiff) -> dict[str, Any]:
    return {
        "change": _change(question),
        **_sides(question),
        "pillar_before": question.pillar_before.id if question.pillar_before else None,
        "pillar_after": question.pillar_after.id if question.pillar_after else None,
        "renamed": question.is_renamed,
        "moved": question.is_moved,
        "texts": _texts(question.texts),
        "choices": [_choice(choice) for choice in question.choices],
        "rules": _rules(question.rules) if question.rules else None,
    }


def _choice(choice: ChoiceDiff) -> dict[str, Any]:
    return {
        "change": _change(choice),
        **_sides(choice),
        "renamed": choice.is_renamed,
        "moved": choice.is_moved,
        "texts": _texts(choice.texts),
    }


def _rules(rules: RulesDiff) -> dict[str, Any]:
    witness = rules.witness
    return {
        "before": [{"condition": rule.text, "risk": rule.risk.value} for rule in rules.before],
        "after": [{"condition": rule.text, "risk": rule.risk.value} for rule in rules.after],
        "states": rules.states,
        "differing": rules.differing,
        "witness": witness
        and {
            "before": list(witness.before_ids),
            "after": list(witness.after_ids),
            "risk_before": witness.before.value,
            "risk_after": witness.after.value,
        },
    }


def _change(thing: PillarDiff | QuestionDiff | ChoiceDiff) -> str:
    if thing.before is None:
        return "added"
    return "removed" if thing.after is None else "changed"


def _sides(thing: PillarDiff | QuestionDiff | ChoiceDiff) -> dict[str, str | None]:
    return {"before": _id(thing.before), "after": _id(thing.after)}


def _id(side: Pillar | Question | Choice | None) -> str | None:
    return side.id if side else None


def _texts(changes: tuple[TextChange, ...]) -> list[dict[str, str]]:
    return [
        {"field": change.field, "before": change.before, "after": change.after}
        for change in changes
    ]
