"""Items of a plan in words. `{% load plan %}`."""

from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.templatetags.ui import badge
from improvement.forms import days as days_of
from improvement.models import IMPROVEMENT_STATUS_WORDS, ImprovementItem, ItemEvent, status_word
from improvement.statuses import ImprovementStatus, Status

register = template.Library()

_TONES = {
    Status.IN_PROGRESS: "accent",
    Status.ACCEPTED: "warning",
    Status.DONE: "success",
}
_WORKLOAD_TONES = {
    ImprovementStatus.IN_PROGRESS: "accent",
    ImprovementStatus.RISK_ACKNOWLEDGED: "warning",
    ImprovementStatus.COMPLETE: "success",
}


@register.filter
def days(half_days: int) -> str:
    """`{{ item.effort|days }}`: "half a day", "1 day", "2.5 days"."""
    if half_days == 1:
        return _("half a day")
    # "1 day", and "1.5 days".
    number = half_days // 2 if half_days % 2 == 0 else 2
    text = ngettext("%(days)s day", "%(days)s days", number)
    return text % {"days": days_of(half_days)}


@register.simple_tag
def item_status(item: ImprovementItem) -> SafeString:
    """`{% item_status item %}`: its status as a badge."""
    return status_badge(item.status)


@register.simple_tag
def status_badge(status: str) -> SafeString:
    """`{% status_badge row.status %}`: the same of a status that was kept."""
    return badge(str(status_word(status)), tone=_TONES.get(Status(status), ""))


@register.filter
def status_words(status: str) -> str:
    """`{{ item.status|status_words }}`: "In progress"."""
    return str(status_word(status))


@register.filter
def kept_day(text: str | None) -> date | None:
    """`{% moment row.due|kept_day "date" %}`: the day that was kept as text."""
    return date.fromisoformat(text) if text else None


@register.simple_tag
def improvement_status(status: str) -> SafeString:
    """`{% improvement_status improvement.status %}`: a workload's status as a badge."""
    known = ImprovementStatus(status)
    return badge(str(IMPROVEMENT_STATUS_WORDS[known]), tone=_WORKLOAD_TONES.get(known, ""))


@register.filter
def improvement_word(status: str) -> str:
    """`{{ improvement.derived|improvement_word }}`: "In progress"."""
    return str(IMPROVEMENT_STATUS_WORDS[ImprovementStatus(status)])


_FIELDS = {
    "owner": gettext_lazy("owner"),
    "due": gettext_lazy("due date"),
    "team_effort": gettext_lazy("effort"),
    "lens_effort": gettext_lazy("effort as the lens has it"),
    "notes": gettext_lazy("notes"),
    "ticket_key": gettext_lazy("ticket"),
    "ticket_url": gettext_lazy("link of the ticket"),
    "reason": gettext_lazy("reason"),
    "risk": gettext_lazy("risk"),
}


@register.filter
def event_changes(event: ItemEvent) -> str:
    """`{{ event|event_changes }}`: the fields that changed beside the status, in words."""
    # In this order: PostgreSQL keeps no order of keys.
    names = [str(word) for name, word in _FIELDS.items() if name in event.changes]
    return ", ".join(names)


@register.simple_tag
def ticket(item: ImprovementItem) -> SafeString:
    """`{% ticket item %}`: its key, leading to its link where it has one."""
    text = item.ticket_key or (_("Open the ticket") if item.ticket_url else "")
    if not item.ticket_url:
        return format_html("{}", text)
    return format_html(
        '<a href="{}" rel="noopener noreferrer nofollow" target="_blank">{}</a>',
        item.ticket_url,
        text,
    )
