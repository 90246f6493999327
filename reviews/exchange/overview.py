"""All that the workbook, the tables and the Markdown of a workload are made of: only reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from common.people import person_name
from common.risk import Risk
from lenses.definition import LensDefinition, Pillar, Question
from reviews.merge import EMPTY, AnswerState
from reviews.models import Answer, LensReview, Milestone
from reviews.reasons import Reason
from reviews.selectors import Counts, reviews_of
from reviews.services.answers import state_of
from reviews.snapshots import lens_counts_from
from workloads.models import Workload
from workloads.properties import WorkloadProperties, properties_of
from workloads.selectors import tags_of


@dataclass(frozen=True, slots=True)
class Said:
    """What was said to a question, the risk that follows, and what its row was at."""

    state: AnswerState = EMPTY
    risk: Risk = Risk.UNANSWERED
    revision: int = 0
    at: datetime | None = None
    by: str = ""


_NOTHING = Said()


@dataclass(frozen=True, slots=True)
class ReviewOverview:
    """One lens review."""

    review_id: UUID
    lens_id: UUID
    lens_name: str
    version: str
    version_sha256: str
    definition: LensDefinition
    notes: str
    pillar_notes: Mapping[str, str]
    answers: Mapping[str, Said]

    def said(self, question: Question) -> Said:
        """What was said to a question of it."""
        return self.answers.get(question.id, _NOTHING)

    def counts(self, pillar: Pillar) -> Counts:
        """A pillar's questions by risk."""
        return Counter(self.said(question).risk for question in pillar.questions)

    def total(self) -> Counts:
        """All questions by risk."""
        return Counter(self.said(question).risk for question in self.definition.questions)


@dataclass(frozen=True, slots=True)
class MilestoneOverview:
    """A milestone by its counts: over all lenses, and by lens id and pillar id."""

    number: int
    name: str
    note: str
    at: datetime
    by: str
    total: Counts
    lenses: Mapping[UUID, Mapping[str, Counts]]


@dataclass(frozen=True, slots=True)
class Overview:
    """A workload, its reviews in their order, its milestones from the first."""

    workload_id: UUID
    properties: WorkloadProperties
    tags: Mapping[str, str]
    reviews: Sequence[ReviewOverview]
    milestones: Sequence[MilestoneOverview] = field(default=())

    @property
    def environment(self) -> str:
        """The environment in words."""
        return str(Workload.Environment(self.properties.environment).label)

    @property
    def total(self) -> Counts:
        """All questions by risk."""
        return sum((review.total() for review in self.reviews), Counter())

    def questions(self) -> Iterator[tuple[ReviewOverview, Pillar, Question]]:
        """Every question of every review."""
        for review in self.reviews:
            for pillar in review.definition.pillars:
                for question in pillar.questions:
                    yield review, pillar, question


def load_overview(workload: Workload) -> Overview:
    """Return all that is said about a workload. Four queries and those of reviews_of."""
    reviews = reviews_of(workload.pk)
    answers: dict[UUID, dict[str, Said]] = {review.pk: {} for review in reviews}
    for row in Answer.objects.filter(review__in=answers).select_related("updated_by"):
        answers[row.review_id][row.question_id] = Said(
            state=state_of(row),
            risk=Risk(row.risk),
            revision=row.revision,
            at=row.updated_at,
            by=person_name(row.updated_by),
        )
    return Overview(
        workload_id=workload.pk,
        properties=properties_of(workload),
        tags=tags_of(workload),
        reviews=[_review(review, answers[review.pk]) for review in reviews],
        milestones=[_milestone(row) for row in _milestones(workload)],
    )


def _review(review: LensReview, answers: Mapping[str, Said]) -> ReviewOverview:
    return ReviewOverview(
        review_id=review.pk,
        lens_id=review.lens_id,
        lens_name=review.lens.name,
        version=review.lens_version.version,
        version_sha256=review.lens_version.sha256,
        definition=review.lens_version.definition,
        notes=review.notes,
        pillar_notes=review.pillar_notes,
        answers=answers,
    )


def _milestones(workload: Workload) -> list[Milestone]:
    rows = Milestone.objects.filter(workload=workload).defer("snapshot")
    return list(rows.order_by("number"))


def _milestone(row: Milestone) -> MilestoneOverview:
    return MilestoneOverview(
        number=row.number,
        name=row.name,
        note=row.note,
        at=row.at,
        by=row.by_name,
        total=Counter({Risk(risk): count for risk, count in row.counts.items()}),
        lenses={lens.lens_id: lens.pillars for lens in lens_counts_from(row.lens_counts)},
    )


def reason_words(code: str) -> str:
    """Return a reason in words; empty where none was given."""
    return str(Reason(code).label) if code in Reason.values else code
