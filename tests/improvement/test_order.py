"""The order of the plan: risk, pillar priority, then as the lenses have it."""

from collections.abc import Mapping
from typing import Any

from common.ids import new_id
from common.risk import Risk
from improvement.plan import Plan, ReviewedLens, make_plan
from lenses.schema import canonical, read_document
from reviews.merge import AnswerState
from tests.builders import lens_document


def reviewed(answers: Mapping[str, AnswerState], **shape: Any) -> ReviewedLens:
    text = canonical(lens_document(**shape))
    return ReviewedLens(new_id(), read_document(text).definition, answers)


def at(question_id: str, *numbers: int) -> tuple[str, AnswerState]:
    """An answer with the practices of these numbers; without a number, "None of these"."""
    ticked = {f"{question_id}_choice_{number}" for number in numbers} or {f"{question_id}_no"}
    return question_id, AnswerState(frozenset(ticked))


def order_of(plan: Plan) -> list[tuple[Risk, str]]:
    return [(at_risk.risk, at_risk.question.id) for at_risk in plan.questions]


HIGH_ONE = "pillar_1_question_1"
HIGH_TWO = "pillar_2_question_1"
MEDIUM_ONE = "pillar_1_question_2"
MEDIUM_TWO = "pillar_2_question_3"
ANSWERS = dict(
    [
        at(HIGH_ONE),
        at(HIGH_TWO),
        at(MEDIUM_ONE, 1),
        at(MEDIUM_TWO, 1),
        at("pillar_1_question_3", 1, 2, 3),
    ]
)


def test_without_priorities_a_risk_s_questions_stand_as_in_the_lens() -> None:
    plan = make_plan([reviewed(ANSWERS)], [])
    assert order_of(plan) == [
        (Risk.HIGH, HIGH_ONE),
        (Risk.HIGH, HIGH_TWO),
        (Risk.MEDIUM, MEDIUM_ONE),
        (Risk.MEDIUM, MEDIUM_TWO),
    ]
    assert {at_risk.priority for at_risk in plan.questions} == {None}


def test_the_workload_s_priorities_come_before_the_lens_s_order() -> None:
    plan = make_plan([reviewed(ANSWERS)], ["pillar_2", "pillar_of_another_lens"])
    assert order_of(plan) == [
        (Risk.HIGH, HIGH_TWO),
        (Risk.HIGH, HIGH_ONE),
        (Risk.MEDIUM, MEDIUM_TWO),
        (Risk.MEDIUM, MEDIUM_ONE),
    ]
    assert [at_risk.priority for at_risk in plan.questions] == [1, None, 1, None]


def test_a_pillar_s_priority_counts_in_every_lens_and_then_the_lens_s_place() -> None:
    first, second = reviewed(ANSWERS, name="First"), reviewed(ANSWERS, name="Second")
    plan = make_plan([first, second], ["pillar_2"])
    high = [
        (at_risk.review.definition.name, at_risk.question.id)
        for at_risk in plan.questions
        if at_risk.risk is Risk.HIGH
    ]
    assert high == [
        ("First", HIGH_TWO),
        ("Second", HIGH_TWO),
        ("First", HIGH_ONE),
        ("Second", HIGH_ONE),
    ]


def test_a_pillar_that_is_named_twice_counts_where_it_is_named_first() -> None:
    plan = make_plan([reviewed(ANSWERS)], ["pillar_2", "pillar_1", "pillar_2"])
    assert [at_risk.priority for at_risk in plan.questions] == [1, 2, 1, 2]


def test_the_practices_of_a_question_stand_as_in_the_lens() -> None:
    plan = make_plan([reviewed(dict([at(HIGH_ONE)]), choices=5)], [])
    places = [item.at.question.choices.index(item.step.choice) for item in plan.items]
    assert places == [0, 1, 2, 3]
    assert [item.step.lowers_to for item in plan.items] == [
        Risk.MEDIUM,
        Risk.MEDIUM,
        Risk.NONE,
        Risk.NONE,
    ]


def test_the_plan_counts_the_questions_it_would_lower() -> None:
    plan = make_plan([reviewed(ANSWERS)], [])
    assert plan.lowered == {Risk.HIGH: 2, Risk.MEDIUM: 2}
    assert plan.stuck == ()


def test_a_question_that_no_practice_lowers_is_in_the_plan_without_a_step() -> None:
    document = lens_document(pillars=1, questions=1, choices=3)
    question = document["pillars"][0]["questions"][0]
    question["riskRules"] = [{"condition": "default", "risk": "HIGH_RISK"}]
    definition = read_document(canonical(document)).definition
    plan = make_plan([ReviewedLens(new_id(), definition, dict([at(HIGH_ONE)]))], [])
    assert [at_risk.question.id for at_risk in plan.stuck] == [HIGH_ONE]
    assert plan.items == ()
    assert plan.lowered == {}


def test_an_answer_to_a_question_that_the_lens_does_not_have_is_left_out() -> None:
    gone = dict([at("pillar_9_question_9")])
    assert make_plan([reviewed(gone)], []).questions == ()
