"""`manage.py prepare`: everything that must be true before the first request, in one process."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from common import assets, static_files


class Command(BaseCommand):
    """Brings database, static files, built-in lenses and the demo up to date.

    Every step does nothing when there is nothing to do, so that each start can run all of them.
    """

    help = "Migrate, collect static files, load the built-in lenses and create the demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare which steps may be left out."""
        parser.add_argument("--no-demo", action="store_true", help="create no demo organisation")
        parser.add_argument(
            "--no-static", action="store_true", help="leave the static files as they are"
        )

    def handle(self, *args: Any, no_demo: bool, no_static: bool, **options: Any) -> None:
        """Run the steps in the order in which they need each other."""
        verbosity = options["verbosity"]
        if _has_unapplied_migrations():
            self.stdout.write(_("Preparing the database …"))
            call_command("migrate", interactive=False, verbosity=max(verbosity - 1, 0))
        if not no_static:
            _collect_static()
        call_command("load_catalog", verbosity=verbosity)
        if not no_demo:
            call_command("create_demo", verbosity=verbosity)
        _refresh_statistics()


def _has_unapplied_migrations() -> bool:
    """Tell without the second that `migrate` takes to find out that there is nothing to do."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _refresh_statistics() -> None:
    """Let SQLite look at its tables: without statistics it reads whole organisations for a row.

    PostgreSQL does so by itself. Bounded, so that it costs milliseconds however large the tables.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit=1000")
            cursor.execute("ANALYZE")


def _collect_static() -> None:
    """Copy, hash and compress the static files, unless none has changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    fingerprint = _static_fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint, encoding="ascii")


def _static_fingerprint() -> str:
    """Return a hash of what is made of the static files, and of each one's name, size and time."""
    made_by = Path(static_files.__file__).read_bytes() + repr(assets.BUNDLES).encode()
    digest = hashlib.sha256(made_by)
    for finder in get_finders():
        for name, storage in finder.list(None):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
