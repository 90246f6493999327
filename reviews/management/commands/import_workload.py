"""`manage.py import_workload`: a workload from its JSON into an organisation, as on the page."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common.errors import InvalidDocument, UserError
from reviews.exchange.document import read_workload_document
from reviews.exchange.restoring import import_workload
from tenants.actors import system_actor
from tenants.context import in_organization
from tenants.selectors import organization_by_slug


class Command(BaseCommand):
    """All or nothing: a file that is refused leaves nothing behind."""

    help = "Import a workload from the JSON that export_workload wrote."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file, the organisation and the name."""
        parser.add_argument("file", metavar="FILE", help="the JSON of a workload, UTF-8")
        parser.add_argument(
            "--organization", required=True, metavar="SLUG", help="its address, as in /o/SLUG/"
        )
        parser.add_argument("--name", default="", help="what it is to be called; else as it was")

    def handle(self, *args: Any, file: str, organization: str, name: str, **options: Any) -> None:
        """Import, and say what was made; errors end with exit code 1."""
        found = organization_by_slug(organization)
        if found is None:
            raise CommandError(_("There is no organisation “%(slug)s”.") % {"slug": organization})
        try:
            document = read_workload_document(_read(Path(file)))
            with in_organization(found.pk):
                workload = import_workload(actor=system_actor(found), document=document, name=name)
        except InvalidDocument as error:
            lines = [
                f"  {problem.path}: {problem.message} [{problem.rule}]"
                for problem in error.problems
            ]
            raise CommandError("\n".join([f"{file}: {error.message}", *lines])) from None
        except UserError as error:
            texts = [text for messages in error.fields.values() for text in messages]
            raise CommandError("\n".join(texts) or error.message) from None
        said = _("“%(name)s” is imported. Reviews: %(reviews)d, milestones: %(milestones)d.")
        figures = {
            "name": workload.name,
            "reviews": len(document.reviews),
            "milestones": len(document.milestones),
        }
        self.stdout.write(self.style.SUCCESS(said % figures))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(
            _("Cannot read %(file)s: %(reason)s") % {"file": path, "reason": error.strerror}
        ) from None
