"""A lens as its page shows it: numbered, with its rules explained. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from lenses.definition import Choice, LensDefinition, Pillar, Question
from lenses.explain import ExplainedRule, explain


@dataclass(frozen=True, slots=True)
class QuestionOutline:
    """A question; `number` is such as "2.3": the third of the second pillar."""

    question: Question
    number: str
    rules: tuple[ExplainedRule, ...]

    @property
    def practices(self) -> tuple[Choice, ...]:
        """The choices without "None of these"."""
        return tuple(choice for choice in self.question.choices if not choice.is_none_of_these)


@dataclass(frozen=True, slots=True)
class PillarOutline:
    """A pillar with its questions; `number` counts from 1."""

    pillar: Pillar
    number: int
    questions: tuple[QuestionOutline, ...]


def outline(definition: LensDefinition) -> tuple[PillarOutline, ...]:
    """All pillars of a lens in the order of the file."""
    return tuple(
        PillarOutline(
            pillar=pillar,
            number=number,
            questions=tuple(
                QuestionOutline(question, f"{number}.{question.number}", explain(question))
                for question in pillar.questions
            ),
        )
        for number, pillar in enumerate(definition.pillars, start=1)
    )
