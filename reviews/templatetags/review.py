"""What the page of a question is made of. `{% load review %}`."""

from functools import lru_cache
from typing import Final

from django import template
from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common import marks
from reviews.navigator import Entry, Section
from reviews.reasons import Reason

register = template.Library()

_SELECTED: Final = SafeString(" selected")


@register.simple_tag
def reason_options(chosen: str) -> SafeString:
    """`{% reason_options state.reason %}`: the options of a reason's select."""
    # Every choice of the page has such a select; there are few of them that differ.
    return _options(chosen if chosen in Reason.values else "", get_language())


@lru_cache(maxsize=256)
def _options(chosen: str, _language: str | None) -> SafeString:
    given = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, _SELECTED if value == chosen else "", label) for value, label in Reason.choices),
    )
    return format_html('<option value="">{}</option>{}', _("No reason given"), given)


@register.simple_tag
def navigator_entries(
    section: Section, questions_url: str, kept: str, is_open: object
) -> SafeString:
    """`{% navigator_entries section questions_url kept is_open %}`: the rows of a pillar.

    A lens has hundreds, on every page of a question: put together here they take a small part of
    the time that a template takes for them. Everything that is not markup is escaped.
    """
    language = get_language()
    before, after = conditional_escape(questions_url), conditional_escape(kept)
    link = " data-question-link" if is_open else ""
    rows = (
        _row(entry, before, after, link, marks.mark_html(entry.risk, True, language))
        for entry in section.entries
    )
    return SafeString("\n".join(rows))


def _row(entry: Entry, before: str, after: str, link: str, mark: SafeString) -> str:
    key, title = _escaped(entry.question.id), _escaped(entry.question.title)
    hidden = "" if entry.is_shown else " hidden"
    current = ' aria-current="page"' if entry.is_current else ""
    mark_id = f' id="mark-{key}"' if link else ""
    return (
        f'<li{hidden}><a class="review-entry" href="{before}{key}/{after}"{link}'
        f' data-question="{key}"{current}><span class="review-entry-mark"{mark_id}'
        f' data-risk="{entry.risk}">{mark}</span><span class="review-entry-title">{title}</span>'
        f"<small>{entry.question.number}</small></a></li>"
    )


@lru_cache(maxsize=8_192)
def _escaped(text: str) -> str:
    """Return a text of a lens as it stands in HTML; the same few hundred are on every page."""
    return str(escape(text))
