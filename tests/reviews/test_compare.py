"""Comparing two moments: what got worse, what improved, down to choices and words."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.risk import Risk
from lenses.definition import LensDefinition
from lenses.schema import read_document
from reviews.changes import Comparison, LensChange, QuestionChange, Verdict, badness
from reviews.compare import compare
from reviews.merge import AnswerState, ChoiceDetail
from reviews.snapshots import AnsweredQuestion, ReviewSnapshot, Snapshot, count_questions
from tests.builders import lens_document

LENS, OTHER_LENS = UUID(int=1), UUID(int=2)
QUESTION = "pillar_1_question_1"
A, B, C, NONE_OF_THESE = (f"{QUESTION}_{end}" for end in ("choice_1", "choice_2", "choice_3", "no"))


def _definition(document: dict[str, Any]) -> LensDefinition:
    import json

    return read_document(json.dumps(document)).definition


FIRST_DOCUMENT = lens_document()
# The next version: the second pillar's last question is gone, another has come, one practice of the
# first question is gone, and its rules ask for less.
NEXT_DOCUMENT = lens_document()
_first = NEXT_DOCUMENT["pillars"][0]["questions"][0]
_first["choices"] = [choice for choice in _first["choices"] if choice["id"] != C]
_first["riskRules"] = [
    {"condition": A, "risk": "NO_RISK"},
    {"condition": "default", "risk": "HIGH_RISK"},
]
NEXT_DOCUMENT["pillars"][1]["questions"][2] = {
    **lens_document(questions=4)["pillars"][1]["questions"][3]
}
DEFINITIONS = {"first": _definition(FIRST_DOCUMENT), "next": _definition(NEXT_DOCUMENT)}


def review(
    states: dict[str, AnswerState] | None = None,
    *,
    lens_id: UUID = LENS,
    version: str = "first",
    notes: str = "",
    pillar_notes: dict[str, str] | None = None,
) -> ReviewSnapshot:
    """A review of the version ``first`` or ``next`` with these answers."""
    definition = DEFINITIONS[version]
    answers = {}
    for question in definition.questions:
        state = (states or {}).get(question.id)
        if state:
            known = set(question.choice_ids)
            risk = question.risk(
                state.selected & known, state.not_applicable & known, state.is_applicable
            )
            answers[question.id] = AnsweredQuestion(state, risk)
    return ReviewSnapshot(
        lens_id=lens_id,
        lens_name="Test lens",
        lens_alias="",
        version_id=UUID(int=len(version)),
        version=version,
        document_sha256=version,
        notes=notes,
        pillar_notes=pillar_notes or {},
        answers=answers,
        counts=count_questions(definition, answers),
    )


def snapshot(*reviews: ReviewSnapshot) -> Snapshot:
    return Snapshot("Payments", reviews)


def ticked(*choice_ids: str, **values: Any) -> AnswerState:
    return AnswerState(selected=frozenset(choice_ids), **values)


def change_of(before: AnswerState | None, after: AnswerState | None) -> QuestionChange:
    """The one change between two answers to the first question."""
    compared = compare(
        snapshot(review({QUESTION: before} if before else {})),
        snapshot(review({QUESTION: after} if after else {})),
        DEFINITIONS,
    )
    (lens,) = compared.lenses
    (question,) = lens.questions
    return question


# --- Any two snapshots ------------------------------------------------------------------------

_details = st.builds(
    ChoiceDetail,
    not_applicable=st.booleans(),
    reason=st.sampled_from(["", "OTHER"]),
    notes=st.sampled_from(["", "Ours.", "Theirs."]),
).filter(bool)


@st.composite
def _states(draw: st.DrawFn, question_id: str) -> AnswerState:
    practices = [f"{question_id}_choice_{number}" for number in (1, 2, 3)]
    details = draw(st.dictionaries(st.sampled_from(practices), _details, max_size=2))
    return AnswerState(
        selected=frozenset(draw(st.sets(st.sampled_from([*practices, f"{question_id}_no"])))),
        details=details,
        is_applicable=draw(st.booleans()),
        reason=draw(st.sampled_from(["", "OUT_OF_SCOPE"])),
        notes=draw(st.sampled_from(["", "It works.", "It does not work."])),
    )


@st.composite
def _reviews(draw: st.DrawFn, lens_id: UUID) -> ReviewSnapshot:
    version = draw(st.sampled_from(sorted(DEFINITIONS)))
    ids = [question.id for question in DEFINITIONS[version].questions]
    chosen = draw(st.sets(st.sampled_from(ids), max_size=4))
    texts = st.sampled_from(["", "Seen in March.", "Seen in June."])
    return review(
        {question_id: draw(_states(question_id)) for question_id in sorted(chosen)},
        lens_id=lens_id,
        version=version,
        notes=draw(texts),
        pillar_notes={"pillar_1": draw(texts)},
    )


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    lenses = draw(st.permutations([LENS, OTHER_LENS]))[: draw(st.integers(0, 2))]
    return snapshot(*(draw(_reviews(lens_id)) for lens_id in lenses))


@settings(deadline=None)
@given(snapshots())
def test_a_moment_does_not_differ_from_itself(moment: Snapshot) -> None:
    compared = compare(moment, moment, DEFINITIONS)
    assert compared.is_empty
    assert not compared.questions(*Verdict)
    assert all(pillar.before == pillar.after for lens in compared.lenses for pillar in lens.pillars)


@settings(deadline=None)
@given(snapshots(), snapshots())
def test_comparing_the_other_way_round_swaps_the_sides(one: Snapshot, other: Snapshot) -> None:
    there, back = compare(one, other, DEFINITIONS), compare(other, one, DEFINITIONS)
    assert (there.before, there.after) == (back.after, back.before)
    assert _lenses(there, _question) == _lenses(back, _mirrored_question)
    assert _pillars(there) == {
        key: (after, before) for key, (before, after) in _pillars(back).items()
    }


@settings(deadline=None)
@given(snapshots(), snapshots())
def test_the_figures_are_those_of_the_questions(before: Snapshot, after: Snapshot) -> None:
    compared = compare(before, after, DEFINITIONS)
    for risk in Risk:
        moved = sum(
            (change.after is not None and change.after.risk == risk)
            - (change.before is not None and change.before.risk == risk)
            for lens in compared.lenses
            for change in lens.questions
        )
        assert compared.after[risk] - compared.before[risk] == moved
        by_pillar = (p.difference(risk) for lens in compared.lenses for p in lens.pillars)
        assert sum(by_pillar) == moved


_MIRRORED = {
    Verdict.WORSE: Verdict.IMPROVED,
    Verdict.IMPROVED: Verdict.WORSE,
    Verdict.ANSWERED: Verdict.TAKEN_BACK,
    Verdict.TAKEN_BACK: Verdict.ANSWERED,
    Verdict.CHANGED: Verdict.CHANGED,
    Verdict.ONLY_AFTER: Verdict.ONLY_BEFORE,
    Verdict.ONLY_BEFORE: Verdict.ONLY_AFTER,
}


def _question(change: QuestionChange) -> tuple[Any, ...]:
    choices = sorted((c.choice.id, c.is_gained, c.is_lost, c.notes is None) for c in change.choices)
    return (change.verdict, change.before, change.after, choices)


def _mirrored_question(change: QuestionChange) -> tuple[Any, ...]:
    choices = sorted((c.choice.id, c.is_lost, c.is_gained, c.notes is None) for c in change.choices)
    return (_MIRRORED[change.verdict], change.after, change.before, choices)


def _lenses(
    compared: Comparison, shown: Callable[[QuestionChange], tuple[Any, ...]]
) -> dict[Any, Any]:
    return {
        lens.lens_id: {change.latest.question.id: shown(change) for change in lens.questions}
        for lens in compared.lenses
    }


def _pillars(compared: Comparison) -> dict[Any, Any]:
    return {
        (lens.lens_id, pillar.pillar_id): (pillar.before, pillar.after)
        for lens in compared.lenses
        for pillar in lens.pillars
    }


# --- One question -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (ticked(NONE_OF_THESE), ticked(A, B, C), Verdict.IMPROVED),
        (ticked(NONE_OF_THESE), ticked(A), Verdict.IMPROVED),
        (ticked(A), ticked(NONE_OF_THESE), Verdict.WORSE),
        (ticked(A, B, C), ticked(A), Verdict.WORSE),
        # What nobody knew was there all the same: nothing became better or worse.
        (None, ticked(A, B, C), Verdict.ANSWERED),
        (None, ticked(B), Verdict.ANSWERED),
        (None, ticked(is_applicable=False), Verdict.ANSWERED),
        (ticked(B), None, Verdict.TAKEN_BACK),
        (None, ticked(notes="Ask Ada."), Verdict.CHANGED),
        (ticked(B), ticked(C), Verdict.CHANGED),
        (ticked(A), ticked(A, notes="Since May."), Verdict.CHANGED),
        (ticked(A), ticked(A, details={B: ChoiceDetail(notes="Soon.")}), Verdict.CHANGED),
        # Nothing to do before, nothing to do after: neither is better.
        (ticked(A, B, C), ticked(is_applicable=False), Verdict.CHANGED),
        (ticked(B), ticked(B, is_applicable=False), Verdict.IMPROVED),
    ],
)
def test_a_question_is_listed_by_what_became_of_its_risk(
    before: AnswerState | None, after: AnswerState | None, verdict: Verdict
) -> None:
    assert change_of(before, after).verdict == verdict


def test_the_order_of_badness_is_that_of_the_risks() -> None:
    assert sorted(Risk, key=badness, reverse=True)[:3] == [
        Risk.HIGH,
        Risk.MEDIUM,
        Risk.UNANSWERED,
    ]
    assert badness(Risk.NONE) == badness(Risk.NOT_APPLICABLE)


def test_choices_are_named_that_were_gained_and_lost() -> None:
    change = change_of(ticked(A, B), ticked(A, C))
    assert [(c.choice.id, c.is_gained, c.is_lost) for c in change.choices] == [
        (B, False, True),
        (C, True, False),
    ]


def test_a_choice_that_stopped_applying_is_named_with_its_reason_and_note() -> None:
    excluded = ChoiceDetail(not_applicable=True, reason="OUT_OF_SCOPE", notes="No such system.")
    change = change_of(ticked(A, B), ticked(A, details={B: excluded}))
    (choice,) = change.choices
    assert choice.became_not_applicable
    assert choice.is_lost
    assert choice.reason is not None
    assert choice.reason.after == "OUT_OF_SCOPE"
    assert choice.notes is not None
    assert choice.notes.after == "No such system."
    back = change_of(ticked(A, details={B: excluded}), ticked(A, B))
    assert back.choices[0].became_applicable


def test_a_question_that_stopped_applying_says_so_with_its_reason() -> None:
    change = change_of(ticked(A), ticked(A, is_applicable=False, reason="OTHER"))
    assert change.became_not_applicable
    assert not change.became_applicable
    assert change.reason is not None
    assert (change.reason.before, change.reason.after) == ("", "OTHER")
    assert not change.choices


# --- Versions of a lens -----------------------------------------------------------------------


def _upgrade(state: AnswerState, after: AnswerState | None = None) -> LensChange:
    (lens,) = compare(
        snapshot(review({QUESTION: state})),
        snapshot(review({QUESTION: after or state}, version="next")),
        DEFINITIONS,
    ).lenses
    return lens


def test_questions_that_only_one_version_has_are_listed_apart() -> None:
    lens = _upgrade(ticked(B))
    assert lens.has_other_version
    assert [(c.verdict, c.latest.question.id) for c in lens.questions] == [
        (Verdict.ONLY_AFTER, "pillar_2_question_4"),
        (Verdict.ONLY_BEFORE, "pillar_2_question_3"),
    ]


def test_a_risk_that_moved_with_the_rules_is_put_down_to_the_lens() -> None:
    lens = _upgrade(ticked(A))
    change = lens.questions[0]
    assert change.latest.question.id == QUESTION
    assert change.verdict == Verdict.IMPROVED
    assert change.is_by_the_lens


def test_a_tick_that_went_with_its_choice_is_lost() -> None:
    lens = _upgrade(ticked(A, C), ticked(A))
    (choice,) = lens.questions[0].choices
    assert choice.is_lost
    assert choice.after is None
    assert not lens.questions[0].is_by_the_lens


def test_a_choice_that_nobody_ticked_may_go_without_a_word() -> None:
    assert all(c.latest.question.id != QUESTION for c in _upgrade(ticked(B)).questions)


def test_a_lens_that_was_added_or_removed_is_in_one_moment_only() -> None:
    one, two = (
        snapshot(review()),
        snapshot(review(), review({QUESTION: ticked(A)}, lens_id=OTHER_LENS)),
    )
    added = compare(one, two, DEFINITIONS).lenses[1]
    assert added.is_in_one
    assert {c.verdict for c in added.questions} == {Verdict.ONLY_AFTER}
    assert [c.choice.id for c in added.questions[0].choices] == [A]
    assert all(pillar.before is None for pillar in added.pillars)
    removed = compare(two, one, DEFINITIONS).lenses[1]
    assert {c.verdict for c in removed.questions} == {Verdict.ONLY_BEFORE}


def test_notes_on_the_lens_and_on_a_pillar_are_a_change() -> None:
    compared = compare(
        snapshot(review(notes="Seen in March.")),
        snapshot(review(notes="Seen in June.", pillar_notes={"pillar_2": "By the team."})),
        DEFINITIONS,
    )
    (lens,) = compared.lenses
    assert not compared.is_empty
    assert not lens.questions
    assert lens.notes is not None
    assert [pillar.notes is not None for pillar in lens.pillars] == [False, True]


def test_a_version_that_is_not_given_is_refused() -> None:
    with pytest.raises(KeyError):
        compare(snapshot(), snapshot(review()), {})


def test_four_large_lenses_take_at_most_tens_of_milliseconds() -> None:
    definition = _definition(lens_document(pillars=6, questions=10, choices=7))
    before, after = (
        snapshot(
            *(
                ReviewSnapshot(
                    lens_id=lens_id,
                    lens_name="Large",
                    lens_alias="",
                    version_id=uuid4(),
                    version="1",
                    document_sha256="large",
                    answers={
                        question.id: AnsweredQuestion(ticked(question.choice_ids[place]), Risk.HIGH)
                        for question in definition.questions
                    },
                )
                for lens_id in (LENS, OTHER_LENS, UUID(int=3), UUID(int=4))
            )
        )
        for place in (1, 2)
    )
    compared = compare(before, after, {"large": definition})
    assert len(compared.questions(Verdict.CHANGED)) == 240
