"""Markdown that people write in notes and comments, as HTML that can do no harm.

HTML in the source stays text, then the result is cleaned by an allow-list: only links by http,
https and mailto survive, images never do (a remote image would tell its owner who reads).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from mdit_py_plugins.tasklists import tasklists_plugin

MAX_SOURCE_LENGTH: Final = 20_000
"""Characters that are rendered; a longer text is shown as it was written."""

_TAGS: Final = {
    *("p", "br", "hr", "strong", "em", "s", "del", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "a", "h3", "h4", "h5", "h6", "input", "label"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "ol": {"start"},
    "input": {"checked", "disabled"},
}
_HEADINGS: Final = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6", "h5": "h6", "h6": "h6"}


def _build_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    return parser.enable(["table", "strikethrough"]).use(tasklists_plugin, label=True)


_PARSER: Final = _build_parser()
_CLEANER: Final = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer nofollow",
    tag_attribute_values={"input": {"type": {"checkbox"}}, "li": {"class": {"task-list-item"}}},
    strip_comments=True,
)


@lru_cache(maxsize=1024)
def render_markdown(text: str) -> SafeString:
    """Renders CommonMark with tables, strike-through and task lists to safe HTML.

    Headings are lowered by two levels, so a note never competes with the headings of its page.
    """
    if len(text) > MAX_SOURCE_LENGTH:
        return format_html("<pre>{}</pre>", text)
    tokens = _PARSER.parse(text)
    for token in tokens:
        token.tag = _HEADINGS.get(token.tag, token.tag)
    html = _PARSER.renderer.render(tokens, _PARSER.options, {})
    return mark_safe(_CLEANER.clean(html))  # noqa: S308 - cleaned by an allow-list
