"""From the rows of a sheet to answers that somebody edited, and what they would change now.

A row is compared with the answer at the revision that was exported, so that only the cells that
somebody edited count; what others saved since is merged as between two browsers (reviews/merge.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from common.errors import InvalidDocument, UserError
from common.problems import Problem
from lenses.definition import Question, UnknownQuestion
from reviews.changes import QuestionChange, QuestionSide
from reviews.compare import compare_question
from reviews.exchange.answer_reading import AnswerSheet, CellProblems, SheetRow
from reviews.exchange.answer_sheet import EDITABLE, HIDDEN, Words, edited
from reviews.merge import EMPTY, AnswerState, Conflict, Merged, merge, state_from
from reviews.models import Answer, AnswerChange, LensReview
from reviews.selectors import reviews_of
from reviews.selectors_history import risk_then
from reviews.services.answers import checked_answer, state_of, with_rules
from reviews.snapshots import AnsweredQuestion
from tenants.actors import Actor
from workloads.models import Workload

Bases = Mapping[tuple[UUID, str, int], AnswerState]
"""What answers said at revisions: by review, question and revision."""


@dataclass(frozen=True, slots=True)
class AnswerEdit:
    """An answer as a sheet has it, and the revision that it was edited from."""

    review_id: UUID
    lens_sha256: str
    question_id: str
    revision: int
    state: AnswerState

    def as_mapping(self) -> dict[str, Any]:
        """Return plain values to be kept until somebody confirms."""
        return {
            "review_id": str(self.review_id),
            "lens_sha256": self.lens_sha256,
            "question_id": self.question_id,
            "revision": self.revision,
            "state": self.state.as_mapping(sorted(self.state.selected)),
        }

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> AnswerEdit:
        """Return the edit that ``as_mapping`` described."""
        return cls(
            review_id=UUID(values["review_id"]),
            lens_sha256=values["lens_sha256"],
            question_id=values["question_id"],
            revision=values["revision"],
            state=state_from(values["state"]),
        )


def read_edits(actor: Actor, workload: Workload, sheet: AnswerSheet) -> list[AnswerEdit]:
    """Return the answers that a sheet has otherwise than they were exported. Four queries.

    Raises InvalidDocument with every cell that cannot be used.
    """
    if sheet.workload_id != str(workload.pk):
        message = _("The workbook was exported from another workload.")
        raise InvalidDocument([Problem("Format!B3", "sheet.workload", message)])
    reviews = {str(review.pk): review for review in reviews_of(workload.pk)}
    problems = sheet.problems
    groups = _groups(sheet.rows, reviews, problems)
    bases = load_bases(
        [(group.review.pk, group.question_id, group.revision) for group in groups.values()]
    )
    edits = [
        edit
        for group in groups.values()
        if (edit := group.edit(actor, bases, sheet.words, problems)) is not None
    ]
    problems.raise_any()
    return edits


@dataclass(slots=True)
class _Group:
    """The rows of one question; the key of its own row is the empty choice."""

    review: LensReview
    question_id: str
    revision: int
    lens_sha256: str
    rows: dict[str, SheetRow]

    def edit(
        self, actor: Actor, bases: Bases, words: Words, problems: CellProblems
    ) -> AnswerEdit | None:
        """Return what was edited, None for nothing; problems are named."""
        base = bases.get((self.review.pk, self.question_id, self.revision))
        first = next(iter(self.rows.values()))
        if base is None:
            message = _("The answer never was at this revision: leave the hidden columns alone.")
            problems.add(first.place("revision"), "row.revision", message, str(self.revision))
            return None
        state = base
        for choice_id, row in self.rows.items():
            state, wrong = edited(state, choice_id, row.cells, words)
            for each in wrong:
                problems.add(
                    row.place(each.column), f"cell.{each.column}", each.message, each.value
                )
        if state == base:
            return None
        if self.lens_sha256 != self.review.lens_version.sha256:
            message = _("“%(lens)s” is at another version since the export: export again.")
            values = {"lens": self.review.lens.name}
            problems.add(first.place("lens_sha256"), "row.version", message % values)
            return None
        return self._checked(actor, state, problems)

    def _checked(
        self, actor: Actor, state: AnswerState, problems: CellProblems
    ) -> AnswerEdit | None:
        try:
            question = self.review.lens_version.definition.question(self.question_id)
            state = checked_answer(actor, question, state)
        except UnknownQuestion:
            first = next(iter(self.rows.values()))
            message = _("The lens has no such question.")
            problems.add(first.place("question_id"), "row.question", message, self.question_id)
            return None
        except UserError as error:
            for name, messages in error.fields.items():
                problems.add(self._place(name), "answer", " ".join(messages))
            return None
        return AnswerEdit(self.review.pk, self.lens_sha256, self.question_id, self.revision, state)

    def _place(self, field: str) -> str:
        choice_id, _dot, name = field.rpartition(".")
        row = self.rows.get(choice_id) or next(iter(self.rows.values()))
        column = {"not_applicable": "applies", "selected": "ticked"}.get(name, name)
        return row.place(column)


def _groups(
    rows: Iterable[SheetRow], reviews: Mapping[str, LensReview], problems: CellProblems
) -> dict[tuple[str, str], _Group]:
    groups: dict[tuple[str, str], _Group] = {}
    for row in rows:
        if _is_blank(row, problems):
            continue
        review = reviews.get(row.cells["review_id"])
        revision = _revision(row.cells["revision"])
        if review is None:
            message = _("This workload has no such review.")
            problems.add(row.place("review_id"), "row.review", message, row.cells["review_id"])
            continue
        if revision is None:
            message = _("This must be a whole number: leave the hidden columns alone.")
            problems.add(row.place("revision"), "row.revision", message, row.cells["revision"])
            continue
        key = (row.cells["review_id"], row.cells["question_id"])
        group = groups.setdefault(
            key, _Group(review, key[1], revision, row.cells["lens_sha256"], {})
        )
        _add(group, row, revision, problems)
    return groups


def _add(group: _Group, row: SheetRow, revision: int, problems: CellProblems) -> None:
    choice_id = row.cells["choice_id"]
    if (group.revision, group.lens_sha256) != (revision, row.cells["lens_sha256"]):
        message = _("The rows of one question are of different exports.")
        problems.add(row.place("revision"), "row.revision", message, row.cells["revision"])
    elif choice_id in group.rows:
        message = _("The same row stands in row %(number)d already.")
        values = {"number": group.rows[choice_id].number}
        problems.add(row.place("choice_id"), "row.repeated", message % values, choice_id)
    else:
        group.rows[choice_id] = row


def _is_blank(row: SheetRow, problems: CellProblems) -> bool:
    if any(row.cells[name] for name in HIDDEN):
        return False
    said = [name for name in EDITABLE if row.cells.get(name, "").strip()]
    if said:
        message = _("This row is none of the export's: nobody can say what it is about.")
        problems.add(row.place(said[0]), "row.unknown", message, row.cells[said[0]])
    return True


def _revision(text: str) -> int | None:
    # As many digits as the column can hold.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004


def load_bases(wanted: Sequence[tuple[UUID, str, int]]) -> dict[tuple[UUID, str, int], AnswerState]:
    """Return what answers said at revisions, as far as they ever were at them. One query."""
    found = {key: EMPTY for key in wanted if key[2] == 0}
    asked = {key for key in wanted if key[2]}
    rows = AnswerChange.objects.filter(
        answer__review__in={review_id for review_id, _question, _revision in asked},
        revision__in={revision for _review, _question, revision in asked},
    )
    for review_id, question_id, revision, state in rows.values_list(
        "answer__review_id", "answer__question_id", "revision", "state"
    ):
        if (review_id, question_id, revision) in asked:
            found[review_id, question_id, revision] = state_from(state)
    return found


@dataclass(frozen=True, slots=True)
class PlannedAnswer:
    """What an edit would do to an answer as it is now.

    ``conflicts`` are texts that somebody else changed too, differently: they stay as they are.
    ``is_merged`` says that somebody saved the answer since the export.
    """

    review: LensReview
    question: Question
    change: QuestionChange
    after: AnswerState
    revision: int
    conflicts: tuple[Conflict, ...]
    is_merged: bool

    @property
    def is_change(self) -> bool:
        """Whether anything of the answer would be another."""
        return self.change.before is not None and self.change.before.answer.state != self.after


@dataclass(frozen=True, slots=True)
class AnswerPlan:
    """What an import of answers would do now, in the lenses' order.

    ``moved`` are the lenses that went to another version, or away, since the file was read: then
    nothing can be imported.
    """

    answers: tuple[PlannedAnswer, ...]
    moved: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[PlannedAnswer, ...]:
        """The answers that would change."""
        return tuple(answer for answer in self.answers if answer.is_change)

    @property
    def conflicts(self) -> tuple[PlannedAnswer, ...]:
        """The answers of which a text stays as somebody else saved it."""
        return tuple(answer for answer in self.answers if answer.conflicts)

    @property
    def fingerprint(self) -> str:
        """What the preview showed, in short: an import that would do anything else is refused."""
        values = [
            [
                str(each.review.pk),
                each.question.id,
                each.revision,
                each.after.as_mapping(sorted(each.after.selected)),
            ]
            for each in self.answers
        ]
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def plan_answers(reviews: Iterable[LensReview], edits: Sequence[AnswerEdit]) -> AnswerPlan:
    """Return what edits would change in a workload's reviews. Two queries."""
    by_id = {review.pk: review for review in reviews}
    moved = {
        by_id[edit.review_id].lens.name if edit.review_id in by_id else _("a lens that was removed")
        for edit in edits
        if edit.review_id not in by_id
        or by_id[edit.review_id].lens_version.sha256 != edit.lens_sha256
    }
    if moved:
        return AnswerPlan((), tuple(sorted(moved)))
    bases = load_bases([(each.review_id, each.question_id, each.revision) for each in edits])
    rows = Answer.objects.filter(
        review__in={edit.review_id for edit in edits},
        question_id__in={edit.question_id for edit in edits},
    )
    answers = {(row.review_id, row.question_id): row for row in rows}
    planned = [
        _planned(
            by_id[edit.review_id],
            edit,
            bases[edit.review_id, edit.question_id, edit.revision],
            answers.get((edit.review_id, edit.question_id)),
        )
        for edit in edits
    ]
    return AnswerPlan(tuple(sorted(planned, key=_place)))


def _place(answer: PlannedAnswer) -> tuple[int, int]:
    ids = [question.id for question in answer.review.lens_version.definition.questions]
    return answer.review.position, ids.index(answer.question.id)


def _planned(
    review: LensReview, edit: AnswerEdit, base: AnswerState, answer: Answer | None
) -> PlannedAnswer:
    definition = review.lens_version.definition
    question = definition.question(edit.question_id)
    theirs = state_of(answer) if answer else EMPTY
    revision = answer.revision if answer else 0
    is_merged = revision != edit.revision
    merged = merge(base, theirs, edit.state) if is_merged else Merged(edit.state)
    after = with_rules(question, theirs, merged.state, none_is_exclusive=True)
    pillar = definition.pillar(question.pillar_id).name
    was, becomes = (
        QuestionSide(question, pillar, AnsweredQuestion(state, risk_then(question, state)))
        for state in (theirs, after)
    )
    change = compare_question(was, becomes)
    return PlannedAnswer(review, question, change, after, revision, merged.conflicts, is_merged)
