"""Tables against a naive evaluator that visits each state and each operand by itself."""

from __future__ import annotations

from collections.abc import Sequence, Set

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.risk import BY_SEVERITY, Risk
from lenses.conditions import AllOf, AnyOf, Condition, Default, Name, Not, parse
from lenses.definition import Choice, Question, Rule, UnknownChoice, letters
from lenses.tables import RISKS, columns, reduce_condition, risk_table
from tests.lenses.samples import terms

IDS = ["p_a", "p_b", "p_c", "p_d", "p_no"]
ORDINARY = IDS[:-1]


def naive_value(condition: Condition, selected: Set[str], dropped: Set[str]) -> bool | None:
    """The value of a condition in one state; None where it dropped out (docs/lenses.md)."""
    if isinstance(condition, Default):
        return True
    if isinstance(condition, Name):
        return None if condition.id in dropped else condition.id in selected
    if isinstance(condition, Not):
        inner = naive_value(condition.operand, selected, dropped)
        return None if inner is None else not inner
    values = [naive_value(operand, selected, dropped) for operand in condition.operands]
    left = [value for value in values if value is not None]
    if not left:
        return None
    return all(left) if isinstance(condition, AllOf) else any(left)


def naive_rule(
    rules: Sequence[tuple[Condition, Risk]], selected: Set[str], dropped: Set[str]
) -> int | None:
    for index, (condition, _risk) in enumerate(rules):
        value = naive_value(condition, selected, dropped)
        if value is None:
            value = not isinstance(condition, AnyOf | Not)
        if value:
            return index
    return None


def naive_risk(
    rules: Sequence[tuple[Condition, Risk]], selected: Set[str], dropped: Set[str]
) -> Risk:
    if not selected and not dropped:
        return Risk.UNANSWERED
    index = naive_rule(rules, selected, dropped)
    return Risk.HIGH if index is None else rules[index][1]


def question(rules: Sequence[tuple[Condition, Risk]], ids: Sequence[str] = IDS) -> Question:
    return Question(
        id="question",
        pillar_id="pillar",
        number=1,
        title="?",
        choices=tuple(
            Choice(id=identifier, title=identifier, letter=letter)
            for identifier, letter in zip(ids, letters(ids), strict=True)
        ),
        rules=tuple(Rule("", condition, risk) for condition, risk in rules),
    )


def subsets(ids: Sequence[str]) -> list[frozenset[str]]:
    return [
        frozenset(identifier for i, identifier in enumerate(ids) if mask >> i & 1)
        for mask in range(1 << len(ids))
    ]


rule_lists = st.lists(
    st.tuples(
        terms(IDS) | st.just(Default()), st.sampled_from([Risk.NONE, Risk.MEDIUM, Risk.HIGH])
    ),
    max_size=4,
)


@given(rule_lists, st.sets(st.sampled_from(ORDINARY)))
def test_every_state_of_a_table_agrees_with_the_naive_evaluator(
    rules: list[tuple[Condition, Risk]], dropped: set[str]
) -> None:
    table = risk_table(rules, IDS, dropped)
    assert len(table) == 32
    for state, selected in enumerate(subsets(IDS)):
        assert RISKS[table[state]] is naive_risk(rules, selected, dropped)


@given(rule_lists, st.sets(st.sampled_from(IDS)), st.sets(st.sampled_from(ORDINARY)))
def test_a_question_agrees_with_the_naive_evaluator_in_risk_and_rule(
    rules: list[tuple[Condition, Risk]], selected: set[str], dropped: set[str]
) -> None:
    asked = question(rules)
    risk = naive_risk(rules, selected, dropped)
    assert asked.risk(selected, dropped) is risk
    assert asked.risk_of_mask(asked.mask(selected), asked.mask(dropped)) is risk
    fired = None if risk is Risk.UNANSWERED else naive_rule(rules, selected, dropped)
    assert asked.fired_rule(selected, dropped) == fired


