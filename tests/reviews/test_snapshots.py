"""What a milestone stores: one text, its checksum, and the way back."""

import hashlib
import json
import random
import zlib
from collections import Counter
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.risk import Risk
from lenses.definition import LensDefinition
from lenses.schema import read_document
from reviews.merge import AnswerState, ChoiceDetail
from reviews.snapshots import (
    AnsweredQuestion,
    BrokenSnapshot,
    EvidenceReference,
    ReviewSnapshot,
    Snapshot,
    as_counts,
    as_lens_counts,
    as_text,
    count_questions,
    from_text,
    lens_counts_from,
    pack,
    unpack,
)
from tests.builders import lens_document
from tests.shared import shared_path

_ids = st.text(alphabet="abcdefg_1", min_size=1, max_size=8)
_texts = st.text(alphabet=st.characters(codec="utf-8"), max_size=30)
_details = st.builds(
    ChoiceDetail, not_applicable=st.booleans(), reason=st.sampled_from(["", "OTHER"]), notes=_texts
).filter(bool)
_states = st.builds(
    AnswerState,
    selected=st.frozensets(_ids, max_size=4),
    details=st.dictionaries(_ids, _details, max_size=3),
    is_applicable=st.booleans(),
    reason=st.sampled_from(["", "OUT_OF_SCOPE"]),
    notes=_texts,
)
_counts = st.dictionaries(st.sampled_from(list(Risk)), st.integers(1, 20)).map(Counter)
_reviews = st.builds(
    ReviewSnapshot,
    lens_id=st.uuids(),
    lens_name=_texts,
    lens_alias=_ids,
    version_id=st.uuids(),
    version=_ids,
    document_sha256=_ids,
    notes=_texts,
    pillar_notes=st.dictionaries(_ids, _texts, max_size=2),
    answers=st.dictionaries(
        _ids, st.builds(AnsweredQuestion, _states, st.sampled_from(list(Risk))), max_size=4
    ),
    counts=st.dictionaries(_ids, _counts, max_size=3),
    evidence=st.lists(
        st.builds(
            EvidenceReference,
            id=st.uuids(),
            question_id=_ids,
            choice_id=_ids,
            kind=st.sampled_from(["file", "link"]),
            title=_texts,
            url=_texts,
            filename=_texts,
            size=st.integers(0, 10**9),
            sha256=_ids,
        ),
        max_size=2,
    ).map(tuple),
)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | _texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_ids, inner, max_size=2),
    max_leaves=5,
)
snapshots = st.builds(
    Snapshot,
    workload_name=_texts,
    reviews=st.lists(_reviews, max_size=3).map(tuple),
    parts=st.dictionaries(_ids, _json, max_size=2),
)


@settings(deadline=None)
@given(snapshots)
def test_what_was_packed_comes_back(snapshot: Snapshot) -> None:
    packed, sha256 = pack(snapshot)
    back = unpack(packed, sha256)
    assert back == snapshot
    assert [list(review.counts) for review in back.reviews] == [
        list(review.counts) for review in snapshot.reviews
    ], "pillars keep the order of their lens"


@settings(deadline=None)
@given(snapshots)
def test_a_snapshot_has_one_text(snapshot: Snapshot) -> None:
    text = as_text(snapshot)
    assert as_text(from_text(text)) == text


@settings(deadline=None)
@given(snapshots)
def test_the_counts_beside_a_snapshot_come_back_too(snapshot: Snapshot) -> None:
    kept = lens_counts_from(json.loads(json.dumps(as_lens_counts(snapshot))))
    assert [(lens.lens_id, lens.version_id, lens.pillars) for lens in kept] == [
        (review.lens_id, review.version_id, review.counts) for review in snapshot.reviews
    ]
    assert sum((lens.total for lens in kept), Counter()) == as_counts(snapshot)


def test_a_text_of_before_evidence_and_parts_had_none() -> None:
    text = as_text(Snapshot("Payments", (_review(),)))
    document = json.loads(text)
    del document["parts"], document["reviews"][0]["evidence"]
    assert as_text(from_text(json.dumps(document))) == text


@settings(deadline=None)
@given(st.data())
def test_whatever_byte_is_flipped_it_is_refused(data: st.DataObject) -> None:
    packed, sha256 = pack(Snapshot("Payments", (_review(),)))
    place = data.draw(st.integers(0, len(packed) - 1))
    flipped = bytearray(packed)
    flipped[place] ^= data.draw(st.integers(1, 255))
    try:
        same = unpack(bytes(flipped), sha256)
    except BrokenSnapshot:
        return
    # A byte of the compression's own head may change nothing of what it holds.
    assert same == Snapshot("Payments", (_review(),))


