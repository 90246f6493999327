"""What each review adds to figures over many, and by how much those figures are behind.

Figures over thousands of reviews are sums of what Celery stored: for each review its ReviewSummary
rows. A review whose ``counted_revision`` is not its ``answers_revision`` is behind; readers add the
difference that it makes themselves, so that no figure is ever stale.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db.models import F, QuerySet

from common.risk import Risk
from reviews.models import Answer, LensReview, ReviewSummary
from reviews.selectors import Counts, PillarCounts, count_by_pillar, counts_of_row, total

CHUNK: Final = 200


@dataclass(frozen=True, slots=True)
class Contribution:
    """A review's counts and its questions at high risk, each by pillar."""

    pillars: PillarCounts = field(default_factory=dict)
    high: dict[str, list[str]] = field(default_factory=dict)

    @property
    def counts(self) -> Counts:
        """The questions by risk."""
        return total(self.pillars.values())

    @property
    def high_questions(self) -> frozenset[str]:
        """The questions at high risk."""
        return frozenset(key for keys in self.high.values() for key in keys)


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to be added to the stored figures for one review that is behind.

    ``now`` are its true counts; ``counts``, the difference, may be negative. ``appeared`` and
    ``gone`` are questions at high risk.
    """

    review: LensReview
    now: Counts
    counts: Counter[Risk]
    appeared: frozenset[str]
    gone: frozenset[str]


def behind() -> QuerySet[LensReview]:
    """Return the reviews that the figures over many hold an earlier revision of."""
    reviews: QuerySet[LensReview] = LensReview.objects.filter(
        counted_revision__lt=F("answers_revision")
    )
    return reviews


def contributions(reviews: Sequence[LensReview]) -> dict[UUID, Contribution]:
    """Return what reviews (with their lens versions) add, taken from their answers. One query."""
    risks: dict[UUID, dict[str, Risk]] = {review.pk: {} for review in reviews}
    answered = [review.pk for review in reviews if review.answers_revision]
    if answered:
        rows = Answer.objects.filter(review__in=answered)
        for review_id, question_id, risk in rows.values_list("review", "question_id", "risk"):
            risks[review_id][question_id] = Risk(risk)
    return {review.pk: _contribution(review, risks[review.pk]) for review in reviews}


def _contribution(review: LensReview, risks: dict[str, Risk]) -> Contribution:
    definition = review.lens_version.definition
    high = {
        pillar.id: [q.id for q in pillar.questions if risks.get(q.id) == Risk.HIGH]
        for pillar in definition.pillars
    }
    return Contribution(count_by_pillar(definition, risks), high)


def stored_contributions(review_ids: Sequence[UUID]) -> dict[UUID, Contribution]:
    """Return what the figures over many hold of reviews, however old it is. One query."""
    found = {review_id: Contribution() for review_id in review_ids}
    for row in ReviewSummary.objects.filter(review__in=review_ids):
        found[row.review_id].pillars[row.pillar_id] = counts_of_row(row)
        found[row.review_id].high[row.pillar_id] = row.high_questions
    return found


def corrections(reviews: QuerySet[LensReview]) -> Iterator[Correction]:
    """Yield what those of ``reviews`` that are behind change. Two queries a CHUNK."""
    late = list(reviews.select_related("lens_version").defer("lens_version__document"))
    for begin in range(0, len(late), CHUNK):
        chunk = late[begin : begin + CHUNK]
        true = contributions(chunk)
        held = stored_contributions([review.pk for review in chunk])
        for review in chunk:
            now, before = true[review.pk], held[review.pk]
            counts = Counter(now.counts)
            counts.subtract(before.counts)
            yield Correction(
                review=review,
                now=now.counts,
                counts=counts,
                appeared=now.high_questions - before.high_questions,
                gone=before.high_questions - now.high_questions,
            )
