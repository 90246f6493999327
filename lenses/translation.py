"""A lens in another language: its texts by id, each of which falls back to the original. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lenses.definition import Choice, LensDefinition, Pillar, Question, Resource


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one part, empty where the original's are shown.

    `title` is the name of a lens or a pillar; `plan` and `evidence` are a practice's.
    """

    title: str = ""
    description: str = ""
    plan: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Translation:
    """The texts of a lens in one language, by the ids of pillars, questions and choices.

    Choices are found by their id alone: a lens that is translated has each id once.
    """

    lens: Texts = Texts()
    pillars: Mapping[str, Texts] = field(default_factory=dict)
    questions: Mapping[str, Texts] = field(default_factory=dict)
    choices: Mapping[str, Texts] = field(default_factory=dict)


_ORIGINAL = Texts()


def translated(definition: LensDefinition, translation: Translation) -> LensDefinition:
    """Return the definition with the texts of a translation; its risks are the same."""
    texts = translation.lens
    return replace(
        definition,
        name=texts.title or definition.name,
        description=texts.description or definition.description,
        pillars=tuple(_pillar(pillar, translation) for pillar in definition.pillars),
    )


def _pillar(pillar: Pillar, translation: Translation) -> Pillar:
    return replace(
        pillar,
        name=translation.pillars.get(pillar.id, _ORIGINAL).title or pillar.name,
        questions=tuple(_question(question, translation) for question in pillar.questions),
    )


def _question(question: Question, translation: Translation) -> Question:
    texts = translation.questions.get(question.id, _ORIGINAL)
    found = replace(
        question,
        title=texts.title or question.title,
        description=texts.description or question.description,
        choices=tuple(_choice(choice, translation) for choice in question.choices),
    )
    found.share_tables(question)
    return found


def _choice(choice: Choice, translation: Translation) -> Choice:
    texts = translation.choices.get(choice.id, _ORIGINAL)
    plan = choice.improvement_plan
    return replace(
        choice,
        title=texts.title or choice.title,
        description=texts.description or choice.description,
        improvement_plan=Resource(texts.plan, plan.url) if plan and texts.plan else plan,
        notes=replace(choice.notes, evidence=texts.evidence or choice.notes.evidence),
    )
