"""What to do next: the order of the steps, what a budget pays for, and the figures behind both."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from common.ids import new_id
from common.risk import Risk
from improvement.efforts import TeamEfforts, half_days_of
from improvement.plan import ReviewedLens
from improvement.solver import (
    BudgetPlan,
    Order,
    PlanStep,
    Subject,
    at_risk,
    next_best,
    within_budget,
)
from improvement.worth import ORDINARY, PILLAR_TENTHS, POINTS, Priorities
from lenses.definition import LensDefinition, Pillar
from lenses.schema import canonical, read_document
from reviews.merge import AnswerState
from tests.builders import lens_document
from tests.improvement.drawing import Drawn, draw
from tests.improvement.test_order import (
    ANSWERS,
    HIGH_ONE,
    HIGH_TWO,
    MEDIUM_ONE,
    MEDIUM_TWO,
    at,
    reviewed,
)

NOTHING_FIRST = Priorities()
USUAL = half_days_of("")


def subject(
    answers: Mapping[str, AnswerState] = ANSWERS,
    priorities: Priorities = NOTHING_FIRST,
    **shape: Any,
) -> Subject:
    return Subject(reviewed(answers, **shape), priorities)


def order(*subjects: Subject, efforts: TeamEfforts | None = None) -> Order:
    return next_best(at_risk(subjects, efforts or TeamEfforts()))


def says(steps: Sequence[PlanStep]) -> list[tuple[str, Risk, Risk]]:
    return [(s.at.question.id, s.option.before, s.option.lowers_to) for s in steps]


def set_for(subject: Subject, question_id: str, **half_days: int) -> TeamEfforts:
    """Efforts of a question's practices by their numbers: ``_1=4``."""
    own = {f"{question_id}_choice{number}": value for number, value in half_days.items()}
    return TeamEfforts({(subject.review.review_id, question_id): own})


def test_the_best_bargain_comes_first_and_the_rest_of_a_question_later() -> None:
    # High: one practice to medium for 7 points; the other two bring 3. Medium: two for 3.
    assert says(order(subject()).steps) == [
        (HIGH_ONE, Risk.HIGH, Risk.MEDIUM),
        (HIGH_TWO, Risk.HIGH, Risk.MEDIUM),
        (HIGH_ONE, Risk.MEDIUM, Risk.NONE),
        (MEDIUM_ONE, Risk.MEDIUM, Risk.NONE),
        (HIGH_TWO, Risk.MEDIUM, Risk.NONE),
        (MEDIUM_TWO, Risk.MEDIUM, Risk.NONE),
    ]


def test_a_step_s_figures_add_up_by_hand() -> None:
    at_first = subject(priorities=Priorities.of(["pillar_9", "pillar_2"], [HIGH_TWO]))
    step = order(at_first).steps[0]
    assert (step.at.question.id, step.option.lowers_to) == (HIGH_TWO, Risk.MEDIUM)
    assert step.worth.points == POINTS[Risk.HIGH] - POINTS[Risk.MEDIUM] == 7
    assert (step.worth.place, step.worth.pillar_factor) == (2, Decimal("1.8"))
    assert (step.worth.is_prioritised, step.worth.question_factor) == (True, Decimal("1.5"))
    assert step.worth.value == 7 * Decimal("1.8") * Decimal("1.5") == Decimal("18.9")
    [effort] = step.option.efforts
    assert (effort.choice.id, effort.half_days, effort.source) == (
        f"{HIGH_TWO}_choice_1",
        USUAL,
        "unsaid",
    )
    assert step.half_days == USUAL == 6
    assert step.worth_a_day == Fraction(189, 10) / 3


def test_the_sums_along_the_order_are_those_of_its_steps() -> None:
    plan = order(subject())
    placed = list(plan.placed())
    assert [each.place for each in placed] == [1, 2, 3, 4, 5, 6]
    assert [each.half_days_so_far for each in placed] == [6, 12, 24, 36, 48, 60]
    assert [each.hundredths_so_far for each in placed] == [700, 1400, 1700, 2000, 2300, 2600]
    assert [(each.left[Risk.HIGH], each.left[Risk.MEDIUM]) for each in placed] == [
        (1, 3),
        (0, 4),
        (0, 3),
        (0, 2),
        (0, 1),
        (0, 0),
    ]
    assert (plan.half_days, plan.risks) == (60, {Risk.HIGH: 2, Risk.MEDIUM: 2})
    assert [each.place for each in plan.placed(limit=2)] == [1, 2]


