"""Which plans are behind their answers: marked when a review changes, found again by a sweep."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from common.clock import now
from improvement.models import PlanState
from improvement.services.refreshing import refresh_plans
from reviews.models import LensReview

# A refresh that is this late was lost with its broker, or its worker is gone.
OVERDUE: Final = timedelta(minutes=1)
# As many as a page brings up itself before it is shown.
IN_PLACE: Final = 20


def mark_stale(review_ids: Sequence[UUID]) -> list[UUID]:
    """Mark the plans of reviews as waiting for a refresh; return those that were not marked yet.

    The caller holds the locks of the reviews, which a refresh takes too: one that lowers a mark
    reads what the caller wrote. One query where all are marked already.
    """
    rows = PlanState.objects.filter(review__in=review_ids)
    marked = dict(rows.values_list("review", "refresh_queued"))
    new = [key for key in review_ids if key not in marked]
    lowered = [key for key, is_queued in marked.items() if not is_queued]
    if new:
        PlanState.objects.bulk_create(
            [PlanState(review_id=key, refresh_queued=True) for key in new], ignore_conflicts=True
        )
    if lowered:
        PlanState.objects.filter(review__in=lowered).update(refresh_queued=True)
    return [*lowered, *new]


def behind(reviews: QuerySet[LensReview]) -> QuerySet[LensReview]:
    """Return those of the reviews whose items are not true to their answers or their workload.

    A review without an answer has no items, and no need of a plan.
    """
    state = PlanState.objects.filter(
        review=OuterRef("pk"),
        answers_revision=OuterRef("answers_revision"),
        workload_revision=OuterRef("workload__revision"),
        lens_version_id=OuterRef("lens_version_id"),
    )
    return reviews.filter(~Exists(state), answers_revision__gt=0)


def plans_to_send_again() -> list[UUID]:
    """Return the reviews whose plans have been behind for longer than a refresh takes."""
    late = now() - OVERDUE
    quiet = Q(updated_at__lt=late) & Q(workload__updated_at__lt=late)
    rows = behind(LensReview.objects.filter(quiet))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def bring_up_to_date(*, workload_id: UUID | None = None) -> int:
    """Refresh in place what a worker has not come to; return how many plans stay behind.

    For a page that is about to be shown: of one workload all, of the organisation at most
    ``IN_PLACE``. One query where everything is up to date.
    """
    reviews = LensReview.objects.all()
    if workload_id is not None:
        reviews = reviews.filter(workload=workload_id)
    found = list(behind(reviews).order_by("-updated_at").values_list("pk", flat=True))
    mine = found if workload_id is not None else found[:IN_PLACE]
    refresh_plans(mine)
    return len(found) - len(mine)
