"""The five risk marks: one shape, one word and one class for each risk, wherever it is shown.

Risk is never colour alone: ▲ high, ◆ medium, ● no risk, ○ unanswered, – not applicable. Lists,
heat maps, charts and reports all take their marks from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from common.risk import Risk

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

SLUGS: Final = {
    Risk.HIGH: "high",
    Risk.MEDIUM: "medium",
    Risk.NONE: "none",
    Risk.UNANSWERED: "unanswered",
    Risk.NOT_APPLICABLE: "not-applicable",
}
"""The end of a risk's CSS class, `.risk-<slug>`."""

CHARACTERS: Final = {
    Risk.HIGH: "▲",
    Risk.MEDIUM: "◆",
    Risk.NONE: "●",
    Risk.UNANSWERED: "○",
    Risk.NOT_APPLICABLE: "–",
}
"""The marks as text, where no drawing can stand: spreadsheets, e-mail, option lists."""

WORDS: Final[dict[Risk, _StrPromise]] = {
    Risk.HIGH: _("High risk"),
    Risk.MEDIUM: _("Medium risk"),
    Risk.NONE: _("No risk"),
    Risk.UNANSWERED: _("Unanswered"),
    Risk.NOT_APPLICABLE: _("Not applicable"),
}

SHORT_WORDS: Final[dict[Risk, _StrPromise]] = {
    Risk.HIGH: pgettext_lazy("risk", "High"),
    Risk.MEDIUM: pgettext_lazy("risk", "Medium"),
    Risk.NONE: pgettext_lazy("risk", "None"),
    Risk.UNANSWERED: _("Unanswered"),
    Risk.NOT_APPLICABLE: _("Not applicable"),
}

# The order along a meter: what is bad, what is well, what is left, what does not count.
METER_ORDER: Final = (
    Risk.HIGH,
    Risk.MEDIUM,
    Risk.NONE,
    Risk.UNANSWERED,
    Risk.NOT_APPLICABLE,
)

_SHAPES: Final = {
    Risk.HIGH: '<path d="M8 1.5 15.2 14H.8z"/>',
    Risk.MEDIUM: '<path d="m8 .8 7.2 7.2L8 15.2.8 8z"/>',
    Risk.NONE: '<circle cx="8" cy="8" r="5.8"/>',
    Risk.UNANSWERED: (
        '<circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" stroke-width="1.75"/>'
    ),
    Risk.NOT_APPLICABLE: '<path d="M3 7h10v2H3z"/>',
}

_COUNTED: Final[dict[Risk, Callable[[int], str]]] = {
    Risk.HIGH: lambda n: ngettext("%(n)d high risk", "%(n)d high risks", n),
    Risk.MEDIUM: lambda n: ngettext("%(n)d medium risk", "%(n)d medium risks", n),
    Risk.NONE: lambda n: ngettext("%(n)d without risk", "%(n)d without risk", n),
    Risk.UNANSWERED: lambda n: ngettext("%(n)d unanswered", "%(n)d unanswered", n),
    Risk.NOT_APPLICABLE: lambda n: ngettext("%(n)d not applicable", "%(n)d not applicable", n),
}

_COUNTED_SHORT: Final[dict[Risk, Callable[[int], str]]] = {
    Risk.HIGH: lambda n: ngettext("high", "high", n),
    Risk.MEDIUM: lambda n: ngettext("medium", "medium", n),
    Risk.NONE: lambda n: ngettext("no risk", "no risk", n),
    Risk.UNANSWERED: lambda n: ngettext("unanswered", "unanswered", n),
    Risk.NOT_APPLICABLE: lambda n: ngettext("not applicable", "not applicable", n),
}


def risk_class(risk: Risk) -> str:
    """The CSS class that gives an element the risk's colours."""
    return f"risk-{SLUGS[risk]}"


def drawing(risk: Risk) -> SafeString:
    """The mark as an inline SVG of 16 × 16 units in the current colour, hidden from readers."""
    shape = mark_safe(_SHAPES[risk])  # noqa: S308 - constants of this module
    return format_html(
        '<svg viewBox="0 0 16 16" width="14" height="14" fill="currentColor" '
        'aria-hidden="true">{}</svg>',
        shape,
    )


def counted(risk: Risk, number: int) -> str:
    """A count in words that stand alone, as in "4 high risks"."""
    return _COUNTED[risk](number) % {"n": number}


def counted_short(risk: Risk, number: int) -> str:
    """The word after a count that stands beside the mark, as in "▲ 4 high"."""
    return _COUNTED_SHORT[risk](number)


def read_counts(counts: object) -> dict[Risk, int]:
    """Counts by risk, all five present, from what a page has at hand.

    Takes a mapping with risks (or their names) as keys, or an object with the attributes `high`,
    `medium`, `none`, `unanswered` and `not_applicable`; what is missing counts as 0.

    Raises ValueError when a key of the mapping is no risk.
    """
    if isinstance(counts, Mapping):
        given = {Risk(key): int(value) for key, value in counts.items()}
        return {risk: given.get(risk, 0) for risk in METER_ORDER}
    return {risk: int(getattr(counts, risk.value.lower(), 0) or 0) for risk in METER_ORDER}


def in_words(counts: Mapping[Risk, int]) -> str:
    """All counts that are not 0 as one phrase: the accessible name of a meter."""
    parts = [counted(risk, counts[risk]) for risk in METER_ORDER if counts.get(risk)]
    return ", ".join(parts) if parts else gettext("No questions")


# A list shows the same five marks hundreds of times, so each is drawn once a language.
@lru_cache(maxsize=256)
def mark_html(value: Risk, word: bool, _language: str | None) -> SafeString:
    """The shape of a risk, with its name unless the word stands beside it."""
    if not word:
        return format_html('<span class="mark {}">{}</span>', risk_class(value), drawing(value))
    return format_html(
        '<span class="mark {}" title="{}">{}<span class="visually-hidden">{}</span></span>',
        risk_class(value),
        WORDS[value],
        drawing(value),
        WORDS[value],
    )


@lru_cache(maxsize=256)
def badge_html(value: Risk, short: bool, _language: str | None) -> SafeString:
    """Mark and word on the risk's soft ground."""
    return format_html(
        '<span class="badge badge-{0} {0}">{1}{2}</span>',
        risk_class(value),
        drawing(value),
        (SHORT_WORDS if short else WORDS)[value],
    )
