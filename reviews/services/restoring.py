"""Going back with a whole review: its answers as they were at a moment."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from common.clock import now
from common.errors import Conflict, Invalid
from reviews.models import Milestone
from reviews.selectors_restoring import Restoring, restoring
from reviews.services.many_answers import announce_answers, lock_review, write_answers
from reviews.services.milestones import save_milestone
from tenants import audit
from tenants.actors import Actor
from tenants.permissions import Permission
from tenants.transactions import writing
from workloads.selectors import load_workload

MOVED_ON = "review_moved_on"
"""The code of the Conflict for a preview that is no longer true."""


def restore_review(
    *,
    actor: Actor,
    workload_id: UUID,
    review_id: UUID,
    moment: datetime,
    milestone_name: str,
    expected_answers_revision: int | None = None,
) -> Restoring:
    """Save a milestone of the workload, then give a review the answers that it had at ``moment``.

    All or nothing. Each answer that changes gets one more change in its history, so that each can
    be undone; comments, evidence and notes on pillars stay. ``expected_answers_revision`` is the
    one that the preview was made at. Raises Forbidden, NotFound; Conflict (code
    ``review_moved_on``) where somebody answered since; Invalid where the moment is to come or
    nothing would change, and for the milestone; LimitExceeded.
    """
    actor.require(Permission.MANAGE_WORKLOADS)
    actor.require(Permission.SAVE_MILESTONES)
    if moment > now():
        raise Invalid(fields={"at": [_("This moment is yet to come.")]})
    with writing():
        # The workload first, as whoever saves a milestone does.
        load_workload(workload_id, for_update=True)
        review = lock_review(workload_id, review_id)
        if expected_answers_revision not in {None, review.answers_revision}:
            problem = _("Somebody answered since you opened this page. Look at it again.")
            raise Conflict(problem, code=MOVED_ON)
        found = restoring(review, moment)
        if not found.targets:
            raise Invalid(fields={"at": [_("Every answer is as it was then.")]})
        milestone = save_milestone(actor=actor, workload_id=workload_id, name=milestone_name)
        changed = write_answers(actor, review, found.targets)
        _record(actor, found, milestone)
        announce_answers(actor, review, changed)
    return found


def _record(actor: Actor, found: Restoring, milestone: Milestone) -> None:
    audit.record(
        actor=actor,
        verb="review.restored",
        target=found.review,
        after={
            "at": found.moment,
            "answers": len(found.targets),
            "questions": list(found.targets),
            "gone": found.gone,
            "milestone": milestone.number,
        },
    )
