"""What a comparison says in sentences: directions, plurals, and the pillar that improved most."""

from collections import Counter
from uuid import UUID

import pytest

from common.risk import Risk
from reviews.changes import Comparison, PillarChange
from reviews.compare import compare
from reviews.comparison_sections import sections
from reviews.comparison_texts import (
    headline,
    headline_of_workloads,
    movement,
    summary,
)
from reviews.snapshots import Snapshot
from tests.reviews.test_compare import DEFINITIONS, OTHER_LENS, review, snapshot, ticked


def high(question: str) -> dict[str, object]:
    return {question: ticked(f"{question}_no")}


def clear(question: str) -> dict[str, object]:
    return {question: ticked(*(f"{question}_choice_{n}" for n in (1, 2, 3)))}


ONE, TWO, OTHER = "pillar_1_question_1", "pillar_1_question_2", "pillar_2_question_1"


def sentences(before: dict[str, object], after: dict[str, object]) -> list[str]:
    return summary(
        compare(snapshot(review(before)), snapshot(review(after)), DEFINITIONS)  # type: ignore[arg-type]
    )


def in_short(before: dict[str, object], after: dict[str, object]) -> str:
    compared = compare(snapshot(review(before)), snapshot(review(after)), DEFINITIONS)  # type: ignore[arg-type]
    return headline(compared, before="March", after="now")


def medium(question: str) -> dict[str, object]:
    return {question: ticked(f"{question}_choice_1")}


def test_one_sentence_sums_up_what_was_cleared_and_what_got_worse() -> None:
    before = high(ONE) | high(TWO) | medium(OTHER)
    assert in_short(before, clear(ONE) | clear(TWO) | high(OTHER)) == (
        "Between March and now, 2 high risks were cleared and 1 question got worse."
    )
    assert in_short(before, clear(ONE) | medium(TWO) | clear(OTHER)) == (
        "Between March and now, 1 high risk was cleared, 1 medium risk was cleared and "
        "1 more question improved."
    )
    assert in_short(high(ONE), medium(ONE)) == "Between March and now, 1 question improved."


def test_what_was_answered_for_the_first_time_is_neither_better_nor_worse() -> None:
    assert in_short(high(ONE), high(ONE) | clear(TWO) | high(OTHER)) == (
        "Between March and now, 2 questions were answered for the first time."
    )
    assert in_short(high(ONE) | high(TWO), clear(ONE)) == (
        "Between March and now, 1 high risk was cleared and 1 answer was taken back."
    )
    assert sentences({}, high(ONE)) == [
        "High risks rose from 0 to 1.",
        "Medium risks stayed at 0.",
        "1 question was answered for the first time, in Keeping it running.",
    ]
    assert sentences(high(ONE) | high(OTHER), {}) == [
        "High risks fell from 2 to 0.",
        "Medium risks stayed at 0.",
        "2 answers were taken back.",
    ]


def test_where_no_risk_moved_the_sentence_says_so() -> None:
    other: dict[str, object] = {ONE: ticked(f"{ONE}_no", notes="Known.")}
    assert in_short(high(ONE), other) == "Between March and now, no risk moved."


def test_two_workloads_stand_beside_each_other_and_nothing_was_cleared() -> None:
    before, after = high(ONE) | clear(TWO), clear(ONE) | high(TWO)
    noted = {OTHER: ticked(f"{OTHER}_no", notes="Known.")}
    compared = compare(
        snapshot(review(before | high(OTHER))),  # type: ignore[arg-type]
        snapshot(review(after | noted)),  # type: ignore[arg-type]
        DEFINITIONS,
    )
    assert headline_of_workloads(compared, before="Payments", after="Ledger") == (
        "Ledger, compared with Payments: 1 question stands better, 1 stands worse and "
        "1 is answered otherwise with the same risk."
    )
    titles = [
        found.title
        for found in sections(
            compared, before="Payments", after="Ledger", reviews={}, of_workloads=True
        )
    ]
    assert titles == ["Worse in Ledger", "Better in Ledger", "Answered otherwise"]


