"""The end of versions and lenses: deprecated, deleted."""

from uuid import UUID

from django.utils.translation import gettext as _

from common.clock import now
from common.errors import Conflict, Invalid
from lenses.models import Lens, LensVersion
from lenses.services.base import Status, lock_own
from tenants import audit
from tenants.actors import Actor
from tenants.permissions import Permission
from tenants.transactions import writing


def deprecate_version(*, actor: Actor, lens_id: UUID) -> LensVersion:
    """Withdraw the published version of a lens: no new review begins with it.

    Reviews that use it go on, and the next version that is published takes its place. Raises
    Forbidden, NotFound, Conflict where nothing is published.
    """
    actor.require(Permission.MANAGE_LENSES)
    with writing():
        lens = lock_own(lens_id)
        published = LensVersion.objects.filter(lens=lens, status=Status.PUBLISHED).first()
        if published is None:
            raise Conflict(_("This lens has no published version that could be withdrawn."))
        LensVersion.objects.filter(pk=published.pk).update(status=Status.DEPRECATED)
        published.status = Status.DEPRECATED
        audit.record(
            actor=actor,
            verb="lens.deprecated",
            target=lens,
            before={"status": Status.PUBLISHED.value},
            after={"version": published.version, "status": Status.DEPRECATED.value},
        )
    return published  # type: ignore[no-any-return]


def delete_lens(*, actor: Actor, lens_id: UUID, name: str) -> Lens:
    """Delete a lens of one's own; ``name`` is what was typed to confirm it.

    It can be added to no further workload and its name becomes free. Reviews that use it keep it
    and their versions stay readable in them; a draft is thrown away. Raises Forbidden, NotFound,
    Invalid when the name is not the lens's.
    """
    actor.require(Permission.MANAGE_LENSES)
    with writing():
        lens = lock_own(lens_id)
        if " ".join(name.split()) != " ".join(lens.name.split()):
            problem = _("Type the name of the lens as it is written above.")
            raise Invalid(fields={"name": [problem]})
        versions = LensVersion.objects.filter(lens=lens)
        names = list(versions.exclude(version="").values_list("version", flat=True))
        versions.filter(status=Status.DRAFT).delete()
        versions.update(status=Status.DELETED)
        lens.deleted_at = now()
        lens.save(update_fields=["deleted_at"])
        audit.record(
            actor=actor,
            verb="lens.deleted",
            target=lens,
            before={"name": lens.name, "versions": sorted(names)},
        )
    return lens
