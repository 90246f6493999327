"""Which lens versions of a workload's JSON are here, which can be made, and which are missing."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lenses.definition import LensDefinition
from lenses.models import Lens, LensVersion
from lenses.schema import canonical, compile_document, inspect_document, sha256
from lenses.schema.findings import Findings
from lenses.services import name_key
from reviews.exchange.document import LensPart
from tenants.actors import Actor
from tenants.permissions import Permission


class LensMatching:
    """Finds the lens versions of a document here, or says why they cannot be made."""

    def __init__(self, actor: Actor, findings: Findings) -> None:
        self._actor = actor
        self._findings = findings
        self.versions: dict[str, LensVersion | None] = {}
        self.definitions: dict[str, LensDefinition] = {}

    def resolve(self, lens: LensPart, path: str) -> None:
        """Match one version of the document."""
        rows = LensVersion.objects.filter(sha256=lens.sha256, lens__deleted_at=None)
        rows = rows.exclude(status=LensVersion.Status.DRAFT).select_related("lens")
        if lens.alias:
            rows = rows.filter(lens__alias=lens.alias, lens__organization=None)
        else:
            rows = rows.of_ones_own()
        # The same document may be two versions of a lens: the one of the same number, then.
        found = sorted(rows, key=lambda row: (row.version != lens.version, row.pk))
        if found:
            self.versions[lens.key] = found[0]
            self.definitions[lens.key] = found[0].definition_in(None)
            return
        if lens.alias:
            self._refuse(
                path,
                "lens.missing",
                _(
                    "Version %(version)s of the built-in lens “%(name)s” is not here, or has "
                    "another text. Load the same release's lenses (manage.py load_catalog)."
                ),
                lens,
            )
            return
        self._to_be_made(lens, path)

    def _to_be_made(self, lens: LensPart, path: str) -> None:
        text = self._checked_text(lens, path)
        if text is None:
            return
        own = Lens.objects.all().of_ones_own().filter(deleted_at=None)
        if own.filter(name_key=name_key(lens.name)).exists():
            self._refuse(
                path,
                "lens.missing",
                _(
                    "Your organisation's lens “%(name)s” has no version with this text (it is "
                    "%(version)s there). Publish that version of the lens first."
                ),
                lens,
            )
        elif not self._actor.can(Permission.MANAGE_LENSES):
            self._refuse(
                path,
                "lens.missing",
                _(
                    "The lens “%(name)s”, version %(version)s, is not here, and your role does not "
                    "allow publishing one. Ask an admin to import the lens, or the workload."
                ),
                lens,
            )
        else:
            self.versions[lens.key] = None
            self.definitions[lens.key] = compile_document(text, lens.sha256)

    def _checked_text(self, lens: LensPart, path: str) -> str | None:
        place = f"{path}.document"
        if lens.document is None:
            message = _(
                "The lens “%(name)s”, version %(version)s, is not here and its document not in "
                "the file."
            )
            self._refuse(place, "lens.missing", message, lens)
            return None
        text = canonical(lens.document)
        if sha256(text) != lens.sha256:
            self._refuse(
                place,
                "lens.checksum",
                _("The document of “%(name)s” %(version)s does not have the SHA-256 it came with."),
                lens,
            )
            return None
        found = inspect_document(text)
        for problem in found.problems if found.definition is None else ():
            where = place if problem.path == "$" else f"{place}.{problem.path}"
            self._findings.error(where, problem.rule, problem.message, problem.value)
        if found.definition is None:
            return None
        if found.definition.name != lens.name:
            message = _("The document calls the lens otherwise than “%(name)s”.")
            self._refuse(f"{path}.name", "lens.name", message, lens)
            return None
        return text

    def _refuse(self, path: str, rule: str, message: str, lens: LensPart) -> None:
        self._findings.error(path, rule, message % {"name": lens.name, "version": lens.version})
