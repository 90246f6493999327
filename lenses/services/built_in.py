"""Built-in lenses: stored by the release that ships them, as the owner of the tables."""

from django.db import IntegrityError, ProgrammingError, transaction
from django.utils.translation import gettext as _

from common.clock import now
from common.errors import Conflict, Forbidden
from lenses.models import Lens, LensVersion
from lenses.schema import ParsedLens, read_document
from lenses.services.base import Status, fill, name_key
from lenses.signals import version_published
from lenses.versions import version_order
from tenants.context import in_catalogue
from tenants.transactions import writing

_INSUFFICIENT_PRIVILEGE = "42501"  # PostgreSQL's SQLSTATE, also for a refusing row policy


def load_built_in(*, alias: str, version: str, text: str | bytes) -> bool:
    """Store one version of a built-in lens; False when it is there already.

    Not audited: the log belongs to an organisation, and a built-in lens to none; the release that
    brought it says who did it. Raises InvalidDocument, Conflict for a published version whose
    document is another, and Forbidden where the database role does not own the tables.
    """
    parsed = read_document(text)
    try:
        # The transaction stands outside: when PostgreSQL refuses, what surrounds it goes on.
        with writing(), in_catalogue():
            stored = _store_built_in(alias, version, parsed)
    except ProgrammingError as error:
        if getattr(error.__cause__, "pgcode", None) != _INSUFFICIENT_PRIVILEGE:
            raise
        raise Forbidden(
            _(
                "Only the owner of the database tables can store built-in lenses. Run this "
                "command as the role that runs the migrations."
            )
        ) from None
    except IntegrityError:
        raise Conflict(
            _("Another process stored “%(alias)s” at the same time: run the command again.")
            % {"alias": alias}
        ) from None
    if stored is not None and stored.kind == LensVersion.Kind.MINOR:
        version_id = stored.pk
        transaction.on_commit(
            lambda: version_published.send(
                sender=LensVersion, version_id=version_id, organization_id=None
            )
        )
    return stored is not None


def _store_built_in(alias: str, version: str, parsed: ParsedLens) -> LensVersion | None:
    loaded = LensVersion(version=version, published_at=now())
    fill(loaded, parsed)
    lens = Lens.objects.filter(alias=alias).first() or Lens(alias=alias)
    stored = LensVersion.objects.filter(lens_id=lens.pk, version=version).first()
    if stored is not None:
        _require_same(alias, stored, loaded)
        return None
    published = LensVersion.objects.filter(lens_id=lens.pk, status=Status.PUBLISHED)
    later = [other for other in published if version_order(other.version) > version_order(version)]
    loaded.status = Status.SUPERSEDED if later else Status.PUBLISHED
    if not later:
        lens.name = parsed.definition.name
        lens.name_key = name_key(lens.name)
        lens.save()
        published.update(status=Status.SUPERSEDED)
    loaded.lens = lens
    loaded.predecessor = _predecessor(lens, version)
    loaded.kind = _kind(loaded)
    loaded.save(force_insert=True)
    return loaded


def _kind(loaded: LensVersion) -> str:
    # Nobody chooses it for a built-in lens: its number says, as 1.4 after 1.3 is a minor version.
    before = loaded.predecessor
    if before is not None and before.version.split(".")[0] == loaded.version.split(".")[0]:
        return LensVersion.Kind.MINOR
    return LensVersion.Kind.MAJOR


def _predecessor(lens: Lens, version: str) -> LensVersion | None:
    # By version, not by the time of loading: a release may bring an older one after a newer.
    earlier = LensVersion.objects.filter(lens=lens).defer("document")
    order = version_order(version)
    before = [other for other in earlier if version_order(other.version) < order]
    return max(before, key=lambda other: version_order(other.version), default=None)


def _require_same(alias: str, stored: LensVersion, loaded: LensVersion) -> None:
    if stored.sha256 == loaded.sha256:
        return
    raise Conflict(
        _(
            "Version %(version)s of the built-in lens “%(alias)s” was published with another "
            "document (SHA-256 %(stored)s, now %(loaded)s). A published version never changes: "
            "give the new document a version of its own."
        )
        % {
            "version": stored.version,
            "alias": alias,
            "stored": stored.sha256,
            "loaded": loaded.sha256,
        },
        code="published_version_changed",
    )
