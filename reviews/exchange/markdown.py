"""A workload as Markdown that any forge shows. What people wrote is text there, never markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from django.utils.translation import gettext as _

from common.risk import BY_SEVERITY
from lenses.definition import Question
from reviews.exchange.overview import Overview, ReviewOverview, reason_words
from reviews.exchange.tables import Kind, Table, pillar_table, risk_text, trend_table

_MARKUP: Final = re.compile(r"([\\`*_\[\]<>|~&$])")
# What makes a heading, a list or a rule, at the beginning of a line only.
_BEGINNING: Final = re.compile(r"^(\d{1,9}(?=[.)])|(?=[#+=-]))")
# What forges make links and mentions of, whatever stands before it.
_REFERENCES: Final = re.compile(r"([@#!])(?=\w)")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def escaped(text: str) -> str:
    """Return a text of one line with nothing in it that Markdown, HTML or a forge would act on."""
    plain = " ".join(_CONTROL.sub(" ", text).split())
    marked = _BEGINNING.sub(r"\1\\", _MARKUP.sub(r"\\\1", plain), count=1)
    return _REFERENCES.sub(r"\1<!-- -->", marked)


def quoted(text: str) -> Iterator[str]:
    """Yield a text of several lines as a quotation."""
    for line in text.splitlines():
        yield f"> {escaped(line)}  " if line.strip() else ">"


def workload_markdown(overview: Overview, extra: Sequence[Table] = ()) -> str:
    """Return the report; ``extra`` are further views, as the plan."""
    lines = [*_head(overview), *_table(pillar_table(overview), 2)]
    for table in extra:
        lines += _table(table, 2)
    if overview.milestones:
        lines += _table(trend_table(overview), 2)
    for review in overview.reviews:
        lines += _review(review)
    return "\n".join(lines).rstrip() + "\n"


def _head(overview: Overview) -> Iterator[str]:
    properties = overview.properties
    yield f"# {escaped(properties.name)}"
    yield ""
    yield escaped(properties.description)
    yield ""
    tags = ", ".join(f"{key} = {value}" for key, value in overview.tags.items())
    facts = (
        (_("Review owner"), properties.review_owner),
        (_("Environment"), overview.environment),
        (_("Tags"), tags),
    )
    for label, text in facts:
        if text:
            yield f"- **{label}:** {escaped(text)}"
    yield ""
    if properties.notes:
        yield from quoted(properties.notes)
        yield ""
    counts = overview.total
    for risk in BY_SEVERITY:
        if counts[risk]:
            yield f"- {risk_text(risk)}: **{counts[risk]}**"
    yield ""


def _table(table: Table, level: int) -> Iterator[str]:
    yield f"{'#' * level} {escaped(table.title)}"
    yield ""
    if not table.rows:
        yield f"_{_('Nothing here.')}_"
        yield ""
        return
    heading, *rows = table.as_text()
    yield f"| {' | '.join(escaped(str(cell)) for cell in heading)} |"
    marks = ("---:" if column.kind == Kind.NUMBER else "---" for column in table.columns)
    yield f"| {' | '.join(marks)} |"
    for row in rows:
        cells = (escaped("" if cell is None else str(cell)) for cell in row)
        yield f"| {' | '.join(cells)} |"
    yield ""


def _review(review: ReviewOverview) -> Iterator[str]:
    yield f"## {escaped(review.lens_name)} {escaped(review.version)}"
    yield ""
    if review.notes:
        yield from quoted(review.notes)
        yield ""
    for pillar in review.definition.pillars:
        yield f"### {escaped(pillar.name)}"
        yield ""
        if text := review.pillar_notes.get(pillar.id, ""):
            yield from quoted(text)
            yield ""
        for question in pillar.questions:
            yield from _question(review, question)


def _question(review: ReviewOverview, question: Question) -> Iterator[str]:
    said = review.said(question)
    state = said.state
    yield f"#### {question.number}. {escaped(question.title)}"
    yield ""
    yield f"**{risk_text(said.risk)}**"
    yield ""
    if not state.is_applicable:
        reason = reason_words(state.reason) or _("No reason given")
        yield f"{_('This question does not apply')}: {escaped(reason)}"
        yield ""
    for choice in question.choices:
        detail = state.detail(choice.id)
        mark = "x" if choice.id in state.selected else " "
        line = f"- [{mark}] {escaped(choice.title)}"
        if detail.not_applicable:
            reason = reason_words(detail.reason) or _("No reason given")
            line += f" – _{_('not applicable')}: {escaped(reason)}_"
        yield line
        if detail.notes:
            yield f"  {escaped(detail.notes)}"
    yield ""
    if state.notes:
        yield from quoted(state.notes)
        yield ""
