"""Moving reviews from one lens version to another, and back: the rows of many reviews at once.

Answers belong to a question id for ever, and their history only grows: where an id was renamed, the
new id's row is given the state and the old id's row is emptied. So no history is rewritten, names
can be swapped, and undoing is one more change of the same kind.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Count, F

from common.clock import now
from common.risk import Risk
from lenses.definition import LensDefinition
from lenses.models import LensVersion
from reviews.carry_over import CarryOver, Passage
from reviews.events import announce_all
from reviews.merge import EMPTY, AnswerState, risk_of, state_from
from reviews.models import (
    Answer,
    AnswerChange,
    LensReview,
    Milestone,
    ReviewSummary,
    ReviewUpgrade,
)
from reviews.services.answers import state_of
from reviews.services.following import follow_renames
from reviews.signals import review_changed
from reviews.tasks import refresh_summary
from reviews.turns import Turns
from tenants import audit
from tenants.actors import Actor
from tenants.tasks import enqueue

_STATE = ("selected", "choice_details", "is_applicable", "reason", "notes")
_WRITTEN = (*_STATE, "risk", "revision", "updated_at", "updated_by")
_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Signed:
    """When an answer was last given, and by whom: an upgrade does not answer in their place."""

    at: datetime
    by_id: UUID | None


@dataclass(slots=True)
class Writes:
    """What is to be written to answers, gathered over reviews and written with few queries."""

    actor: Actor
    created: list[Answer] = field(default_factory=list)
    changed: list[Answer] = field(default_factory=list)
    risks: dict[Risk, list[UUID]] = field(default_factory=dict)
    changes: list[AnswerChange] = field(default_factory=list)

    def put(
        self,
        answer: Answer,
        state: AnswerState,
        definition: LensDefinition,
        signed: Signed | None = None,
    ) -> bool:
        """Give an answer another state, and the risk that follows; False when both were so."""
        known = {question.id for question in definition.questions}
        question = definition.question(answer.question_id) if answer.question_id in known else None
        risk = risk_of(question, state) if question else Risk.UNANSWERED
        if state == state_of(answer):
            if risk == answer.risk:
                return False
            self.risks.setdefault(risk, []).append(answer.pk)
            return True
        order = question.choice_ids if question else tuple(sorted(state.selected))
        values = state.as_mapping(order)
        for name, value in values.items():
            setattr(answer, name, value)
        answer.risk = risk
        answer.revision += 1
        if signed:
            answer.updated_at, answer.updated_by_id = signed.at, signed.by_id
        (self.created if answer.revision == 1 else self.changed).append(answer)
        self.changes.append(
            AnswerChange(
                answer=answer,
                revision=answer.revision,
                by_id=self.actor.user_id,
                by_name=self.actor.name,
                state=values,
            )
        )
        return True

    def write(self) -> None:
        """Write everything that was gathered."""
        for risk, ids in self.risks.items():
            for start in range(0, len(ids), _BATCH):
                Answer.objects.filter(pk__in=ids[start : start + _BATCH]).update(risk=risk)
        Answer.objects.bulk_create(self.created)
        Answer.objects.bulk_update(self.changed, _WRITTEN, batch_size=_BATCH)
        AnswerChange.objects.bulk_create(self.changes)


@dataclass(frozen=True, slots=True)
class Move:
    """A step of reviews to another version of their lens, with what it means for answers."""

    actor: Actor
    from_version: LensVersion
    to_version: LensVersion
    passage: Passage
    kind: str
    verb: str
    milestone: Milestone | None = None

    @property
    def affected(self) -> frozenset[str]:
        """The question ids whose rows may change, of either version."""
        touched = self.passage.touched
        targets = {self.passage.question_after(question_id) for question_id in touched}
        return touched | {key for key in targets if key} | set(self.passage.new_questions)


def move_reviews(move: Move, reviews: Sequence[LensReview]) -> list[ReviewUpgrade]:
    """Bring reviews to another version. They are locked, and pinned to the version before."""
    if not reviews:
        return []
    rows = _answers(reviews, move.affected)
    untouched = _count_untouched(reviews, move)
    writes = Writes(move.actor)
    upgrades: list[ReviewUpgrade] = []
    changed: list[LensReview] = []
    for review in reviews:
        carried, before, is_changed = _carry(move, review, rows[review.pk], writes)
        if is_changed:
            changed.append(review)
        upgrades.append(
            ReviewUpgrade(
                review=review,
                from_version=move.from_version,
                to_version=move.to_version,
                kind=move.kind,
                by_id=move.actor.user_id,
                by_name=move.actor.name,
                milestone=move.milestone,
                counts=_counts(carried, untouched.get(review.pk, 0)),
                before=pack_answers(before),
                answers_revision=review.answers_revision + 1,
            )
        )
    writes.write()
    ReviewUpgrade.objects.bulk_create(upgrades)
    _pin(reviews, changed, move.to_version, has_same_questions=_has_same_questions(move))
    turns = Turns.of(move.passage)
    for review in reviews:
        follow_renames(review, turns)
    audit.record_all(
        actor=move.actor,
        events=[_event(move, upgrade) for upgrade in upgrades],
    )
    return upgrades


def _carry(
    move: Move, review: LensReview, rows: dict[str, Answer], writes: Writes
) -> tuple[CarryOver, dict[str, Any], bool]:
    touched = move.passage.touched
    said = {key: state_of(row) for key, row in rows.items() if key in touched}
    carried = move.passage.carry(said)
    origin = {step.question_id_after: step.question_id_before for step in carried.carried}
    before: dict[str, Any] = {key: _kept(row) for key, row in rows.items()}
    signs = {key: Signed(row.updated_at, row.updated_by_id) for key, row in rows.items()}
    is_changed = False
    for question_id in rows.keys() | carried.answers.keys():
        state = carried.answers.get(question_id, EMPTY)
        row = rows.get(question_id)
        if row is None:
            if state == EMPTY:
                continue
            row = Answer(review=review, question_id=question_id)
            before[question_id] = None
        signed = signs.get(origin.get(question_id, ""))
        is_changed |= writes.put(row, state, move.to_version.definition, signed)
    return carried, before, is_changed


def _answers(
    reviews: Sequence[LensReview], question_ids: frozenset[str]
) -> dict[UUID, dict[str, Answer]]:
    found: dict[UUID, dict[str, Answer]] = {review.pk: {} for review in reviews}
    if question_ids:
        for row in Answer.objects.filter(review__in=list(found), question_id__in=question_ids):
            found[row.review_id][row.question_id] = row
    return found


def _count_untouched(reviews: Sequence[LensReview], move: Move) -> dict[UUID, int]:
    """Count the answers that go on as they are. One that was taken back whole is none."""
    untouched = {question.id for question in move.from_version.definition.questions}
    rows = Answer.objects.filter(review__in=[review.pk for review in reviews])
    rows = rows.exclude(risk=Risk.UNANSWERED, notes="", choice_details={})
    rows = rows.filter(question_id__in=untouched - move.affected)
    counts = rows.order_by().values_list("review").annotate(Count("pk"))
    return dict(counts)


def _counts(carried: CarryOver, untouched: int) -> dict[str, int]:
    kept = sum(state != EMPTY for state in carried.answers.values())
    return {
        "carried": untouched + kept,
        "dropped": len(carried.dropped),
        "added": len(carried.new_questions),
        "risk_changes": len(carried.changed_risks),
    }


def _has_same_questions(move: Move) -> bool:
    """Whether each pillar asks the same questions, so that unchanged risks count the same."""
    before, after = (
        {pillar.id: [question.id for question in pillar.questions] for pillar in lens.pillars}
        for lens in (move.from_version.definition, move.to_version.definition)
    )
    return before == after


def _pin(
    reviews: Sequence[LensReview],
    changed: Sequence[LensReview],
    version: LensVersion,
    *,
    has_same_questions: bool,
) -> None:
    """Pin reviews to a version, count that as a change, and see to their figures."""
    ids = {review.pk for review in reviews}
    stale = {review.pk for review in changed} if has_same_questions else set(ids)
    # Figures that were true and of which nothing moved stay true: only their stamp moves on.
    ReviewSummary.objects.filter(
        review__in=ids - stale, answers_revision=F("review__answers_revision")
    ).update(answers_revision=F("answers_revision") + 1)
    LensReview.objects.filter(pk__in=ids - stale, counted_revision=F("answers_revision")).update(
        counted_revision=F("counted_revision") + 1
    )
    LensReview.objects.filter(pk__in=ids).update(
        lens_version=version, answers_revision=F("answers_revision") + 1, updated_at=now()
    )
    LensReview.objects.filter(pk__in=stale).update(refresh_queued=True)
    for review in reviews:
        review.lens_version = version
        review.answers_revision += 1
        if review.pk in stale and not review.refresh_queued:
            enqueue(
                refresh_summary, organization_id=review.organization_id, review_id=str(review.pk)
            )
    if ids - stale:
        # Of the others whoever refreshes their figures sends it.
        review_changed.send(
            sender=LensReview,
            review_ids=sorted(ids - stale),
            organization_id=reviews[0].organization_id,
        )
    announce_all(reviews, "upgraded")


def _event(move: Move, upgrade: ReviewUpgrade) -> audit.Event:
    return audit.Event(
        verb=move.verb,
        target=upgrade.review,
        before={"version": move.from_version.version},
        after={"version": move.to_version.version, "upgrade_id": upgrade.pk, **upgrade.counts},
    )


def take_back(actor: Actor, upgrade: ReviewUpgrade) -> None:
    """Undo a move: its review is locked, and nobody answered since."""
    before = unpack_answers(bytes(upgrade.before))
    rows = _answers([upgrade.review], frozenset(before))[upgrade.review_id]
    definition = upgrade.from_version.definition
    writes = Writes(actor)
    for question_id, kept in before.items():
        row = rows.get(question_id)
        if row is None:
            continue
        if kept is None:
            writes.put(row, EMPTY, definition)
            continue
        signed = Signed(
            datetime.fromisoformat(kept["updated_at"]),
            UUID(kept["updated_by"]) if kept["updated_by"] else None,
        )
        writes.put(row, state_from(kept), definition, signed)
    writes.write()
    _pin([upgrade.review], [upgrade.review], upgrade.from_version, has_same_questions=False)


def _kept(answer: Answer) -> dict[str, Any]:
    return {
        **{name: getattr(answer, name) for name in _STATE},
        "risk": answer.risk,
        "revision": answer.revision,
        "updated_at": answer.updated_at.isoformat(),
        "updated_by": answer.updated_by_id,
    }


def pack_answers(answers: Mapping[str, Any]) -> bytes:
    """Return what an upgrade keeps of the answers that it changes."""
    text = json.dumps(answers, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
    return zlib.compress(text.encode())


def unpack_answers(packed: bytes) -> dict[str, Any]:
    """Return the answers as they were, by question id; None for one that was not there."""
    answers: dict[str, Any] = json.loads(zlib.decompress(packed))
    return answers
