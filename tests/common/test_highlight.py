"""The words of a search, marked in a text."""

from __future__ import annotations

from html import unescape

import pytest
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from common.highlight import fold, pieces
from common.templatetags.words import marked

# Letters that change their number when case is folded, and those that HTML gives a meaning.
TEXTS = st.text(st.sampled_from("aAbBß\u1e9eİﬁ<>&\"'\n 1") | st.characters(codec="utf-8"))
WORDS = st.lists(TEXTS.map(fold).filter(bool), max_size=4)


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("Rotate the keys", ["key"], "Rotate the <mark>key</mark>s"),
        ("Rotate the KEYS", ["keys", "rotate"], "<mark>Rotate</mark> the <mark>KEYS</mark>"),
        ("abab", ["ab"], "<mark>abab</mark>"),
        ("aaa", ["aa"], "<mark>aaa</mark>"),
        ("Große Straße", ["strass"], "Große <mark>Straß</mark>e"),
        ("a < b & c", ["<", "amp"], "a <mark>&lt;</mark> b &amp; c"),
        ("<script>", ["script"], "&lt;<mark>script</mark>&gt;"),
        ("nothing", ["else"], "nothing"),
        ("", ["word"], ""),
    ],
)
def test_each_occurrence_is_marked_in_any_case(text: str, words: list[str], shown: str) -> None:
    assert marked(text, words) == shown


def test_without_words_a_text_is_only_escaped() -> None:
    assert marked("a < b") == "a &lt; b"


@given(text=TEXTS, words=WORDS)
def test_a_text_stays_as_it_is_apart_from_its_marks(text: str, words: list[str]) -> None:
    assert "".join(piece.text for piece in pieces(text, words)) == text
    html = marked(text, words)
    plain = html.replace("<mark>", "").replace("</mark>", "")
    assert plain == escape(text)
    assert unescape(plain) == unescape(escape(text))
    assert html.count("<mark>") == html.count("</mark>")


@given(text=TEXTS, words=WORDS)
def test_what_is_marked_holds_a_word_and_nothing_else_does(text: str, words: list[str]) -> None:
    for piece in pieces(text, words):
        assert piece.text
        holds = any(word in fold(piece.text) for word in words)
        assert holds == piece.is_match


@given(before=TEXTS, word=TEXTS.filter(bool), after=TEXTS)
def test_a_word_that_stands_there_is_found(before: str, word: str, after: str) -> None:
    assert any(piece.is_match for piece in pieces(before + word + after, [fold(word)]))
