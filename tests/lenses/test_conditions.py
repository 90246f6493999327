"""Conditions: the grammar, exact places of errors, and bounds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenses.conditions import (
    MAX_CONDITION_DEPTH,
    MAX_CONDITION_LENGTH,
    AllOf,
    AnyOf,
    Condition,
    ConditionError,
    Default,
    Name,
    Not,
    Term,
    names,
    parse,
    to_text,
)
from tests.lenses.samples import terms

A, B, C = Name("a"), Name("b"), Name("c")


def outcome(text: str) -> tuple[Condition | None, ConditionError | None]:
    try:
        return parse(text), None
    except ConditionError as error:
        return None, error


def failure(text: str) -> ConditionError:
    with pytest.raises(ConditionError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("default", Default()),
        ("  default\t", Default()),
        ("a", A),
        ("(a)", A),
        ("!a", Not(A)),
        ("!!a", Not(Not(A))),
        ("a && b && c", AllOf((A, B, C))),
        ("a||b||c", AnyOf((A, B, C))),
        ("a || b && c", AnyOf((A, AllOf((B, C))))),
        ("(a || b) && c", AllOf((AnyOf((A, B)), C))),
        ("a && (b && c)", AllOf((A, AllOf((B, C))))),
        ("!(a || b)", Not(AnyOf((A, B)))),
        ("!a && b", AllOf((Not(A), B))),
        ("\n( a )\n&&\nb\n", AllOf((A, B))),
        ("defaults", Name("defaults")),
        ("7_x", Name("7_x")),
    ],
)
def test_a_condition_reads_as_its_tree(text: str, tree: object) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "code", "offset"),
    [
        ("", "condition.empty", 0),
        ("   ", "condition.empty", 3),
        ("a &&", "condition.ends_early", 4),
        ("a && && b", "condition.syntax", 5),
        ("|| a", "condition.syntax", 0),
        ("a b", "condition.syntax", 2),
        ("a)", "condition.syntax", 1),
        ("()", "condition.syntax", 1),
        ("!", "condition.ends_early", 1),
        ("(a && (b)", "condition.unclosed", 0),
        ("a && (b", "condition.unclosed", 5),
        ("a & b", "condition.single_operator", 2),
        ("a | b", "condition.single_operator", 2),
        ("a && b-c", "condition.character", 6),
        ("a &&& b", "condition.single_operator", 4),
        ("é", "condition.character", 0),
        ("a\x00", "condition.character", 1),
        ("\ud800", "condition.character", 0),
        ("a && default", "condition.default_alone", 5),
        ("default || a", "condition.default_alone", 0),
        ("!default", "condition.default_alone", 1),
        ("(default)", "condition.default_alone", 1),
    ],
)
def test_an_error_names_its_kind_and_its_place(text: str, code: str, offset: int) -> None:
    error = failure(text)
    assert (error.code, error.offset) == (code, offset)
    assert error.message == error.template % error.parameters


def test_a_condition_of_ten_thousand_characters_is_refused() -> None:
    assert failure("a" * 10_000).code == "condition.too_long"


def test_a_condition_of_the_greatest_length_is_read() -> None:
    assert parse("a" * MAX_CONDITION_LENGTH) == Name("a" * MAX_CONDITION_LENGTH)


@pytest.mark.parametrize("opening", ["(", "!", "!("])
def test_five_hundred_levels_are_refused_by_a_clear_error(opening: str) -> None:
    error = failure(opening * 500 + "a" + ")" * 500)
    assert error.code == "condition.too_deep"
    assert error.offset == MAX_CONDITION_DEPTH


def test_parentheses_beside_each_other_do_not_count_as_depth() -> None:
    assert isinstance(parse(" && ".join(["(a)"] * 200)), AllOf)


def test_the_greatest_depth_is_read() -> None:
    assert parse("(" * MAX_CONDITION_DEPTH + "a" + ")" * MAX_CONDITION_DEPTH) == A


def test_names_come_once_each_in_the_order_of_their_mention() -> None:
    assert names(parse("c && (a || !b) && c")) == ("c", "a", "b")
    assert names(parse("default")) == ()


@given(terms(["a", "bb", "c_no", "d4"]))
def test_a_written_condition_reads_as_itself(tree: Term) -> None:
    assert parse(to_text(tree)) == tree


@given(terms(["a", "bb"]), st.sampled_from([" ", "  ", "\t", "\n", " \r\n"]))
def test_blanks_around_operators_do_not_matter(tree: Term, blank: str) -> None:
    text = to_text(tree)
    assert parse(blank + text.replace(" ", blank) + blank) == tree
    assert parse(text.replace(" ", "")) == tree


@given(st.text(max_size=200) | st.text("ab&|!() default", max_size=200))
def test_any_text_is_read_or_refused_within_its_bounds(text: str) -> None:
    tree, error = outcome(text)
    if error:
        assert 0 <= error.offset <= len(text)
    if tree:
        assert parse(to_text(tree)) == tree
