"""Keeping the stored figures of reviews true, and those over many reviews."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from common.risk import Risk
from reviews.models import CommonRisk, LensReview, ReviewSummary, WorkloadSummary
from reviews.rollups import Contribution, contributions, stored_contributions
from reviews.signals import review_changed
from tenants.context import current_organization_id
from tenants.transactions import take_turn, writing
from workloads.models import Workload

FIGURES: Final = tuple(risk.name.lower() for risk in Risk)

CommonRisks = Counter[tuple[UUID, str]]
"""In how many reviews questions are at high risk, by lens and question; or a change of it."""


def refresh_review_summary(*, review_id: UUID) -> None:
    """Compute a review's counts by pillar and store them with the revision they are of."""
    refresh_review_summaries(review_ids=[review_id])


def refresh_review_summaries(*, review_ids: Sequence[UUID]) -> None:
    """Compute the counts of reviews by pillar, and all figures over many reviews that hold them.

    Idempotent, and late or repeated calls do no harm: it reads what is committed now, and a reader
    trusts the rows only when their revision is the review's. The number of queries is the same for
    one review as for many; a few hundred at a time keep the transaction short.
    """
    with writing():
        reviews = _begin(review_ids)
        if not reviews:
            return
        now = contributions(reviews)
        # Changed only by whoever has the review's lock, as this one.
        before = stored_contributions([review.pk for review in reviews])
        _store(reviews, before, now)
        change: CommonRisks = Counter()
        for review in reviews:
            added, gone = now[review.pk].high_questions, before[review.pk].high_questions
            change.update((review.lens_id, key) for key in added - gone)
            change.subtract((review.lens_id, key) for key in gone - added)
        take_turn(current_organization_id())
        count_workloads({review.workload_id for review in reviews})
        _add(change)


def _begin(review_ids: Sequence[UUID]) -> list[LensReview]:
    """Lock reviews in one order, and lower their flags: a later change asks for another refresh.

    Who keeps something true to the answers too hears of those that changed (reviews.signals).
    """
    locked = LensReview.objects.select_for_update(of=("self",)).filter(pk__in=review_ids)
    locked = locked.select_related("lens_version").defer("lens_version__document")
    reviews = list(locked.order_by("pk"))
    changed = [
        review.pk for review in reviews if review.counted_revision != review.answers_revision
    ]
    if changed:
        review_changed.send(
            sender=LensReview, review_ids=changed, organization_id=current_organization_id()
        )
    LensReview.objects.filter(pk__in=[review.pk for review in reviews]).update(
        refresh_queued=False, counted_revision=F("answers_revision")
    )
    return reviews


def _store(
    reviews: Sequence[LensReview],
    before: Mapping[UUID, Contribution],
    now: Mapping[UUID, Contribution],
) -> None:
    for review in reviews:
        # Rare: a pillar that the review's version has no more.
        gone = before[review.pk].pillars.keys() - now[review.pk].pillars.keys()
        if gone:
            ReviewSummary.objects.filter(review=review, pillar_id__in=gone).delete()
    ReviewSummary.objects.bulk_create(
        [
            ReviewSummary(
                review=review,
                pillar_id=pillar_id,
                answers_revision=review.answers_revision,
                high_questions=now[review.pk].high[pillar_id],
                **{risk.name.lower(): count for risk, count in pillar.items()},
            )
            for review in reviews
            for pillar_id, pillar in now[review.pk].pillars.items()
        ],
        update_conflicts=True,
        unique_fields=["organization", "review", "pillar_id"],
        update_fields=[*FIGURES, "high_questions", "answers_revision"],
    )


def count_workloads(workload_ids: Iterable[UUID]) -> None:
    """Sum up the stored counts of workloads that are there, over all their reviews."""
    ids = set(workload_ids)
    sums: dict[UUID, dict[str, Any]] = {workload_id: {} for workload_id in ids}
    rows = ReviewSummary.objects.filter(review__workload__in=ids).order_by()
    figures = {figure: Coalesce(Sum(figure), 0) for figure in FIGURES}
    for row in rows.values("review__workload").annotate(**figures):
        sums[row.pop("review__workload")] = row
    WorkloadSummary.objects.bulk_create(
        [WorkloadSummary(workload_id=key, **row) for key, row in sums.items()],
        update_conflicts=True,
        unique_fields=["organization", "workload"],
        update_fields=FIGURES,
    )


def _add(change: CommonRisks) -> None:
    """Change how common risks are. Only in turn (tenants.transactions)."""
    change = Counter({key: number for key, number in change.items() if number})
    if not change:
        return
    rows = CommonRisk.objects.filter(
        lens__in={lens for lens, _question in change},
        question_id__in={question for _lens, question in change},
    )
    stored = {(row.lens_id, row.question_id): row for row in rows}
    kept: list[CommonRisk] = []
    gone: list[CommonRisk] = []
    for (lens_id, question_id), number in change.items():
        row = stored.get((lens_id, question_id)) or CommonRisk(
            lens_id=lens_id, question_id=question_id
        )
        row.reviews = max(row.reviews + number, 0)
        (kept if row.reviews else gone).append(row)
    CommonRisk.objects.filter(pk__in=[row.pk for row in gone]).delete()
    CommonRisk.objects.bulk_create(
        kept,
        update_conflicts=True,
        unique_fields=["organization", "lens", "question_id"],
        update_fields=["reviews"],
    )


def forget_review(review: LensReview) -> None:
    """Take a review that is about to be deleted out of the figures over many."""
    # All of the workload's, before the turn: its other reviews may go with it.
    siblings = LensReview.objects.select_for_update().filter(workload=review.workload_id)
    list(siblings.order_by("pk").values_list("pk", flat=True))
    held = stored_contributions([review.pk])[review.pk].high_questions
    take_turn(current_organization_id())
    _add(Counter({(review.lens_id, key): -1 for key in held}))


def recount_workload(workload_id: UUID) -> None:
    """Sum up a workload's counts anew, unless it is being deleted itself."""
    rows = ReviewSummary.objects.filter(review__workload=workload_id)
    figures = {figure: Coalesce(Sum(figure), 0) for figure in FIGURES}
    WorkloadSummary.objects.filter(workload=workload_id).update(**rows.aggregate(**figures))


def rebuild_common_risks() -> None:
    """Count how common risks are anew, from what is stored of each review. One transaction."""
    with writing():
        take_turn(current_organization_id())
        counted: CommonRisks = Counter()
        rows = ReviewSummary.objects.filter(high__gt=0).order_by()
        for lens_id, questions in rows.values_list("review__lens", "high_questions").iterator():
            counted.update((lens_id, question_id) for question_id in questions)
        CommonRisk.objects.all().delete()
        _add(counted)


def all_workload_ids() -> list[UUID]:
    """Return the ids of the bound organisation's workloads, in one order."""
    return list(Workload.objects.order_by("pk").values_list("pk", flat=True))
