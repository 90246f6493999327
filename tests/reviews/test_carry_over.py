"""What becomes of answers from one lens version to the next: the rules of docs/lenses.md."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from common.risk import Risk
from lenses.definition import LensDefinition
from lenses.schema import canonical, read_document
from reviews.carry_over import CarryOver, Dropped, Passage, RiskChange, carry_over
from reviews.merge import EMPTY, AnswerState, ChoiceDetail
from tests.builders import lens_document

QUESTION = "pillar_1_question_1"
A, B, C, NONE_OF_THESE = (f"{QUESTION}_{end}" for end in ("choice_1", "choice_2", "choice_3", "no"))
RENAMES = {QUESTION: "renamed_question", f"{QUESTION}.{A}": "renamed_choice"}

Edit = Callable[[dict[str, Any]], None]


def read(document: dict[str, Any]) -> LensDefinition:
    return read_document(canonical(document)).definition


def edited(*edits: Edit) -> LensDefinition:
    document = deepcopy(DOCUMENT)
    for edit in edits:
        edit(document)
    return read(document)


def first_question(document: dict[str, Any]) -> dict[str, Any]:
    question: dict[str, Any] = document["pillars"][0]["questions"][0]
    return question


def rename(document: dict[str, Any]) -> None:
    question = first_question(document)
    question["id"] = "renamed_question"
    question["choices"][0]["id"] = "renamed_choice"
    for rule in question["riskRules"]:
        rule["condition"] = rule["condition"].replace(A, "renamed_choice")


def drop_the_first_choice(document: dict[str, Any]) -> None:
    question = first_question(document)
    del question["choices"][0]
    question["riskRules"] = [
        {"condition": f"{B} && {C}", "risk": "NO_RISK"},
        {"condition": "default", "risk": "HIGH_RISK"},
    ]


def drop_the_first_question(document: dict[str, Any]) -> None:
    del document["pillars"][0]["questions"][0]


def loosen_the_rules(document: dict[str, Any]) -> None:
    first_question(document)["riskRules"][0]["condition"] = A


DOCUMENT = lens_document()
BEFORE = read(DOCUMENT)
RENAMED = edited(rename)

texts = st.sampled_from(["", "one", "two"])
details = st.builds(ChoiceDetail, not_applicable=st.booleans(), reason=texts, notes=texts)


@st.composite
def reviews(draw: st.DrawFn) -> dict[str, AnswerState]:
    """Answers to some of the questions, each as the service could have stored it."""
    answers = {}
    for question in BEFORE.questions:
        if draw(st.booleans()):
            practices = [choice.id for choice in question.choices if not choice.is_none_of_these]
            answers[question.id] = AnswerState(
                selected=draw(st.frozensets(st.sampled_from(question.choice_ids))),
                details=draw(st.dictionaries(st.sampled_from(practices), details.filter(bool))),
                is_applicable=draw(st.booleans()),
                reason=draw(texts),
                notes=draw(texts),
            )
    return answers


edits = st.sampled_from(
    [(), (rename,), (drop_the_first_choice,), (drop_the_first_question,), (loosen_the_rules,)]
)


@given(state=reviews())
def test_carrying_to_the_same_version_changes_nothing(state: dict[str, AnswerState]) -> None:
    assert carry_over(state, BEFORE, BEFORE) == CarryOver(
        answers=state,
        carried=carry_over(state, BEFORE, BEFORE).carried,
        dropped=(),
        changed_risks=(),
        new_questions=(),
        removed_questions=(),
    )


@given(state=reviews())
def test_carrying_along_renames_and_back_changes_nothing(state: dict[str, AnswerState]) -> None:
    there = carry_over(state, BEFORE, RENAMED, RENAMES)
    back = carry_over(
        there.answers,
        RENAMED,
        BEFORE,
        {"renamed_question": QUESTION, "renamed_question.renamed_choice": A},
    )
    assert back.answers == state
    assert there.dropped == back.dropped == ()
    assert there.changed_risks == back.changed_risks == ()


@given(state=reviews(), changes=edits, declares=st.booleans())
def test_nothing_is_invented_and_all_that_is_dropped_is_named(
    state: dict[str, AnswerState], changes: tuple[Edit, ...], declares: bool
) -> None:
    after = edited(*changes)
    passage = Passage.between(BEFORE, after, RENAMES if declares else {})
    result = passage.carry(state)
    for question_id, answer in result.answers.items():
        assert answer.selected | answer.details.keys() <= set(
            after.question(question_id).choice_ids
        )
    dropped = {(item.question_id, item.choice_id): item for item in result.dropped}
    kept = 0
    for question_id, said in state.items():
        new_id = passage.question_after(question_id)
        if new_id is None:
            assert (dropped.pop((question_id, "")).state == said) if said != EMPTY else True
            continue
        kept += 1
        answer = result.answers[new_id]
        assert (answer.notes, answer.reason, answer.is_applicable) == (
            said.notes,
            said.reason,
            said.is_applicable,
        )
        for choice_id in said.selected | said.details.keys():
            choice = passage.choice_after(question_id, choice_id)
            if choice is None:
                item = dropped.pop((question_id, choice_id))
                assert item.is_selected == (choice_id in said.selected)
                assert item.detail == said.detail(choice_id)
            else:
                assert (choice in answer.selected) == (choice_id in said.selected)
                assert answer.detail(choice) == said.detail(choice_id)
    assert not dropped
    assert len(result.answers) == kept


@given(state=reviews(), changes=edits)
def test_the_changed_risks_are_those_that_the_two_versions_give(
    state: dict[str, AnswerState], changes: tuple[Edit, ...]
) -> None:
    after = edited(*changes)
    passage = Passage.between(BEFORE, after, RENAMES)
    result = passage.carry(state)
    expected = []
    for question_id, said in state.items():
        new_id = passage.question_after(question_id)
        if new_id is not None:
            answer = result.answers[new_id]
            was = BEFORE.question(question_id).risk(
                said.selected, said.not_applicable, said.is_applicable
            )
            became = after.question(new_id).risk(
                answer.selected, answer.not_applicable, answer.is_applicable
            )
            if was != became:
                expected.append(RiskChange(question_id, new_id, was, became))
    assert list(result.changed_risks) == expected
    assert {change.question_id_before for change in expected} <= passage.touched


def test_a_removed_choice_takes_its_tick_and_its_note_with_it() -> None:
    detail = ChoiceDetail(notes="Since May.")
    state = AnswerState(selected=frozenset({A, B}), details={A: detail}, notes="Mine.")
    result = carry_over({QUESTION: state}, BEFORE, edited(drop_the_first_choice))
    assert result.answers == {QUESTION: AnswerState(selected=frozenset({B}), notes="Mine.")}
    assert result.dropped == (Dropped(QUESTION, A, is_selected=True, detail=detail),)


def test_a_removed_question_is_dropped_and_a_renamed_one_without_a_mapping_is_new() -> None:
    state = AnswerState(selected=frozenset({A}))
    result = carry_over({QUESTION: state}, BEFORE, RENAMED)
    assert result.answers == {}
    assert result.dropped == (Dropped(QUESTION, state=state),)
    assert result.new_questions == ("renamed_question",)
    assert result.removed_questions == (QUESTION,)


def test_an_answer_that_loses_its_last_tick_is_unanswered() -> None:
    state = {QUESTION: AnswerState(selected=frozenset({A}), notes="Kept.")}
    result = carry_over(state, BEFORE, edited(drop_the_first_choice))
    assert result.answers[QUESTION] == AnswerState(notes="Kept.")
    assert result.changed_risks == (RiskChange(QUESTION, QUESTION, Risk.MEDIUM, Risk.UNANSWERED),)


def test_a_practice_does_not_become_none_of_these() -> None:
    state = {QUESTION: AnswerState(details={A: ChoiceDetail(not_applicable=True)})}
    result = carry_over(
        state, BEFORE, edited(drop_the_first_choice), {f"{QUESTION}.{A}": NONE_OF_THESE}
    )
    assert result.answers[QUESTION] == EMPTY
    assert [item.choice_id for item in result.dropped] == [A]


def test_a_declared_rename_goes_before_an_id_that_stayed() -> None:
    other = "pillar_1_question_2"
    state = {QUESTION: AnswerState(notes="first"), other: AnswerState(notes="second")}
    after = edited(drop_the_first_question)
    result = carry_over(state, BEFORE, after, {QUESTION: other})
    assert result.answers == {other: AnswerState(notes="first")}
    assert result.dropped == (Dropped(other, state=state[other]),)


def test_questions_that_stayed_the_same_are_not_touched() -> None:
    assert Passage.between(BEFORE, edited(loosen_the_rules)).touched == {QUESTION}
    assert Passage.between(BEFORE, edited()).touched == frozenset()
