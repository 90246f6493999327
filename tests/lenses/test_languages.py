"""A built-in lens in another language: text by text, and the same lens in everything else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from lenses.catalog import BrokenSource, built_in_documents, languages, text_of, version_folders
from lenses.catalog.languages import in_language, languages_of, translation_of
from lenses.definition import LensDefinition
from lenses.schema import read_document, sha256
from tests.builders import make_lens_version
from tests.postgres import as_table_owner

LENS = {"name": "Tried", "description": "Tried out.", "pillars": ["security"]}
PILLAR: dict[str, Any] = {
    "id": "security",
    "name": "Security",
    "questions": [
        {
            "id": "doors",
            "title": "Who can open the doors?",
            "description": "An open door lets anybody in. A closed one asks for a key.",
            "practices": [
                {
                    "id": name,
                    "title": title,
                    "description": f"{title}, and write down who did.",
                    "steps": ["Look.", "Act."],
                    "evidence": "The book of keys",
                    "level": level,
                    "effort": "small",
                }
                for name, title, level in (
                    ("doors_locked", "Lock the doors", "high"),
                    ("doors_counted", "Count the keys", "low"),
                )
            ],
            "none": "doors_no",
        }
    ],
}
GERMAN_LENS = {"name": "Probe", "noneOfThese": "Nichts davon"}
GERMAN = {
    "questions": {
        "doors": {
            "title": "Wer kann die Türen öffnen?",
            "practices": {"doors_locked": {"title": "Türen abschließen", "steps": ["Sieh nach."]}},
        }
    },
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A catalogue with one small lens, partly translated."""
    monkeypatch.setattr("lenses.catalog.FOLDER", tmp_path)
    languages.forget()
    version = tmp_path / "tried" / "1.0"
    (version / "de").mkdir(parents=True)
    for path, content in (
        ("lens.json", LENS),
        ("security.json", PILLAR),
        ("de/lens.json", GERMAN_LENS),
        ("de/security.json", GERMAN),
    ):
        (version / path).write_text(json.dumps(content), encoding="utf-8")
    yield version
    languages.forget()


@pytest.fixture
def definition(folder: Path) -> LensDefinition:
    return read_document(text_of(folder)).definition


def german(folder: Path, definition: LensDefinition, language: str = "de") -> LensDefinition:
    return in_language(definition, sha256(text_of(folder)), language)


def test_what_is_translated_is_shown_and_the_rest_falls_back(
    folder: Path, definition: LensDefinition
) -> None:
    found = german(folder, definition)
    [pillar] = found.pillars
    [question] = pillar.questions
    locked, counted, none = question.choices
    assert (found.name, found.description) == ("Probe", "Tried out.")
    assert pillar.name == "Security"
    assert question.title == "Wer kann die Türen öffnen?"
    assert question.description.startswith("An open door")
    assert (locked.title, counted.title) == ("Türen abschließen", "Count the keys")
    assert none.title == "Nichts davon"
    assert locked.improvement_plan is not None
    assert locked.improvement_plan.text == "1. Sieh nach."
    assert locked.notes.evidence == "The book of keys"


def test_risks_and_tables_are_those_of_the_original(
    folder: Path, definition: LensDefinition
) -> None:
    question, other = german(folder, definition).question("doors"), definition.question("doors")
    for mask in range(other.states):
        assert question.risk_of_mask(mask) is other.risk_of_mask(mask)
    assert question.table() is other.table()


@pytest.mark.parametrize("language", ["de", "de-at", "DE"])
def test_a_variety_of_a_language_is_that_language(
    folder: Path, definition: LensDefinition, language: str
) -> None:
    assert german(folder, definition, language).name == "Probe"


@pytest.mark.parametrize("language", [None, "", "en", "en-gb", "fr", "../de", "x" * 1000])
def test_another_language_is_shown_in_english(
    folder: Path, definition: LensDefinition, language: str | None
) -> None:
    assert in_language(definition, sha256(text_of(folder)), language) is definition


def test_a_lens_of_ones_own_has_one_language(definition: LensDefinition) -> None:
    assert languages_of("0" * 64) == ("en",)
    assert in_language(definition, "0" * 64, "de") is definition


def test_a_reader_s_language_chooses_the_texts_of_a_stored_version(folder: Path, db: None) -> None:
    with as_table_owner():
        version = make_lens_version(json.loads(text_of(folder)), built_in=True)
    assert version.definition.name == "Tried"
    with translation.override("de"):
        assert version.definition.name == "Probe"
    assert version.definition.name == "Tried"


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        ("de/lens.json", '{"title": "?"}', "title"),
        ("de/security.json", "[]", "security.json"),
        (
            "de/security.json",
            '{"questions": {"doors": {"practices": {"x": {"titel": ""}}}}}',
            "titel",
        ),
    ],
)
def test_a_broken_sidecar_is_named(folder: Path, path: str, content: str, words: str) -> None:
    (folder / path).write_text(content, encoding="utf-8")
    with pytest.raises(BrokenSource) as caught:
        translation_of(folder, "de")
    assert words in str(caught.value)
    assert path.rpartition("/")[2] in str(caught.value)


def test_every_sidecar_of_the_catalogue_knows_only_ids_of_its_lens() -> None:
    found = 0
    for version in version_folders():
        definition = read_document(text_of(version)).definition
        ids = {choice.id for question in definition.questions for choice in question.choices}
        questions = {question.id for question in definition.questions}
        for language in languages_of(sha256(text_of(version)))[1:]:
            texts = translation_of(version, language)
            assert set(texts.choices) <= ids
            assert set(texts.questions) <= questions
            found += 1
    assert found >= 1


def test_the_framework_s_titles_are_complete_in_german() -> None:
    text = next(each.text for each in built_in_documents() if each.alias == "wellarchitected")
    definition = read_document(text).definition
    found = in_language(definition, sha256(text), "de")
    assert found is not definition
    for question, other in zip(definition.questions, found.questions, strict=True):
        assert question.title != other.title
        for choice, its in zip(question.choices, other.choices, strict=True):
            assert 0 < len(its.title) <= 128
            assert choice.title != its.title, choice.id
