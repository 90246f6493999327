"""Choosing lenses: starting the reviews of a workload, and taking one away."""

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from common.errors import Conflict, Invalid
from reviews.lens_options import lens_options
from reviews.models import Answer, AnswerChange, LensReview
from reviews.selectors import load_review
from reviews.services.summaries import refresh_review_summaries
from tenants import audit
from tenants.actors import Actor
from tenants.permissions import Permission
from tenants.plans import require_within
from tenants.transactions import writing
from workloads.models import Workload
from workloads.selectors import load_workload
from workloads.topics import look_again_at

# The form field that errors about lenses are shown beside.
FIELD = "lenses"


def start_reviews(*, actor: Actor, workload_id: UUID, lens_ids: Sequence[UUID]) -> list[LensReview]:
    """Review a workload through further lenses, each pinned to its newest published version.

    All or none. Raises Forbidden, NotFound (the workload); with the field ``lenses``: Invalid for a
    lens that is unknown, deleted or not published, Conflict for one that is in use here already,
    LimitExceeded.
    """
    actor.require(Permission.MANAGE_WORKLOADS)
    wanted = list(dict.fromkeys(lens_ids))
    if not wanted:
        return []
    with writing():
        # The lock makes two who add lenses at once take turns: positions and the limit hold.
        workload = load_workload(workload_id, for_update=True)
        in_use = LensReview.objects.filter(workload=workload)
        count = in_use.count() + len(wanted)
        require_within(actor.organization, "lenses_per_workload", count, field=FIELD)
        position = in_use.aggregate(last=Max("position", default=-1))["last"] + 1
        reviews = _new_reviews(workload, wanted, position)
        for review in reviews:
            _insert(review)
            audit.record(
                actor=actor,
                verb="workload.lens_added",
                target=workload,
                after={
                    "review_id": review.pk,
                    "lens": review.lens.name,
                    "version": review.lens_version.version,
                },
            )
        # A workload is in the portfolio from its first lens on.
        refresh_review_summaries(review_ids=[review.pk for review in reviews])
        look_again_at(workload_id)
    return reviews


def _new_reviews(workload: Workload, lens_ids: Sequence[UUID], position: int) -> list[LensReview]:
    options = {option.lens_id: option for option in lens_options()}
    if any(lens_id not in options for lens_id in lens_ids):
        problem = _("There is no such lens, or no version of it is published.")
        raise Invalid(fields={FIELD: [problem]})
    return [
        LensReview(
            workload=workload,
            lens_id=lens_id,
            lens_version_id=options[lens_id].version_id,
            position=place,
        )
        for place, lens_id in enumerate(lens_ids, start=position)
    ]


def _insert(review: LensReview) -> None:
    try:
        with transaction.atomic():
            review.save(force_insert=True)
    except IntegrityError:
        problem = _("This workload is reviewed through that lens already.")
        raise Conflict(fields={FIELD: [problem]}) from None


def remove_lens(*, actor: Actor, workload_id: UUID, review_id: UUID) -> LensReview:
    """Take a lens from a workload: its answers and notes go, milestones keep them.

    Returns the review as it was. Raises Forbidden, NotFound.
    """
    actor.require(Permission.MANAGE_WORKLOADS)
    with writing():
        workload = load_workload(workload_id, for_update=True)
        # Locked as whoever answers does, before the audit log makes others wait.
        list(LensReview.objects.select_for_update().filter(pk=review_id).values_list("pk"))
        review = load_review(workload_id, review_id)
        # Recorded first: afterwards there is nothing left to count.
        audit.record(
            actor=actor,
            verb="workload.lens_removed",
            target=workload,
            before={
                "review_id": review.pk,
                "lens": review.lens.name,
                "version": review.lens_version.version,
                "answers": Answer.objects.filter(review=review).count(),
                "changes": AnswerChange.objects.filter(answer__review=review).count(),
            },
        )
        LensReview.objects.filter(pk=review.pk).delete()
        look_again_at(workload_id)
    return review
