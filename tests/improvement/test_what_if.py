"""What would become of the risks: the same as if it were answered so."""

import random
from collections import Counter

import pytest

from common.ids import new_id
from common.risk import Risk
from improvement.efforts import TO_UNTICK, TeamEfforts
from improvement.plan import ReviewedLens
from improvement.solver import at_risk, next_best
from improvement.whatif import Counts, Tick, UnknownReview, compare, ticks_of, what_if
from lenses.definition import UnknownChoice, UnknownQuestion
from reviews.merge import EMPTY, AnswerState, ChoiceDetail, keep_exclusive, risk_of
from tests.improvement.test_order import ANSWERS, HIGH_ONE, MEDIUM_ONE, at, reviewed
from tests.improvement.test_solver_order import USUAL, drawn_subject

UNANSWERED_ONE = "pillar_2_question_2"


def tick(review: ReviewedLens, question_id: str, number: int, is_ticked: bool = True) -> Tick:
    return Tick(review.review_id, question_id, f"{question_id}_choice_{number}", is_ticked)


def counted(reviews: list[ReviewedLens]) -> Counts:
    """The counts by evaluating every answer."""
    counts = Counts()
    for review in reviews:
        for question in review.definition.questions:
            state = review.answers.get(question.id, EMPTY)
            counts.add(review.review_id, question.pillar_id, risk_of(question, state))
    return counts


def test_the_counts_move_and_the_effort_is_that_of_what_changes() -> None:
    first, second = reviewed(ANSWERS), reviewed(ANSWERS)
    found = what_if(
        [first, second],
        [tick(first, HIGH_ONE, 1), tick(first, MEDIUM_ONE, 2), tick(first, MEDIUM_ONE, 3)],
    )
    assert found.before.total == {
        Risk.HIGH: 4,
        Risk.MEDIUM: 4,
        Risk.NONE: 2,
        Risk.UNANSWERED: 2,
    }
    assert found.after.total[Risk.HIGH] == 3
    assert found.difference == {Risk.HIGH: -1, Risk.MEDIUM: 0, Risk.NONE: 1, Risk.UNANSWERED: 0}
    assert found.after.by_review[second.review_id] == found.before.by_review[second.review_id]
    assert found.after.by_pillar[first.review_id, "pillar_1"] == {Risk.MEDIUM: 1, Risk.NONE: 2}
    assert [(a.question.id, a.before, a.after, a.half_days) for a in found.affected] == [
        (HIGH_ONE, Risk.HIGH, Risk.MEDIUM, USUAL),
        (MEDIUM_ONE, Risk.MEDIUM, Risk.NONE, 2 * USUAL),
    ]
    assert found.half_days == 3 * USUAL


def test_the_team_s_efforts_count_and_giving_up_is_an_effort_too() -> None:
    review = reviewed(ANSWERS)
    own = TeamEfforts({(review.review_id, HIGH_ONE): {f"{HIGH_ONE}_choice_1": 3}})
    ticks = [tick(review, HIGH_ONE, 1), tick(review, MEDIUM_ONE, 1, is_ticked=False)]
    found = what_if([review], ticks, own)
    assert [affected.half_days for affected in found.affected] == [3, TO_UNTICK]
    assert found.affected[1].after is Risk.UNANSWERED
    assert [effort.is_tick for effort in found.affected[1].efforts] == [False]


def test_a_practice_un_ticks_none_of_these_and_the_other_way_round() -> None:
    review = reviewed(ANSWERS)
    by_practice = what_if([review], [tick(review, HIGH_ONE, number) for number in (1, 2, 3)])
    assert by_practice.affected[0].after is Risk.NONE
    assert len(by_practice.affected[0].efforts) == 3
    by_none = what_if([review], [Tick(review.review_id, MEDIUM_ONE, f"{MEDIUM_ONE}_no")])
    assert by_none.affected[0].after is Risk.HIGH
    assert [effort.is_tick for effort in by_none.affected[0].efforts] == [False]


def test_what_is_ticked_already_or_does_not_apply_changes_nothing() -> None:
    second = f"{MEDIUM_ONE}_choice_2"
    state = AnswerState(
        frozenset({f"{MEDIUM_ONE}_choice_1"}), {second: ChoiceDetail(not_applicable=True)}
    )
    gone = AnswerState(is_applicable=False)
    review = reviewed({MEDIUM_ONE: state, HIGH_ONE: gone})
    ticks = [tick(review, MEDIUM_ONE, 1), tick(review, MEDIUM_ONE, 2), tick(review, HIGH_ONE, 1)]
    found = what_if([review], ticks)
    assert found.affected == ()
    assert found.before == found.after
    assert found.after.total[Risk.NOT_APPLICABLE] == 1


def test_a_question_that_nobody_answered_is_answered_by_a_tick() -> None:
    review = reviewed(ANSWERS)
    [affected] = what_if([review], [tick(review, UNANSWERED_ONE, 2)]).affected
    assert (affected.before, affected.after) == (Risk.UNANSWERED, Risk.HIGH)


