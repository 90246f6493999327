"""The texts of a lens, by what they are, and which of them changed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lenses.definition import Choice, LensDefinition, Question, Resource


@dataclass(frozen=True, slots=True)
class TextChange:
    """A text that is not what it was; empty where there was none.

    ``field`` is name, description, title, helpful_resource, improvement_plan, more_help or
    more_plans; the text of a resource has its address in a line of its own.
    """

    field: str
    before: str
    after: str


_LENS_FIELDS: Final = ("name", "description")


def lens_texts(definition: LensDefinition) -> dict[str, str]:
    """The texts of a lens itself."""
    return {field: getattr(definition, field) for field in _LENS_FIELDS}


def question_texts(question: Question) -> dict[str, str]:
    """The texts of a question, its choices left out."""
    return {
        "title": question.title,
        "description": question.description,
        "helpful_resource": _resource(question.helpful_resource),
    }


def choice_texts(choice: Choice) -> dict[str, str]:
    """The texts of a choice."""
    return {
        "title": choice.title,
        "description": choice.description,
        "helpful_resource": _resource(choice.helpful_resource),
        "improvement_plan": _resource(choice.improvement_plan),
        "more_help": _more(choice, "HELPFUL_RESOURCE"),
        "more_plans": _more(choice, "IMPROVEMENT_PLAN"),
    }


def _more(choice: Choice, kind: str) -> str:
    return "\n".join(
        _resource(resource)
        for group in choice.additional_resources
        if group.kind == kind
        for resource in group.content
    )


def _resource(resource: Resource | None) -> str:
    if resource is None:
        return ""
    return "\n".join(part for part in (resource.text, resource.url) if part)


def text_changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[TextChange, ...]:
    """Those of two sides' texts that differ; both sides have the same fields."""
    return tuple(
        TextChange(field, before[field], after[field])
        for field in before
        if before[field] != after[field]
    )
