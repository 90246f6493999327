"""The builder and the text say the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenses.conditions import Term, parse, to_text
from lenses.studio.builder import Groups, condition_of, groups_of, text_of
from lenses.tables import columns, every_state, reduce_condition, states_where
from tests.lenses.samples import terms

IDS = ["aaa", "bbb", "ccc", "ddd", "eee"]


@st.composite
def some_groups(draw: st.DrawFn) -> Groups:
    uses = [draw(st.sampled_from(["", "all", "any", "none"])) for _name in IDS]
    return Groups.of_uses(zip(IDS, uses, strict=True))


def states(condition: Term, dropped: tuple[str, ...] = ()) -> int:
    column = dict(zip(IDS, columns(len(IDS)), strict=True))
    return states_where(reduce_condition(condition, dropped), column, every_state(len(IDS)))


@given(some_groups())
def test_groups_come_back_from_their_text(groups: Groups) -> None:
    if not groups:
        with pytest.raises(ValueError, match="needs a choice"):
            condition_of(groups)
        return
    back = groups_of(parse(text_of(groups)))
    assert back is not None
    # Any of a single choice is that choice.
    single = len(groups.any) == 1
    expected = Groups(groups.all + groups.any, (), groups.none) if single else groups
    assert back == expected
    assert states(condition_of(back)) == states(condition_of(groups))


@given(terms(IDS), st.lists(st.sampled_from(IDS), unique=True))
def test_a_condition_that_the_builder_takes_means_the_same_there(
    condition: Term, dropped: list[str]
) -> None:
    groups = groups_of(condition)
    if groups is not None:
        built = condition_of(groups)
        assert states(built) == states(condition)
        assert states(built, tuple(dropped)) == states(condition, tuple(dropped))


@pytest.mark.parametrize(
    "text",
    [
        "default",
        "aaa || (bbb && ccc)",
        "(aaa || bbb) && (ccc || ddd)",
        "!(aaa && bbb)",
        "!!aaa",
        "aaa && !aaa",
        "!aaa && !bbb",
    ],
)
def test_what_is_more_complex_stays_a_text(text: str) -> None:
    assert groups_of(parse(text)) is None


def test_the_three_groups_read_as_one_condition() -> None:
    groups = Groups(all=("aaa",), any=("bbb", "ccc"), none=("ddd", "eee"))
    assert text_of(groups) == "aaa && (bbb || ccc) && !(ddd || eee)"
    assert to_text(condition_of(groups)) == text_of(groups)
    assert groups.uses == {"aaa": "all", "bbb": "any", "ccc": "any", "ddd": "none", "eee": "none"}
