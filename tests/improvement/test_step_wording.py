"""A step of the plan in words: every figure is said, and the sentence adds up."""

from common.risk import Risk
from improvement.efforts import TeamEfforts, efforts_of
from improvement.solver import at_risk, within_budget
from improvement.step_wording import days, explain_budget, explain_efforts, explain_step
from improvement.worth import Priorities
from lenses.ways import changes_to
from tests.improvement.test_order import HIGH_TWO, MEDIUM_ONE
from tests.improvement.test_solver_order import order, set_for, subject
from tests.lenses.test_ways import answered, asked


def test_a_step_says_its_points_its_days_and_what_a_day_brings() -> None:
    first = order(subject()).steps[0]
    assert explain_step(first) == (
        "High risk to medium risk: 7 points, for 3 days: 2.33 points a day."
    )


def test_a_step_says_each_factor_and_their_product() -> None:
    one = subject(priorities=Priorities.of(["pillar_1", "pillar_2"], [HIGH_TWO]))
    first = order(one).steps[0]
    assert explain_step(first) == (
        "High risk to medium risk: 7 points × 1.8 (number 2 of your pillar priorities,"
        f" {first.at.pillar.name}) × 1.5 (prioritised by your profile) = 18.9 points,"
        " for 3 days: 6.3 points a day."
    )


def test_a_pillar_far_down_the_priorities_is_no_factor() -> None:
    pillars = [f"pillar_{place}" for place in range(3, 9)]
    first = order(subject(priorities=Priorities.of([*pillars, "pillar_1"]))).steps[0]
    assert " × " not in explain_step(first)


def test_what_takes_nothing_has_nothing_to_pay_for_it() -> None:
    one = subject()
    first = order(one, efforts=set_for(one, MEDIUM_ONE, _2=0, _3=0)).steps[0]
    assert explain_step(first) == (
        "Medium risk to no risk: 3 points, for 0 days: nothing to pay for it."
    )


def test_each_effort_says_who_says_so() -> None:
    [changes] = changes_to(asked("p_b && p_c && !p_a", "p_d"), *answered("p_a"), Risk.NONE).sets
    assert explain_efforts(efforts_of(changes, {"p_b": 3})) == [
        "1.5 days, set by your team",
        "3 days, as neither the lens nor your team says",
        "1 day, as always for giving a practice up",
    ]


def test_a_budget_says_how_good_its_plan_is() -> None:
    questions = at_risk([subject()], TeamEfforts())
    assert explain_budget(within_budget(questions, 24)) == (
        "No other steps within 12 days are worth more."
    )
    assert explain_budget(within_budget(questions, 17, max_cells=-1)) == (
        "Too many questions and days to compare all choices:"
        " the best one is worth at most 9% more than this."
    )


def test_days_are_whole_or_a_half() -> None:
    assert [days(number) for number in (0, 1, 2, 3, 20, 2_000)] == [
        *("0 days", "0.5 days", "1 day", "1.5 days"),
        *("10 days", "1000 days"),
    ]
