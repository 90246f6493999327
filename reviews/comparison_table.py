"""A comparison as a table, one line for each thing that differs: for CSV and spreadsheets."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from common.marks import WORDS
from common.risk import BY_SEVERITY
from reviews.changes import (
    ChoiceChange,
    ChoiceSide,
    EvidenceChange,
    LensChange,
    QuestionChange,
    QuestionSide,
    TextChange,
)
from reviews.comparison_sections import Section
from reviews.reasons import label_of
from reviews.selectors_comparing import Compared

Line = tuple[str | int | None, ...]


def header(compared: Compared) -> Line:
    """Return the names of the columns; the last two are those of the moments."""
    return (
        _("What"),
        _("Lens"),
        _("Pillar"),
        _("Number"),
        _("Question"),
        _("Choice"),
        _("What became of it"),
        compared.before.name,
        compared.after.name,
    )


def lines(compared: Compared) -> Iterator[Line]:
    """Yield the figures of all pillars, then questions with choices, notes and evidence.

    A figure is None where the lens or the pillar was not there.
    """
    for lens, _pillars in compared.lenses:
        yield from _figures(lens)
    for section in compared.sections:
        for entry in section.entries:
            yield from _question(section, entry.lens, entry.change)
    for title, change in compared.text_changes:
        yield _("Notes"), title, "", None, "", "", _("notes"), change.before, change.after
    for piece in compared.evidence:
        yield (
            *(_("Evidence"), piece.lens.name, "", None, piece.question, piece.practice),
            *_evidence(piece.change),
        )


def _figures(lens: LensChange) -> Iterator[Line]:
    for pillar in lens.pillars:
        for risk in BY_SEVERITY:
            yield (
                *(_("Pillar"), lens.name, pillar.name, None, "", "", str(WORDS[risk])),
                None if pillar.before is None else pillar.before[risk],
                None if pillar.after is None else pillar.after[risk],
            )


def _question(section: Section, lens: LensChange, change: QuestionChange) -> Iterator[Line]:
    latest = change.latest
    place = (lens.name, latest.pillar_name, latest.question.number, latest.question.title)
    yield (
        *(_("Question"), *place, "", section.title),
        *(_risk(change.before), _risk(change.after)),
    )
    if change.became_applicable or change.became_not_applicable or change.reason:
        applies = (_applies(change.before), _applies(change.after))
        yield _("Question"), *place, "", _("does not apply"), *applies
    for choice in change.choices:
        yield from _choice(choice, place)
    if change.notes:
        yield from _text(change.notes, place, "")


def _choice(change: ChoiceChange, place: tuple[str | int, ...]) -> Iterator[Line]:
    title = change.choice.title
    if change.is_gained or change.is_lost:
        ticked = (_ticked(change.before), _ticked(change.after))
        yield _("Choice"), *place, title, _("ticked"), *ticked
    if change.became_applicable or change.became_not_applicable or change.reason:
        applies = (_choice_applies(change.before), _choice_applies(change.after))
        yield _("Choice"), *place, title, _("not applicable"), *applies
    if change.notes:
        yield from _text(change.notes, place, title)


def _text(change: TextChange, place: tuple[str | int, ...], choice: str) -> Iterator[Line]:
    yield _("Notes"), *place, choice, _("notes"), change.before, change.after


def _risk(side: QuestionSide | None) -> str:
    return str(WORDS[side.risk]) if side else ""


def _ticked(side: ChoiceSide | None) -> str:
    if side is None:
        return ""
    return _("yes") if side.is_selected else _("no")


def _applies(side: QuestionSide | None) -> str:
    if side is None or side.answer.state.is_applicable:
        return ""
    return label_of(side.answer.state.reason)


def _choice_applies(side: ChoiceSide | None) -> str:
    if side is None or not side.detail.not_applicable:
        return ""
    return label_of(side.detail.reason)


def _evidence(change: EvidenceChange) -> tuple[str, str, str]:
    before, after = (side.title if side else "" for side in (change.before, change.after))
    if change.before is None:
        return _("added"), before, after
    if change.after is None:
        return _("removed"), before, after
    return _("changed"), before, after
