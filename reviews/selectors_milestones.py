"""Reads about milestones: the moments of a workload, as they were and as it is now."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.errors import NotFound, UserError
from common.names import name_key
from common.risk import Risk
from lenses.catalog.languages import in_language
from lenses.definition import LensDefinition, Pillar
from lenses.lineage import Renames
from lenses.models import LensVersion
from lenses.schema.compiling import compile_document, compiled_versions
from reviews.changes import ChoiceSide, QuestionSide
from reviews.compare import Definitions
from reviews.merge import EMPTY, AnswerState, state_from
from reviews.models import Answer, Evidence, LensReview, Milestone
from reviews.selectors import Counts, reviews_of
from reviews.selectors_versions import renames_between, versions_of
from reviews.snapshot_parts import read_parts
from reviews.snapshots import (
    AnsweredQuestion,
    BrokenSnapshot,
    EvidenceReference,
    ReviewSnapshot,
    Snapshot,
    count_questions,
    unpack,
)
from workloads.models import Workload

NOW: Final = "now"


def milestones_of(workload_id: UUID) -> QuerySet[Milestone]:
    """Return a workload's milestones, the latest first, their snapshots left in the database."""
    milestones: QuerySet[Milestone] = Milestone.objects.filter(workload_id=workload_id)
    return milestones.defer("snapshot").order_by("-number")


def load_milestone(workload_id: UUID, number: int) -> Milestone:
    """Return a milestone with its snapshot; raises NotFound."""
    found: Milestone | None = Milestone.objects.filter(
        workload_id=workload_id, number=number
    ).first()
    if found is None:
        raise NotFound
    return found


def propose_name(workload_id: UUID, today: date) -> str:
    """Return year and quarter, with a number behind when a milestone has that name already."""
    proposed = f"{today.year}-Q{(today.month + 2) // 3}"
    taken = set(
        Milestone.objects.filter(
            workload_id=workload_id, name_key__startswith=name_key(proposed)
        ).values_list("name_key", flat=True)
    )
    number, name = 1, proposed
    while name_key(name) in taken:
        number += 1
        name = f"{proposed} ({number})"
    return name


def snapshot_of(milestone: Milestone) -> Snapshot:
    """Return what a milestone holds; raises UserError when it is not what was saved."""
    try:
        return unpack(bytes(milestone.snapshot), milestone.sha256)
    except BrokenSnapshot as error:
        message = _(
            "The milestone “%(name)s” cannot be read: what is stored is not what was saved. "
            "Ask an operator to restore it from a backup."
        )
        raise UserError(message % {"name": milestone.name}, code="milestone_broken") from error


def snapshot_now(workload: Workload) -> Snapshot:
    """Return the workload's reviews as they are, as a milestone that is saved now would.

    The parts of other apps are left out: ``with_parts`` adds them.
    """
    reviews = reviews_of(workload.pk)
    definitions = load_definitions(
        {review.lens_version.sha256: review.lens_version_id for review in reviews}
    )
    answers, evidence = _answers_by_review(reviews), _evidence_by_review(reviews)
    return Snapshot(
        workload_name=workload.name,
        reviews=tuple(
            replace(
                _review_now(review, definitions[review.lens_version.sha256], answers[review.pk]),
                evidence=tuple(evidence[review.pk]),
            )
            for review in reviews
        ),
    )


def with_parts(snapshot: Snapshot, workload: Workload) -> Snapshot:
    """Return the snapshot with what other apps keep in it (reviews/snapshot_parts.py)."""
    return replace(snapshot, parts=read_parts(workload.pk))


def _review_now(
    review: LensReview, definition: LensDefinition, answers: dict[str, AnsweredQuestion]
) -> ReviewSnapshot:
    # An answer to a question that the version no longer has is not part of the review.
    known = {question.id for question in definition.questions}
    kept = {key: answers[key] for key in sorted(answers.keys() & known)}
    return ReviewSnapshot(
        lens_id=review.lens_id,
        lens_name=review.lens.name,
        lens_alias=review.lens.alias,
        version_id=review.lens_version_id,
        version=review.lens_version.version,
        document_sha256=review.lens_version.sha256,
        notes=review.notes,
        pillar_notes={key: text for key, text in review.pillar_notes.items() if text},
        answers=kept,
        counts=count_questions(definition, kept),
    )


def answers_of(review: LensReview) -> dict[str, AnsweredQuestion]:
    """Return what was said to each question of a review that anything was said to, by id."""
    return _answers_by_review([review])[review.pk]


def _answers_by_review(reviews: list[LensReview]) -> dict[UUID, dict[str, AnsweredQuestion]]:
    answers: dict[UUID, dict[str, AnsweredQuestion]] = {review.pk: {} for review in reviews}
    rows = Answer.objects.filter(review__in=answers).values(
        "review_id",
        "question_id",
        "risk",
        "selected",
        "choice_details",
        "is_applicable",
        "reason",
        "notes",
    )
    for row in rows:
        state = _state(row)
        if state != EMPTY:
            answered = AnsweredQuestion(state, Risk(row["risk"]))
            answers[row["review_id"]][row["question_id"]] = answered
    return answers


def _evidence_by_review(reviews: list[LensReview]) -> dict[UUID, list[EvidenceReference]]:
    evidence: dict[UUID, list[EvidenceReference]] = {review.pk: [] for review in reviews}
    rows = Evidence.objects.filter(review__in=evidence).order_by("added_at", "pk")
    names = tuple(each.name for each in fields(EvidenceReference))
    for review_id, *values in rows.values_list("review_id", *names):
        evidence[review_id].append(EvidenceReference(*values))
    return evidence


