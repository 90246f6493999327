"""`manage.py export_workload`: a whole workload as a file that imports again."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common.errors import UserError
from reviews.exchange.writing import as_json, workload_values
from tenants.actors import system_actor
from tenants.context import in_organization
from tenants.selectors import organization_by_slug
from workloads.models import Workload
from workloads.properties import name_key


class Command(BaseCommand):
    """Exit code 1, and no file, where there is no such workload or a milestone is broken."""

    help = "Export a workload with its answers, links and milestones as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the workload, the organisation and the file."""
        parser.add_argument("workload", metavar="WORKLOAD", help="its name or id")
        parser.add_argument(
            "--organization", required=True, metavar="SLUG", help="its address, as in /o/SLUG/"
        )
        parser.add_argument("--output", metavar="FILE", help="write it there, not to the terminal")

    def handle(
        self, *args: Any, workload: str, organization: str, output: str | None, **options: Any
    ) -> None:
        """Write the file."""
        found = organization_by_slug(organization)
        if found is None:
            raise CommandError(_("There is no organisation “%(slug)s”.") % {"slug": organization})
        try:
            with in_organization(found.pk):
                by = system_actor(found).name
                values = workload_values(_workload(workload), by=by, organization=found.name)
        except UserError as error:
            raise CommandError(error.message) from None
        content = as_json(values)
        if output is None:
            self.stdout.write(content.decode("utf-8"), ending="")
            return
        try:
            Path(output).write_bytes(content)
        except OSError as error:
            raise CommandError(
                _("Cannot write %(file)s: %(reason)s") % {"file": output, "reason": error.strerror}
            ) from None


def _workload(text: str) -> Workload:
    found: Workload | None = Workload.objects.filter(name_key=name_key(text)).first()
    if found is None:
        try:
            found = Workload.objects.filter(pk=UUID(text)).first()
        except ValueError:
            found = None
    if found is None:
        raise CommandError(_("There is no workload “%(name)s”.") % {"name": text})
    return found
