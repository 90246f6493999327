"""Reads about evidence: of a question, of a workload, for its plan; what storage it takes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db.models import Q, Sum

from common.errors import NotFound
from lenses.definition import Choice, Pillar, Question
from reviews.models import Evidence, LensReview


@dataclass(frozen=True, slots=True)
class PracticeEvidence:
    """The pieces of one practice, the oldest first; ``choice`` is None when the lens lost it."""

    choice_id: str
    choice: Choice | None
    pieces: list[Evidence] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class QuestionEvidence:
    """The practices of one question that have evidence, in the lens's order."""

    review: LensReview
    question_id: str
    question: Question | None
    pillar: Pillar | None
    practices: list[PracticeEvidence]

    @property
    def count(self) -> int:
        """How many pieces there are."""
        return sum(len(practice.pieces) for practice in self.practices)


def practices_of(question: Question) -> list[Choice]:
    """Return the choices that evidence can belong to."""
    return [choice for choice in question.choices if not choice.is_none_of_these]


def evidence_of_question(review: LensReview, question: Question) -> QuestionEvidence:
    """Return the evidence of a question; one query."""
    pieces = Evidence.objects.filter(review=review, question_id=question.id)
    return _question(review, question.id, question, pieces.order_by("added_at", "pk"))


def load_evidence(workload_id: UUID, evidence_id: UUID) -> Evidence:
    """Return a piece of evidence of the workload, with its review and lens; raises NotFound."""
    evidence: Evidence | None = (
        Evidence.objects.select_related("review__lens", "review__lens_version")
        .defer("review__lens_version__document")
        .filter(pk=evidence_id, review__workload_id=workload_id)
        .first()
    )
    if evidence is None:
        raise NotFound
    return evidence


@dataclass(frozen=True, slots=True)
class EvidenceFilter:
    """What of a workload's evidence is asked for; nothing set: all."""

    words: str = ""
    kind: str = ""
    review_id: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "EvidenceFilter":
        """Read an address's query; what cannot be meant is left out."""
        kind = query.get("kind", "")
        return cls(
            words=query.get("q", "").replace("\x00", "")[:100].strip(),
            kind=kind if kind in Evidence.Kind.values else "",
            review_id=query.get("lens", "")[:40],
        )

    def __bool__(self) -> bool:
        return bool(self.words or self.kind or self.review_id)


def evidence_of_workload(
    reviews: Sequence[LensReview], wanted: EvidenceFilter
) -> list[tuple[LensReview, Evidence]]:
    """Return the evidence of a workload in the order of its lenses, questions and practices.

    ``reviews`` are all of its reviews (reviews_of); one query.
    """
    chosen = [each for each in reviews if wanted.review_id in {"", str(each.pk)}]
    by_id = {review.pk: review for review in chosen}
    rows = Evidence.objects.filter(review__in=by_id)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    for word in wanted.words.split():
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(filename__icontains=word)
            | Q(url__icontains=word)
            | Q(added_by_name__icontains=word)
        )
    order = {review.pk: number for number, review in enumerate(chosen)}
    places = {review.pk: _places(review) for review in chosen}

    def place(row: Evidence) -> tuple[int, int, int, str, str]:
        known = places[row.review_id].get((row.question_id, row.choice_id), _AT_THE_END)
        return order[row.review_id], *known, row.question_id, row.choice_id

    return [
        (by_id[row.review_id], row) for row in sorted(rows.order_by("added_at", "pk"), key=place)
    ]


def grouped(found: Iterable[tuple[LensReview, Evidence]]) -> list[QuestionEvidence]:
    """Put evidence that is in order under its questions and practices."""
    by_question: dict[tuple[UUID, str], list[Evidence]] = defaultdict(list)
    reviews = {}
    for review, row in found:
        reviews[review.pk] = review
        by_question[review.pk, row.question_id].append(row)
    groups = []
    for (review_id, question_id), rows in by_question.items():
        review = reviews[review_id]
        known = {question.id: question for question in review.lens_version.definition.questions}
        groups.append(_question(review, question_id, known.get(question_id), rows))
    return groups


EvidenceByPractice = dict[tuple[UUID, str, str], list[Evidence]]
"""Evidence by review, question and practice."""


def evidence_by_practice(
    review_ids: Iterable[UUID], question_ids: Iterable[str]
) -> EvidenceByPractice:
    """Return evidence by review, question and practice; one query."""
    found: EvidenceByPractice = defaultdict(list)
    rows = Evidence.objects.filter(review__in=set(review_ids), question_id__in=set(question_ids))
    for row in rows.order_by("added_at", "pk"):
        found[row.review_id, row.question_id, row.choice_id].append(row)
    return dict(found)


def storage_used() -> int:
    """Return how many bytes the bound organisation's files of evidence take."""
    total: int = Evidence.objects.aggregate(total=Sum("size", default=0))["total"]
    return total


# Where evidence stands whose question or practice the lens lost.
_AT_THE_END: Final = (1_000_000, 0)


def _places(review: LensReview) -> dict[tuple[str, str], tuple[int, int]]:
    return {
        (question.id, choice.id): (place, letter)
        for place, question in enumerate(review.lens_version.definition.questions)
        for letter, choice in enumerate(question.choices)
    }


def _question(
    review: LensReview, question_id: str, question: Question | None, rows: Iterable[Evidence]
) -> QuestionEvidence:
    by_choice: dict[str, list[Evidence]] = defaultdict(list)
    for row in rows:
        by_choice[row.choice_id].append(row)
    known = {choice.id: choice for choice in question.choices} if question else {}
    order = [*known, *sorted(by_choice.keys() - known.keys())]
    practices = [
        PracticeEvidence(choice_id, known.get(choice_id), by_choice[choice_id])
        for choice_id in order
        if choice_id in by_choice
    ]
    definition = review.lens_version.definition
    pillar = definition.pillar(question.pillar_id) if question else None
    return QuestionEvidence(review, question_id, question, pillar, practices)
