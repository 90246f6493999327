"""What became of a workload's reviews between two moments: down to choices and notes. Pure.

Two snapshots are matched by lens id, then by question id and choice id; where they are of different
versions of a lens, along its renames too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID

from lenses.definition import LensDefinition
from reviews.carry_over import NO_RENAMES, Passage, Renames
from reviews.changes import (
    ChoiceChange,
    ChoiceSide,
    Comparison,
    EvidenceChange,
    LensChange,
    PillarChange,
    QuestionChange,
    QuestionSide,
    detail_of,
    is_selected,
    same_words,
    text_change,
)
from reviews.merge import AnswerState
from reviews.snapshots import EvidenceReference, ReviewSnapshot, Snapshot

Key = TypeVar("Key")
Side = TypeVar("Side")

Definitions = Mapping[str, LensDefinition]
"""The lens versions that two snapshots speak of, by the SHA-256 of their documents."""


def compare(
    before: Snapshot,
    after: Snapshot,
    definitions: Definitions,
    renames: Mapping[UUID, Renames] = MappingProxyType({}),
) -> Comparison:
    """Compare two moments of one workload, or of two.

    ``definitions`` holds every lens version that the two speak of; raises KeyError otherwise.
    ``renames`` are by lens id, from the words of ``before`` to those of ``after``.
    ``compare(a, a)`` is empty, and ``compare(b, a)`` is ``compare(a, b)`` with its sides swapped.
    """
    was = {review.lens_id: review for review in before.reviews}
    became = {review.lens_id: review for review in after.reviews}
    return Comparison(
        lenses=tuple(
            _compare_lens(
                lens_id,
                was.get(lens_id),
                became.get(lens_id),
                definitions,
                renames.get(lens_id, NO_RENAMES),
            )
            for lens_id in _later_first(was, became)
        ),
        before=before.total,
        after=after.total,
    )


def _compare_lens(
    lens_id: UUID,
    before: ReviewSnapshot | None,
    after: ReviewSnapshot | None,
    definitions: Definitions,
    renames: Renames,
) -> LensChange:
    names = Names.between(before, after, definitions, renames)
    was, became = _sides(before, definitions), _sides(after, definitions)
    pairs = _pairs(was, became, names.question)
    changes = (
        QuestionChange(old, new, tuple(_choice_changes(old, new, names))) for old, new in pairs
    )
    return LensChange(
        lens_id=lens_id,
        before=before,
        after=after,
        pillars=tuple(_pillar_changes(before, after, definitions)),
        questions=tuple(change for change in changes if _is_change(change)),
        notes=text_change(before.notes if before else "", after.notes if after else ""),
        evidence=tuple(_evidence_changes(before, after, names)),
    )


def compare_question(
    before: QuestionSide, after: QuestionSide, way: Passage | None = None
) -> QuestionChange:
    """Compare two moments of one question; ``way`` leads from the earlier's lens version."""
    return QuestionChange(before, after, tuple(_choice_changes(before, after, Names(way))))


