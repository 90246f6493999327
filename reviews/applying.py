"""Doing to one moment what a comparison says became of it. Pure.

It takes nothing from the later moment but what the comparison lists as changed: that this gives the
later moment again is the proof that a comparison leaves nothing out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from uuid import UUID

from reviews.carry_over import NO_RENAMES, Renames
from reviews.changes import Comparison, LensChange, QuestionChange, TextChange
from reviews.compare import Definitions, Names
from reviews.merge import EMPTY, AnswerState
from reviews.snapshots import AnsweredQuestion, EvidenceReference, ReviewSnapshot, Snapshot


def apply(
    before: Snapshot,
    comparison: Comparison,
    definitions: Definitions,
    renames: Mapping[UUID, Renames] = MappingProxyType({}),
) -> Snapshot:
    """Return ``before`` with the reviews that it has after all that ``comparison`` says.

    ``definitions`` and ``renames`` are those that were given to ``compare``. Evidence is in the
    order of its ids. What a comparison is not about (the workload's name, the parts of other apps)
    stays as it is.
    """
    reviews = {review.lens_id: review for review in before.reviews}
    return replace(
        before,
        reviews=tuple(
            _apply_lens(
                lens,
                reviews.get(lens.lens_id),
                Names.between(
                    reviews.get(lens.lens_id),
                    lens.after,
                    definitions,
                    renames.get(lens.lens_id, NO_RENAMES),
                ),
            )
            for lens in comparison.lenses
            if lens.after is not None
        ),
    )


def _apply_lens(lens: LensChange, before: ReviewSnapshot | None, names: Names) -> ReviewSnapshot:
    after = lens.after
    assert after is not None  # noqa: S101 - a lens that is gone is not applied
    return ReviewSnapshot(
        lens_id=after.lens_id,
        lens_name=after.lens_name,
        lens_alias=after.lens_alias,
        version_id=after.version_id,
        version=after.version,
        document_sha256=after.document_sha256,
        notes=_text(before.notes if before else "", lens.notes),
        pillar_notes=_pillar_notes(lens, before),
        answers=_answers(lens, before, names),
        counts={
            pillar.pillar_id: pillar.after for pillar in lens.pillars if pillar.after is not None
        },
        evidence=_evidence(lens, before, names),
    )


def _text(before: str, change: TextChange | None) -> str:
    return change.after if change else before


def _pillar_notes(lens: LensChange, before: ReviewSnapshot | None) -> dict[str, str]:
    kept = before.pillar_notes if before else {}
    notes = {
        pillar.pillar_id: _text(kept.get(pillar.pillar_id, ""), pillar.notes)
        for pillar in lens.pillars
    }
    return {pillar_id: text for pillar_id, text in notes.items() if text}


def _answers(
    lens: LensChange, before: ReviewSnapshot | None, names: Names
) -> dict[str, AnsweredQuestion]:
    answers: dict[str, AnsweredQuestion] = {}
    for question_id, answer in before.answers.items() if before else ():
        kept = names.question(question_id)
        if kept is not None:
            answers[kept] = replace(answer, state=names.state(question_id, answer.state))
    for change in lens.questions:
        if change.after is not None:
            question_id = change.after.question.id
            start = answers.get(question_id, AnsweredQuestion()).state
            answers[question_id] = AnsweredQuestion(_state(start, change), change.after.risk)
    return {question_id: answer for question_id, answer in answers.items() if answer.state != EMPTY}


def _state(start: AnswerState, change: QuestionChange) -> AnswerState:
    selected, details = set(start.selected), dict(start.details)
    for choice in change.choices:
        side = choice.after
        if side is None:
            continue
        details[side.choice.id] = side.detail
        if side.is_selected:
            selected.add(side.choice.id)
        else:
            selected.discard(side.choice.id)
    applies = change.became_applicable or (start.is_applicable and not change.became_not_applicable)
    return AnswerState(
        selected=frozenset(selected),
        details={choice_id: detail for choice_id, detail in details.items() if detail},
        is_applicable=applies,
        reason=_text(start.reason, change.reason),
        notes=_text(start.notes, change.notes),
    )


def _evidence(
    lens: LensChange, before: ReviewSnapshot | None, names: Names
) -> tuple[EvidenceReference, ...]:
    pieces = {piece.id: names.evidence(piece) for piece in (before.evidence if before else ())}
    for change in lens.evidence:
        if change.after is not None:
            pieces[change.after.id] = change.after
        elif change.before is not None:
            del pieces[change.before.id]
    return tuple(pieces[piece_id] for piece_id in sorted(pieces))
