"""Which plans are behind their answers, by their revisions, and bringing them up."""

from collections.abc import Collection
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
# As many as a page brings up itself before it is shown, or one message of a long queue.
IN_PLACE: Final = 20


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


def refresh_those_behind(review_ids: Collection[UUID]) -> None:
    """Refresh the plans of those reviews that need it, however often they were asked for."""
    found = behind(LensReview.objects.filter(pk__in=review_ids))
    refresh_plans(list(found.values_list("pk", flat=True)))


def late() -> QuerySet[LensReview]:
    """Return the reviews whose plans have been behind for longer than a refresh takes."""
    since = now() - OVERDUE
    quiet = Q(updated_at__lt=since) & Q(workload__updated_at__lt=since)
    return behind(LensReview.objects.filter(quiet))


def refresh_some_late(*, size: int = IN_PLACE) -> bool:
    """Refresh a few of the plans that are late; say whether more are left."""
    ids = list(late().order_by("pk").values_list("pk", flat=True)[: size + 1])
    refresh_plans(ids[:size])
    return len(ids) > size


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
