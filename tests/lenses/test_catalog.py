"""The built-in lenses are complete, say nothing twice and behave as a reader expects."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.risk import Risk
from lenses.catalog import (
    BrokenSource,
    BuiltInDocument,
    built_in_documents,
    pillar_sources,
    text_of,
    version_folders,
)
from lenses.compatibility import aws_problems, without_unknown_keys
from lenses.definition import Choice, LensDefinition, Question
from lenses.review_of_document import examine
from lenses.schema import MAX_DOCUMENT_CHARACTERS, canonical, read_document
from tests.shared import shared_path

DOCUMENTS = {document.alias: document for document in built_in_documents()}
ALIASES = sorted(DOCUMENTS)
DOMAINS = ["financialservices", "machinelearning", "serverless", "softwareasaservice"]

PILLAR_NAMES = {
    "operationalExcellence": "Operational excellence",
    "security": "Security",
    "reliability": "Reliability",
    "performance": "Performance efficiency",
    "costOptimization": "Cost optimisation",
    "sustainability": "Sustainability",
}


@pytest.fixture(params=ALIASES)
def document(request: pytest.FixtureRequest) -> BuiltInDocument:
    return DOCUMENTS[request.param]


@pytest.fixture
def definition(document: BuiltInDocument) -> LensDefinition:
    return read_document(document.text).definition


def practices_of(question: Question) -> list[Choice]:
    return [choice for choice in question.choices if not choice.is_none_of_these]


def all_practices(definition: LensDefinition) -> Iterator[Choice]:
    for question in definition.questions:
        yield from practices_of(question)


def test_the_catalogue_has_the_framework_four_domains_and_a_first_hour() -> None:
    assert sorted(["operational-essentials", "wellarchitected", *DOMAINS]) == ALIASES


def test_there_is_nothing_to_find_in_a_built_in_lens(document: BuiltInDocument) -> None:
    found = examine(document.text)
    assert (found.problems, found.findings, found.aws) == ((), (), ())


def test_it_exports_within_the_format_and_the_service_takes_it(document: BuiltInDocument) -> None:
    assert len(document.text) <= MAX_DOCUMENT_CHARACTERS
    adapted = without_unknown_keys(json.loads(document.text))
    assert aws_problems(adapted) == ()
    assert "plumbline" not in canonical(adapted)
    assert all(
        "-" not in question.id
        for question in read_document(canonical(adapted)).definition.questions
    )


def test_what_is_read_is_what_is_written(document: BuiltInDocument) -> None:
    assert canonical(read_document(document.text).document) == document.text


@pytest.mark.parametrize("alias", DOMAINS)
def test_a_domain_has_at_least_20_questions_and_80_practices(alias: str) -> None:
    definition = read_document(DOCUMENTS[alias].text).definition
    assert len(definition.questions) >= 20
    assert len(list(all_practices(definition))) >= 80


def test_the_framework_has_the_ids_order_and_levels_of_the_service() -> None:
    path = shared_path("framework_ids.json")
    expected = [
        (
            pillar["pillar_id"],
            question["question_id"],
            choice["choice_id"],
            choice["practice"],
            choice["risk_level"].lower(),
        )
        for pillar in json.loads(path.read_text(encoding="utf-8"))["pillars"]
        for question in pillar["questions"]
        for choice in [
            *question["choices"],
            {"choice_id": question["none_choice_id"], "practice": "", "risk_level": ""},
        ]
    ]
    definition = read_document(DOCUMENTS["wellarchitected"].text).definition
    assert expected == [
        (question.pillar_id, question.id, choice.id, choice.notes.code, choice.notes.level)
        for question in definition.questions
        for choice in question.choices
    ]
    assert len(expected) == 57 + 307


def test_pillars_go_by_their_well_known_ids_and_one_name_each(definition: LensDefinition) -> None:
    for pillar in definition.pillars:
        assert PILLAR_NAMES[pillar.id] == pillar.name


def test_an_answer_is_judged_by_the_levels_of_what_is_missing(definition: LensDefinition) -> None:
    for question in definition.questions:
        if question.rules_because:
            continue
        practices = practices_of(question)
        high = [choice.id for choice in practices if choice.notes.level == "high"]
        worst = Risk.HIGH if high else Risk.MEDIUM
        assert question.risk([choice.id for choice in practices]) is Risk.NONE
        assert question.risk([question.choices[-1].id]) is worst
        for choice in practices:
            others = [other.id for other in practices if other is not choice]
            expected = Risk.HIGH if choice.id in high else Risk.MEDIUM
            assert question.risk(others or [question.choices[-1].id]) is expected, choice.id


def test_own_rules_are_met_by_every_practice_and_say_why(definition: LensDefinition) -> None:
    for question in definition.questions:
        if question.rules_because:
            assert question.risk([choice.id for choice in practices_of(question)]) is Risk.NONE
            assert question.rules_because.endswith(".")


def test_every_question_is_one_and_ends_in_none_of_these(definition: LensDefinition) -> None:
    for question in definition.questions:
        assert question.title.endswith("?"), question.id
        assert 2 <= len(re.findall(r"[.?!](?: |$)", question.description)) <= 4, question.id
        assert [choice.is_none_of_these for choice in question.choices][-1]
        assert sum(choice.is_none_of_these for choice in question.choices) == 1


def test_every_practice_is_complete(document: BuiltInDocument) -> None:
    folder = next(folder for folder in version_folders() if folder.parent.name == document.alias)
    for pillar in pillar_sources(folder):
        for question in pillar.questions:
            for practice in question.practices:
                assert 2 <= len(practice.steps) <= 5, practice.id
                assert len(practice.title) <= 128, practice.id
                assert not practice.title.endswith("."), practice.id
                assert len(practice.description) >= 60, practice.id
                assert len(practice.evidence) >= 30, practice.id
                for text in (
                    practice.title,
                    practice.description,
                    practice.evidence,
                    *practice.steps,
                ):
                    assert text == text.strip()
                    assert not re.search(r'["“”\n]|\b(TODO|TBD|lorem)\b', text), practice.id


def test_ids_are_unique_in_a_lens(definition: LensDefinition) -> None:
    """Translations and reports find a choice by its id alone."""
    ids = [choice.id for question in definition.questions for choice in question.choices]
    assert len(ids) == len(set(ids))


def test_a_link_is_an_official_page_over_https(definition: LensDefinition) -> None:
    for choice in all_practices(definition):
        if choice.helpful_resource is not None:
            assert choice.helpful_resource.url is not None
            assert re.fullmatch(r"https://[a-z0-9.-]+/[^\s]*", choice.helpful_resource.url)


def test_no_text_of_a_lens_says_what_another_says(definition: LensDefinition) -> None:
    titles = [question.title.casefold() for question in definition.questions]
    titles += [choice.title.casefold() for choice in all_practices(definition)]
    assert len(titles) == len(set(titles))
    texts = {question.id: question.description for question in definition.questions}
    texts |= {choice.id: choice.description for choice in all_practices(definition)}
    alike = [
        (first, second)
        for (first, one), (second, other) in itertools.combinations(trigrams(texts).items(), 2)
        if len(one & other) > 0.35 * min(len(one), len(other))
    ]
    assert alike == []
    steps = [line for choice in all_practices(definition) for line in plan_lines(choice)]
    assert len(steps) == len(set(steps)), "the same step in two practices is boilerplate"


def trigrams(texts: dict[str, str]) -> dict[str, set[tuple[str, ...]]]:
    """Every three words that follow one another, by the id of their text."""
    words = {key: re.findall(r"\w+", text.casefold()) for key, text in texts.items()}
    return {
        key: {tuple(found[at : at + 3]) for at in range(len(found) - 2)}
        for key, found in words.items()
    }


def plan_lines(choice: Choice) -> list[str]:
    assert choice.improvement_plan is not None
    return [line.partition(". ")[2] for line in choice.improvement_plan.text.splitlines()]


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        ('{"id": "security"}', "name"),
        ("{", "JSON"),
        ('{"id": "security", "name": "Security", "questions": [], "more": 1}', "more"),
    ],
)
def test_a_broken_file_is_named_with_the_place(
    tmp_path: Path, spoilt: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lenses.catalog.FOLDER", tmp_path)
    folder = tmp_path / "tried" / "1.0"
    folder.mkdir(parents=True)
    (folder / "lens.json").write_text(
        '{"name": "Tried", "description": "Tried.", "pillars": ["security"]}', encoding="utf-8"
    )
    (folder / "security.json").write_text(spoilt, encoding="utf-8")
    with pytest.raises(BrokenSource) as caught:
        text_of(folder)
    assert "security.json" in str(caught.value)
    assert words in str(caught.value)
