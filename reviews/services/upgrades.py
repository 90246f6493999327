"""Bringing reviews to another version of their lens, and back (docs/lenses.md, Versions)."""

from uuid import UUID

from django.utils.translation import gettext as _

from common.clock import now
from common.errors import Conflict, NotFound
from lenses.models import LensVersion
from reviews.models import LensReview, ReviewUpgrade
from reviews.selectors_versions import (
    Upgrade,
    applies_itself,
    available_upgrade,
    is_undoable,
    load_version,
    passage,
    passage_between,
    waiting_for,
)
from reviews.services.following import follow_renames
from reviews.services.milestones import save_milestone
from reviews.services.moving import Move, move_reviews, take_back
from reviews.turns import Turns
from tenants import audit
from tenants.actors import Actor, system_actor
from tenants.context import current_organization_id
from tenants.models import Organization
from tenants.permissions import Permission
from tenants.transactions import writing
from workloads.selectors import load_workload

CHUNK_SIZE = 200

MOVED_ON = "review_moved_on"
"""The code of the Conflict for a preview that is no longer true."""


def apply_minor(*, review_id: UUID, to_version_id: UUID) -> ReviewUpgrade | None:
    """Apply a minor version to one review, as the system.

    None, and nothing is done, where the review is not pinned to the version before (it may have
    been brought here already) or was taken back from this version. Raises NotFound (the version).
    """
    with writing():
        version = load_version(to_version_id)
        if not applies_itself(version):
            return None
        moved = _apply(version, _lock(waiting_for(version).filter(pk=review_id)))
    return moved[0] if moved else None


def apply_minor_to_some(*, to_version_id: UUID, size: int = CHUNK_SIZE) -> list[UUID]:
    """Apply a minor version to at most ``size`` of the bound organisation's reviews.

    Returns the versions to apply next: this one while reviews wait for it, then the minor ones
    that follow it. Empty when there was nothing to do, or the version is gone.
    """
    with writing():
        version = LensVersion.objects.defer("document").filter(pk=to_version_id).first()
        if version is None or not applies_itself(version):
            return []
        moved = _apply(version, _lock(waiting_for(version).order_by("pk")[:size]))
        if not moved:
            return []
        if waiting_for(version).exists():
            return [version.pk]
        later = LensVersion.objects.filter(predecessor=version).defer("document")
        return [successor.pk for successor in later if applies_itself(successor)]


def _lock(reviews: object) -> list[LensReview]:
    # By id: two that lock several take turns instead of waiting for each other.
    ids = list(reviews.values_list("pk", flat=True))  # type: ignore[attr-defined]
    locked = LensReview.objects.select_for_update().filter(pk__in=ids)
    return list(locked.order_by("pk"))


def _apply(version: LensVersion, locked: list[LensReview]) -> list[ReviewUpgrade]:
    # What was read before the lock may have been moved since.
    reviews = [review for review in locked if review.lens_version_id == version.predecessor_id]
    if not reviews:
        return []
    before = load_version(version.predecessor_id)  # type: ignore[arg-type]
    organization = Organization.objects.get(pk=current_organization_id())
    move = Move(
        actor=system_actor(organization),
        from_version=before,
        to_version=version,
        passage=passage(before, version, version.renames),
        kind=LensVersion.Kind.MINOR,
        verb="review.minor_applied",
    )
    return move_reviews(move, reviews)


def upgrade_review(
    *,
    actor: Actor,
    review_id: UUID,
    to_version_id: UUID,
    milestone_name: str,
    expected_answers_revision: int | None = None,
) -> ReviewUpgrade:
    """Save a milestone of the workload, then bring the review to the lens's newest version.

    All or nothing. ``expected_answers_revision`` is the one that the preview was made at. Raises
    Forbidden, NotFound; Conflict (code ``review_moved_on``) where an answer, or a still newer
    version, came in between; Invalid and LimitExceeded for the milestone.
    """
    actor.require(Permission.SAVE_MILESTONES)
    actor.require(Permission.MANAGE_WORKLOADS)
    with writing():
        review = _lock_with_workload(review_id)
        upgrade = available_upgrade(review)
        _require_as_previewed(review, upgrade, to_version_id, expected_answers_revision)
        assert upgrade is not None  # noqa: S101 - required above
        milestone = save_milestone(actor=actor, workload_id=review.workload_id, name=milestone_name)
        before = review.lens_version
        move = Move(
            actor=actor,
            from_version=before,
            to_version=upgrade.version,
            passage=passage(before, upgrade.version, upgrade.renames),
            kind=LensVersion.Kind.MAJOR,
            verb="review.upgraded",
            milestone=milestone,
        )
        (applied,) = move_reviews(move, [review])
    return applied