def test_what_takes_longer_comes_later() -> None:
    one = subject()
    dearer = order(one, efforts=set_for(one, HIGH_ONE, _1=40))
    # 10 points for 52 half days beat 7 for 40: the question goes all the way, and goes last.
    assert says(dearer.steps)[0] == (HIGH_TWO, Risk.HIGH, Risk.MEDIUM)
    assert says(dearer.steps)[-1] == (HIGH_ONE, Risk.HIGH, Risk.NONE)
    cheaper = order(one, efforts=set_for(one, MEDIUM_TWO, _2=1, _3=1))
    assert says(cheaper.steps)[0] == (MEDIUM_TWO, Risk.MEDIUM, Risk.NONE)


def test_what_takes_nothing_comes_first() -> None:
    one = subject()
    [first, *_others] = order(one, efforts=set_for(one, MEDIUM_TWO, _2=0, _3=0)).steps
    assert first.at.question.id == MEDIUM_TWO
    assert first.worth_a_day is None


def test_a_pillar_that_comes_first_moves_its_questions_up() -> None:
    def places(*pillars: str) -> list[str]:
        return [id_ for id_, *_ in says(order(subject(priorities=Priorities.of(pillars))).steps)]

    assert places("pillar_1")[:2] == [HIGH_ONE, HIGH_TWO]
    assert places("pillar_2") == [
        *(HIGH_TWO, HIGH_ONE),
        *(HIGH_TWO, MEDIUM_TWO, HIGH_ONE, MEDIUM_ONE),
    ]
    assert places("pillar_2", "pillar_1") == places("pillar_2")


def test_a_question_that_the_profile_prioritises_moves_up() -> None:
    steps = order(subject(priorities=Priorities.of([], [MEDIUM_TWO]))).steps
    assert says(steps)[2] == (MEDIUM_TWO, Risk.MEDIUM, Risk.NONE)


def test_later_places_count_less_and_all_others_nothing_more() -> None:
    pillars = [f"pillar_{place}" for place in range(1, 9)]
    priorities = Priorities.of(pillars)
    definition = read_document(canonical(lens_document(pillars=8, questions=1))).definition
    tenths = [
        priorities.worth(question, Risk.HIGH, Risk.NONE).pillar_tenths
        for question in definition.questions
    ]
    assert tenths == [*PILLAR_TENTHS, ORDINARY, ORDINARY, ORDINARY]
    assert Priorities.of(["pillar_2", "pillar_1", "pillar_2"]).places == {
        "pillar_2": 1,
        "pillar_1": 2,
    }


def test_a_portfolio_goes_by_each_workload_s_own_priorities() -> None:
    answers = dict([at(HIGH_ONE), at(HIGH_TWO)])
    first = subject(answers, Priorities.of(["pillar_1"]))
    second = subject(answers, Priorities.of(["pillar_2"]))
    steps = order(first, second).steps[:4]
    assert [(step.at.subject is first, step.at.question.id) for step in steps] == [
        (True, HIGH_ONE),
        (False, HIGH_TWO),
        (True, HIGH_TWO),
        (False, HIGH_ONE),
    ]


def test_a_question_that_no_change_lowers_is_stuck() -> None:
    document = lens_document(pillars=1, questions=1, choices=3)
    document["pillars"][0]["questions"][0]["riskRules"] = [
        {"condition": "default", "risk": "HIGH_RISK"}
    ]
    definition = read_document(canonical(document)).definition
    plan = order(Subject(ReviewedLens(new_id(), definition, dict([at(HIGH_ONE)]))))
    assert [stuck.question.id for stuck in plan.stuck] == [HIGH_ONE]
    assert plan.steps == ()
    assert within_budget(plan.stuck, 10).steps == ()


def test_answers_to_questions_that_the_lens_does_not_have_and_none_at_all_are_left_out() -> None:
    plan = order(subject(dict([at("pillar_9_question_9")])))
    assert (plan.steps, plan.stuck, plan.risks) == ((), (), {})


