"""What our own lenses say about a practice, as marks and words. `{% load practices %}`.

A level is never colour alone: ▲ high, ◆ medium, ▽ low, each with its word.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from common import marks
from common.risk import Risk
from lenses.practice_steps import steps_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

register = template.Library()

_LOW: Final = mark_safe(
    '<svg viewBox="0 0 16 16" width="14" height="14" fill="none" stroke="currentColor" '
    'stroke-width="1.75" aria-hidden="true"><path d="M2.5 3.5h11L8 13z"/></svg>'
)
_SHAPES: Final = {"high": Risk.HIGH, "medium": Risk.MEDIUM}

_WORDS: Final[dict[str, _StrPromise]] = {
    "high": _("High risk if missing"),
    "medium": _("Medium risk if missing"),
    "low": _("Low risk if missing"),
}
_LETTERS: Final[dict[str, _StrPromise]] = {
    "high": pgettext_lazy("the letter of a level", "H"),
    "medium": pgettext_lazy("the letter of a level", "M"),
    "low": pgettext_lazy("the letter of a level", "L"),
}
_SHORT_WORDS: Final[dict[str, _StrPromise]] = {
    "high": _("High if missing"),
    "medium": _("Medium if missing"),
    "low": _("Low if missing"),
}
_EFFORTS: Final[dict[str, _StrPromise]] = {
    "small": pgettext_lazy("effort", "Small"),
    "medium": pgettext_lazy("effort", "Medium"),
    "large": pgettext_lazy("effort", "Large"),
}


@register.filter
def effort_word(effort: str) -> str:
    """`{{ choice.notes.effort|effort_word }}`: "Medium"."""
    return str(_EFFORTS.get(effort, ""))


@register.filter
def steps(plan: str) -> tuple[str, ...]:
    """`{{ choice.improvement_plan.text|steps }}`: its numbered steps, where it has any."""
    return steps_of(plan)


@register.simple_tag
def level_fact(level: str) -> SafeString:
    """`{% level_fact choice.notes.level %}`: mark and words, "▲ High risk if missing"."""
    return _fact(level, get_language()) if level in _WORDS else SafeString("")


@register.simple_tag
def level_letter(level: str) -> SafeString:
    """`{% level_letter choice.notes.level %}`: "H" for eyes, "High if missing" for readers."""
    return _letter(level, get_language()) if level in _WORDS else SafeString("")


# A lens shows the same three hundreds of times, so each is drawn once a language.
@lru_cache(maxsize=64)
def _fact(level: str, _language: str | None) -> SafeString:
    risk = _SHAPES.get(level)
    return format_html(
        '<span class="practice-fact"><span class="mark {}">{}</span>{}</span>',
        marks.risk_class(risk) if risk else "practice-low",
        marks.drawing(risk) if risk else _LOW,
        _WORDS[level],
    )


@lru_cache(maxsize=64)
def _letter(level: str, _language: str | None) -> SafeString:
    return format_html(
        '<span class="practice-level practice-level-{}" title="{}"><span aria-hidden="true">{}'
        '</span><span class="visually-hidden">{}</span></span>',
        level,
        _WORDS[level],
        _LETTERS[level],
        _SHORT_WORDS[level],
    )