@pytest.mark.parametrize("count", range(16))
def test_column_i_holds_the_states_that_have_bit_i(count: int) -> None:
    for i, column in enumerate(columns(count)):
        step = max(1, (1 << count) // 64)
        for state in range(0, 1 << count, step):
            assert (column >> state & 1) == (state >> i & 1)


def test_sixteen_choices_have_no_table() -> None:
    with pytest.raises(ValueError, match="16"):
        columns(16)


@pytest.mark.parametrize(
    ("text", "dropped", "expected"),
    [
        ("a && b", {"a"}, "b"),
        ("a || b", {"a"}, "b"),
        ("a && b", {"a", "b"}, True),
        ("a", {"a"}, True),
        ("a || b", {"a", "b"}, False),
        ("!a", {"a"}, False),
        ("!!a", {"a"}, False),
        ("!a && b", {"a"}, "b"),
        ("(a || b) && c", {"a", "b"}, "c"),
        ("(a && b) || c", {"a", "b"}, "c"),
        ("(a || b) && (c || d)", {"a", "b", "c", "d"}, True),
        ("(a && b) || (c && d)", {"a", "b", "c", "d"}, False),
        ("a && b && c", {"b"}, "a && c"),
        ("default", {"a"}, "default"),
    ],
)
def test_a_choice_that_is_not_applicable_drops_out_of_its_operator(
    text: str, dropped: set[str], expected: str | bool
) -> None:
    reduced = reduce_condition(parse(text), dropped)
    assert reduced == (parse(expected) if isinstance(expected, str) else expected)


ALL_OR_HIGH = [(parse("p_a && p_b"), Risk.NONE), (parse("default"), Risk.HIGH)]


def test_a_choice_that_is_selected_and_not_applicable_counts_as_not_applicable() -> None:
    assert question([(parse("!p_a && p_b"), Risk.NONE)]).risk(["p_a", "p_b"], ["p_a"]) is Risk.NONE


def test_none_of_these_cannot_drop_out() -> None:
    asked = question([*ALL_OR_HIGH])
    assert asked.risk([], ["p_no"]) is Risk.UNANSWERED
    assert asked.fired_rule([], ["p_no"]) is None
    assert asked.table(asked.mask(["p_no"])) == asked.table()


def test_a_question_that_is_not_applicable_has_that_risk_whatever_is_ticked() -> None:
    asked = question(ALL_OR_HIGH)
    assert asked.risk(["p_a"], ["p_b"], is_applicable=False) is Risk.NOT_APPLICABLE


def test_an_unknown_choice_is_named() -> None:
    asked = question(ALL_OR_HIGH)
    with pytest.raises(UnknownChoice, match="p_z"):
        asked.risk(["p_a", "p_z"])
    with pytest.raises(UnknownChoice):
        asked.risk([], ["p_z"], is_applicable=False)
    with pytest.raises(UnknownChoice):
        asked.choice("p_z")


def test_a_mask_and_its_ids_are_each_other_s_inverse() -> None:
    asked = question(ALL_OR_HIGH)
    for mask in range(asked.states):
        assert asked.mask(asked.ids(mask)) == mask


def test_a_mask_with_more_bits_than_choices_is_refused() -> None:
    asked = question(ALL_OR_HIGH)
    with pytest.raises(IndexError):
        asked.risk_of_mask(32)
    with pytest.raises(ValueError, match="0x20"):
        asked.risk_of_mask(0, 32)


def test_the_tables_of_a_question_stay_within_their_bound_and_right() -> None:
    ids = [f"p_{number}" for number in range(15)]
    rules = [(parse(" && ".join(ids)), Risk.NONE), (parse("default"), Risk.HIGH)]
    asked = question(rules, ids)
    asked.table()
    for mask in range(1, 40):
        assert asked.risk_of_mask((asked.states - 1) & ~mask, mask) is Risk.NONE
    assert asked.risk_of_mask(asked.states - 1) is Risk.NONE
    assert sum(map(len, asked._tables.values())) <= (1 << 16) + (1 << 15)


def test_letters_skip_to_x_for_none_of_these() -> None:
    assert letters(["p_a", "p_no", "p_b"]) == ("a", "x", "b")
    assert letters(["p_a", "p_no", "q_no", "p_b"]) == ("a", "x", "b", "d")


def test_no_letter_is_a_key_of_the_review_page() -> None:
    given = letters([f"p{i}" for i in range(15)])
    assert len(set(given)) == 15
    assert not set(given) & set("cgjkmnx")


def test_high_is_the_most_severe_risk() -> None:
    assert [risk.severity for risk in BY_SEVERITY] == [4, 3, 2, 1, 0]
    assert BY_SEVERITY[0] is Risk.HIGH
    assert set(BY_SEVERITY) == set(Risk)
