"""`manage.py verify_milestones`: check that milestones are what was saved."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.selectors_verifying import check_milestones
from tenants.context import in_organization
from tenants.selectors import all_organizations


class Command(BaseCommand):
    """Reads every milestone of all organisations; writes nothing to the database."""

    help = (
        "Check that the milestones of all organisations are what was saved; name each broken one."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Name each broken milestone; end with an error (1) when there is one."""
        count = broken = 0
        for organization in all_organizations():
            with in_organization(organization.pk):
                for found in check_milestones():
                    count += 1
                    if not found.problem:
                        continue
                    broken += 1
                    text = _(
                        "%(organization)s: workload “%(workload)s”, milestone %(number)d "
                        "“%(name)s”: %(problem)s"
                    )
                    values = {
                        "organization": organization.slug,
                        "workload": found.workload_name,
                        "number": found.number,
                        "name": found.name,
                        "problem": found.problem,
                    }
                    self.stderr.write(text % values)
        if broken:
            text = ngettext(
                "%(broken)d of %(count)d milestones is broken: restore it from a backup.",
                "%(broken)d of %(count)d milestones are broken: restore them from a backup.",
                broken,
            )
            raise CommandError(text % {"broken": broken, "count": count})
        text = ngettext(
            "%(count)d milestone is what was saved.",
            "%(count)d milestones are what was saved.",
            count,
        )
        self.stdout.write(text % {"count": count})
