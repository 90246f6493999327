"""Which changes lower a risk: against a search through every set of changes there is."""

from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.risk import Risk
from lenses.conditions import Condition, Default, parse
from lenses.definition import Choice, Question, Rule, letters
from lenses.ways import MAX_SETS, ChangeSet, changes_to, practices_that_lower
from tests.lenses.samples import terms

IDS = ["p_a", "p_b", "p_c", "p_d", "p_e", "p_f", "p_g", "p_no"]
PRACTICES = IDS[:-1]


def make_question(rules: Sequence[tuple[Condition, Risk]], ids: Sequence[str] = IDS) -> Question:
    return Question(
        id="question",
        pillar_id="pillar",
        number=1,
        title="?",
        choices=tuple(
            Choice(id=identifier, title=identifier.upper(), letter=letter)
            for identifier, letter in zip(ids, letters(ids), strict=True)
        ),
        rules=tuple(Rule("", condition, risk) for condition, risk in rules),
    )


def asked(none: str, medium: str, ids: Sequence[str] = IDS) -> Question:
    return make_question(
        [(parse(none), Risk.NONE), (parse(medium), Risk.MEDIUM), (Default(), Risk.HIGH)], ids
    )


Answered = tuple[frozenset[str], frozenset[str]]
"""What is ticked, and what is not applicable."""


def answered(*selected: str, not_applicable: Sequence[str] = ()) -> Answered:
    return frozenset(selected), frozenset(not_applicable)


Ids = tuple[tuple[str, ...], tuple[str, ...]]
"""What is ticked and what is un-ticked by a set of changes."""


def ids_of(changes: ChangeSet) -> Ids:
    ticks, unticks = changes.ticks, changes.unticks
    return tuple(choice.id for choice in ticks), tuple(choice.id for choice in unticks)


def ids_of_sets(question: Question, state: Answered, target: Risk) -> list[Ids]:
    return [ids_of(found) for found in changes_to(question, *state, target).sets]


def searched_sets(
    question: Question, state: Answered, target: Risk, *, may_untick: bool = True
) -> set[tuple[str, ...]]:
    """The sets as their definition has it: changes that lower, no part of which lowers."""
    selected, not_applicable = state
    start = {key for key in selected if not key.endswith("_no")}
    free = [
        key
        for key in question.choice_ids
        if not key.endswith("_no")
        and key not in not_applicable
        and (may_untick or key not in start)
    ]
    lower = {Risk.NONE} if target is Risk.NONE else {Risk.NONE, Risk.MEDIUM}
    found: list[set[str]] = []
    for size in range(len(free) + 1):
        for changes in combinations(free, size):
            if any(part <= set(changes) for part in found):
                continue
            if question.risk(start ^ set(changes), not_applicable) in lower:
                found.append(set(changes))
    return {tuple(key for key in question.choice_ids if key in way) for way in found}


rule_lists = st.lists(
    st.tuples(
        terms(IDS) | st.just(Default()), st.sampled_from([Risk.NONE, Risk.MEDIUM, Risk.HIGH])
    ),
    max_size=4,
)
states = st.builds(
    lambda selected, dropped: answered(*selected, not_applicable=sorted(dropped)),
    st.sets(st.sampled_from(IDS)),
    st.sets(st.sampled_from(PRACTICES), max_size=3),
)


@given(rule_lists, states, st.sampled_from([Risk.MEDIUM, Risk.NONE]))
def test_the_sets_are_those_that_a_search_through_all_changes_finds(
    rules: list[tuple[Condition, Risk]], state: Answered, target: Risk
) -> None:
    question = make_question(rules)
    sets = changes_to(question, *state, target).sets
    changed = [
        tuple(key for key in IDS if key in {*ticks, *unticks})
        for ticks, unticks in map(ids_of, sets)
    ]
    assert len(changed) == len(set(changed))
    assert set(changed) == searched_sets(question, state, target)
    assert [found.size for found in sets] == sorted(found.size for found in sets)
    for found in sets:
        ticks, unticks = map(set, ids_of(found))
        assert unticks <= state[0]
        assert not ticks & state[0]
        assert [choice.id for choice in found.none_of_these] == [
            key for key in state[0] if key.endswith("_no")
        ]
        after = {key for key in state[0] if not key.endswith("_no")} | ticks
        assert question.risk(after - unticks, state[1]) is found.lowers_to
    fewer = changes_to(question, *state, target, at_most=2)
    assert fewer.count == len(sets)
    assert fewer.fewest == sum(found.size == sets[0].size for found in sets)
    assert fewer.sets == sets[:2]


