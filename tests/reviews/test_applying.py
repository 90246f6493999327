"""A comparison leaves nothing out: done to the earlier moment it gives the later, renames too."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from lenses.lineage import compose, invert
from reviews.applying import apply
from reviews.changes import Comparison, Verdict
from reviews.compare import compare
from reviews.merge import EMPTY, AnswerState, ChoiceDetail
from reviews.snapshots import (
    AnsweredQuestion,
    EvidenceReference,
    ReviewSnapshot,
    Snapshot,
    count_questions,
)
from tests.builders import lens_document
from tests.reviews.test_compare import (
    DEFINITIONS,
    LENS,
    OTHER_LENS,
    QUESTION,
    A,
    _definition,
    review,
    snapshot,
    ticked,
)

# A third version: the first question and one of its practices have other ids, and a pillar is new.
_RENAMES = {QUESTION: "renamed", f"{QUESTION}.{A}": "renamed_choice"}


def _renamed_document() -> dict[str, Any]:
    document = lens_document(pillars=3)
    question = document["pillars"][0]["questions"][0]
    question["id"] = "renamed"
    question["choices"][0]["id"] = "renamed_choice"
    question["riskRules"] = [
        {"condition": "renamed_choice", "risk": "NO_RISK"},
        {"condition": "default", "risk": "MEDIUM_RISK"},
    ]
    return document


VERSIONS = {**DEFINITIONS, "renamed": _definition(_renamed_document())}


def _renames(before: str, after: str) -> dict[str, str]:
    if (before == "renamed") == (after == "renamed"):
        return {}
    return dict(_RENAMES) if after == "renamed" else invert(compose([_RENAMES]))


def renames_between(before: Snapshot, after: Snapshot) -> dict[UUID, dict[str, str]]:
    was = {each.lens_id: each.version for each in before.reviews}
    became = {each.lens_id: each.version for each in after.reviews}
    return {key: _renames(was[key], became[key]) for key in was.keys() & became}


_texts = st.sampled_from(["", "Ours.", "Theirs.", "It works."])
_reasons = st.sampled_from(["", "OTHER", "OUT_OF_SCOPE"])
_details = st.builds(
    ChoiceDetail, not_applicable=st.booleans(), reason=_reasons, notes=_texts
).filter(bool)


@st.composite
def _answers(draw: st.DrawFn, version: str) -> dict[str, AnsweredQuestion]:
    answers = {}
    for question in VERSIONS[version].questions:
        if not draw(st.booleans()):
            continue
        choices = st.sampled_from(question.choice_ids)
        state = AnswerState(
            selected=draw(st.frozensets(choices)),
            details=draw(st.dictionaries(choices, _details, max_size=2)),
            is_applicable=draw(st.booleans()),
            reason=draw(_reasons),
            notes=draw(_texts),
        )
        if state != EMPTY:
            risk = question.risk(state.selected, state.not_applicable, state.is_applicable)
            answers[question.id] = AnsweredQuestion(state, risk)
    return answers


@st.composite
def _evidence(draw: st.DrawFn, version: str) -> tuple[EvidenceReference, ...]:
    questions = VERSIONS[version].questions
    pieces = []
    for number in sorted(draw(st.sets(st.integers(1, 4), max_size=3))):
        question = draw(st.sampled_from(questions[:2]))
        choice = draw(st.sampled_from(question.choice_ids))
        title = draw(st.sampled_from(["Plan", "Test"]))
        pieces.append(EvidenceReference(UUID(int=number), question.id, choice, "file", title))
    return tuple(pieces)


@st.composite
def _reviews(draw: st.DrawFn, lens_id: UUID) -> ReviewSnapshot:
    version = draw(st.sampled_from(sorted(VERSIONS)))
    answers = draw(_answers(version))
    pillars = st.sampled_from([pillar.id for pillar in VERSIONS[version].pillars])
    return ReviewSnapshot(
        lens_id=lens_id,
        lens_name="Test lens",
        lens_alias="",
        version_id=UUID(int=len(version)),
        version=version,
        document_sha256=version,
        notes=draw(_texts),
        pillar_notes=draw(st.dictionaries(pillars, _texts.filter(bool), max_size=2)),
        answers=answers,
        counts=count_questions(VERSIONS[version], answers),
        evidence=draw(_evidence(version)),
    )


@st.composite
def moments(draw: st.DrawFn) -> Snapshot:
    lenses = draw(st.permutations([LENS, OTHER_LENS]))[: draw(st.integers(0, 2))]
    return Snapshot("Payments", tuple(draw(_reviews(lens_id)) for lens_id in lenses))


@given(moments(), moments())
def test_the_earlier_with_its_changes_is_the_later(before: Snapshot, after: Snapshot) -> None:
    renames = renames_between(before, after)
    compared = compare(before, after, VERSIONS, renames)
    assert apply(before, compared, VERSIONS, renames) == after


@given(moments(), moments())
def test_the_way_back_gives_the_earlier_again(before: Snapshot, after: Snapshot) -> None:
    renames = renames_between(after, before)
    back = compare(after, before, VERSIONS, renames)
    assert apply(after, back, VERSIONS, renames) == before


@given(moments())
def test_a_moment_does_not_differ_from_itself(moment: Snapshot) -> None:
    compared = compare(moment, moment, VERSIONS)
    assert compared.is_empty
    assert apply(moment, compared, VERSIONS) == moment


_MIRRORED = {
    Verdict.WORSE: Verdict.IMPROVED,
    Verdict.IMPROVED: Verdict.WORSE,
    Verdict.ANSWERED: Verdict.TAKEN_BACK,
    Verdict.TAKEN_BACK: Verdict.ANSWERED,
    Verdict.CHANGED: Verdict.CHANGED,
    Verdict.ONLY_AFTER: Verdict.ONLY_BEFORE,
    Verdict.ONLY_BEFORE: Verdict.ONLY_AFTER,
}


@given(moments(), moments())
def test_the_other_way_round_the_sides_are_swapped(before: Snapshot, after: Snapshot) -> None:
    there = compare(before, after, VERSIONS, renames_between(before, after))
    back = compare(after, before, VERSIONS, renames_between(after, before))
    assert _said(there) == {
        (lens, new, old, _MIRRORED[verdict]) for lens, old, new, verdict in _said(back)
    }
    assert _pieces(there) == _pieces(back)


def _said(compared: Comparison) -> set[tuple[UUID, str, str, Verdict]]:
    return {
        (
            lens.lens_id,
            change.before.question.id if change.before else "",
            change.after.question.id if change.after else "",
            change.verdict,
        )
        for lens in compared.lenses
        for change in lens.questions
    }


def _pieces(compared: Comparison) -> set[tuple[UUID, UUID]]:
    return {(lens.lens_id, each.latest.id) for lens in compared.lenses for each in lens.evidence}


def test_evidence_that_came_and_went_is_a_change() -> None:
    first, second = (
        EvidenceReference(UUID(int=number), QUESTION, A, "link", "Seen") for number in (1, 2)
    )
    before = snapshot(replace(review({QUESTION: ticked(A)}), evidence=(first,)))
    after = snapshot(replace(review({QUESTION: ticked(A)}), evidence=(second,)))
    compared = compare(before, after, DEFINITIONS)
    assert not compared.is_empty
    (lens,) = compared.lenses
    assert [(each.before, each.after) for each in lens.evidence] == [
        (None, second),
        (first, None),
    ]
