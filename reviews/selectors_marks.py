"""Reads for the navigator: which questions changed, wait for somebody, or are talked about."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from common.errors import UserError
from reviews.compare import compare
from reviews.models import LensReview, Milestone
from reviews.selectors_assignments import assigned_questions
from reviews.selectors_conversation import open_threads
from reviews.selectors_milestones import definitions_of, renames_from, snapshot_now, snapshot_of
from workloads.models import Workload


@dataclass(frozen=True, slots=True)
class Marks:
    """What the navigator can be filtered by beside the risk; ids of questions of one review."""

    changed: frozenset[str] = frozenset()
    mine: frozenset[str] = frozenset()
    comments: dict[str, int] = field(default_factory=dict)


def marks_of(
    workload: Workload, reviews: Sequence[LensReview], user_id: UUID | None
) -> dict[UUID, Marks]:
    """Return the marks of a workload's reviews. The same number of queries whatever there is."""
    ids = [review.pk for review in reviews]
    mine, threads = assigned_questions(ids, user_id), open_threads(ids)
    changed = changed_questions(workload, reviews)
    return {
        key: Marks(
            changed=changed.get(key, frozenset()),
            mine=frozenset(mine.get(key, ())),
            comments=threads.get(key, {}),
        )
        for key in ids
    }


def changed_questions(
    workload: Workload, reviews: Sequence[LensReview]
) -> dict[UUID, frozenset[str]]:
    """Return the questions that are not what they were at the workload's latest milestone.

    Nothing where there is none, or where it cannot be read: its own page says so.
    """
    latest: Milestone | None = (
        Milestone.objects.filter(workload=workload).order_by("-number").first()
    )
    if latest is None:
        return {}
    try:
        before, after = snapshot_of(latest), snapshot_now(workload)
        definitions = definitions_of(before, after)
    except UserError:
        return {}
    by_lens = {review.lens_id: review.pk for review in reviews}
    comparison = compare(before, after, definitions, renames_from(before, after))
    return {
        by_lens[lens.lens_id]: frozenset(
            change.after.question.id for change in lens.questions if change.after
        )
        for lens in comparison.lenses
        if lens.lens_id in by_lens
    }
