"""Dates and times as people read them: near ones by distance, far ones by date."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from common.clock import now

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_DAYS_BY_DISTANCE = 7


def render_moment(value: date | datetime | None, style: str = "relative") -> SafeString:
    """A `<time>` element in the reader's time zone; a dash when there is no value.

    `style` is `relative` ("3 hours ago", within a week), `date` or `full`. The full date and time
    is in the tooltip; a plain date has no time zone and is shown as it is.

    Raises ValueError for an unknown style.
    """
    if style not in {"relative", "date", "full"}:
        message = f"unknown style of moment: {style!r}"
        raise ValueError(message)
    if value is None:
        return format_html('<span class="muted">{}</span>', "–")
    if not isinstance(value, datetime):
        return format_html(
            '<time datetime="{}">{}</time>', value.isoformat(), date_format(value, "j M Y")
        )
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    full = date_format(local, "j F Y, H:i T").rstrip()
    shown = {"date": date_format(local, "j M Y"), "full": full}.get(style)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(timespec="seconds"),
        full,
        shown or _distance(local),
    )


def _distance(local: datetime) -> str:
    if timezone.is_naive(local):
        return date_format(local, "j M Y")
    passed = now() - local
    if passed < timedelta(0) or passed > _DAYS_BY_DISTANCE * _DAY:
        return date_format(local, "j M Y")
    if passed < _MINUTE:
        return gettext("just now")
    if passed < _HOUR:
        return _ago_minutes(passed // _MINUTE)
    if passed < _DAY:
        hours = passed // _HOUR
        return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
    days = passed // _DAY
    return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}


def _ago_minutes(minutes: int) -> str:
    return ngettext("%(n)d minute ago", "%(n)d minutes ago", minutes) % {"n": minutes}