def _lock_with_workload(review_id: UUID) -> LensReview:
    workload_id = (
        LensReview.objects.filter(pk=review_id).values_list("workload_id", flat=True).first()
    )
    if workload_id is None:
        raise NotFound
    # The workload first, as whoever saves a milestone does.
    load_workload(workload_id, for_update=True)
    return _lock_review(review_id)


def _lock_review(review_id: UUID) -> LensReview:
    review = (
        LensReview.objects.select_for_update(of=("self",))
        .select_related("lens", "lens_version")
        .defer("lens_version__document")
        .filter(pk=review_id)
        .first()
    )
    if review is None:
        raise NotFound
    return review  # type: ignore[no-any-return]


def _require_as_previewed(
    review: LensReview, upgrade: Upgrade | None, to_version_id: UUID, expected: int | None
) -> None:
    if upgrade is None:
        raise Conflict(
            _("This review is at the newest version of its lens already."), code="review_up_to_date"
        )
    if upgrade.version.pk != to_version_id:
        problem = _("A newer version was published since you opened this page. Read it again.")
        raise Conflict(problem, code=MOVED_ON)
    if expected not in {None, review.answers_revision}:
        problem = _("Somebody answered since you opened this page. Read it again, then upgrade.")
        raise Conflict(problem, code=MOVED_ON)


def undo_upgrade(*, actor: Actor, upgrade_id: UUID) -> ReviewUpgrade:
    """Take a review back to the version before, its answers as they were then.

    Only while nobody answered since; the milestone that was saved first stays. A minor version
    that was taken back does not come again by itself: the row keeps ``undone_at``, and whoever
    looks for reviews to apply it to passes over them. Raises Forbidden, NotFound, Conflict.
    """
    actor.require(Permission.SAVE_MILESTONES)
    actor.require(Permission.MANAGE_WORKLOADS)
    with writing():
        upgrade = load_upgrade(upgrade_id)
        review = upgrade.review = _lock_review(upgrade.review_id)
        # Again, since another may have undone it while this one waited for the lock.
        upgrade.undone_at = ReviewUpgrade.objects.values_list("undone_at", flat=True).get(
            pk=upgrade_id
        )
        if upgrade.undone_at is not None:
            raise Conflict(_("This upgrade was undone already."), code="upgrade_undone")
        if not is_undoable(upgrade, review):
            problem = _("Somebody answered since the upgrade, so it can no longer be undone.")
            raise Conflict(problem, code="upgrade_final")
        take_back(actor, upgrade)
        way_back = passage_between(upgrade.to_version_id, upgrade.from_version)
        follow_renames(review, Turns.of(way_back))
        upgrade.undone_at = now()
        upgrade.save(update_fields=["undone_at"])
        audit.record(
            actor=actor,
            verb="review.upgrade_undone",
            target=review,
            before={"version": upgrade.to_version.version, "upgrade_id": upgrade.pk},
            after={"version": upgrade.from_version.version},
        )
    return upgrade


def load_upgrade(upgrade_id: UUID, *, workload_id: UUID | None = None) -> ReviewUpgrade:
    """Return an upgrade with its versions, lens and milestone; raises NotFound.

    ``workload_id``, when given, is the workload that its review must be of.
    """
    upgrade = (
        ReviewUpgrade.objects.select_related(
            "from_version", "to_version", "milestone", "review__lens", "review__lens_version"
        )
        .defer(
            "from_version__document",
            "to_version__document",
            "review__lens_version__document",
            "milestone__snapshot",
        )
        .filter(pk=upgrade_id)
        .first()
    )
    if upgrade is None or workload_id not in {None, upgrade.review.workload_id}:
        raise NotFound
    return upgrade  # type: ignore[no-any-return]
