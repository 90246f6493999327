"""`manage.py load_catalog`: the built-in lenses, from their files into the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common.errors import InvalidDocument, UserError
from lenses.catalog import BrokenSource, BuiltInDocument, built_in_documents
from lenses.services import load_built_in
from tenants.transactions import writing


class Command(BaseCommand):
    """Stores what is missing and does nothing when nothing is; all or nothing."""

    help = "Load the built-in lenses that the database does not have yet."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load every version, the oldest first; CommandError where one is refused."""
        try:
            documents = list(built_in_documents())
        except BrokenSource as error:
            raise CommandError(str(error)) from None
        with writing():
            loaded = [_name(document) for document in documents if _load(document)]
        if options["verbosity"] == 0:
            return
        for lens in loaded:
            self.stdout.write(_("Loaded the built-in lens %(name)s.") % {"name": lens})
        if not loaded and options["verbosity"] > 1:
            self.stdout.write(_("All built-in lenses are loaded."))


def _name(document: BuiltInDocument) -> str:
    return f"{document.alias} {document.version}"


def _load(document: BuiltInDocument) -> bool:
    try:
        return load_built_in(alias=document.alias, version=document.version, text=document.text)
    except InvalidDocument as error:
        problems = [f"{_name(document)}: {error.message}", *map(str, error.problems)]
        raise CommandError("\n  ".join(problems)) from None
    except UserError as error:
        raise CommandError(error.message) from None
