"""Drafts: imported, replaced, discarded."""

from uuid import UUID

from django.utils.translation import gettext as _

from common.clock import now
from common.errors import Invalid
from lenses.models import Lens, LensVersion
from lenses.schema import canonical, read_document
from lenses.services.base import Status, draft_of, fill, lock_own, name_key
from tenants import audit
from tenants.actors import Actor
from tenants.models import Organization
from tenants.permissions import Permission
from tenants.plans import require_within
from tenants.transactions import writing


def import_lens(*, actor: Actor, text: str | bytes, lens_id: UUID | None = None) -> LensVersion:
    """Read a lens and keep it as a draft: of the lens of that name, or of a new one.

    With ``lens_id`` it becomes the draft of that lens, under that lens's name, whatever the file
    calls itself: published files often carry their version in their name. An earlier draft of the
    lens is replaced; published versions and built-in lenses are not touched.

    Raises InvalidDocument with every problem, Invalid for another spelling of a published lens's
    name, NotFound for the lens, and LimitExceeded.
    """
    actor.require(Permission.DRAFT_LENSES)
    parsed = read_document(text)
    with writing():
        if lens_id is None:
            lens = _lens_to_draft(actor, parsed.definition.name)
        else:
            lens = lock_own(lens_id)
            parsed = read_document(canonical({**parsed.document, "name": lens.name}))
        draft = LensVersion.objects.filter(lens=lens, status=Status.DRAFT).first()
        replaced = draft.sha256 if draft else None
        draft = draft or LensVersion(organization_id=actor.organization.pk)
        draft.lens = lens
        fill(draft, parsed)
        draft.error_count = 0
        if replaced:
            # Whoever edits it in the studio sees that it is another one now.
            draft.draft_revision += 1
        draft.created_at = now()
        draft.save()
        audit.record(
            actor=actor,
            verb="lens.imported",
            target=lens,
            before={"draft_sha256": replaced} if replaced else None,
            after={
                "draft_sha256": draft.sha256,
                "questions": draft.question_count,
                "choices": draft.choice_count,
            },
        )
    return draft


def _lens_to_draft(actor: Actor, name: str) -> Lens:
    # One import at a time in an organisation: two of the same new name would both make a lens,
    # and two at the limit would both be within it.
    Organization.objects.select_for_update(no_key=True).get(pk=actor.organization.pk)
    own = Lens.objects.all().of_ones_own().filter(deleted_at=None)
    lens: Lens | None = own.filter(name_key=name_key(name)).select_for_update().first()
    if lens is None:
        require_within(actor.organization, "custom_lenses", own.count() + 1)
        lens = Lens(organization_id=actor.organization.pk, name=name, name_key=name_key(name))
        lens.save(force_insert=True)
        return lens
    if lens.name == name:
        return lens
    if LensVersion.objects.filter(lens=lens).exclude(status=Status.DRAFT).exists():
        raise Invalid(
            _(
                "“%(name)s” is the published lens “%(published)s” in another spelling. A published "
                "lens keeps its name: write it the same way, or choose another name."
            )
            % {"name": name, "published": lens.name},
            code="lens_name",
        )
    lens.name = name
    lens.save(update_fields=["name"])
    return lens


def discard_draft(*, actor: Actor, lens_id: UUID, draft_sha256: str = "") -> Lens | None:
    """Throw the draft of a lens away, and the lens with it when nothing was published.

    Returns the lens that is left. ``draft_sha256`` as in publish_version.
    """
    actor.require(Permission.DRAFT_LENSES)
    with writing():
        lens = lock_own(lens_id)
        draft = draft_of(lens, draft_sha256)
        audit.record(
            actor=actor,
            verb="lens.draft_discarded",
            target=lens,
            before={"draft_sha256": draft.sha256},
        )
        draft.delete()
        if LensVersion.objects.filter(lens=lens).exists():
            return lens
        lens.delete()
    return None
