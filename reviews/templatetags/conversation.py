"""When something is due, in words. `{% load conversation %}`."""

from datetime import date

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from reviews.selectors_assignments import is_overdue

register = template.Library()

_DAYS_BY_NAME = 7


@register.filter
def due_words(due: date | None) -> SafeString | str:
    """`{{ assignment.due|due_words }}`: "due Friday", "due 3 Nov 2026"; nothing without a day."""
    if due is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', due.isoformat(), _in_words(due))


@register.filter
def overdue(due: date | None) -> bool:
    """`{% if assignment.due|overdue %}`: whether the day has gone by."""
    return is_overdue(due)


def _in_words(due: date) -> str:
    days = (due - timezone.localdate()).days
    if days == 0:
        return _("due today")
    if days == 1:
        return _("due tomorrow")
    if 1 < days < _DAYS_BY_NAME:
        return _("due %(day)s") % {"day": date_format(due, "l")}
    day = date_format(due, "j M Y")
    return (_("overdue since %(day)s") if days < 0 else _("due %(day)s")) % {"day": day}
