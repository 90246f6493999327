"""Input that is hostile, broken or cut off: always refused as a document, never an accident."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenses.schema import (
    MAX_DOCUMENT_CHARACTERS,
    MAX_PROBLEMS,
    canonical,
    compile_document,
    read_document,
    sha256,
)
from tests.lenses.samples import accepted, changed, errors_of, refusal, sample, warnings_of


def test_a_byte_order_mark_is_tolerated() -> None:
    text = "\ufeff" + json.dumps(sample())
    assert read_document(text).document == sample()
    assert read_document(text.encode()).document == sample()


def test_too_many_characters_or_bytes_are_refused_before_anything_else() -> None:
    for source in ("[" * (MAX_DOCUMENT_CHARACTERS + 1), "x" * 2_000_001, b"\xff" * 2_000_001):
        assert errors_of(source) == {("$", "document.size")}


def test_a_file_that_is_not_utf_8_is_refused_with_the_offset_of_the_byte() -> None:
    (problem,) = refusal(b'{"name": "caf\xe9"}').errors
    assert (problem.rule, problem.value) == ("document.encoding", "0xe9")
    assert "offset 13" in problem.message


def test_a_truncated_file_is_refused_with_line_and_column() -> None:
    text = json.dumps(sample(), indent=1)
    for length in range(0, len(text) - 1, 7):
        (problem,) = refusal(text[:length]).errors
        assert problem.rule in {"document.truncated", "document.syntax"}
        assert "line" in problem.message
    (problem,) = refusal('{\n "name": "x",\n').errors
    assert "line 3, column 1" in problem.message


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 80_000, "[" * 33 + "]" * 33])
def test_a_deep_file_is_refused_before_parsing(text: str) -> None:
    assert errors_of(text) == {("$", "document.depth")}


def test_brackets_within_texts_are_no_depth() -> None:
    assert warnings_of(changed(["_note"], '[[{"\\' * 100)) == {("_note", "key.unknown")}


@pytest.mark.parametrize("text", ['"' + '\\"' * 249_000, '"' + "\\" * 499_001])
def test_an_endless_text_is_read_in_linear_time(text: str) -> None:
    assert errors_of(text) <= {("$", "document.truncated"), ("$", "document.syntax")}


def test_every_value_that_is_no_number_is_named() -> None:
    text = '{"a": NaN, "b": [Infinity, {"c": -Infinity}], "d": 1e999, "e": %s}' % ("9" * 5000)
    found = {place for place in errors_of(text) if place[1].startswith("number.")}
    assert found == {
        ("a", "number.finite"),
        ("b[0]", "number.finite"),
        ("b[1].c", "number.finite"),
        ("d", "number.size"),
        ("e", "number.size"),
    }


def test_a_key_that_stands_twice_is_named() -> None:
    text = json.dumps(sample())[:-1] + ', "x": {"y": 1, "y": 1}, "name": "Again"}'
    assert errors_of(text) == {("name", "key.repeated"), ("x.y", "key.repeated")}


@pytest.mark.parametrize(("escaped", "rule"), [("\\u0000", "null"), ("\\ud800", "surrogate")])
def test_characters_that_no_database_keeps_are_named(escaped: str, rule: str) -> None:
    text = json.dumps(changed(["_note"], {"deep": "HERE"})).replace("HERE", escaped)
    assert errors_of(text) == {("_note.deep", f"text.{rule}")}
    text = json.dumps(sample()).replace('"Sample"', f'"{escaped}"')
    assert errors_of(text) == {("name", f"text.{rule}")}
    text = json.dumps(sample())[:-1] + f', "{escaped}": 1}}'
    assert {kind for _place, kind in errors_of(text)} == {f"text.{rule}"}


def test_problems_can_be_shown_and_sent_whatever_the_input() -> None:
    text = '{"na\\ud800me": NaN, "name": "' + "\\u0001" * 300 + '", "pillars": [{"id": {}}]}'
    for problem in refusal(text).problems:
        str(problem).encode()
        assert problem.value is None or len(str(problem.value)) <= 80


def test_a_flood_of_problems_is_cut_off_and_counted() -> None:
    error = refusal('{"x": [' + "NaN," * 5000 + "1]}")
    assert len(error.problems) <= 2 * (MAX_PROBLEMS + 1)
    assert error.errors[-1].rule == "document.more"
    assert "4004" in error.errors[-1].message


@pytest.mark.parametrize("text", ["null", "1", '"x"', "[]", "true", "[{}]"])
def test_a_document_that_is_no_object_is_refused(text: str) -> None:
    assert errors_of(text) == {("$", "type.object")}


def all_places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place of a document."""
    members: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        members = list(value.items())
    elif isinstance(value, list):
        members = list(enumerate(value))
    found = [path] if path else []
    for key, member in members:
        found += all_places(member, (*path, key))
    return found


PLACES = all_places(sample())
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), anything), min_size=1, max_size=4))
def test_a_mutated_lens_is_accepted_or_refused_as_a_document(
    mutations: list[tuple[tuple[str | int, ...], object]],
) -> None:
    document: Any = sample()
    for path, value in mutations:
        target = document
        for key in path[:-1]:
            try:
                target = target[key]
            except (KeyError, IndexError, TypeError):  # an earlier mutation removed the place
                break
        if isinstance(target, dict):
            target[path[-1]] = value
        elif isinstance(target, list) and target:
            target[0] = value
    parsed = accepted(json.dumps(document))
    if parsed:
        text = canonical(parsed.document)
        assert compile_document(text, sha256(text)) == parsed.definition


@settings(deadline=None)
@given(st.text(max_size=300) | st.binary(max_size=300))
def test_any_input_at_all_is_refused_as_a_document(source: str | bytes) -> None:
    assert refusal(source).status == 422


@settings(deadline=None)
@given(st.integers(0, len(json.dumps(sample()))), st.integers(0, 40), st.text(max_size=6))
def test_a_lens_with_a_part_torn_out_is_accepted_or_refused(
    start: int, length: int, patch: str
) -> None:
    text = json.dumps(sample())
    parsed = accepted(text[:start] + patch + text[start + length :])
    assert parsed is None or parsed.definition.questions
