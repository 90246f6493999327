"""What every change of a review's answers leads to."""

from typing import Final

from django.db.models import F

from common.clock import now
from reviews.models import LensReview
from reviews.tasks import refresh_summary
from tenants.tasks import enqueue

_LULL: Final = 1.0
"""Seconds for further changes to come, before what is derived is computed for all of them."""


def count_change(review: LensReview) -> None:
    """Count a change on a locked review, and have Celery refresh what is derived from it.

    Many changes in a row send one message, and are counted together: the flag is down again before
    the task reads. Pages show no figures that are behind meanwhile (reviews/selectors.py).
    """
    is_queued = review.refresh_queued
    # The row is locked, so this is what it will be; whoever looks at the review later sees it too.
    review.answers_revision += 1
    LensReview.objects.filter(pk=review.pk).update(
        answers_revision=F("answers_revision") + 1, updated_at=now(), refresh_queued=True
    )
    if not is_queued:
        enqueue(
            refresh_summary,
            organization_id=review.organization_id,
            review_id=str(review.pk),
            wait=_LULL,
        )
