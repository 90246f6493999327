"""Two editors, one answer: what merging keeps."""

from hypothesis import given
from hypothesis import strategies as st

from reviews.merge import (
    EMPTY,
    AnswerState,
    ChoiceDetail,
    Conflict,
    keep_exclusive,
    merge,
    state_from,
)

CHOICES = ["a", "b", "d", "none_no"]
texts = st.sampled_from(["", "one", "two", "three"])
details = st.builds(ChoiceDetail, not_applicable=st.booleans(), reason=texts, notes=texts)
states = st.builds(
    AnswerState,
    selected=st.frozensets(st.sampled_from(CHOICES)),
    details=st.dictionaries(st.sampled_from(CHOICES[:3]), details.filter(bool)),
    is_applicable=st.booleans(),
    reason=texts,
    notes=texts,
)


@given(base=states, mine=states)
def test_a_change_alone_is_kept_as_it_is(base: AnswerState, mine: AnswerState) -> None:
    assert merge(base, base, mine).state == mine
    assert merge(base, mine, base).state == mine
    assert merge(base, base, mine).conflicts == ()


@given(base=states, change=states)
def test_the_same_change_made_twice_is_made_once(base: AnswerState, change: AnswerState) -> None:
    merged = merge(base, change, change)
    assert merged.state == change
    assert merged.conflicts == ()


@given(base=states, theirs=states, mine=states)
def test_ticks_merge_alike_whoever_saves_first(
    base: AnswerState, theirs: AnswerState, mine: AnswerState
) -> None:
    one, other = merge(base, theirs, mine), merge(base, mine, theirs)
    assert one.state.selected == other.state.selected
    assert one.state.not_applicable == other.state.not_applicable
    assert one.state.is_applicable == other.state.is_applicable
    assert {conflict.field for conflict in one.conflicts} == {
        conflict.field for conflict in other.conflicts
    }


@given(base=states, theirs=states, mine=states)
def test_no_text_is_ever_lost_silently(
    base: AnswerState, theirs: AnswerState, mine: AnswerState
) -> None:
    merged = merge(base, theirs, mine)
    named = {conflict.field for conflict in merged.conflicts}
    if len({base.notes, theirs.notes, mine.notes}) == 3:
        assert Conflict("notes", theirs.notes, mine.notes) in merged.conflicts
        assert merged.state.notes == theirs.notes
    else:
        assert "notes" not in named
        assert merged.state.notes == (theirs.notes if mine.notes == base.notes else mine.notes)


@given(state=states)
def test_a_state_survives_being_stored(state: AnswerState) -> None:
    assert state_from(state.as_mapping(CHOICES)) == state


def test_different_ticks_of_two_people_are_both_kept() -> None:
    base = AnswerState(selected=frozenset("a"))
    theirs = AnswerState(selected=frozenset("ab"))
    mine = AnswerState(selected=frozenset("d"))
    assert merge(base, theirs, mine).state.selected == frozenset("bd")


NONE = frozenset({"none_no"})


def test_the_newer_of_none_of_these_and_a_practice_wins() -> None:
    practice, none = AnswerState(selected=frozenset("a")), AnswerState(selected=NONE)
    both = AnswerState(selected=frozenset("a") | NONE)
    assert keep_exclusive(practice, both, NONE) == none
    assert keep_exclusive(none, both, NONE) == practice
    assert keep_exclusive(EMPTY, both, NONE) == none
    assert keep_exclusive(EMPTY, practice, NONE) == practice
