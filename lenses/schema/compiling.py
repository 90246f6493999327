"""From a checked document to the frozen definition, and the cache of compiled versions."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

from common.risk import Risk
from lenses.conditions import Condition, parse
from lenses.definition import (
    AdditionalResources,
    Choice,
    LensDefinition,
    Pillar,
    PracticeNotes,
    Question,
    Resource,
    Rule,
    letters,
)
from lenses.schema.models import (
    ChoicePart,
    LensPart,
    PillarPart,
    PracticeNotesPart,
    QuestionPart,
    ResourcePart,
)

_RISKS: Final = {
    "NO_RISK": Risk.NONE,
    "MEDIUM_RISK": Risk.MEDIUM,
    "HIGH_RISK": Risk.HIGH,
}

MAX_CACHED_BYTES: Final = 48 << 20
"""Of compiled versions in one process, estimated; the least recently used one goes first."""


def canonical(document: dict[str, object]) -> str:
    """The one text of a document: keys in the file's order, no blanks, not escaped.

    Raises `ValueError` for a number that JSON does not have.
    """
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def sha256(text: str) -> str:
    """The SHA-256 of a text's UTF-8 bytes, 64 hexadecimal digits in small letters."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def build(lens: LensPart, conditions: Mapping[str, Condition] | None = None) -> LensDefinition:
    """The definition of a document that has passed all checks.

    `conditions` are those that somebody has read already, by their texts.
    """
    return LensDefinition(
        name=lens.name,
        description=lens.description,
        pillars=tuple(_pillar(pillar, conditions or {}) for pillar in lens.pillars),
    )


def _pillar(pillar: PillarPart, conditions: Mapping[str, Condition]) -> Pillar:
    questions = enumerate(pillar.questions, start=1)
    return Pillar(
        id=pillar.id,
        name=pillar.name,
        questions=tuple(
            _question(question, number, pillar.id, conditions) for number, question in questions
        ),
    )


def _question(
    question: QuestionPart, number: int, pillar_id: str, conditions: Mapping[str, Condition]
) -> Question:
    keys = letters([choice.id for choice in question.choices])
    return Question(
        id=question.id,
        pillar_id=pillar_id,
        number=number,
        title=question.title,
        description=question.description or "",
        helpful_resource=_resource(question.helpful_resource),
        choices=tuple(
            _choice(choice, letter) for choice, letter in zip(question.choices, keys, strict=True)
        ),
        rules=tuple(
            Rule(
                rule.condition.strip(),
                conditions.get(rule.condition) or parse(rule.condition),
                _RISKS[rule.risk],
            )
            for rule in question.risk_rules
        ),
        rules_because=(question.plumbline and question.plumbline.rules_because) or "",
    )


def _choice(choice: ChoicePart, letter: str) -> Choice:
    return Choice(
        id=choice.id,
        title=choice.title,
        letter=letter,
        description=choice.description or "",
        helpful_resource=_resource(choice.helpful_resource),
        improvement_plan=_resource(choice.improvement_plan),
        additional_resources=tuple(
            AdditionalResources(entry.type, _resources(entry.content))
            for entry in choice.additional_resources or ()
        ),
        notes=_notes(choice.plumbline),
    )


def _notes(part: PracticeNotesPart | None) -> PracticeNotes:
    if part is None:
        return PracticeNotes()
    return PracticeNotes(
        code=part.code or "",
        level=part.level or "",
        effort=part.effort or "",
        evidence=part.evidence or "",
    )


def _resources(parts: list[ResourcePart]) -> tuple[Resource, ...]:
    return tuple(resource for part in parts if (resource := _resource(part)))


def _resource(part: ResourcePart | None) -> Resource | None:
    """None for a resource with neither text nor link: there is nothing to show."""
    if part is None or not (part.display_text or part.link):
        return None
    return Resource(part.display_text or "", part.link)


class _CompiledVersions:
    """Definitions by SHA-256, bounded by the memory they may come to use."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._definitions: OrderedDict[str, tuple[LensDefinition, int]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def get(self, key: str) -> LensDefinition | None:
        with self._lock:
            if key not in self._definitions:
                return None
            self._definitions.move_to_end(key)
            return self._definitions[key][0]

    def put(self, key: str, definition: LensDefinition, size: int) -> None:
        with self._lock:
            if key in self._definitions:
                self._size -= self._definitions.pop(key)[1]
            self._definitions[key] = (definition, size)
            self._size += size
            while self._size > self._limit and len(self._definitions) > 1:
                _key, (_definition, freed) = self._definitions.popitem(last=False)
                self._size -= freed

    def clear(self) -> None:
        with self._lock:
            self._definitions.clear()
            self._size = 0


compiled_versions: Final = _CompiledVersions(MAX_CACHED_BYTES)


def compile_document(text: str, sha256: str) -> LensDefinition:
    """The definition of a stored version, from the cache where it is there.

    Takes the canonical text of a document that was checked when it was stored, and its checksum.
    The checks are not repeated: a version that was published once stays readable, even if the
    checks become stricter. Raises `ValueError` where text and checksum do not belong together.
    """
    definition = compiled_versions.get(sha256)
    if definition is None:
        encoded = text.encode("utf-8")
        if hashlib.sha256(encoded).hexdigest() != sha256:
            raise ValueError("the stored lens version does not match its checksum")
        definition = build(LensPart.model_validate(json.loads(text)))
        tables = sum(question.states for question in definition.questions)
        compiled_versions.put(sha256, definition, 4 * len(encoded) + 2 * tables)
    return definition