def test_what_only_one_of_two_workloads_has_answered_says_which() -> None:
    compared = compare(
        snapshot(review(high(ONE) | clear(TWO))),  # type: ignore[arg-type]
        snapshot(review(high(ONE) | high(OTHER))),  # type: ignore[arg-type]
        DEFINITIONS,
    )
    assert headline_of_workloads(compared, before="Payments", after="Ledger") == (
        "Ledger, compared with Payments: 1 question is answered in Ledger only and "
        "1 question is answered in Payments only."
    )


def test_the_same_twice_is_one_sentence() -> None:
    assert sentences(high(ONE), high(ONE)) == ["Nothing differs between the two."]


def test_risks_fall_and_one_pillar_improved_most() -> None:
    before = high(ONE) | high(TWO) | high(OTHER)
    assert sentences(before, clear(ONE) | clear(TWO) | high(OTHER)) == [
        "High risks fell from 3 to 1.",
        "Medium risks stayed at 0.",
        "Keeping it running improved most.",
        "2 questions improved, all in Keeping it running.",
    ]


def test_risks_rise_and_a_single_question_is_one_question() -> None:
    assert sentences(clear(ONE), high(ONE)) == [
        "High risks rose from 0 to 1.",
        "Medium risks stayed at 0.",
        "1 question got worse, in Keeping it running.",
    ]


def test_questions_of_several_pillars_are_counted_without_one() -> None:
    said = sentences(clear(ONE) | clear(OTHER), high(ONE) | high(OTHER))
    assert said[-1] == "2 questions got worse."


def test_where_two_pillars_improved_alike_neither_is_named() -> None:
    said = sentences(high(ONE) | high(OTHER), clear(ONE) | clear(OTHER))
    assert not any("improved most" in sentence for sentence in said)


def test_a_lens_that_moved_says_what_is_new_and_what_is_gone() -> None:
    compared = compare(snapshot(review()), snapshot(review(version="next")), DEFINITIONS)
    assert summary(compared)[2:] == [
        "Test lens moved from version first to next.",
        "1 question is new.",
        "1 question is gone.",
    ]


@pytest.mark.parametrize("back", [False, True])
def test_a_lens_that_came_or_went_is_named_and_its_questions_are_not_listed(back: bool) -> None:
    one, two = snapshot(review()), snapshot(review(), review(lens_id=OTHER_LENS))
    compared = compare(two, one, DEFINITIONS) if back else compare(one, two, DEFINITIONS)
    expected = "The lens Test lens was removed." if back else "The lens Test lens was added."
    assert summary(compared)[-1] == expected
    assert sections(compared, before="one", after="two", reviews={}) == []


def test_only_questions_that_are_still_there_can_be_opened() -> None:
    before, after = snapshot(review()), snapshot(review(version="next"))
    review_id = UUID(int=9)
    listed = sections(
        compare(before, after, DEFINITIONS),
        before="2026-Q1",
        after="now",
        reviews={before.reviews[0].lens_id: review_id},
    )
    assert [(found.title, found.entries[0].review_id) for found in listed] == [
        ("Only in now", review_id),
        ("Only in 2026-Q1", None),
    ]


@pytest.mark.parametrize(
    ("before", "after", "tone", "text", "spoken"),
    [
        ({Risk.HIGH: 3}, {Risk.HIGH: 1}, "better", "▼ 2 high", "2 high risks fewer"),
        ({Risk.HIGH: 0}, {Risk.HIGH: 1}, "worse", "▲ 1 high", "1 high risk more"),
        ({Risk.MEDIUM: 2}, {Risk.MEDIUM: 1}, "better", "▼ 1 medium", "1 medium risk fewer"),
        ({Risk.MEDIUM: 2}, {Risk.MEDIUM: 4}, "worse", "▲ 2 medium", "2 medium risks more"),
        ({Risk.NONE: 2}, {Risk.NONE: 4}, "", "–", "no more and no fewer risks"),
    ],
)
def test_a_pillar_moves_by_its_worst_risks(
    before: dict[Risk, int], after: dict[Risk, int], tone: str, text: str, spoken: str
) -> None:
    moved = movement(PillarChange("p", "Pillar", Counter(before), Counter(after), None))
    assert (moved.tone, moved.text, moved.spoken) == (tone, text, spoken)


def test_nothing_at_all_compares_too() -> None:
    assert compare(Snapshot("a"), Snapshot("a"), {}) == Comparison((), Counter(), Counter())
