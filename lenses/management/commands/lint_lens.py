"""`manage.py lint_lens`: what is wrong with a lens in a file; needs neither database nor tenant."""

import json
from argparse import ArgumentParser
from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lenses.examination_shown import Entry, entries_of
from lenses.review_of_document import examine
from lenses.schema import MAX_DOCUMENT_BYTES

UNREADABLE = 2


class Command(BaseCommand):
    """Exit code 0 where there is no error, 1 where there is one, 2 where the file is unreadable."""

    help = "Check a lens (custom-lens JSON) for errors of the format and of its rules."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the file and the form of the answer."""
        parser.add_argument("file", metavar="FILE", help="custom-lens JSON, UTF-8")
        parser.add_argument("--json", action="store_true", dest="as_json", help="answer in JSON")

    def handle(self, *args: Any, file: str, as_json: bool, **options: Any) -> None:
        """Print everything that was found."""
        examination = examine(_read(Path(file)))
        entries = entries_of(examination)
        self.stdout.write(_as_json(entries) if as_json else self._for_people(file, entries))
        if examination.error_count:
            raise SystemExit(1)

    def _for_people(self, file: str, entries: list[Entry]) -> str:
        lines: list[str] = []
        for label, group in groupby(entries, key=lambda entry: entry.severity_label):
            found = list(group)
            lines += [self.style.MIGRATE_HEADING(f"{label} ({len(found)})")]
            for entry in found:
                place = f"{entry.path}  {entry.number} {entry.question_title}".rstrip()
                lines += [f"  {place}", f"    {entry.message} [{entry.code}]"]
                if entry.value:
                    lines += [f"    {_('Value:')} {entry.value}"]
                if entry.witness:
                    lines += [f"    {entry.witness_label} {', '.join(entry.witness)}"]
            lines.append("")
        return "\n".join([*lines, self._summary(file, entries)])

    def _summary(self, file: str, entries: list[Entry]) -> str:
        errors = sum(entry.severity == "error" for entry in entries)
        if errors:
            said = ngettext(
                "%(file)s has %(count)d error.", "%(file)s has %(count)d errors.", errors
            )
            return self.style.ERROR(said % {"file": file, "count": errors})
        return self.style.SUCCESS(_("%(file)s has no errors.") % {"file": file})


def _as_json(entries: list[Entry]) -> str:
    return json.dumps([entry.as_json() for entry in entries], ensure_ascii=False, indent=2)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_DOCUMENT_BYTES:
            # One byte too many is enough to be told so; the rest is not read.
            with path.open("rb") as source:
                return source.read(MAX_DOCUMENT_BYTES + 1)
        return path.read_bytes()
    except OSError as error:
        raise CommandError(
            _("Cannot read %(file)s: %(reason)s") % {"file": path, "reason": error.strerror},
            returncode=UNREADABLE,
        ) from None
