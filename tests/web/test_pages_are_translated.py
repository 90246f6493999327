"""Every word a person reads in a template goes through gettext: nothing is written there bare."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.base import DebugLexer, Token, TokenType

from tests.shared import ROOT

TEMPLATES = ROOT / "templates"
FILES = sorted(path for path in TEMPLATES.rglob("*") if path.suffix in {".html", ".txt"})

# Attributes that are read aloud or shown.
READ = {"alt", "aria-description", "aria-label", "aria-roledescription", "placeholder", "title"}
# Inputs whose value is their label.
BUTTONS = {"button", "reset", "submit"}
# Elements without words for people: programs, what one types into them, and keys.
UNREAD = {"script", "style", "code", "kbd"}
# Blocks that hold classes.
CLASSES = {"body_class", "page_class"}

ALLOWED = {
    "Plumbline": "the name of the product is the same in every language",
    "Alt": "what is written on the key",
    "https": "the beginning of an address",
}
"""Words that may stand bare in any template, with the reason."""

UNREADABLE = {
    "allauth/elements/button.html": "which element it is depends, so that its tags are in pieces",
}
"""Templates that the search cannot read, with the reason."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_QUOTED = re.compile(r"""(?P<translated>_\()?(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')""")
# What a sentence or a label looks like, unlike the name of a template, a class or an option.
_PROSE = re.compile(r"^[A-Z][a-z]|\w\s+\w")
# Stands for what a tag puts there, so that the texts around it do not run together.
_TAG = "\N{OBJECT REPLACEMENT CHARACTER}"


class _Reader(HTMLParser):
    """Collects the texts and attributes that people read."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._unread = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._unread += tag in UNREAD
        for name, value in attributes:
            kind = dict(attributes).get("type") if tag == "input" else None
            is_label = name == "value" and kind in BUTTONS
            if name in READ or is_label:
                self.found.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in UNREAD

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.found.extend(data.split(_TAG))


def tokens_outside_translations(source: str) -> Iterator[Token]:
    """Yield a template's tokens without comments and without what gettext gets."""
    end = ""
    for token in DebugLexer(source).tokenize():
        name, *rest = token.contents.split() if token.token_type == TokenType.BLOCK else [""]
        if end:
            end = "" if name == end else end
        elif name == "block" and rest[0] in CLASSES:
            end = "endblock"
        elif name in {"blocktranslate", "blocktrans", "comment"}:
            end = f"end{name}"
        elif name not in {"translate", "trans"} and token.token_type != TokenType.COMMENT:
            yield token


def bare_texts(source: str) -> list[str]:
    """Return the texts of a template that people read and gettext does not get."""
    reader = _Reader()
    found = []
    for token in tokens_outside_translations(source):
        if token.token_type == TokenType.TEXT:
            reader.feed(token.contents)
            continue
        reader.feed(_TAG)
        found += [text for text in _literals(token.contents) if _PROSE.search(text)]
    reader.close()
    found += [" ".join(text.replace(_TAG, " ").split()) for text in reader.found]
    return [text for text in found if set(_WORD.findall(text)) - ALLOWED.keys()]


def _literals(tag: str) -> list[str]:
    """Return the texts in quotes within a tag, without those inside ``_()`` and names of keys."""
    found = [
        match["double"] or match["single"] or ""
        for match in _QUOTED.finditer(tag)
        if not match["translated"]
    ]
    return found[1:] if tag.startswith("shortcut ") else found


def test_templates_are_found() -> None:
    assert len(FILES) > 50


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_word_of_a_template_is_translated(path: Path) -> None:
    found = bare_texts(path.read_text(encoding="utf-8"))
    if str(path.relative_to(TEMPLATES)) in UNREADABLE:
        assert found, "it can be read now: take it out of UNREADABLE"
    else:
        assert found == []


@pytest.mark.parametrize("word", ALLOWED)
def test_every_allowed_word_is_still_needed(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(ALLOWED, word)
    readable = [path for path in FILES if str(path.relative_to(TEMPLATES)) not in UNREADABLE]
    assert any(bare_texts(path.read_text(encoding="utf-8")) for path in readable)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ("<p>{{ name }} wrote</p>", ["wrote"]),
        ('<a title="Go back">{% icon "arrow" %}</a>', ["Go back"]),
        ('<a title="{% translate "Go back" %}">{% translate "Back" %}</a>', []),
        ('<input type="submit" value="Send">', ["Send"]),
        ('{% include "a.html" with text="Nobody knows" %}', ["Nobody knows"]),
        ('{% include "a.html" with text=_("Nobody knows") %}', []),
        ('{{ name|default:"Somebody" }}', ["Somebody"]),
        ("{% blocktranslate trimmed %}Hello <b>there</b>{% endblocktranslate %}", []),
        ("{# A note #}{% comment %}Another{% endcomment %}<!-- a third -->", []),
        ('{% shortcut "Delete" _("Take it away") %}', []),
        ("<script>let words = 1;</script><style>p { color: red }</style>", []),
        ('<p class="a b">5 · {{ n }} – ✓</p>', []),
        ('<title>{% translate "Lenses" %} · Plumbline</title>', []),
        ("{% block page_class %}page narrow{% endblock %}<p>Read me", ["Read me"]),
        ("<code>manage.py load</code> <kbd>Enter</kbd> now", ["now"]),
    ],
)
def test_the_search_itself(source: str, found: list[str]) -> None:
    assert bare_texts(source) == found
