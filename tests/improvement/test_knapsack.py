"""What to take within a budget, against a search through everything that could be taken."""

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from improvement.knapsack import Group, Packed, pack, ratio_ranks

options = st.tuples(st.integers(0, 9) | st.sampled_from([2, 4, 6, 16]), st.integers(1, 30))
groups_of_options = st.lists(st.lists(options, max_size=3).map(tuple), max_size=5)
budgets = st.integers(0, 25)


def sums(groups: Sequence[Group], chosen: Sequence[int | None]) -> tuple[int, int]:
    taken = [group[i] for group, i in zip(groups, chosen, strict=True) if i is not None]
    return sum(takes for takes, _ in taken), sum(worth for _, worth in taken)


def searched(groups: Sequence[Group], budget: int) -> tuple[int, int]:
    """The most worth within the budget, and the least that so much takes."""
    everything = (
        sums(groups, chosen) for chosen in product(*[[None, *range(len(g))] for g in groups])
    )
    worth, takes = max((worth, -takes) for takes, worth in everything if takes <= budget)
    return worth, -takes


def check_sums(groups: Sequence[Group], budget: int, packed: Packed) -> None:
    assert (packed.takes, packed.worth) == sums(groups, packed.chosen)
    assert packed.takes <= budget


@given(groups_of_options, budgets)
def test_the_most_worth_for_the_least_is_what_a_search_finds(
    groups: list[Group], budget: int
) -> None:
    packed = pack(groups, budget)
    check_sums(groups, budget, packed)
    assert packed.is_exact
    assert (packed.worth, packed.takes) == searched(groups, budget)


@given(groups_of_options, budgets)
def test_where_the_table_is_too_large_the_bound_holds(groups: list[Group], budget: int) -> None:
    packed = pack(groups, budget, max_cells=-1)
    check_sums(groups, budget, packed)
    worth, _takes = searched(groups, budget)
    assert packed.worth <= worth <= packed.bound
    # Good at least half: what is taken by ratio, or the one option that is worth most.
    assert packed.worth * 2 >= worth


@given(st.lists(options, min_size=1, max_size=2).map(tuple), st.integers(1, 6), budgets)
def test_groups_that_are_all_alike_are_taken_from_the_first_on(
    group: Group, number: int, budget: int
) -> None:
    packed = pack([group] * number, budget)
    assert packed.worth == searched([group] * number, budget)[0]
    without = [place is None for place in packed.chosen]
    assert without == sorted(without)


def test_of_choices_that_are_as_good_the_first_groups_are_taken() -> None:
    assert pack([((2, 5),), ((2, 5), (1, 2)), ((2, 5),)], 4).chosen == (0, 0, None)


def test_a_budget_that_pays_for_everything_takes_the_most_of_each() -> None:
    packed = pack([((2, 3), (5, 9)), (), ((7, 9), (6, 9))], 11, max_cells=-1)
    assert packed == Packed((1, None, 1), takes=11, worth=18, bound=18)
    assert packed.is_exact


def test_a_large_budget_in_even_days_is_worked_through_in_its_own_unit() -> None:
    # 3 groups × 1 cell each in units of 1,000, not 3 × 1,500.
    packed = pack([((1_000, 3),), ((1_000, 4),), ((2_000, 9),)], 1_500, max_cells=6)
    assert packed.chosen == (None, 0, None)


def test_without_a_budget_only_what_takes_nothing_is_taken() -> None:
    assert pack([((0, 1), (1, 5)), ((1, 5),)], 0).chosen == (0, None)


def test_a_negative_budget_is_refused() -> None:
    with pytest.raises(ValueError, match="-1"):
        pack([], -1)


def test_bargains_are_compared_as_fractions() -> None:
    third, nearly = (3 * 10**17, 10**17), (3 * 10**17 + 1, 10**17)
    ranks = ratio_ranks([nearly, third, (0, 1), (2, 2), (1, 1)])
    assert sorted(ranks, key=lambda option: ranks[option]) == [
        (0, 1),
        (2, 2),
        (1, 1),
        third,
        nearly,
    ]
