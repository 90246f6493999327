"""What the pages of milestones are made of. `{% load milestones %}`."""

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.charts import Series, line_chart, sparkline
from common.marks import SHORT_WORDS, WORDS, risk_class
from common.risk import Risk
from reviews.reasons import label_of
from reviews.selectors_trend import Line

register = template.Library()


@register.filter
def reason_label(code: str) -> str:
    """`{{ state.reason|reason_label }}`: why something does not apply; "No reason given"."""
    return label_of(code)


@register.simple_tag
def trend_chart(line: Line) -> SafeString:
    """`{% trend_chart line %}`: high and medium risks over the moments, as a chart."""
    series = [
        Series(str(SHORT_WORDS[risk]), _values(line, risk), risk_class(risk))
        for risk in (Risk.MEDIUM, Risk.HIGH)
    ]
    labels = [
        _("now") if point.is_now else date_format(timezone.localtime(point.moment.at), "j M Y")
        for point in line.points
    ]
    title = _("High and medium risks at each milestone and now: %(name)s") % {"name": line.name}
    return line_chart(series, labels, title=title)


@register.simple_tag
def trend_line(line: Line, risk: str) -> SafeString:
    """`{% trend_line line "HIGH" %}`: one risk's line without axes, for a cell of a table."""
    values = _values(line, Risk(risk))
    label = _("%(risk)s: from %(first)d to %(last)d") % {
        "risk": WORDS[Risk(risk)],
        "first": values[0],
        "last": values[-1],
    }
    return sparkline(values, label=label)


def _values(line: Line, risk: Risk) -> tuple[int, ...]:
    return tuple(point.counts[risk] for point in line.points)
