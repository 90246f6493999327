"""Publishing: from draft to a version that never changes."""

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.clock import now
from common.errors import Invalid, InvalidDocument
from lenses.models import Lens, LensVersion
from lenses.rename_texts import rename_messages
from lenses.renames import NO_RENAMES, Renames, check_renames
from lenses.schema import ParsedLens, read_document
from lenses.services.base import Status, draft_of, fill, lock_own, name_key
from lenses.signals import version_published
from lenses.versions import is_version
from tenants import audit
from tenants.actors import Actor
from tenants.permissions import Permission
from tenants.plans import require_within
from tenants.transactions import writing

MAX_NOTES = 2_048

Kind = LensVersion.Kind


def publish_version(
    *,
    actor: Actor,
    lens_id: UUID,
    version: str,
    kind: str = Kind.MAJOR,
    notes: str = "",
    renames: Renames = NO_RENAMES,
    draft_sha256: str = "",
) -> LensVersion:
    """Publish the draft of a lens under the name ``version``; it never changes from then on.

    The version published before is superseded. ``kind`` says how its reviews come to the new one:
    ``minor`` by themselves, ``major`` when somebody says so; the first version of a lens is major,
    whatever is asked. ``renames`` as in ``LensVersion.renames``. ``draft_sha256`` is of the draft
    that was read: Conflict when somebody replaced it since. Sends ``signals.version_published``.

    Raises Invalid, naming the field, for a version, kind, notes or renames that cannot be used, and
    for a draft with errors; LimitExceeded.
    """
    actor.require(Permission.MANAGE_LENSES)
    version, notes = version.strip(), notes.strip()
    _require_usable(version, notes, kind)
    with writing():
        lens = lock_own(lens_id)
        draft = draft_of(lens, draft_sha256)
        earlier = LensVersion.objects.filter(lens=lens).exclude(status=Status.DRAFT)
        if earlier.filter(version=version).exists():
            problem = _("This lens has a version %(version)s already.") % {"version": version}
            raise Invalid(fields={"version": [problem]})
        require_within(actor.organization, "lens_versions", earlier.count() + 1)
        parsed = _read(draft)
        predecessor = predecessor_of_draft(lens)
        _keep_name(lens, parsed.definition.name, is_first=predecessor is None)
        _require_renames(renames, predecessor, parsed)
        fill(draft, parsed)
        draft.version = version
        draft.kind = kind if predecessor else Kind.MAJOR
        draft.predecessor = predecessor
        draft.renames = dict(renames)
        draft.notes = notes
        draft.status = Status.PUBLISHED
        draft.published_at = now()
        draft.published_by_id = actor.user_id
        earlier.filter(status=Status.PUBLISHED).update(status=Status.SUPERSEDED)
        draft.save()
        audit.record(
            actor=actor,
            verb="lens.published",
            target=lens,
            before={"version": predecessor.version} if predecessor else None,
            after=_recorded(draft),
        )
        _announce(draft)
    return draft


def _recorded(published: LensVersion) -> Mapping[str, object]:
    return {
        "version": published.version,
        "kind": published.kind,
        "sha256": published.sha256,
        "notes": published.notes,
        "renames": published.renames,
    }


def _announce(published: LensVersion) -> None:
    # Robust: that a receiver fails is logged; the version is published all the same.
    send = partial(
        version_published.send_robust,
        sender=LensVersion,
        version_id=published.pk,
        organization_id=published.organization_id,
    )
    transaction.on_commit(send, robust=True)


def predecessor_of_draft(lens: Lens) -> LensVersion | None:
    """Return the version that a draft of the lens would follow: the last one published."""
    versions = LensVersion.objects.filter(lens=lens).exclude(status=Status.DRAFT)
    found: LensVersion | None = versions.order_by("-published_at", "-pk").first()
    return found


def _require_usable(version: str, notes: str, kind: str) -> None:
    if not is_version(version):
        problem = _("1 to 32 letters, digits and dots, such as 1.0.")
        raise Invalid(fields={"version": [problem]})
    if kind not in Kind.values:
        raise Invalid(fields={"kind": [_("Choose minor or major.")]})
    if len(notes) > MAX_NOTES:
        problem = _("At most %(limit)d characters.") % {"limit": MAX_NOTES}
        raise Invalid(fields={"notes": [problem]})


def _read(draft: LensVersion) -> ParsedLens:
    try:
        return read_document(draft.document)
    except InvalidDocument as refusal:
        raise Invalid(_errors(len(refusal.errors)), code="draft_errors") from None


def _errors(count: int) -> str:
    return ngettext(
        "The draft has %(count)d error, so it cannot be published. The draft's page and its "
        "findings name the place.",
        "The draft has %(count)d errors, so it cannot be published. The draft's page and its "
        "findings name the places.",
        count,
    ) % {"count": count}


def _keep_name(lens: Lens, name: str, *, is_first: bool) -> None:
    if lens.name == name:
        return
    if not is_first:
        raise Invalid(
            _(
                "The draft calls the lens “%(name)s”. A published lens keeps its name: "
                "“%(published)s”."
            )
            % {"name": name, "published": lens.name},
            code="lens_name",
        )
    same = Lens.objects.all().of_ones_own().filter(deleted_at=None, name_key=name_key(name))
    if same.exclude(pk=lens.pk).exists():
        raise Invalid(_("Your organisation has a lens with this name."), code="lens_name")
    lens.name, lens.name_key = name, name_key(name)
    lens.save(update_fields=["name", "name_key"])


def _require_renames(renames: Renames, predecessor: LensVersion | None, parsed: ParsedLens) -> None:
    if not renames:
        return
    if predecessor is None:
        raise Invalid(fields={"renames": [_("The first version of a lens renames nothing.")]})
    problems = check_renames(renames, predecessor.definition, parsed.definition)
    if problems:
        raise Invalid(fields={"renames": rename_messages(problems)})
