"""Built-in lenses in other languages: `<alias>/<version>/<language>/`, a sidecar for each file.

A sidecar has the same ids as the file beside whose folder it lies, and of its texts those that are
translated. What it does not have is shown in English, text by text; so is a lens without any.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from lenses.catalog import LENS_FILE, pillar_sources, read_source, text_of, version_folders
from lenses.catalog.source import PillarSource, numbered
from lenses.definition import LensDefinition
from lenses.schema import sha256
from lenses.translation import Texts, Translation, translated

SOURCE_LANGUAGE: Final = "en"

_Text = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)


class PracticeTexts(_Part):
    """A practice's texts that are translated."""

    title: str = ""
    description: str = ""
    steps: list[_Text] = Field(default_factory=list)
    evidence: str = ""


class QuestionTexts(_Part):
    """A question's texts, and those of its practices by their ids."""

    title: str = ""
    description: str = ""
    practices: dict[str, PracticeTexts] = Field(default_factory=dict)


class PillarTexts(_Part):
    """The sidecar of a pillar: texts by the ids of questions."""

    name: str = ""
    questions: dict[str, QuestionTexts] = Field(default_factory=dict)


class LensTexts(_Part):
    """The sidecar of `lens.json`."""

    name: str = ""
    description: str = ""
    none_of_these: str = ""


def languages_of(document_sha256: str) -> tuple[str, ...]:
    """The languages a document can be read in: the original's, then those of its sidecars."""
    folder = _translated_versions().get(document_sha256)
    return (SOURCE_LANGUAGE, *(_languages(folder) if folder else ()))


def in_language(definition: LensDefinition, sha256: str, language: str | None) -> LensDefinition:
    """The definition of a document in a language such as "de" or "de-at".

    The definition itself where the document is no built-in lens's, or has no such translation.
    """
    wanted = (language or SOURCE_LANGUAGE).split("-")[0].lower()
    if wanted == SOURCE_LANGUAGE or wanted not in languages_of(sha256):
        return definition
    found = _definitions.get((sha256, wanted))
    if found is None:
        found = translated(definition, translation_of(_translated_versions()[sha256], wanted))
        _definitions[sha256, wanted] = found
    return found


_definitions: Final[dict[tuple[str, str], LensDefinition]] = {}
"""As many as there are translations in the catalogue: a handful."""


def translation_of(folder: Path, language: str) -> Translation:
    """The translation of one version. Raises `BrokenSource`."""
    lens = read_source(folder / language / LENS_FILE, LensTexts)
    pillars: dict[str, Texts] = {}
    questions: dict[str, Texts] = {}
    choices: dict[str, Texts] = {}
    for source in pillar_sources(folder):
        texts = read_source(folder / language / f"{source.id}.json", PillarTexts)
        pillars[source.id] = Texts(title=texts.name)
        for question_id, question in texts.questions.items():
            questions[question_id] = Texts(question.title, question.description)
            choices |= {key: _practice(practice) for key, practice in question.practices.items()}
        choices |= _none_of_these(source, lens.none_of_these)
    return Translation(Texts(lens.name, lens.description), pillars, questions, choices)


def _practice(texts: PracticeTexts) -> Texts:
    return Texts(texts.title, texts.description, numbered(texts.steps), texts.evidence)


def _none_of_these(source: PillarSource, title: str) -> dict[str, Texts]:
    return {question.none: Texts(title) for question in source.questions}


def forget() -> None:
    """Read the catalogue's files again: for tests that bring files of their own."""
    _translated_versions.cache_clear()
    _definitions.clear()


@cache
def _translated_versions() -> dict[str, Path]:
    """The folders that have translations, by the checksum of the document they are built into."""
    folders = [folder for folder in version_folders() if _languages(folder)]
    return {sha256(text_of(folder)): folder for folder in folders}


def _languages(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in folder.glob(f"*/{LENS_FILE}")))
