"""Two texts word by word: nothing lost, and fast whatever the texts."""

from hypothesis import given, settings
from hypothesis import strategies as st

from common.worddiff import Kind, diff_words

_texts = st.text(alphabet="ab .\n,é", max_size=40) | st.text(max_size=40)


@settings(deadline=None)
@given(_texts, _texts)
def test_the_pieces_of_a_diff_give_both_texts_back(before: str, after: str) -> None:
    pieces = diff_words(before, after)
    assert "".join(p.text for p in pieces if p.kind != Kind.ADDED) == before
    assert "".join(p.text for p in pieces if p.kind != Kind.REMOVED) == after
    assert all(piece.text for piece in pieces)


@settings(deadline=None)
@given(_texts)
def test_a_text_that_stayed_has_no_changes(text: str) -> None:
    assert {piece.kind for piece in diff_words(text, text)} <= {Kind.KEPT}


def test_a_diff_goes_by_words() -> None:
    pieces = diff_words("The last test was in February.", "The last full test was in May.")
    assert [(piece.kind, piece.text) for piece in pieces] == [
        (Kind.KEPT, "The last "),
        (Kind.ADDED, "full "),
        (Kind.KEPT, "test was in "),
        (Kind.REMOVED, "February"),
        (Kind.ADDED, "May"),
        (Kind.KEPT, "."),
    ]


def test_a_rewritten_passage_is_one_change() -> None:
    assert [p.kind for p in diff_words("one two three", "four five six")] == [
        Kind.REMOVED,
        Kind.ADDED,
    ]


def test_texts_made_to_be_slow_are_shown_whole() -> None:
    pieces = diff_words("x " + "a " * 50_000, "y " + "a b " * 50_000 + "z")
    assert [piece.kind for piece in pieces] == [Kind.REMOVED, Kind.ADDED]
