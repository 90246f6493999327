"""`manage.py rebuild_summaries`: count the figures of the portfolio anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from reviews.services.rebuilding import rebuild_summaries
from tenants.context import across_organizations, in_organization
from tenants.models import Organization
from tenants.selectors import organization_by_slug


class Command(BaseCommand):
    """Does for every organisation, or for one, what Celery does review by review."""

    help = "Count the figures over many reviews anew: workloads, common risks, the trend."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the one organisation."""
        parser.add_argument("--organization", metavar="SLUG", help="only this organisation")

    def handle(self, *args: Any, organization: str | None, **options: Any) -> None:
        """Rebuild, and say of how many reviews."""
        for each in _organizations(organization):
            done = 0
            with in_organization(each.pk):
                for done in rebuild_summaries():  # noqa: B007 - the last one is told
                    pass
            self.stdout.write(
                _("%(organization)s: counted %(count)d reviews.")
                % {"organization": each.slug, "count": done}
            )


def _organizations(slug: str | None) -> list[Organization]:
    if slug is None:
        with across_organizations(reason="each organisation's figures are rebuilt, bound to it"):
            return list(Organization.objects.order_by("slug"))
    found = organization_by_slug(slug)
    if found is None:
        raise CommandError(_("There is no organisation “%(slug)s”.") % {"slug": slug})
    return [found]
