"""Writing the notes on a review as a whole and on its pillars."""

import hashlib
from uuid import UUID

from django.utils.translation import gettext as _

from common.clock import now
from common.errors import Conflict, Invalid, NotFound
from reviews.models import LensReview
from tenants import audit
from tenants.actors import Actor
from tenants.permissions import Permission
from tenants.plans import limit
from tenants.transactions import writing


class NotesChanged(Conflict):
    """Somebody else changed the notes since they were read; ``theirs`` is what they say now."""

    code = "notes_changed"

    def __init__(self, theirs: str) -> None:
        super().__init__(_("A colleague changed these notes in the meantime."))
        self.theirs = theirs


def notes_on(review: LensReview, pillar_id: str = "") -> str:
    """Return the notes on the review, or on one of its pillars."""
    return str(review.pillar_notes.get(pillar_id, "")) if pillar_id else review.notes


def fingerprint(text: str) -> str:
    """Return what tells a text from any other: what an editor says it started from."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def write_review_notes(
    *,
    actor: Actor,
    workload_id: UUID,
    review_id: UUID,
    text: str,
    seen: str,
    pillar_id: str = "",
) -> LensReview:
    """Save the notes on a review or, with ``pillar_id``, on a pillar of its lens.

    ``seen`` is the ``fingerprint`` of the notes that the editor started from. Saving what is there
    already changes nothing. Raises Forbidden, NotFound, Invalid, NotesChanged.
    """
    actor.require(Permission.ANSWER)
    text = text.replace("\r\n", "\n")
    _check(actor, text)
    with writing():
        review = _lock_review(workload_id, review_id, pillar_id)
        before = notes_on(review, pillar_id)
        if text == before:
            return review
        if seen != fingerprint(before):
            raise NotesChanged(before)
        _save(review, pillar_id, text)
        place = {"pillar_id": pillar_id} if pillar_id else {}
        audit.record(
            actor=actor,
            verb="review.notes_changed",
            target=review,
            before={**place, "notes": before},
            after={**place, "notes": text},
        )
    return review


def _check(actor: Actor, text: str) -> None:
    allowed = limit(actor.organization, "notes_characters")
    if len(text) > allowed:
        message = _("%(length)d characters; your plan allows %(allowed)d.")
        raise Invalid(fields={"notes": [message % {"length": len(text), "allowed": allowed}]})
    if "\x00" in text:
        raise Invalid(fields={"notes": [_("The text holds a character that cannot be stored.")]})


def _lock_review(workload_id: UUID, review_id: UUID, pillar_id: str) -> LensReview:
    review: LensReview | None = (
        LensReview.objects.select_for_update(of=("self",))
        .select_related("lens_version")
        .defer("lens_version__document")
        .filter(workload_id=workload_id, pk=review_id)
        .first()
    )
    if review is None:
        raise NotFound
    pillars = {pillar.id for pillar in review.lens_version.definition.pillars}
    if pillar_id and pillar_id not in pillars:
        raise NotFound
    return review


def _save(review: LensReview, pillar_id: str, text: str) -> None:
    if pillar_id:
        others = {key: kept for key, kept in review.pillar_notes.items() if key != pillar_id}
        review.pillar_notes = {**others, pillar_id: text} if text else others
    else:
        review.notes = text
    review.updated_at = now()
    review.save(update_fields=["notes", "pillar_notes", "updated_at"])
