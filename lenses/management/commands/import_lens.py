"""`manage.py import_lens`: a lens from a file into an organisation, as on the import page."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.errors import InvalidDocument, NotFound, Problem, UserError
from lenses.lint import lint
from lenses.models import Lens, LensVersion
from lenses.rename_texts import rename_messages
from lenses.renames import NO_RENAMES, Renames, read_renames
from lenses.schema import MAX_DOCUMENT_BYTES, MAX_DOCUMENT_CHARACTERS
from lenses.services import import_lens, name_key, publish_version
from tenants.actors import system_actor
from tenants.context import in_organization
from tenants.models import Organization
from tenants.selectors import organization_by_slug
from tenants.transactions import writing


class Command(BaseCommand):
    """Keeps all or nothing: a refused file, or a refused version, leaves no draft behind."""

    help = "Import a lens (custom-lens JSON) as a draft of an organisation's lens."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file, the organisation and what to do with the draft."""
        parser.add_argument("file", metavar="FILE", help="custom-lens JSON, UTF-8")
        parser.add_argument(
            "--organization", required=True, metavar="SLUG", help="its address, as in /o/SLUG/"
        )
        parser.add_argument("--lens", metavar="NAME", help="make it the next draft of this lens")
        parser.add_argument("--publish", metavar="VERSION", help="publish it at once, as VERSION")
        parser.add_argument(
            "--kind",
            choices=["minor", "major"],
            default="major",
            help="how reviews come to it: minor by themselves, major when somebody says so",
        )
        parser.add_argument(
            "--renames",
            metavar="FILE",
            help="ids that have another name in what is published: old = new, one a line, or JSON",
        )

    def handle(self, *args: Any, file: str, organization: str, **options: Any) -> None:
        """Import, publish where asked to, and say what was done; errors end with exit code 1."""
        found = organization_by_slug(organization)
        if found is None:
            raise CommandError(_("There is no organisation “%(slug)s”.") % {"slug": organization})
        source = _read(Path(file))
        options["renames"] = _renames(options["renames"], is_published=bool(options["publish"]))
        try:
            version = _import(found, source, **{name: options[name] for name in _OPTIONS})
        except InvalidDocument as error:
            lines = [f"{file}: {error.message}", *(_line(problem) for problem in error.problems)]
            raise CommandError("\n".join(lines)) from None
        except UserError as error:
            raise CommandError(_explained(error)) from None
        for warning in version.warnings:
            self.stderr.write(_("warning: ") + f"{warning['path']}: {warning['message']}")
        errors = sum(finding.severity == "error" for finding in lint(version.definition))
        if errors:
            hint = ngettext(
                "Its rules have %(count)d error, which lint_lens explains.",
                "Its rules have %(count)d errors, which lint_lens explains.",
                errors,
            )
            self.stderr.write(hint % {"count": errors})
        self.stdout.write(self.style.SUCCESS(_said(version)))


_OPTIONS: Final = ("lens", "publish", "kind", "renames")


def _import(
    organization: Organization,
    source: bytes,
    *,
    lens: str | None,
    publish: str | None,
    kind: str,
    renames: Renames,
) -> LensVersion:
    actor = system_actor(organization)
    with writing(), in_organization(organization.pk):
        lens_id = _own_lens(lens) if lens else None
        version = import_lens(actor=actor, text=source, lens_id=lens_id)
        if publish is not None:
            version = publish_version(
                actor=actor,
                lens_id=version.lens_id,
                version=publish,
                kind=LensVersion.Kind(kind),
                renames=renames,
            )
        return version


def _renames(file: str | None, *, is_published: bool) -> Renames:
    if file is None:
        return NO_RENAMES
    if not is_published:
        raise CommandError(_("Ids are renamed where a version is published: add --publish."))
    renames, problems = read_renames(_read(Path(file)).decode("utf-8", "replace"))
    if problems:
        raise CommandError("\n".join(rename_messages(problems)))
    return renames


def _own_lens(name: str) -> UUID:
    own = Lens.objects.all().of_ones_own().filter(deleted_at=None)
    lens: Lens | None = own.filter(name_key=name_key(name)).first()
    if lens is None:
        raise NotFound(_("There is no lens “%(name)s” of your own.") % {"name": name})
    return lens.pk


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_DOCUMENT_BYTES:
            raise CommandError(
                _("%(file)s is too large: a lens has at most %(limit)s characters.")
                % {"file": path, "limit": f"{MAX_DOCUMENT_CHARACTERS:,}"}
            )
        return path.read_bytes()
    except OSError as error:
        raise CommandError(
            _("Cannot read %(file)s: %(reason)s") % {"file": path, "reason": error.strerror}
        ) from None


def _line(problem: Problem) -> str:
    value = "" if problem.value is None else f" ({problem.value})"
    warning = _("warning: ") if problem.severity == "warning" else ""
    return f"  {warning}{problem.path}: {problem.message}{value} [{problem.rule}]"


def _explained(error: UserError) -> str:
    return "\n".join(text for texts in error.fields.values() for text in texts) or error.message


def _said(version: LensVersion) -> str:
    figures = {
        "name": version.lens.name,
        "version": version.version,
        "questions": version.question_count,
        "practices": version.choice_count,
    }
    if version.status == LensVersion.Status.DRAFT:
        return (
            _(
                "“%(name)s” is imported as a draft. "
                "Questions: %(questions)d, practices: %(practices)d."
            )
            % figures
        )
    return (
        _(
            "“%(name)s” is published as version %(version)s. "
            "Questions: %(questions)d, practices: %(practices)d."
        )
        % figures
    )
