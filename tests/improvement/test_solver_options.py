"""What can be done about one question, against a search through every set of changes there is."""

import random
from collections.abc import Sequence
from decimal import Decimal

import pytest

from common.ids import new_id
from common.risk import Risk
from improvement.efforts import (
    HALF_DAYS,
    TO_UNTICK,
    TeamEfforts,
    effort_of,
    half_days_of,
    in_days,
    in_half_days,
)
from improvement.options import KnownOptions, Option, options_of
from lenses.definition import Choice, PracticeNotes
from lenses.schema import read_document
from lenses.ways import changes_to
from reviews.merge import AnswerState
from tests.improvement.drawing import Drawn, Rules, draw, rules_of
from tests.lenses.test_published_lenses import COUNTS, published
from tests.lenses.test_ways import asked

EVERY_SET = 1 << 10
USUAL = half_days_of("")


def check(drawn: Drawn) -> bool:
    """Compare the solver with the search; returns whether there was something to solve."""
    question, state = drawn.question, drawn.state
    risk = question.risk(state.selected, state.not_applicable)
    for target in (Risk.MEDIUM, Risk.NONE):
        found = changes_to(
            question, state.selected, state.not_applicable, target, at_most=EVERY_SET
        )
        sets = {frozenset(choice.id for choice in (*s.ticks, *s.unticks)) for s in found.sets}
        assert sets == drawn.sets_to(target)
        assert len(found.sets) == found.count == len(sets)
    if not risk.is_at_risk:
        return False
    options = options_of(question, risk, state, drawn.half_days)
    to_none = drawn.least_to(Risk.NONE)
    assert (options.to_none and options.to_none.half_days) == to_none
    lower = drawn.least_to(Risk.NONE, Risk.MEDIUM)
    is_cheaper = lower is not None and (to_none is None or lower < to_none)
    if risk is Risk.HIGH and is_cheaper:
        assert options.to_medium
        assert options.to_medium.half_days == lower
        assert options.to_medium.lowers_to is Risk.MEDIUM
        assert (options.rest is None) == (to_none is None)
    else:
        assert options.to_medium is None
        assert options.rest is None
    return bool(options)


def solve_many(number: int, shapes: Sequence[Rules]) -> None:
    source = random.Random(number)
    solved = sum(check(draw(source, shapes)) for _question in range(number))
    # Enough of them were at risk and could be helped: the draw is not idle.
    assert solved > number // 6


def test_ten_thousand_questions_with_the_rules_of_the_published_lenses() -> None:
    shapes = [
        rules for name in COUNTS for rules in rules_of(read_document(published(name)).definition)
    ]
    assert len(shapes) == 279
    solve_many(10_000, shapes)


def test_questions_with_rules_made_of_chance() -> None:
    solve_many(2_000, [])


def option_ids(option: Option | None) -> list[str] | None:
    if option is None:
        return None
    return [choice.id for choice in (*option.changes.ticks, *option.changes.unticks)]


def test_the_cheapest_changes_are_taken_not_the_fewest() -> None:
    question = asked("p_a || p_b && p_c", "p_d")
    state = AnswerState(frozenset({"p_e"}))
    efforts = {"p_a": 16, "p_b": 2, "p_c": 2, "p_d": 1}
    options = options_of(question, Risk.HIGH, state, efforts)
    assert option_ids(options.to_none) == ["p_b", "p_c"]
    assert option_ids(options.to_medium) == ["p_d"]
    assert option_ids(options.rest) == ["p_b", "p_c"]


def test_on_the_way_to_no_risk_medium_comes_by_what_is_needed_anyway() -> None:
    question = asked("p_b && p_c", "p_a || p_c")
    options = options_of(question, Risk.HIGH, AnswerState(frozenset({"p_d"})), {})
    assert option_ids(options.to_medium) == ["p_c"]
    assert option_ids(options.rest) == ["p_b"]


def test_where_going_all_the_way_takes_no_longer_medium_is_no_option() -> None:
    question = asked("p_a && p_b", "p_a")
    options = options_of(question, Risk.HIGH, AnswerState(frozenset({"p_d"})), {"p_b": 0})
    assert option_ids(options.to_none) == ["p_a", "p_b"]
    assert options.to_medium is None
    assert options.rest is None


def test_equal_answers_are_solved_once_and_other_efforts_apart() -> None:
    question, state = asked("p_a", "p_b"), AnswerState(frozenset({"p_d"}))
    known = KnownOptions()
    first = known.of(question, Risk.HIGH, state, {})
    assert known.of(question, Risk.HIGH, AnswerState(frozenset({"p_d"})), {}) is first
    dearer = known.of(question, Risk.HIGH, state, {"p_a": 40})
    assert first.to_none
    assert dearer.to_none
    assert (first.to_none.half_days, dearer.to_none.half_days) == (USUAL, 40)


class TestEffort:
    def effort(self, size: str = "", *, is_tick: bool = True, **own: int) -> tuple[int, str]:
        choice = Choice("p_a", "A", "a", notes=PracticeNotes(effort=size))
        found = effort_of(choice, is_tick=is_tick, own=own)
        return found.half_days, found.source

    def test_the_lens_s_effort_counts_where_the_team_set_none(self) -> None:
        sizes = {size: self.effort(size) for size in HALF_DAYS}
        assert sizes == {"small": (2, "lens"), "medium": (6, "lens"), "large": (20, "lens")}
        assert self.effort("large", p_a=3) == (3, "team")
        assert self.effort("large", p_b=3) == (20, "lens")

    def test_without_any_effort_the_middle_is_taken_and_said(self) -> None:
        assert self.effort() == (USUAL, "unsaid")

    def test_giving_a_practice_up_is_small_unless_the_team_says_otherwise(self) -> None:
        assert self.effort("large", is_tick=False) == (TO_UNTICK, "untick")
        assert self.effort("large", is_tick=False, p_a=9) == (9, "team")

    def test_a_negative_effort_is_refused(self) -> None:
        with pytest.raises(ValueError, match="question_1"):
            TeamEfforts({(new_id(), "question_1"): {"p_a": -1}})

    def test_days_are_halves_and_no_budget_grows_by_rounding(self) -> None:
        assert [in_half_days(Decimal(days)) for days in ("10", "0.5", "0.9", "0")] == [20, 1, 1, 0]
        assert in_days(3) == Decimal("1.5")
        for wrong in ("-1", "NaN", "Infinity"):
            with pytest.raises(ValueError, match="days"):
                in_half_days(Decimal(wrong))
