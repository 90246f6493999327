"""The diff of two lens versions: what it finds, counts and shows, from both sides."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.risk import Risk
from lenses.definition import LensDefinition
from lenses.diff import LensDiff, QuestionDiff, diff
from lenses.diff_json import as_json
from lenses.lineage import invert
from lenses.renames import read_renames, suggest_renames, write_renames
from lenses.schema import read_document
from lenses.tables import RISKS
from tests.builders import lens_document
from tests.shared import shared_path

Document = dict[str, Any]
Edit = Callable[[Document], None]

QUESTION = "pillar_1_question_1"
CHOICE = f"{QUESTION}_choice_1"


def read(document: Document) -> LensDefinition:
    return read_document(json.dumps(document)).definition


def changed(edit: Edit, renames: dict[str, str] | None = None, **shape: Any) -> LensDiff:
    """The diff of a document before and after an edit."""
    document = lens_document(**shape)
    after = copy.deepcopy(document)
    edit(after)
    return diff(read(document), read(after), renames or {})


def questions_of(document: Document, pillar: int = 0) -> list[Document]:
    found: list[Document] = document["pillars"][pillar]["questions"]
    return found


def only(found: LensDiff) -> QuestionDiff:
    [question] = found.questions
    return question


def test_a_version_differs_in_nothing_from_itself() -> None:
    found = changed(lambda _: None)
    assert found.is_empty
    assert [pillar.is_change for pillar in found.pillars] == [False, False]


def test_questions_come_go_and_move() -> None:
    def edit(document: Document) -> None:
        first, second = questions_of(document), questions_of(document, 1)
        second.append(first.pop(0))
        gone = second.pop(0)
        new = json.loads(json.dumps(gone).replace("pillar_2_question_1", "newcomer"))
        first.append(new)

    found = {question.latest.id: question for question in changed(edit).questions}
    assert set(found) == {QUESTION, "pillar_2_question_1", "newcomer"}
    assert found[QUESTION].is_moved
    assert found[QUESTION].has_other_pillar
    assert found["pillar_2_question_1"].is_removed
    assert found["newcomer"].is_added


def test_one_question_moved_to_the_end_is_one_that_moved() -> None:
    def edit(document: Document) -> None:
        questions_of(document).append(questions_of(document).pop(0))

    found = changed(edit, questions=5)
    assert only(found).is_moved
    assert only(found).latest.id == QUESTION


def test_texts_links_and_plans_are_reworded() -> None:
    def edit(document: Document) -> None:
        question = questions_of(document)[0]
        question["title"] = "Another title?"
        choice = question["choices"][0]
        choice["improvementPlan"]["displayText"] = "Begin with the part that failed first."
        choice["helpfulResource"]["url"] = "https://example.com/help"
        document["name"] = "Renamed lens"
        document["pillars"][0]["name"] = "Renamed pillar"

    found = changed(edit)
    question = only(found)
    assert [text.field for text in question.texts] == ["title"]
    [choice] = question.choices
    assert [text.field for text in choice.texts] == ["helpful_resource", "improvement_plan"]
    assert choice.texts[0].after.endswith("\nhttps://example.com/help")
    assert [text.field for text in found.texts] == ["name"]
    assert [pillar.latest.name for pillar in found.pillars if pillar.is_change] == [
        "Renamed pillar"
    ]
    assert question.rules is None


def test_a_stricter_rule_is_counted_to_the_state_with_the_smallest_as_witness() -> None:
    def edit(document: Document) -> None:
        questions_of(document)[0]["riskRules"][1]["risk"] = "HIGH_RISK"
        questions_of(document)[0]["riskRules"].pop(2)

    question = only(changed(edit))
    rules = question.rules
    assert rules is not None
    # Three practices and None of these: with the first practice and not all three, medium before.
    assert (rules.differing, rules.states) == (6, 15)
    assert rules.witness is not None
    assert rules.witness.after_ids == (CHOICE,)
    assert (rules.witness.before, rules.witness.after) == (Risk.MEDIUM, Risk.HIGH)
    assert question.is_judged_differently


def test_rules_written_otherwise_that_mean_the_same_differ_in_no_state() -> None:
    def edit(document: Document) -> None:
        rule = questions_of(document)[0]["riskRules"][0]
        rule["condition"] = f"({rule['condition']}) && {CHOICE}"

    rules = only(changed(edit)).rules
    assert rules is not None
    assert (rules.differing, rules.witness) == (0, None)


def test_blanks_in_a_rule_are_nothing() -> None:
    def edit(document: Document) -> None:
        rule = questions_of(document)[0]["riskRules"][0]
        rule["condition"] = f"  {rule['condition'].replace('&&', '  &&  ')} "

    assert changed(edit).is_empty


def test_states_are_counted_over_the_choices_that_both_have() -> None:
    def edit(document: Document) -> None:
        question = questions_of(document)[0]
        gone = question["choices"].pop(1)["id"]
        for rule in question["riskRules"]:
            rule["condition"] = rule["condition"].replace(f" && {gone}", "")

    question = only(changed(edit))
    assert question.has_other_choices
    assert question.rules is not None
    # Without the second practice two are enough: {1, 3} and {1, 3, none}.
    assert (question.rules.differing, question.rules.states) == (2, 7)


def test_a_rename_is_one_thing_under_two_names_and_without_it_two() -> None:
    def edit(document: Document) -> None:
        text = json.dumps(questions_of(document)[0]).replace(QUESTION, "renamed")
        questions_of(document)[0] = json.loads(text)

    without = changed(edit)
    assert {question.is_added for question in without.questions} == {True, False}
    renames = {QUESTION: "renamed"} | {
        f"{QUESTION}.{QUESTION}_{end}": f"renamed_{end}"
        for end in ("choice_1", "choice_2", "choice_3", "no")
    }
    question = only(changed(edit, renames))
    assert question.is_renamed
    assert question.rules is None
    assert all(choice.is_renamed for choice in question.choices)


def test_equal_titles_under_other_ids_are_suggested_as_renames() -> None:
    document = lens_document()
    questions_of(document)[0]["title"] = "Only here?"
    text = json.dumps(document).replace(QUESTION, "renamed")
    found = suggest_renames(read(document), read(json.loads(text)))
    assert found[QUESTION] == "renamed"
    assert found[f"{QUESTION}.{CHOICE}"] == "renamed_choice_1"
    assert suggest_renames(read(document), read(document)) == {}


def test_renames_are_read_as_people_write_them() -> None:
    text = "a_b = c_d\n\n q1.c1 -> c2\nq2.c1 → q2.c9\n"
    assert read_renames(text) == ({"a_b": "c_d", "q1.c1": "c2", "q2.c1": "c9"}, ())
    renames, problems = read_renames("nonsense\na = b\na = c")
    assert renames == {"a": "b"}
    assert [problem.code for problem in problems] == ["line", "repeated"]
    assert read_renames(write_renames({"a": "b", "q.c": "d"}))[0] == {"a": "b", "q.c": "d"}


@pytest.mark.parametrize(
    ("text", "renames", "problems"),
    [
        ('{"a": "b", "q.c": "d"}', {"a": "b", "q.c": "d"}, []),
        ('\n {"a": "b", "a": "c"}', {"a": "b"}, ["repeated"]),
        ('{"a": {"b": "c"}, "d": 1.5, "e": null, "f": "g"}', {"f": "g"}, ["line"] * 3),
        ('{"a": "b"', {}, ["line"]),
        ('{"a":' * 4_000, {}, ["line"]),
    ],
)
def test_renames_are_read_as_json_too(
    text: str, renames: dict[str, str], problems: list[str]
) -> None:
    found, wrong = read_renames(text)
    assert (found, [problem.code for problem in wrong]) == (renames, problems)


def test_a_rename_of_a_question_whose_id_has_hyphens_is_read() -> None:
    renames = {"on-call": "duty-rota", "on-call.rota": "duty_rota"}
    assert read_renames(write_renames(renames)) == (renames, ())
    assert read_renames("on-call->duty-rota\non-call.rota -> duty-rota.duty_rota") == (renames, ())


_WORST = ["HIGH_RISK", "MEDIUM_RISK"]


@st.composite
def edited(draw: st.DrawFn) -> Document:
    """A document after some edits; two of them differ in anything that a diff can tell."""
    document = lens_document(pillars=2, questions=3, choices=4)
    for pillar in document["pillars"]:
        pillar["questions"] = draw(
            st.lists(st.sampled_from(pillar["questions"]), min_size=1, unique_by=lambda q: q["id"])
        )
        for question in pillar["questions"]:
            if draw(st.booleans()):
                question["title"] = draw(st.sampled_from(["One?", "Two?"]))
            question["choices"] = draw(st.permutations(question["choices"]))
            names = [choice["id"] for choice in question["choices"]]
            condition = draw(st.sampled_from([" && ", " || "])).join(
                draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
            )
            question["riskRules"] = [
                {"condition": condition, "risk": "NO_RISK"},
                {
                    "condition": "default",
                    "risk": draw(st.sampled_from(["HIGH_RISK", "MEDIUM_RISK"])),
                },
            ]
    document["pillars"] = draw(st.permutations(document["pillars"]))
    return document


@given(edited())
def test_whatever_a_lens_is_it_differs_in_nothing_from_itself(document: Document) -> None:
    definition = read(document)
    assert diff(definition, definition).is_empty


@given(edited(), edited(), st.booleans())
def test_a_diff_from_the_other_side_is_its_mirror(
    one: Document, other: Document, is_renamed: bool
) -> None:
    renames: dict[str, str] = {}
    if is_renamed:
        other = json.loads(json.dumps(other).replace(QUESTION, "renamed"))
        renames = {QUESTION: "renamed"}
    before, after = read(one), read(other)
    there, back = diff(before, after, renames), diff(after, before, invert(renames))
    assert _sides(there) == _mirrored(back)
    assert there.is_empty == back.is_empty


def _sides(found: LensDiff) -> Any:
    return sorted(_plain(question, mirrored=False) for question in found.questions)


def _mirrored(found: LensDiff) -> Any:
    return sorted(_plain(question, mirrored=True) for question in found.questions)


def _plain(question: QuestionDiff, *, mirrored: bool) -> str:
    sides = [question.before and question.before.id, question.after and question.after.id]
    texts = [(text.field, *_turned([text.before, text.after], mirrored)) for text in question.texts]
    choices = sorted(
        (
            str(_turned([c.before and c.before.id, c.after and c.after.id], mirrored)),
            c.is_moved,
        )
        for c in question.choices
    )
    rules = question.rules
    counted = rules and (
        rules.differing,
        rules.states,
        rules.witness and _turned([rules.witness.before, rules.witness.after], mirrored),
        rules.witness and _turned([rules.witness.before_ids, rules.witness.after_ids], mirrored),
    )
    if rules and rules.witness:
        ids = _turned([set(rules.witness.before_ids), set(rules.witness.after_ids)], mirrored)
        counted = (*counted[:3], [sorted(side) for side in ids])  # type: ignore[index]
    return repr((_turned(sides, mirrored), question.is_moved, texts, choices, counted))


def _turned(sides: list[Any], mirrored: bool) -> list[Any]:
    return sides[::-1] if mirrored else sides


@given(edited(), edited())
def test_the_count_of_states_is_that_of_trying_each(one: Document, other: Document) -> None:
    for question in diff(read(one), read(other)).questions:
        if question.rules is None or question.before is None or question.after is None:
            continue
        before, after = question.before, question.after
        differing = 0
        for mask in range(1, before.states):
            ids = before.ids(mask)
            differing += before.risk(ids) != after.risk(ids)
        assert question.rules.differing == differing
        if witness := question.rules.witness:
            assert before.risk(witness.before_ids) == witness.before
            assert after.risk(witness.after_ids) == witness.after
            assert witness.before != witness.after


def test_as_json_it_holds_plain_values_only() -> None:
    def edit(document: Document) -> None:
        questions_of(document)[0]["riskRules"].pop(1)
        questions_of(document).pop(1)

    values = as_json(changed(edit))
    assert json.loads(json.dumps(values)) == values
    by_change = {question["change"]: question for question in values["questions"]}
    assert by_change["removed"]["after"] is None
    assert by_change["changed"]["rules"]["witness"]["risk_before"] == "MEDIUM"
    assert set(RISKS) >= {Risk(by_change["changed"]["rules"]["witness"]["risk_after"])}


def test_the_published_readiness_lenses_differ_in_words_only() -> None:
    before, after = (
        read_document(shared_path("lenses", f"orr-1.3.{last}.json").read_bytes()).definition
        for last in (4, 5)
    )
    found = diff(before, after)
    assert len(found.questions) == 11
    assert not any(question.rules or question.is_moved for question in found.questions)
    assert all(
        question.texts or any(choice.texts for choice in question.choices)
        for question in found.questions
    )


@pytest.mark.parametrize("name", ["moved", "texts", "choices"])
def test_a_pillar_that_is_new_or_gone_is_one_change(name: str) -> None:
    def edit(document: Document) -> None:
        pillar = json.loads(json.dumps(document["pillars"].pop(1)).replace("pillar_2", name))
        document["pillars"].insert(0, pillar)

    found = changed(edit)
    assert [pillar.is_change for pillar in found.pillars] == [True, False, True]
