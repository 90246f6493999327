"""The format: what is refused and where, and what is tolerated with a warning."""

from __future__ import annotations

import json

import pytest

from common.risk import Risk
from lenses.definition import Resource, UnknownPillar, UnknownQuestion
from lenses.schema import canonical, compile_document, read_document, sha256
from lenses.schema.compiling import _CompiledVersions
from tests.lenses.samples import (
    PILLAR,
    QUESTION,
    changed,
    errors_of,
    places,
    question_of,
    refusal,
    sample,
)

Q: list[str | int] = ["pillars", 0, "questions", 0]
C: list[str | int] = [*Q, "choices", 0]


def test_a_valid_document_becomes_a_definition_without_warnings() -> None:
    parsed = read_document(json.dumps(sample()))
    assert parsed.warnings == ()
    question = parsed.definition.question("question_one")
    assert (question.number, question.pillar_id) == (1, "operationalExcellence")
    assert question.helpful_resource == Resource("Read on", "https://example.com/a")
    assert [choice.letter for choice in question.choices] == ["a", "b", "x"]
    first = question.choices[0]
    assert first.improvement_plan == Resource("Begin.", None)
    assert first.additional_resources[0].content == (Resource("Deep", "https://example.com/b"),)
    assert question.risk(["practice_a"]) is Risk.MEDIUM
    assert (
        parsed.definition.questions == parsed.definition.pillar("operationalExcellence").questions
    )


def test_an_unknown_question_or_pillar_is_named() -> None:
    definition = read_document(json.dumps(sample())).definition
    with pytest.raises(UnknownQuestion, match="elsewhere"):
        definition.question("elsewhere")
    with pytest.raises(UnknownPillar, match="elsewhere"):
        definition.pillar("elsewhere")


@pytest.mark.parametrize(
    ("path", "value", "place", "rule"),
    [
        (["schemaVersion"], "2020-01-01", "schemaVersion", "value.choice"),
        (["name"], "", "name", "text.empty"),
        (["name"], "  ", "name", "text.empty"),
        (["name"], "n" * 129, "name", "text.too_long"),
        (["description"], "d" * 2049, "description", "text.too_long"),
        (["description"], 7, "description", "type.text"),
        (["pillars"], [], "pillars", "list.empty"),
        (["pillars"], {}, "pillars", "type.list"),
        (["pillars", 0], "x", PILLAR, "type.object"),
        (["pillars", 0, "id"], "ab", f"{PILLAR}.id", "id.characters"),
        (["pillars", 0, "id"], "ab-cd", f"{PILLAR}.id", "id.characters"),
        (["pillars", 0, "id"], "abc\n", f"{PILLAR}.id", "id.characters"),
        ([*Q, "title"], None, f"{QUESTION}.title", "type.text"),
        ([*Q, "choices"], [], f"{QUESTION}.choices", "list.empty"),
        ([*Q, "riskRules"], [], f"{QUESTION}.riskRules", "list.empty"),
        ([*Q, "riskRules", 1, "risk"], "LOW", f"{QUESTION}.riskRules[1].risk", "value.choice"),
        (
            [*Q, "riskRules", 1, "risk"],
            "NO_RISK",
            f"{QUESTION}.riskRules[1].risk",
            "risk.duplicate",
        ),
        ([*C, "title"], ["x"], f"{QUESTION}.choices[0].title", "type.text"),
        (
            [*C, "improvementPlan"],
            None,
            f"{QUESTION}.choices[0].improvementPlan",
            "choice.improvement_plan",
        ),
        (
            [*C, "improvementPlan"],
            {"displayText": " "},
            f"{QUESTION}.choices[0].improvementPlan.displayText",
            "choice.improvement_plan",
        ),
        (
            [*C, "helpfulResource"],
            {"url": "https://example.com"},
            f"{QUESTION}.choices[0].helpfulResource.displayText",
            "resource.text",
        ),
        (
            [*C, "additionalResources", 0, "type"],
            "OTHER",
            f"{QUESTION}.choices[0].additionalResources[0].type",
            "value.choice",
        ),
        (
            [*C, "additionalResources", 0, "content"],
            [{"displayText": "x"}] * 6,
            f"{QUESTION}.choices[0].additionalResources[0].content",
            "list.too_long",
        ),
    ],
)
def test_a_broken_rule_is_named_with_its_place(
    path: list[str | int], value: object, place: str, rule: str
) -> None:
    assert (place, rule) in errors_of(changed(path, value))


