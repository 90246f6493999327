"""`manage.py sweep_evidence`: remove files, also of reports, that nothing refers to any more."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from reviews.services.orphans import KEPT, remove_orphans


class Command(BaseCommand):
    """Does at once what Celery does every hour."""

    help = "Remove files of evidence and reports that are older than a day and that no row names."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep, and say how much was found."""
        count = sum(map(remove_orphans, KEPT))
        text = ngettext("%(count)d file was removed.", "%(count)d files were removed.", count)
        self.stdout.write(text % {"count": count})