def test_a_choice_that_is_named_twice_is_as_it_is_named_last() -> None:
    review = reviewed(ANSWERS)
    ticks = [tick(review, HIGH_ONE, 1), tick(review, HIGH_ONE, 1, is_ticked=False)]
    assert what_if([review], ticks).affected == ()
    assert len(what_if([review], ticks[::-1]).affected) == 1


def test_what_there_is_not_is_refused() -> None:
    review = reviewed(ANSWERS)
    with pytest.raises(UnknownReview):
        what_if([review], [Tick(new_id(), HIGH_ONE, f"{HIGH_ONE}_choice_1")])
    with pytest.raises(UnknownQuestion):
        what_if([review], [Tick(review.review_id, "question_9", "choice_1")])
    with pytest.raises(UnknownChoice):
        what_if([review], [tick(review, HIGH_ONE, 9)])


def test_a_hypothesis_is_what_the_same_answers_would_be() -> None:
    source = random.Random(9)
    for _time in range(200):
        subject, efforts, _drawn = drawn_subject(source, 4)
        review, ticks, answers = subject.review, [], dict(subject.review.answers)
        for question in review.definition.questions:
            state = answers[question.id]
            chosen = {
                key: source.random() < 0.6 for key in question.choice_ids if source.random() < 0.4
            }
            ticks += [Tick(review.review_id, question.id, *each) for each in chosen.items()]
            wanted = {**chosen, **dict.fromkeys(state.not_applicable & chosen.keys(), None)}
            selected = {
                key
                for key in question.choice_ids
                if (key in state.selected if wanted.get(key) is None else wanted[key])
            }
            if selected != state.selected:
                none_ids = frozenset(key for key in question.choice_ids if key.endswith("_no"))
                after = AnswerState(frozenset(selected), state.details)
                answers[question.id] = keep_exclusive(state, after, none_ids)
        source.shuffle(ticks)
        found = what_if([review], ticks, efforts)
        assert found.before == counted([review])
        assert found.after == counted([ReviewedLens(review.review_id, review.definition, answers)])
        changed = Counter(
            {
                question_id: sum(
                    efforts.of(review.review_id, question_id)[key]
                    for key in answers[question_id].selected ^ state.selected
                    if not key.endswith("_no")
                )
                for question_id, state in review.answers.items()
            }
        )
        assert found.half_days == changed.total()


def test_a_plan_done_as_ticks_leaves_what_the_plan_says() -> None:
    source = random.Random(10)
    for _time in range(100):
        subject, efforts, _drawn = drawn_subject(source, 4)
        review = subject.review
        plan = next_best(at_risk([subject], efforts))
        ticks = []
        for placed in plan.placed():
            step = placed.step
            ticks += ticks_of(review.review_id, step.at.question.id, step.option.changes)
            after = what_if([review], ticks, efforts).after.total
            assert (after[Risk.HIGH], after[Risk.MEDIUM]) == (
                placed.left[Risk.HIGH],
                placed.left[Risk.MEDIUM],
            )


class TestCompare:
    def test_two_scenarios_differ_by_counts_effort_and_questions(self) -> None:
        review = reviewed(ANSWERS)
        to_medium = what_if([review], [tick(review, HIGH_ONE, 1)])
        to_none = what_if([review], [tick(review, HIGH_ONE, number) for number in (1, 2, 3)])
        found = compare(to_medium, to_none)
        difference = {Risk.HIGH: 0, Risk.MEDIUM: -1, Risk.NONE: 1, Risk.UNANSWERED: 0}
        assert found.total == difference
        assert found.by_review == {review.review_id: difference}
        assert found.by_pillar[review.review_id, "pillar_1"] == {Risk.MEDIUM: -1, Risk.NONE: 1}
        assert not +found.by_pillar[review.review_id, "pillar_2"]
        assert found.half_days == 2 * USUAL
        [question] = found.questions
        assert (question.question.id, question.first, question.second) == (
            HIGH_ONE,
            Risk.MEDIUM,
            Risk.NONE,
        )

    def test_what_only_one_of_them_touches_stands_as_it_is_in_the_other(self) -> None:
        review = reviewed(ANSWERS)
        one = what_if([review], [tick(review, HIGH_ONE, 1)])
        other = what_if([review], [tick(review, MEDIUM_ONE, 2), tick(review, MEDIUM_ONE, 3)])
        assert [(q.question.id, q.first, q.second) for q in compare(one, other).questions] == [
            (HIGH_ONE, Risk.MEDIUM, Risk.HIGH),
            (MEDIUM_ONE, Risk.MEDIUM, Risk.NONE),
        ]

    def test_a_scenario_does_not_differ_from_itself(self) -> None:
        review = reviewed(dict([at(HIGH_ONE)]))
        one = what_if([review], [tick(review, HIGH_ONE, 1)])
        found = compare(one, one)
        assert (found.questions, found.half_days, +found.total) == ((), 0, {})
