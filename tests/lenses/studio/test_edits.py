"""Edits: a document in, a document out, and never one that nobody can mend."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import InvalidDocument
from lenses.schema import read_document
from lenses.studio import edits, rules
from lenses.studio.addresses import LENS, Address, Object, TargetGone, exists, find
from lenses.studio.fields import FIELDS, EditError
from lenses.studio.identifiers import is_identifier, none_of_these_id, propose_id
from lenses.studio.structure import structure_problems
from tests.builders import lens_document
from tests.lenses.studio.drafts import addresses, documents

FIRST = Address("question", "pillar_1_question_1")
LAST = Address("question", "pillar_2_question_3")
PRACTICE = Address("choice", FIRST.id, "pillar_1_question_1_choice_1")

# What an edit may leave to be finished. Anything else would be a mistake of the studio.
UNFINISHED = {"list.empty", "choice.improvement_plan", "condition.unknown_choice"}


def errors_of(document: Object) -> set[str]:
    try:
        read_document(json.dumps(document))
    except InvalidDocument as error:
        return {problem.rule for problem in error.errors}
    return set()


def edited(document: Object, data: st.DataObject) -> Object:
    """Apply an edit that hypothesis chooses; a refused one changes nothing."""
    address = data.draw(st.sampled_from(addresses(document)))
    kind = data.draw(st.sampled_from(["texts", "rename", "add", "delete", "move", "to", "rule"]))
    title = data.draw(st.text(max_size=140))
    try:
        return _edited(document, address, kind, title, data)
    except EditError:
        return document


def _edited(  # noqa: PLR0911 - one edit a line
    document: Object, address: Address, kind: str, title: str, data: Any
) -> Object:
    if kind == "texts":
        names = [name for name in FIELDS[address.kind] if name != "id"]
        name = data.draw(st.sampled_from(names))
        return edits.set_texts(document, address, {name: FIELDS[address.kind][name].as_sent(title)})
    if kind == "rule" and address.kind == "question":
        level = data.draw(st.sampled_from(rules.LEVELS))
        if data.draw(st.booleans()):
            return rules.add_rule(document, address, level)
        return rules.delete_rule(document, address, level)
    if kind == "add" and address.kind != "choice":
        return edits.add(document, address, title)[0]
    if address == LENS:
        return document
    if kind == "rename":
        return edits.rename(document, address, data.draw(st.sampled_from(["abc", "x_no", title])))
    if kind == "delete":
        return edits.delete(document, address)
    if kind == "to":
        parent = data.draw(st.sampled_from(addresses(document)))
        return edits.move_to(document, address, parent, data.draw(st.integers(-1, 9)))
    return edits.move(document, address, data.draw(st.sampled_from([-1, 1])))


@given(documents(), st.data())
def test_any_sequence_of_edits_leaves_a_document_that_is_valid_or_names_what_to_finish(
    document: Object, data: st.DataObject
) -> None:
    for _step in range(data.draw(st.integers(1, 8))):
        before = json.dumps(document)
        after = edited(document, data)
        assert json.dumps(document) == before, "an edit changed what it was given"
        document = after
    assert structure_problems(document) == []
    assert errors_of(document) <= UNFINISHED


@given(documents(), st.data())
def test_up_and_then_down_is_where_it_was(document: Object, data: st.DataObject) -> None:
    movable = [address for address in addresses(document) if address != LENS]
    address = data.draw(st.sampled_from(movable))
    step = data.draw(st.sampled_from([-1, 1]))
    moved = edits.move(document, address, step)
    if moved != document:
        assert edits.move(moved, address, -step) == document


@given(documents(), st.data())
def test_what_was_deleted_comes_back_to_its_place(document: Object, data: st.DataObject) -> None:
    address = data.draw(st.sampled_from([one for one in addresses(document) if one != LENS]))
    assert edits.put_back(edits.delete(document, address), document, address) == document


@given(documents(), st.data())
def test_renaming_a_choice_leaves_the_table_as_it_was(
    document: Object, data: st.DataObject
) -> None:
    choices = [address for address in addresses(document) if address.kind == "choice"]
    address = data.draw(st.sampled_from([one for one in choices if "_no" not in one.choice_id]))
    renamed = edits.rename(document, address, "brand_new")
    before = read_document(json.dumps(document)).definition.question(address.id)
    after = read_document(json.dumps(renamed)).definition.question(address.id)
    assert after.table() == before.table()
    assert "brand_new" in after.choice_ids


def test_a_rename_reaches_a_condition_that_cannot_be_read_yet() -> None:
    document = rules.set_condition(
        lens_document(), FIRST, "NO_RISK", f"({PRACTICE.choice_id} && {PRACTICE.choice_id}_2 &&"
    )
    renamed = edits.rename(document, PRACTICE, "other")
    text = rules.condition_text(find(renamed, FIRST).item, "NO_RISK")
    assert text == f"(other && {PRACTICE.choice_id}_2 &&"


def test_a_question_moves_into_the_next_pillar_and_into_the_one_before() -> None:
    document = lens_document(pillars=2, questions=2)
    down = edits.move(document, Address("question", "pillar_1_question_2"), 1)
    ids = [[question["id"] for question in pillar["questions"]] for pillar in down["pillars"]]
    assert ids == [
        ["pillar_1_question_1"],
        ["pillar_1_question_2", "pillar_2_question_1", "pillar_2_question_2"],
    ]
    assert edits.move(down, Address("question", "pillar_1_question_2"), -1) == document


def test_at_the_end_of_its_way_a_thing_stays() -> None:
    document = lens_document()
    assert edits.move(document, FIRST, -1) is document
    assert edits.move(document, LAST, 1) is document
    assert edits.move(document, Address("pillar", "pillar_1"), -1) is document


@pytest.mark.parametrize(
    ("sizes", "parent"),
    [
        ({"pillars": 10, "questions": 1}, LENS),
        ({"pillars": 1, "questions": 20}, Address("pillar", "pillar_1")),
        ({"choices": 15}, FIRST),
    ],
)
def test_nothing_is_added_beyond_the_limit_of_the_format(
    sizes: dict[str, Any], parent: Address
) -> None:
    with pytest.raises(EditError) as refused:
        edits.add(lens_document(**sizes), parent, "One more")
    assert refused.value.field == "title"
    assert refused.value.code == "list.too_long"


def test_nothing_moves_into_a_full_pillar() -> None:
    document = lens_document(pillars=2, questions=20)
    with pytest.raises(EditError):
        edits.move(document, Address("question", "pillar_1_question_20"), 1)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("title", "", "text.empty"),
        ("title", "x" * 129, "text.too_long"),
        ("description", "x" * 2049, "text.too_long"),
        ("help_url", "ftp://example.com", "url.scheme"),
        ("help_url", "https://example.com", "resource.text"),
        ("title", "a\x00b", "text.characters"),
    ],
)
def test_a_text_outside_the_format_is_refused_at_its_field(name: str, text: str, code: str) -> None:
    with pytest.raises(EditError) as refused:
        edits.set_texts(lens_document(), FIRST, {name: text})
    assert refused.value.code == code


@pytest.mark.parametrize("new_id", ["ab", "with blank", "ünicode", "x" * 129, LAST.id])
def test_an_id_outside_the_format_or_taken_is_refused(new_id: str) -> None:
    with pytest.raises(EditError) as refused:
        edits.rename(lens_document(), FIRST, new_id)
    assert refused.value.field == "id"


def test_what_is_not_there_is_named() -> None:
    gone = Address("choice", FIRST.id, "gone")
    with pytest.raises(TargetGone) as missing:
        edits.delete(lens_document(), gone)
    assert missing.value.address == gone
    assert Address.parse(str(gone)) == gone


def test_a_new_question_needs_choices_before_it_is_valid() -> None:
    document, address = edits.add(lens_document(), Address("pillar", "pillar_2"), "Who is on call?")
    assert address == Address("question", "who_is_on_call")
    assert errors_of(document) == {"list.empty"}
    document, choice = edits.add(document, address, "Somebody is")
    document = edits.set_texts(document, choice, {"plan_text": "Ask who."})
    document, none = edits.add_none_of_these(document, address, "None of these")
    assert errors_of(document) == set()
    assert exists(document, none)
    with pytest.raises(EditError):
        edits.add_none_of_these(document, address, "None of these")


def test_a_practice_is_added_before_none_of_these() -> None:
    document, address = edits.add(lens_document(choices=3), FIRST, "Another")
    ids = [choice["id"] for choice in find(document, FIRST).item["choices"]]
    assert ids[-2:] == [address.choice_id, "pillar_1_question_1_no"]


@given(st.text(max_size=200), st.sets(st.sampled_from(["pillar", "say_what", "what_2"])))
def test_a_proposed_id_is_one_and_is_not_taken(title: str, taken: set[str]) -> None:
    proposal = propose_id(title, taken, stem="question")
    assert is_identifier(proposal)
    assert proposal not in taken
    assert not proposal.endswith("_no")


def test_ids_are_proposed_from_titles() -> None:
    assert propose_id("Grant the least — that a task needs", (), stem="choice") == (
        "grant_the_least_that_a_task_needs"
    )
    assert propose_id("Über uns", {"uber_uns"}, stem="choice") == "uber_uns_2"
    assert propose_id("誰", (), stem="choice") == "choice"
    assert propose_id("Just say no", (), stem="choice") == "just_say_no_practice"
    assert propose_id("Default", (), stem="choice") == "choice"
    assert none_of_these_id("a" * 128, ()).endswith("_no")


def test_the_last_rule_stays_and_a_level_has_one_rule() -> None:
    document = lens_document(pillars=1, questions=1)
    for level in ("NO_RISK", "MEDIUM_RISK"):
        document = rules.delete_rule(document, FIRST, level)
    with pytest.raises(EditError):
        rules.delete_rule(document, FIRST, "HIGH_RISK")
    with pytest.raises(EditError):
        rules.add_rule(document, FIRST, "HIGH_RISK")
    document = rules.add_rule(document, FIRST, "MEDIUM_RISK")
    document = rules.add_rule(document, FIRST, "NO_RISK")
    levels = [rule["risk"] for rule in find(document, FIRST).item["riskRules"]]
    assert levels == ["NO_RISK", "MEDIUM_RISK", "HIGH_RISK"]
    assert errors_of(document) == set()
    later = rules.move_rule(document, FIRST, "NO_RISK", 1)
    assert rules.move_rule(later, FIRST, "NO_RISK", -1) == document