def test_the_text_is_canonical_json_with_a_format_number() -> None:
    text = as_text(Snapshot("Grüße"))
    assert text == '{"format":1,"parts":{},"reviews":[],"workload_name":"Grüße"}'


def test_the_checksum_is_taken_over_the_plain_text() -> None:
    packed, sha256 = pack(Snapshot("Payments"))
    assert hashlib.sha256(zlib.decompress(packed)).hexdigest() == sha256


def _other(text: str) -> tuple[bytes, str]:
    encoded = text.encode()
    return zlib.compress(encoded), hashlib.sha256(encoded).hexdigest()


@pytest.mark.parametrize(
    ("packed", "sha256"),
    [
        (b"", pack(Snapshot("Payments"))[1]),
        (pack(Snapshot("Payments"))[0][:-3], pack(Snapshot("Payments"))[1]),
        (pack(Snapshot("Payment"))[0], pack(Snapshot("Payments"))[1]),
        (pack(Snapshot("Payments"))[0], "0" * 64),
        _other('{"format":2,"reviews":[],"workload_name":"From the future"}'),
        _other('{"format":1,"reviews":[{}],"workload_name":"Cut off"}'),
        _other("[]"),
        _other("not json"),
    ],
)
def test_anything_else_than_what_was_saved_is_refused(packed: bytes, sha256: str) -> None:
    with pytest.raises(BrokenSnapshot):
        unpack(packed, sha256)


def test_counts_are_taken_from_the_answers_and_what_is_not_answered() -> None:
    definition = read_document(json.dumps(lens_document())).definition
    answers = {"pillar_1_question_1": AnsweredQuestion(AnswerState(), Risk.HIGH)}
    assert count_questions(definition, answers) == {
        "pillar_1": Counter({Risk.HIGH: 1, Risk.UNANSWERED: 2}),
        "pillar_2": Counter({Risk.UNANSWERED: 3}),
    }


def _review() -> ReviewSnapshot:
    return ReviewSnapshot(
        lens_id=UUID(int=1),
        lens_name="Test lens",
        lens_alias="",
        version_id=UUID(int=2),
        version="1",
        document_sha256="x",
        counts={"one": Counter({Risk.HIGH: 2}), "two": Counter({Risk.HIGH: 1, Risk.NONE: 4})},
    )


def test_totals_are_the_sums_of_the_pillars() -> None:
    review = _review()
    assert Snapshot("Payments", (review, review)).total == {Risk.HIGH: 6, Risk.NONE: 8}


_SENTENCES = (
    "Runs from the pipeline since {month}; the runbook is in the team's handbook.",
    "Agreed with {name} in {month}: the second region follows when the contract is signed.",
    "{name} tested it in {month} and found two gaps, both are tickets by now.",
)


def test_four_answered_lenses_take_at_most_fifteen_kilobytes() -> None:
    paths = ("orr-1.3.5.json", "saas-business.json", "generative-ai.json", "s3.json")
    chance = random.Random(4)
    reviews = []
    for name in paths:
        document: dict[str, Any] = json.loads(
            shared_path("lenses", name).read_text(encoding="utf-8-sig")
        )
        definition = read_document(json.dumps(document)).definition
        reviews.append(_answered(definition, chance))
    packed, _sha256 = pack(Snapshot("Payments", tuple(reviews)))
    assert len(packed) <= 15_000


def _answered(definition: LensDefinition, chance: random.Random) -> ReviewSnapshot:
    """Every question answered: half of the choices ticked, a note on every third."""
    answers = {}
    for question in definition.questions:
        selected = frozenset(key for key in question.choice_ids if chance.random() < 0.5)
        note = chance.choice(_SENTENCES).format(
            month=chance.choice(["January", "May", "October"]), name=chance.choice(["Ada", "Bo"])
        )
        state = AnswerState(selected=selected, notes=note if chance.random() < 0.34 else "")
        answers[question.id] = AnsweredQuestion(state, question.risk(selected))
    return ReviewSnapshot(
        lens_id=uuid4(),
        lens_name=definition.name,
        lens_alias="",
        version_id=uuid4(),
        version="1.0",
        document_sha256=uuid4().hex * 2,
        answers=answers,
        counts=count_questions(definition, answers),
    )