def test_sixteen_choices_are_refused() -> None:
    document = sample()
    plan = {"displayText": "Do it."}
    question_of(document)["choices"] = [
        {"id": f"practice_{letter}", "title": "x", "improvementPlan": plan}
        for letter in "abcdefghijklmnop"
    ]
    assert errors_of(document) == {(f"{QUESTION}.choices", "list.too_long")}


@pytest.mark.parametrize(("key", "limit"), [("pillars", 10), ("questions", 20)])
def test_one_more_than_the_limit_is_refused(key: str, limit: int) -> None:
    document = sample()
    parent = document if key == "pillars" else document["pillars"][0]
    parent[key] = [parent[key][0] for _ in range(limit + 1)]
    place = key if key == "pillars" else f"{PILLAR}.{key}"
    assert (place, "list.too_long") in errors_of(document)


def test_ids_are_unique_among_pillars_questions_and_choices() -> None:
    document = sample()
    document["pillars"].append(sample()["pillars"][0])
    document["pillars"][0]["questions"][0]["choices"][1]["id"] = "practice_a"
    assert errors_of(document) == {
        ("pillars[1].id", "id.duplicate"),
        ("pillars[1].questions[0].id", "id.duplicate"),
        (f"{QUESTION}.choices[1].id", "id.duplicate"),
        (f"{QUESTION}.riskRules[0].condition", "condition.unknown_choice"),
    }


def test_a_condition_that_names_an_unknown_choice_says_which() -> None:
    error = refusal(changed([*Q, "riskRules", 0, "condition"], "practice_a && practice_z"))
    (problem,) = error.errors
    assert problem.path == f"{QUESTION}.riskRules[0].condition"
    assert "practice_z" in problem.message
    assert "practice_a" not in problem.message


@pytest.mark.parametrize(
    ("condition", "rule"),
    [
        ("practice_a &&", "condition.ends_early"),
        ("default && practice_a", "condition.default_alone"),
        ("x" * 10_000, "condition.too_long"),
        ("(" * 500 + "practice_a" + ")" * 500, "condition.too_deep"),
        ("", "condition.empty"),
    ],
)
def test_a_condition_that_cannot_be_read_is_refused_at_its_place(condition: str, rule: str) -> None:
    document = changed([*Q, "riskRules", 0, "condition"], condition)
    assert errors_of(document) == {(f"{QUESTION}.riskRules[0].condition", rule)}


def test_the_message_of_a_condition_names_the_character() -> None:
    (problem,) = refusal(changed([*Q, "riskRules", 0, "condition"], "practice_a % b")).errors
    assert "character 11" in problem.message
    assert "'%'" in problem.message


def test_default_cannot_be_the_id_of_a_choice() -> None:
    place = f"{QUESTION}.choices[1].id"
    assert (place, "choice.id_reserved") in errors_of(changed([*Q, "choices", 1, "id"], "default"))


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "data:text/html,x",
        "ftp://example.com",
        "//example.com",
        "example.com",
        "https://",
        "http://[",
        "https://exa mple.com",
        "java\nscript:alert(1)",
        "https://example.com/\x01",
    ],
)
def test_an_address_that_is_not_of_the_web_is_refused(address: str) -> None:
    place = f"{QUESTION}.helpfulResource.url"
    document = changed([*Q, "helpfulResource", "url"], address)
    assert errors_of(document) == {(place, "url.scheme")}


