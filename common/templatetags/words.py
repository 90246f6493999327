"""Words within texts: those that changed, and those that were searched. `{% load words %}`."""

from collections.abc import Collection
from typing import Final

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from common.highlight import pieces
from common.worddiff import Kind, diff_words

register = template.Library()

_PIECES: Final = {Kind.KEPT: "{}", Kind.REMOVED: "<del>{}</del>", Kind.ADDED: "<ins>{}</ins>"}


@register.simple_tag
def word_diff(before: str, after: str) -> SafeString:
    """`{% word_diff change.before change.after %}`: one text with what was struck and added."""
    shown = ((format_html(_PIECES[piece.kind], piece.text),) for piece in diff_words(before, after))
    return format_html_join("", "{}", shown)


@register.filter
def marked(text: str, words: Collection[str] = ()) -> SafeString:
    """`{{ question.title|marked:words }}`: the text, escaped, with the words of a search marked.

    For texts between tags only: an attribute cannot hold a mark.
    """
    if not words:
        return escape(text)
    shown = (
        (format_html("<mark>{}</mark>", piece.text) if piece.is_match else piece.text,)
        for piece in pieces(text, words)
    )
    return format_html_join("", "{}", shown)
