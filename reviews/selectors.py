"""Reads about reviews: answers, and figures that are never stale."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from common.errors import NotFound
from common.risk import Risk
from lenses.definition import LensDefinition, Question, UnknownQuestion
from reviews.models import Answer, LensReview, ReviewSummary

Counts = Counter[Risk]
PillarCounts = dict[str, Counts]


def reviews_with_lenses() -> QuerySet[LensReview]:
    """Return reviews with lens and version, the version's large document left in the database."""
    reviews: QuerySet[LensReview] = LensReview.objects.select_related("lens", "lens_version").defer(
        "lens_version__document"
    )
    return reviews


def reviews_of(workload_id: UUID) -> list[LensReview]:
    """Return a workload's reviews in the order in which its lenses are listed."""
    return list(reviews_with_lenses().filter(workload_id=workload_id).order_by("position", "pk"))


def load_review(workload_id: UUID, review_id: UUID) -> LensReview:
    """Return one review of the workload; raises NotFound."""
    review = reviews_with_lenses().filter(workload_id=workload_id, pk=review_id).first()
    if review is None:
        raise NotFound
    return review


def load_question(
    workload_id: UUID, review_id: UUID, question_id: str
) -> tuple[LensReview, Question]:
    """Return one question of one review of the workload; raises NotFound."""
    review = load_review(workload_id, review_id)
    try:
        return review, review.lens_version.definition.question(question_id)
    except UnknownQuestion:
        raise NotFound from None


def answer_to(review: LensReview, question_id: str) -> Answer:
    """Return the answer to a question with who gave it, or the empty one that is not stored."""
    answers = Answer.objects.filter(review=review, question_id=question_id)
    answer: Answer | None = answers.select_related("updated_by").first()
    return answer or Answer(review=review, question_id=question_id)


def risks_of(review: LensReview) -> dict[str, Risk]:
    """Return the risk of each answered question, by question id."""
    rows = Answer.objects.filter(review=review).values_list("question_id", "risk")
    return {question_id: Risk(risk) for question_id, risk in rows}


def count_by_pillar(definition: LensDefinition, risks: Mapping[str, Risk]) -> PillarCounts:
    """Count the questions of each pillar by risk; one without an answer is unanswered."""
    return {
        pillar.id: Counter(risks.get(question.id, Risk.UNANSWERED) for question in pillar.questions)
        for pillar in definition.pillars
    }


def total(counts: Iterable[Counts]) -> Counts:
    """Add up counts."""
    return sum(counts, Counter())


def summaries(reviews: Sequence[LensReview]) -> dict[UUID, PillarCounts]:
    """Return each review's counts by pillar id, true to its last answer.

    Celery keeps the rows; where one is behind its review the counts are taken here, from the
    answers. Two queries at most, whatever the number of reviews.
    """
    fresh: dict[UUID, PillarCounts] = {}
    revisions = {review.pk: review.answers_revision for review in reviews}
    for row in ReviewSummary.objects.filter(review__in=revisions):
        if row.answers_revision == revisions[row.review_id]:
            fresh.setdefault(row.review_id, {})[row.pillar_id] = counts_of_row(row)
    behind = [review for review in reviews if review.pk not in fresh]
    risks: dict[UUID, dict[str, Risk]] = {review.pk: {} for review in behind}
    answered = [review.pk for review in behind if review.answers_revision]
    if answered:
        rows = Answer.objects.filter(review__in=answered)
        for review_id, question_id, risk in rows.values_list("review", "question_id", "risk"):
            risks[review_id][question_id] = Risk(risk)
    for review in behind:
        fresh[review.pk] = count_by_pillar(review.lens_version.definition, risks[review.pk])
    return fresh


def counts_of_row(row: ReviewSummary) -> Counts:
    """Return a stored summary as counts."""
    return Counter(
        {
            Risk.HIGH: row.high,
            Risk.MEDIUM: row.medium,
            Risk.NONE: row.none,
            Risk.UNANSWERED: row.unanswered,
            Risk.NOT_APPLICABLE: row.not_applicable,
        }
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a review is. What does not apply counts as answered."""

    answered: int
    questions: int

    @property
    def percent(self) -> int:
        """Answered questions in percent, rounded down, so that 100 means all."""
        return 100 * self.answered // self.questions if self.questions else 100


def progress(counts: Counts) -> Progress:
    """Return how many of the counted questions are answered."""
    return Progress(answered=counts.total() - counts[Risk.UNANSWERED], questions=counts.total())
