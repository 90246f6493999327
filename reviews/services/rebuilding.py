"""Counting all figures over many reviews anew, as if nothing had been kept."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from reviews.models import LensReview, WorkloadSummary
from reviews.rollups import CHUNK, behind
from reviews.services.summaries import (
    count_workloads,
    rebuild_common_risks,
    refresh_review_summaries,
)
from reviews.services.trend import rebuild_trend


def rebuild_summaries() -> Iterator[int]:
    """Rebuild the bound organisation's figures, yielding how many reviews are done so far.

    Short transactions, between which answers are saved and pages read as ever. What was kept wrong,
    for whatever reason, is right afterwards.
    """
    ids = list(LensReview.objects.order_by("pk").values_list("pk", flat=True))
    for begin in range(0, len(ids), CHUNK):
        chunk = ids[begin : begin + CHUNK]
        refresh_review_summaries(review_ids=chunk)
        yield begin + len(chunk)
    rebuild_common_risks()
    # Those whose reviews are all gone.
    reviews = LensReview.objects.filter(workload=OuterRef("workload"))
    empty = WorkloadSummary.objects.filter(~Exists(reviews)).order_by()
    count_workloads(empty.values_list("workload", flat=True))
    rebuild_trend()


def refresh_some_behind(*, size: int = CHUNK) -> bool:
    """Refresh a few of the reviews that are behind; say whether more are left."""
    ids = list(behind().order_by("pk").values_list("pk", flat=True)[: size + 1])
    refresh_review_summaries(review_ids=ids[:size])
    return len(ids) > size