def _state(row: dict[str, Any]) -> AnswerState:
    state = state_from(row)
    details = {key: detail for key, detail in state.details.items() if detail}
    return replace(state, details=details)


def definitions_of(*snapshots: Snapshot) -> Definitions:
    """Return the lens versions that snapshots speak of, by SHA-256; raises UserError."""
    reviews = [review for snapshot in snapshots for review in snapshot.reviews]
    definitions = load_definitions(
        {review.document_sha256: review.version_id for review in reviews}
    )
    for review in reviews:
        if review.document_sha256 not in definitions:
            message = _("Version %(version)s of the lens “%(lens)s” is no longer stored.")
            values = {"version": review.version, "lens": review.lens_name}
            raise UserError(message % values, code="lens_version_missing")
    return definitions


def renames_from(before: Snapshot, after: Snapshot) -> dict[UUID, Renames]:
    """Return by lens id what one snapshot's ids are called in the other's lens versions.

    One query, and none where the two are of the same versions.
    """
    was = {review.lens_id: review.version_id for review in before.reviews}
    became = {review.lens_id: review.version_id for review in after.reviews}
    moved = [lens_id for lens_id in was.keys() & became if was[lens_id] != became[lens_id]]
    if not moved:
        return {}
    versions = versions_of(moved)
    return {lens_id: renames_between(was[lens_id], became[lens_id], versions) for lens_id in moved}


def load_definitions(versions: dict[str, UUID]) -> dict[str, LensDefinition]:
    """Return definitions by SHA-256: the cached ones, the others with one query."""
    definitions = {key: cached for key in versions if (cached := compiled_versions.get(key))}
    missing = [versions[key] for key in versions if key not in definitions]
    if missing:
        rows = LensVersion.objects.filter(pk__in=missing).values_list("document", "sha256")
        for document, sha256 in rows:
            definitions[sha256] = compile_document(document, sha256)
    language = get_language()
    return {key: in_language(found, key, language) for key, found in definitions.items()}


@dataclass(frozen=True, slots=True)
class Moment:
    """One side of a comparison: a milestone, or now. ``key`` is its name in the address."""

    key: str
    name: str
    at: datetime | None
    snapshot: Snapshot


def load_moments(workload: Workload, *keys: str) -> list[Moment]:
    """Return moments by their keys, ``now`` or a milestone's number; raises NotFound, UserError."""
    numbers = {int(key) for key in keys if key != NOW}
    milestones = {
        str(milestone.number): milestone
        for milestone in Milestone.objects.filter(workload=workload, number__in=numbers)
    }
    moments = {
        key: Moment(key, milestone.name, milestone.at, snapshot_of(milestone))
        for key, milestone in milestones.items()
    }
    if NOW in keys:
        moments[NOW] = Moment(NOW, _("now"), None, snapshot_now(workload))
    try:
        return [moments[key] for key in keys]
    except KeyError:
        raise NotFound from None


@dataclass(frozen=True, slots=True)
class EvidencedSide(ChoiceSide):
    """A choice of a milestone with the evidence that it had."""

    evidence: tuple[EvidenceReference, ...]


@dataclass(frozen=True, slots=True)
class AnsweredSide(QuestionSide):
    """A question of a milestone with the choices about which something was said."""

    choices: tuple[EvidencedSide, ...]

    @property
    def says_something(self) -> bool:
        """Whether there is more to read than the risk."""
        return self.answer.state != EMPTY or bool(self.choices)


@dataclass(frozen=True, slots=True)
class PillarPart:
    """A pillar of a milestone."""

    pillar: Pillar
    counts: Counts
    notes: str
    questions: tuple[AnsweredSide, ...]


@dataclass(frozen=True, slots=True)
class ReviewPart:
    """A lens review of a milestone."""

    review: ReviewSnapshot
    pillars: tuple[PillarPart, ...]


def parts_of(snapshot: Snapshot) -> list[ReviewPart]:
    """Return a snapshot with the titles of its own lens versions; raises UserError."""
    definitions = definitions_of(snapshot)
    return [
        ReviewPart(review, tuple(_pillar_parts(review, definitions[review.document_sha256])))
        for review in snapshot.reviews
    ]


def _pillar_parts(review: ReviewSnapshot, definition: LensDefinition) -> Iterator[PillarPart]:
    evidence: dict[tuple[str, str], list[EvidenceReference]] = defaultdict(list)
    for piece in review.evidence:
        evidence[piece.question_id, piece.choice_id].append(piece)
    for pillar in definition.pillars:
        questions = []
        for question in pillar.questions:
            answer = review.answer(question.id)
            sides = (
                EvidencedSide(
                    choice,
                    choice.id in answer.state.selected,
                    answer.state.detail(choice.id),
                    tuple(evidence.get((question.id, choice.id), ())),
                )
                for choice in question.choices
            )
            said = tuple(side for side in sides if side.says_something or side.evidence)
            questions.append(AnsweredSide(question, pillar.name, answer, said))
        yield PillarPart(
            pillar=pillar,
            counts=review.counts[pillar.id],
            notes=review.pillar_notes.get(pillar.id, ""),
            questions=tuple(questions),
        )


def evidence_still_there(snapshot: Snapshot) -> set[UUID]:
    """Return which pieces of a snapshot's evidence are still kept; one query at most."""
    ids = [piece.id for review in snapshot.reviews for piece in review.evidence]
    return set(Evidence.objects.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
