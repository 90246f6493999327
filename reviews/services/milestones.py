"""Saving milestones. There is no way to change one."""

from uuid import UUID

from django.utils.translation import gettext as _

from common.errors import Invalid
from common.names import checked_name, name_key
from reviews.models import LensReview, Milestone
from reviews.selectors_milestones import milestones_of, snapshot_now, with_parts
from reviews.snapshots import as_counts, as_lens_counts, pack
from tenants import audit
from tenants.actors import Actor
from tenants.permissions import Permission
from tenants.plans import limit, require_within
from tenants.transactions import writing
from workloads.models import Workload
from workloads.selectors import load_workload

NAME_LENGTHS = (3, 100)


def save_milestone(*, actor: Actor, workload_id: UUID, name: str, note: str = "") -> Milestone:
    """Freeze all reviews of a workload under a name.

    ``name`` has 3 to 100 characters; no other of the workload is the same but for case and blanks.
    ``note`` is Markdown, as long as the limit of notes allows.
    Raises Forbidden, NotFound, Invalid, LimitExceeded.
    """
    actor.require(Permission.SAVE_MILESTONES)
    name, note = checked_name(name, NAME_LENGTHS), _checked_note(actor, note)
    with writing():
        # Milestones of one workload take turns: their numbers and names are each the only ones.
        workload = load_workload(workload_id, for_update=True)
        existing = list(milestones_of(workload_id).values_list("number", "name_key"))
        require_within(actor.organization, "milestones_per_workload", len(existing) + 1)
        if name_key(name) in {key for _number, key in existing}:
            problem = _("This workload has a milestone with that name.")
            raise Invalid(fields={"name": [problem]})
        _lock_reviews(workload_id)
        number = max((number for number, _key in existing), default=0) + 1
        milestone = _insert(actor, number, name, note, workload)
        audit.record(
            actor=actor,
            verb="milestone.saved",
            target=milestone,
            after={
                "workload_id": workload_id,
                "number": milestone.number,
                "name": milestone.name,
                "note": milestone.note,
                "sha256": milestone.sha256,
                "counts": milestone.counts,
            },
        )
    return milestone


def _checked_note(actor: Actor, note: str) -> str:
    note = note.replace("\r\n", "\n").strip()
    allowed = limit(actor.organization, "notes_characters")
    if len(note) > allowed:
        problem = _("%(length)d characters; your plan allows %(allowed)d.")
        values = {"length": len(note), "allowed": allowed}
        raise Invalid(fields={"note": [problem % values]})
    if "\x00" in note:
        raise Invalid(fields={"note": [_("The text holds a character that cannot be stored.")]})
    return note


def _lock_reviews(workload_id: UUID) -> None:
    # Answers wait for their review's lock (reviews/services/answers.py), so that what is frozen
    # stood together at one moment.
    reviews = LensReview.objects.select_for_update().filter(workload_id=workload_id)
    if not list(reviews.order_by("pk").values_list("pk", flat=True)):
        raise Invalid(_("This workload has no lens yet: there is nothing to save. Add one first."))


def _insert(actor: Actor, number: int, name: str, note: str, workload: Workload) -> Milestone:
    snapshot = with_parts(snapshot_now(workload), workload)
    packed, sha256 = pack(snapshot)
    milestone: Milestone = Milestone.objects.create(
        workload=workload,
        number=number,
        name=name,
        name_key=name_key(name),
        note=note,
        by_id=actor.user_id,
        by_name=actor.name,
        snapshot=packed,
        sha256=sha256,
        counts=as_counts(snapshot),
        lens_counts=as_lens_counts(snapshot),
    )
    return milestone