class TestBudget:
    def plan(self, half_days: int, *subjects: Subject, **more: Any) -> BudgetPlan:
        return within_budget(at_risk(subjects or (subject(),)), half_days, **more)

    def test_it_takes_what_it_pays_for_and_says_that_nothing_is_better(self) -> None:
        plan = self.plan(24)
        assert says(plan.steps) == [
            (HIGH_TWO, Risk.HIGH, Risk.MEDIUM),
            (HIGH_ONE, Risk.HIGH, Risk.NONE),
        ]
        assert (plan.half_days, plan.hundredths, plan.budget) == (24, 1_700, 24)
        assert plan.is_exact
        assert plan.gap == 0
        assert plan.risks == {Risk.HIGH: 2, Risk.MEDIUM: 2}

    def test_what_is_not_worth_more_does_not_take_more(self) -> None:
        assert self.plan(17).half_days == 12
        assert self.plan(5).steps == ()

    def test_enough_for_everything_brings_all_to_none(self) -> None:
        plan = self.plan(1_000)
        assert {lowers_to for *_, lowers_to in says(plan.steps)} == {Risk.NONE}
        assert (len(plan.steps), plan.half_days) == (4, 60)

    def test_where_it_cannot_be_exact_it_says_how_far_off_it_may_be(self) -> None:
        plan = self.plan(17, max_cells=-1)
        assert not plan.is_exact
        # 14 points, and 5 of 12 half days of the next step with 3.
        assert (plan.hundredths, plan.bound) == (1_400, 1_525)
        assert plan.gap == Fraction(125, 1_525)

    def test_a_negative_budget_is_refused(self) -> None:
        with pytest.raises(ValueError, match="-2"):
            self.plan(-2)


def drawn_subject(source: random.Random, number: int) -> tuple[Subject, TeamEfforts, list[Drawn]]:
    """A review of some random questions, with efforts of its own for every practice."""
    drawn = [draw(source, [], f"question_{place}") for place in range(number)]
    pillar = Pillar("pillar", "Pillar", tuple(each.question for each in drawn))
    definition = LensDefinition("Lens", "", (pillar,))
    answers = {each.question.id: each.state for each in drawn}
    review = ReviewedLens(new_id(), definition, answers)
    efforts = {(review.review_id, each.question.id): each.half_days for each in drawn}
    return Subject(review), TeamEfforts(efforts), drawn


def searched_worth(drawn: Sequence[Drawn], budget: int) -> int:
    """The most points within a budget, over every combination of every set of changes."""
    most = {0: 0}
    for each in drawn:
        risk = each.question.risk(each.state.selected, each.state.not_applicable)
        if not risk.is_at_risk:
            continue
        lower = [Risk.NONE] if risk is Risk.MEDIUM else [Risk.NONE, Risk.MEDIUM]
        pairs = {(0, 0)} | {
            (takes, POINTS[risk] - POINTS[after])
            for takes, after in each.all_changes()
            if after in lower and takes <= budget
        }
        combined: Counter[int] = Counter()
        for (takes, worth), (more, better) in product(most.items(), pairs):
            if takes + more <= budget:
                combined[takes + more] = max(combined[takes + more], worth + better)
        most = dict(combined)
    return max(most.values())


def test_no_combination_of_changes_is_worth_more_than_the_plan_for_the_budget() -> None:
    source = random.Random(7)
    for _time in range(150):
        one, efforts, drawn = drawn_subject(source, 5)
        questions = at_risk([one], efforts)
        budget = source.randint(0, 40)
        plan = within_budget(questions, budget)
        assert plan.is_exact
        assert plan.half_days <= budget
        assert plan.hundredths == 100 * searched_worth(drawn, budget)


def test_cut_after_any_step_the_order_is_the_best_for_what_it_takes() -> None:
    source, exact = random.Random(8), 0
    for _time in range(150):
        one, efforts, _drawn = drawn_subject(source, 5)
        questions = at_risk([one], efforts)
        plan = next_best(questions)
        exact += plan.is_exact
        if plan.is_exact:
            free = sum(not step.half_days for step in plan.steps)
            for cut in list(plan.placed())[max(0, free - 1) :]:
                best = within_budget(questions, cut.half_days_so_far)
                assert best.hundredths == cut.hundredths_so_far
        bargains = [step.worth_a_day for step in plan.steps if step.worth_a_day is not None]
        assert bargains == sorted(bargains, reverse=True)
        assert plan.hundredths == 100 * sum(
            POINTS[each.risk] - POINTS[option.lowers_to]
            for each in questions
            if (option := each.options.to_none or each.options.to_medium)
        )
    # Only where the rules ask for other practices on the second step there may be a better cut.
    assert 100 < exact < 150