@given(rule_lists, states)
def test_the_practices_are_those_of_the_ways_and_no_others(
    rules: list[tuple[Condition, Risk]], state: Answered
) -> None:
    question = make_question(rules)
    risk = question.risk(*state)
    targets = {Risk.HIGH: [Risk.MEDIUM, Risk.NONE], Risk.MEDIUM: [Risk.NONE]}.get(risk, [])
    ways = [searched_sets(question, state, target, may_untick=False) for target in targets]
    steps = practices_that_lower(question, *state)
    assert [step.choice.id for step in steps] == [
        key for key in question.choice_ids if any(key in way for group in ways for way in group)
    ]
    ticked = {key for key in state[0] if not key.endswith("_no")}
    for step in steps:
        way = tuple(choice.id for choice in step.way)
        of_it = [[found for found in group if step.choice.id in found] for group in ways]
        nearest = next(group for group in of_it if group)
        assert way in nearest
        assert len(way) == min(map(len, nearest))
        assert step.is_alone == (len(way) == 1)
        assert {choice.id for choice in step.others} == set(way) - {step.choice.id}
        assert question.risk(ticked | set(way), state[1]) is step.lowers_to


def test_a_practice_that_suffices_alone_is_told_from_one_that_needs_others() -> None:
    question = asked("p_a && p_b && p_c", "p_a || (p_d && p_e)")
    steps = practices_that_lower(question, *answered("p_b"))
    assert [(step.choice.id, step.lowers_to, step.is_alone) for step in steps] == [
        ("p_a", Risk.MEDIUM, True),
        ("p_c", Risk.NONE, False),
        ("p_d", Risk.MEDIUM, False),
        ("p_e", Risk.MEDIUM, False),
    ]
    assert [choice.id for choice in steps[1].others] == ["p_a"]
    assert [choice.id for choice in steps[2].others] == ["p_e"]


def test_of_two_ways_of_one_size_the_one_that_lowers_more_is_shown() -> None:
    question = asked("p_a && p_c", "p_a && p_b || p_a && p_c")
    [first, second, third] = practices_that_lower(question, *answered("p_d"))
    assert (first.choice.id, first.lowers_to) == ("p_a", Risk.NONE)
    assert (second.choice.id, second.lowers_to) == ("p_b", Risk.MEDIUM)
    assert (third.choice.id, third.lowers_to) == ("p_c", Risk.NONE)


def test_ticking_a_practice_un_ticks_none_of_these() -> None:
    question = asked("p_a && !p_no", "p_b && !p_no")
    steps = practices_that_lower(question, *answered("p_no"))
    assert [(step.choice.id, step.lowers_to) for step in steps] == [
        ("p_a", Risk.NONE),
        ("p_b", Risk.MEDIUM),
    ]


def test_where_un_ticking_none_of_these_is_enough_no_change_is_asked_for() -> None:
    question = asked("p_a && !p_no", "p_b")
    assert ids_of_sets(question, answered("p_a", "p_no"), Risk.NONE) == [((), ())]
    assert practices_that_lower(question, *answered("p_a", "p_no")) == ()


def test_what_is_not_applicable_is_neither_asked_for_nor_in_the_way() -> None:
    question = asked("p_a && p_b", "p_a")
    steps = practices_that_lower(question, *answered(not_applicable=["p_b"]))
    assert [(step.choice.id, step.lowers_to) for step in steps] == [("p_a", Risk.NONE)]


