"""The rows of a plan: items with what their lens, the answers and the acceptances say to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from common.risk import Risk
from improvement.models import ImprovementItem, RiskAcceptance, status_word
from improvement.plan import QuestionAtRisk, ReviewedLens, make_plan
from improvement.selectors_items import live_acceptances
from improvement.statuses import ClosedAs, Status
from improvement.wording import why_closed, why_now
from lenses.definition import Choice, UnknownQuestion
from lenses.ways import Step, changes_to
from reviews.merge import AnswerState, state_from
from reviews.models import Answer, LensReview
from reviews.selectors import reviews_with_lenses
from reviews.selectors_evidence import evidence_by_practice
from workloads.models import Workload

_STATE = ("selected", "choice_details", "is_applicable", "reason", "notes")

Place = tuple[UUID, str]
"""A review and a question id."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item as a table tells it.

    ``at`` and ``step`` are None where the practice lowers nothing now; ``choice`` is None where the
    lens has it no more. ``answer_revision`` is what ticking the practice starts from.
    """

    item: ImprovementItem
    review: LensReview
    at: QuestionAtRisk | None
    step: Step | None
    choice: Choice | None
    why: str
    acceptance: RiskAcceptance | None
    evidence: Sequence[Any]
    answer_revision: int
    changes_to_no_risk: int | None = None

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been done before today, where the reader is."""
        due = self.item.due
        return bool(self.item.is_left and due and due < timezone.localdate())

    @property
    def offers_tick(self) -> bool:
        """Whether somebody said that it is done while its practice is not ticked."""
        said_done = self.item.closed_as == ClosedAs.SAID_DONE
        return self.step is not None and said_done and self.item.status == Status.DONE


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows that stand under one heading; ``label`` is empty where nothing is grouped."""

    kind: str
    label: str
    rows: Sequence[ItemRow]

    @property
    def first(self) -> ItemRow:
        """The first row, for what all of a group have in common."""
        return self.rows[0]


def item_rows(
    items: Iterable[ImprovementItem],
    workloads: Mapping[UUID, Workload],
    known: Sequence[LensReview] | None = None,
) -> list[ItemRow]:
    """Return the rows of a page of items. Four queries, however many.

    ``workloads`` are those of the items, by id; ``known`` their reviews with lenses, which are
    looked up otherwise.
    """
    items = list(items)
    wanted = {item.review_id for item in items}
    if known is None:
        known = list(reviews_with_lenses().filter(pk__in=wanted))
    reviews = {review.pk: review for review in known if review.pk in wanted}
    places = {(item.review_id, item.question_id) for item in items}
    answers, revisions = _answers(places)
    at_risk = _at_risk(reviews.values(), answers, workloads)
    acceptances = live_acceptances(places)
    evidence = evidence_by_practice(set(reviews), {question for _review, question in places})
    rows = []
    for item in items:
        place = item.review_id, item.question_id
        at = at_risk.get(place)
        step = _step(at, item.choice_id)
        rows.append(
            ItemRow(
                item=item,
                review=reviews[item.review_id],
                at=at,
                step=step,
                choice=step.choice if step else _choice(reviews[item.review_id], item),
                why=_why(item, at if step else None, workloads[item.workload_id]),
                acceptance=acceptances.get(place),
                evidence=evidence.get((*place, item.choice_id), ()),
                answer_revision=revisions.get(place, 0),
                changes_to_no_risk=_changes(at),
            )
        )
    return rows


def _answers(places: set[Place]) -> tuple[dict[UUID, dict[str, AnswerState]], dict[Place, int]]:
    rows = Answer.objects.filter(
        review__in={review for review, _question in places},
        question_id__in={question for _review, question in places},
    )
    states: dict[UUID, dict[str, AnswerState]] = {}
    revisions = {}
    for row in rows.values("review", "question_id", "revision", *_STATE):
        place = row["review"], row["question_id"]
        if place in places:
            states.setdefault(row["review"], {})[row["question_id"]] = state_from(row)
            revisions[place] = row["revision"]
    return states, revisions


def _at_risk(
    reviews: Iterable[LensReview],
    answers: Mapping[UUID, Mapping[str, AnswerState]],
    workloads: Mapping[UUID, Workload],
) -> dict[Place, QuestionAtRisk]:
    found = {}
    for review in reviews:
        lens = ReviewedLens(review.pk, review.lens_version.definition, answers.get(review.pk, {}))
        priorities = workloads[review.workload_id].pillar_priorities
        for at in make_plan([lens], priorities).questions:
            found[review.pk, at.question.id] = at
    return found


def _step(at: QuestionAtRisk | None, choice_id: str) -> Step | None:
    steps = at.steps if at else ()
    return next((step for step in steps if step.choice.id == choice_id), None)


def _choice(review: LensReview, item: ImprovementItem) -> Choice | None:
    try:
        question = review.lens_version.definition.question(item.question_id)
    except UnknownQuestion:
        return None
    return next((choice for choice in question.choices if choice.id == item.choice_id), None)


def _why(item: ImprovementItem, at: QuestionAtRisk | None, workload: Workload) -> str:
    if at is not None and item.is_left:
        return why_now(at, workload.pillar_priorities)
    return why_closed(item)


def _changes(at: QuestionAtRisk | None) -> int | None:
    if at is None:
        return None
    state = at.review.answers[at.question.id]
    found = changes_to(at.question, state.selected, state.not_applicable, Risk.NONE, at_most=1)
    return found.sets[0].size if found.sets else None


def grouped(rows: Sequence[ItemRow], kind: str) -> list[RowGroup]:
    """Return rows, which are in order, under the headings of a kind of group."""
    if not kind:
        return [RowGroup("", "", rows)] if rows else []
    return [
        RowGroup(kind, label, list(found))
        for (_key, label), found in groupby(rows, key=lambda row: _heading(row, kind))
    ]


def _heading(row: ItemRow, kind: str) -> tuple[Any, str]:
    item = row.item
    if kind == "question":
        return (item.review_id, item.question_id), item.question_title
    if kind == "pillar":
        return item.pillar_name, item.pillar_name
    if kind == "owner":
        return item.owner_id, str(item.owner) if item.owner else _("Nobody")
    if kind == "status":
        return item.status, str(status_word(item.status))
    return item.workload_id, item.workload.name
