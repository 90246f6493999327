"""Markdown of users: what it may say, and what it can never do."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from common.markdown import MAX_SOURCE_LENGTH, render_markdown


def test_renders_the_common_marks() -> None:
    html = render_markdown("**bold** _soft_ `code` ~~gone~~\n\n- one\n- two\n\n> said")
    for part in ("<strong>bold</strong>", "<em>soft</em>", "<code>code</code>", "<li>one</li>"):
        assert part in html
    assert "<s>gone</s>" in html
    assert "<blockquote>" in html
    assert isinstance(html, SafeString)


def test_renders_tables_and_task_lists_with_labels() -> None:
    html = render_markdown("| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done\n- [ ] open")
    assert "<td>1</td>" in html
    assert html.count('type="checkbox"') == 2
    assert html.count("<label>") == 2
    assert "checked" in html


def test_a_single_line_break_is_kept() -> None:
    assert "<br>" in render_markdown("first\nsecond")


def test_headings_are_lowered_below_those_of_the_page() -> None:
    html = render_markdown("# Title\n\n## Part\n\n###### Deep")
    assert "<h3>Title</h3>" in html
    assert "<h4>Part</h4>" in html
    assert "<h6>Deep</h6>" in html
    assert "<h1" not in html


def test_links_open_nothing_of_ours() -> None:
    html = render_markdown("[site](https://example.com) <mailto:a@example.com>")
    assert 'href="https://example.com"' in html
    assert html.count('rel="noopener noreferrer nofollow"') == 2


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        '[x](https://e.com "t\\" onmouseover=\\"alert(1)")',
        "![tracker](https://e.com/pixel.png)",
        "<a href='https://e.com' style='position:fixed'>x</a>",
        '<https://e.com/"onclick=alert(1)>',
        "- [x] <input type=text name=password>",
    ],
)
def test_nothing_harmful_survives(source: str) -> None:
    _assert_harmless(render_markdown(source))


@given(st.text(alphabet=st.sampled_from("<>\"'&;:/()[]!`*_ \njavscriptonhef=x#|-")))
def test_no_text_becomes_a_harmful_element(source: str) -> None:
    _assert_harmless(render_markdown(source))


def test_deep_nesting_is_no_way_to_stop_the_server() -> None:
    for piece in (">", "- ", "[", "*", "("):
        render_markdown(piece * 5_000)


def test_a_text_beyond_the_limit_is_shown_as_it_was_written() -> None:
    html = render_markdown("*" * MAX_SOURCE_LENGTH + "<b>")
    assert html.startswith("<pre>")
    assert "&lt;b&gt;" in html


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def _assert_harmless(html: str) -> None:
    parser = _Elements()
    parser.feed(html)
    for tag, attributes in parser.found:
        assert tag not in {"script", "img", "style", "iframe", "svg", "form"}
        assert set(attributes) <= {
            *("href", "title", "rel", "start", "class", "type", "checked", "disabled")
        }
        if tag == "input":
            assert attributes["type"] == "checkbox"
        if href := attributes.get("href"):
            assert href.startswith(("https:", "http:", "mailto:", "#", "/")) or ":" not in href
