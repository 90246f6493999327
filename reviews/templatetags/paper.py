"""What reports on paper are made of. `{% load paper %}`."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from common import charts, marks
from common.pdf import on_paper
from common.risk import Risk
from lenses.definition import Choice

register = template.Library()


@register.simple_tag
def paper_mark(risk: str, short: bool = False) -> SafeString:
    """`{% paper_mark entry.risk %}`: sign and word in the risk's colour, "▲ High risk"."""
    found = Risk(risk)
    words = marks.SHORT_WORDS if short else marks.WORDS
    return format_html(
        '<span class="mark {}"><span class="sign">{}</span> {}</span>',
        marks.risk_class(found),
        marks.CHARACTERS[found],
        words[found],
    )


@register.simple_tag
def paper_counts(counts: object) -> SafeString:
    """`{% paper_counts lens.counts %}`: the high and medium risks, "▲ 4 high ◆ 6 medium"."""
    found = marks.read_counts(counts)
    high, medium = (
        format_html(
            '<span class="mark {}"><span class="sign">{}</span> {} {}</span>',
            marks.risk_class(risk) if found[risk] else "mark-none",
            marks.CHARACTERS[risk],
            found[risk],
            marks.counted_short(risk, found[risk]),
        )
        for risk in (Risk.HIGH, Risk.MEDIUM)
    )
    return format_html('<span class="counts">{} {}</span>', high, medium)


@register.simple_tag
def paper_meter(counts: object) -> SafeString:
    """`{% paper_meter lens.counts %}`: the stacked bar of all five risks, with its numbers."""
    return on_paper(charts.risk_meter(marks.read_counts(counts), numbers=True))


@register.simple_tag
def paper_chart(chart: SafeString) -> SafeString:
    """`{% paper_chart radar %}`: a chart with its colours inside."""
    return on_paper(chart)


@register.simple_tag
def risk_sign(risk: str) -> str:
    """`{% risk_sign "HIGH" %}`: the mark as a character, for legends."""
    return marks.CHARACTERS[Risk(risk)]


@register.simple_tag
def practices_for(
    lowering: Mapping[tuple[UUID, str], Sequence[Choice]], review_id: UUID, question_id: str
) -> Sequence[Choice]:
    """`{% practices_for lowering review.pk question.id as practices %}`: what would lower it."""
    return lowering.get((review_id, question_id), ())


@register.simple_tag
def count_of(counts: Mapping[Risk, int], risk: Risk) -> int:
    """`{% count_of cell.counts cell.worst %}`: how many questions stand at a risk."""
    return counts.get(risk, 0)


@register.filter
def grouped(number: object) -> str:
    """`{{ figures.workloads|grouped }}`: a number with its thousands apart; nothing is 0."""
    return f"{int(str(number or 0)):,}"