def test_the_address_under_a_capital_key_and_on_a_question_are_checked_as_well() -> None:
    document = changed([*Q, "url"], "javascript:alert(1)")
    question_of(document)["choices"][0]["improvementPlan"]["Url"] = "javascript:alert(2)"
    assert errors_of(document) == {
        (f"{QUESTION}.url", "url.scheme"),
        (f"{QUESTION}.choices[0].improvementPlan.Url", "url.scheme"),
    }


def test_all_errors_come_at_once_in_the_order_of_their_places() -> None:
    document = sample()
    document["name"] = ""
    document["extra"] = "kept"
    question = question_of(document)
    question["title"] = 5
    question["choices"][1].pop("improvementPlan")
    question["riskRules"][1]["condition"] = "practice_a &"
    problems = refusal(document).problems
    assert [problem.path for problem in problems] == [
        "name",
        f"{QUESTION}.choices[1].improvementPlan",
        f"{QUESTION}.riskRules[1].condition",
        f"{QUESTION}.title",
        "extra",
    ]
    assert [problem.severity for problem in problems] == ["error"] * 4 + ["warning"]


def test_an_empty_object_misses_every_required_key() -> None:
    assert errors_of("{}") == {
        (key, "key.missing") for key in ("schemaVersion", "name", "description", "pillars")
    }


@pytest.mark.parametrize(
    ("path", "value", "place", "rule"),
    [
        (["_version"], "1.0", "_version", "key.unknown"),
        (["odd key"], {"deep": [1]}, '["odd key"]', "key.unknown"),
        ([*Q, "url"], "https://example.com", f"{QUESTION}.url", "key.unknown"),
        ([*Q, "helpfulResource", "url"], "", f"{QUESTION}.helpfulResource.url", "url.blank"),
        (
            [*Q, "helpfulResource", "url"],
            " https://example.com ",
            f"{QUESTION}.helpfulResource.url",
            "url.padded",
        ),
        (
            [*Q, "helpfulResource"],
            {"displayText": ""},
            f"{QUESTION}.helpfulResource",
            "resource.empty",
        ),
        (
            [*Q, "helpfulResource"],
            {"displayText": "x", "Url": "https://example.com"},
            f"{QUESTION}.helpfulResource.Url",
            "key.capital_url",
        ),
        (
            [*Q, "riskRules", 1, "condition"],
            " practice_a\n",
            f"{QUESTION}.riskRules[1].condition",
            "condition.padded",
        ),
        (
            [*Q, "riskRules", 1, "condition"],
            "!practice_no",
            f"{QUESTION}.riskRules[1].condition",
            "condition.none_of_these",
        ),
    ],
)
def test_what_published_lenses_do_is_kept_and_warned_of(
    path: list[str | int], value: object, place: str, rule: str
) -> None:
    document = changed(path, value)
    parsed = read_document(json.dumps(document))
    assert places(parsed.warnings) == {(place, rule)}
    assert parsed.document == document


def test_an_address_is_used_without_blanks_and_under_either_key() -> None:
    document = changed([*Q, "helpfulResource"], {"displayText": "x", "Url": " https://a.example "})
    question = read_document(json.dumps(document)).definition.questions[0]
    assert question.helpful_resource == Resource("x", "https://a.example")


def test_a_canonical_text_keeps_the_order_and_escapes_nothing() -> None:
    assert canonical({"b": "é", "a": [1, None]}) == '{"b":"é","a":[1,null]}'
    assert sha256("é") == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"


def test_a_stored_text_that_does_not_match_its_checksum_is_refused() -> None:
    with pytest.raises(ValueError, match="checksum"):
        compile_document(canonical(sample()), "0" * 64)


def test_the_compiled_versions_stay_within_their_memory() -> None:
    definition = read_document(json.dumps(sample())).definition
    versions = _CompiledVersions(limit=100)
    for number in range(10):
        versions.put(str(number), definition, 40)
        versions.get("0")
    assert [versions.get(str(number)) is not None for number in (0, 8, 9)] == [True, False, True]