@pytest.mark.parametrize("state", [answered(), answered("p_a")])
def test_a_question_that_is_not_at_risk_has_no_steps(state: Answered) -> None:
    assert practices_that_lower(asked("p_a", "p_b"), *state) == ()


def test_a_set_with_a_smaller_one_inside_is_none_even_where_what_lies_between_is_worse() -> None:
    question = asked("p_a && !p_b && !p_c || p_a && p_b && p_c", "p_e && p_f")
    assert ids_of_sets(question, answered("p_d"), Risk.NONE) == [(("p_a",), ())]


def test_a_risk_that_no_tick_lowers_has_no_steps() -> None:
    question = asked("!p_a && p_b", "!p_a && p_c")
    assert practices_that_lower(question, *answered("p_a")) == ()
    assert ids_of_sets(question, answered("p_a"), Risk.MEDIUM) == [
        (("p_b",), ("p_a",)),
        (("p_c",), ("p_a",)),
    ]


def test_a_risk_that_no_change_lowers_has_no_sets() -> None:
    assert ids_of_sets(make_question([(Default(), Risk.HIGH)]), answered("p_a"), Risk.MEDIUM) == []


def test_there_is_no_set_to_another_target() -> None:
    with pytest.raises(KeyError):
        changes_to(asked("p_a", "p_b"), *answered(), Risk.HIGH)


def test_the_largest_question_is_answered_exactly_and_its_sets_within_the_bound() -> None:
    ids = [f"practice_{letter}" for letter in "abcdefghijklmn"] + ["practice_no"]
    pairs = [f"({ids[i]} && {ids[i + 7]})" for i in range(7)]
    either = [f"({ids[i]} || {ids[i + 7]})" for i in range(7)]
    question = asked(" && ".join(either), " || ".join(pairs), ids)
    found = changes_to(question, *answered("practice_no"), Risk.NONE)
    assert (len(found.sets), found.count, found.fewest) == (MAX_SETS, 128, 128)
    assert {len(each.ticks) for each in found.sets} == {7}
    steps = practices_that_lower(question, *answered("practice_no"))
    assert len(steps) == 14
    assert {(step.lowers_to, len(step.way)) for step in steps} == {(Risk.MEDIUM, 2)}


def test_un_ticking_is_a_change_and_is_named_as_one() -> None:
    question = asked("!p_a && p_b", "!p_a && p_c")
    [found] = changes_to(question, *answered("p_a"), Risk.NONE).sets
    assert ids_of(found) == (("p_b",), ("p_a",))
    assert (found.size, found.lowers_to) == (2, Risk.NONE)


def test_none_of_these_goes_along_and_is_no_change() -> None:
    question = asked("p_a && !p_no", "p_b && !p_no")
    [found] = changes_to(question, *answered("p_no"), Risk.NONE).sets
    assert ids_of(found) == (("p_a",), ())
    assert [choice.id for choice in found.none_of_these] == ["p_no"]
    assert found.size == 1


def test_none_of_these_is_never_ticked_even_where_a_lens_calls_it_no_risk() -> None:
    question = asked("p_no || p_a && p_b", "p_c")
    assert ids_of_sets(question, answered("p_a"), Risk.NONE) == [(("p_b",), ())]


def test_what_is_not_applicable_is_not_changed() -> None:
    question = asked("p_a && p_b || p_c && p_d", "p_e")
    state = answered("p_f", not_applicable=["p_b", "p_c"])
    assert ids_of_sets(question, state, Risk.NONE) == [(("p_a",), ()), (("p_d",), ())]


def test_of_sets_of_one_size_the_one_that_un_ticks_less_comes_first() -> None:
    question = asked("!p_a && p_e || p_a && p_b && p_c", "p_g")
    assert ids_of_sets(question, answered("p_a"), Risk.NONE) == [
        (("p_b", "p_c"), ()),
        (("p_e",), ("p_a",)),
    ]
