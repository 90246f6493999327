"""`manage.py export_lens`: a version of a lens as a file that imports again."""

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from common.problems import Problem
from lenses.export import export_document, export_for_aws
from lenses.models import Lens, LensVersion
from lenses.selectors import current_among, versions_of
from lenses.services import name_key
from tenants.context import in_organization
from tenants.selectors import organization_by_slug


class Command(BaseCommand):
    """Exit code 1, and no file, where AWS would refuse what is to be exported for it."""

    help = "Export a version of a lens as custom-lens JSON."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Let --version be the lens's, not Django's."""
        kwargs["conflict_handler"] = "resolve"
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the lens, the version and the file."""
        parser.add_argument("lens", metavar="LENS", help="its name, alias (built in) or id")
        parser.add_argument(
            "--organization", required=True, metavar="SLUG", help="its address, as in /o/SLUG/"
        )
        parser.add_argument(
            "--version",
            dest="lens_version",
            metavar="V",
            help='the version, or "draft"; else the published one',
        )
        parser.add_argument("--output", metavar="FILE", help="write it there, not to the terminal")
        parser.add_argument(
            "--for-aws", action="store_true", help="leave out what AWS does not know"
        )

    def handle(
        self,
        *args: Any,
        lens: str,
        organization: str,
        lens_version: str | None,
        output: str | None,
        for_aws: bool,
        **options: Any,
    ) -> None:
        """Write the document; what AWS would refuse goes to the terminal instead."""
        found = organization_by_slug(organization)
        if found is None:
            raise CommandError(_("There is no organisation “%(slug)s”.") % {"slug": organization})
        with in_organization(found.pk):
            version = _version(_lens(lens), lens_version)
            text = self._for_aws(version) if for_aws else export_document(version)
        if output is None:
            self.stdout.write(text, ending="")
            return
        try:
            Path(output).write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(
                _("Cannot write %(file)s: %(reason)s") % {"file": output, "reason": error.strerror}
            ) from None

    def _for_aws(self, version: LensVersion) -> str:
        exported = export_for_aws(version)
        if exported.refused:
            said = [_("AWS would refuse this lens; nothing was written:")]
            raise CommandError("\n".join([*said, *_lines(exported.refused)]))
        if exported.left_out:
            self.stderr.write(_("Written for AWS without what it does not know:"))
            self.stderr.write("\n".join(_lines(exported.left_out)))
        return exported.text


def _lens(text: str) -> Lens:
    lenses = Lens.objects.filter(deleted_at=None)
    found: Lens | None = (
        lenses.of_ones_own().filter(name_key=name_key(text)).first()
        or lenses.filter(alias=text).exclude(alias="").first()
        or lenses.filter(name_key=name_key(text)).first()
        or (lenses.filter(pk=UUID(text)).first() if _is_id(text) else None)
    )
    if found is None:
        raise CommandError(_("There is no lens “%(lens)s”.") % {"lens": text})
    return found


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _version(lens: Lens, name: str | None) -> LensVersion:
    versions = versions_of(lens)
    if name is None:
        found = current_among(versions) or versions[0]
    else:
        named = [version for version in versions if (version.version or "draft") == name]
        if not named:
            raise CommandError(
                _("“%(lens)s” has no version %(version)s.") % {"lens": lens.name, "version": name}
            )
        found = named[0]
    found.lens = lens
    return found


def _lines(problems: Iterable[Problem]) -> list[str]:
    return [f"  {problem.path}: {problem.message} [{problem.rule}]" for problem in problems]