def compare_one_question(
    before: ReviewSnapshot,
    after: ReviewSnapshot,
    question_id: str,
    definitions: Definitions,
    renames: Renames = NO_RENAMES,
) -> QuestionChange | None:
    """Compare one question of one review; ``question_id`` is its id in ``after``.

    Returns None where nothing changed; otherwise what ``compare`` says of it.
    """
    names = Names.between(before, after, definitions, renames)
    was, became = _sides(before, definitions), _sides(after, definitions)
    new = became[question_id]
    old = next((side for key, side in was.items() if names.question(key) == question_id), None)
    change = QuestionChange(old, new, tuple(_choice_changes(old, new, names)))
    return change if _is_change(change) else None


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids of one review are called in the other."""

    passage: Passage | None

    @classmethod
    def between(
        cls,
        before: ReviewSnapshot | None,
        after: ReviewSnapshot | None,
        definitions: Definitions,
        renames: Renames,
    ) -> Names:
        """Match two reviews of one lens; raises KeyError where a definition is not given."""
        if before is None or after is None or before.document_sha256 == after.document_sha256:
            return cls(None)
        was, became = (definitions[side.document_sha256] for side in (before, after))
        return cls(Passage.between(was, became, renames))

    def question(self, question_id: str) -> str | None:
        """The id that a question has in the other; None where it is gone."""
        return self.passage.question_after(question_id) if self.passage else question_id

    def choice(self, question_id: str, choice_id: str) -> str | None:
        """The id that a choice has in the other; None where it is gone."""
        return self.passage.choice_after(question_id, choice_id) if self.passage else choice_id

    def state(self, question_id: str, state: AnswerState) -> AnswerState:
        """What an answer says in the words of the other."""
        return self.passage.carry_answer(question_id, state) if self.passage else state

    def evidence(self, piece: EvidenceReference) -> EvidenceReference:
        """A piece of evidence at its place in the other; where that is gone, at its own."""
        question_id = self.question(piece.question_id)
        choice_id = self.choice(piece.question_id, piece.choice_id)
        if question_id is None or choice_id is None:
            return piece
        return replace(piece, question_id=question_id, choice_id=choice_id)


def _pairs(
    before: Mapping[str, Side], after: Mapping[str, Side], name_of: Callable[[str], str | None]
) -> Iterator[tuple[Side | None, Side | None]]:
    """Pair what stands on both sides, in the later one's order; then what only the earlier has."""
    names = {old: name_of(old) for old in before}
    origin = {new: old for old, new in names.items() if new in after}
    for new, side in after.items():
        yield (before[origin[new]] if new in origin else None), side
    for old, side in before.items():
        if names[old] not in after:
            yield side, None


def _sides(review: ReviewSnapshot | None, definitions: Definitions) -> dict[str, QuestionSide]:
    if review is None:
        return {}
    return {
        question.id: QuestionSide(question, pillar.name, review.answer(question.id))
        for pillar in definitions[review.document_sha256].pillars
        for question in pillar.questions
    }


def _is_change(question: QuestionChange) -> bool:
    before, after = question.before, question.after
    if before is None or after is None or before.risk != after.risk:
        return True
    # Choices that nobody ticked come and go with versions: that is no change of the answer.
    return bool(question.choices) or not same_words(before.answer, after.answer)


def _choice_changes(
    before: QuestionSide | None, after: QuestionSide | None, names: Names
) -> Iterator[ChoiceChange]:
    question_id = before.question.id if before else ""
    pairs = _pairs(_choices(before), _choices(after), partial(names.choice, question_id))
    for old, new in pairs:
        if is_selected(old) != is_selected(new) or detail_of(old) != detail_of(new):
            yield ChoiceChange(old, new)


def _choices(side: QuestionSide | None) -> dict[str, ChoiceSide]:
    if side is None:
        return {}
    state = side.answer.state
    return {
        choice.id: ChoiceSide(choice, choice.id in state.selected, state.detail(choice.id))
        for choice in side.question.choices
    }


def _pillar_changes(
    before: ReviewSnapshot | None, after: ReviewSnapshot | None, definitions: Definitions
) -> Iterator[PillarChange]:
    was, became = _pillar_names(before, definitions), _pillar_names(after, definitions)
    for pillar_id in _later_first(was, became):
        yield PillarChange(
            pillar_id=pillar_id,
            name=became.get(pillar_id) or was[pillar_id],
            before=before.counts.get(pillar_id) if before else None,
            after=after.counts.get(pillar_id) if after else None,
            notes=text_change(
                before.pillar_notes.get(pillar_id, "") if before else "",
                after.pillar_notes.get(pillar_id, "") if after else "",
            ),
        )


def _evidence_changes(
    before: ReviewSnapshot | None, after: ReviewSnapshot | None, names: Names
) -> Iterator[EvidenceChange]:
    was = {piece.id: names.evidence(piece) for piece in (before.evidence if before else ())}
    became = {piece.id: piece for piece in (after.evidence if after else ())}
    for piece_id in _later_first(was, became):
        old, new = was.get(piece_id), became.get(piece_id)
        if old != new:
            yield EvidenceChange(old, new)


def _pillar_names(review: ReviewSnapshot | None, definitions: Definitions) -> dict[str, str]:
    if review is None:
        return {}
    return {pillar.id: pillar.name for pillar in definitions[review.document_sha256].pillars}


def _later_first(before: Iterable[Key], after: Mapping[Key, object]) -> list[Key]:
    return [*after, *(key for key in before if key not in after)]
