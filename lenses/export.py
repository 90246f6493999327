"""A lens version as a file that imports again, here and, adapted, in the AWS service."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.utils.text import slugify

from common.problems import Problem
from lenses.compatibility import MAX_BYTES, aws_problems, without_unknown_keys
from lenses.models import LensVersion


@dataclass(frozen=True, slots=True)
class ExportForAws:
    """A version adapted to what the AWS service knows.

    `left_out` are the keys that it does not have any more (severity "aws", as all here); `refused`
    is what the service would still refuse, and what nobody but the author can mend: where there is
    any, `text` is of no use there.
    """

    text: str
    left_out: tuple[Problem, ...]
    refused: tuple[Problem, ...]


def export_document(version: LensVersion) -> str:
    """Return the document of a version as indented JSON text; it imports as the same document.

    Keys that the format does not know are in it, as they were imported.
    """
    return _readable(json.loads(version.document))


def export_for_aws(version: LensVersion) -> ExportForAws:
    """Return a version without what the AWS service does not know; it means the same.

    Nothing else is changed: what it refuses beyond that is listed, never mended silently.
    """
    document = json.loads(version.document)
    problems = aws_problems(document)
    left_out = tuple(problem for problem in problems if problem.rule == "aws.key")
    adapted = without_unknown_keys(document)
    return ExportForAws(_readable(adapted), left_out, refused=aws_problems(adapted))


def filename(version: LensVersion, *, suffix: str = "") -> str:
    """Return a name for the file of a version: lower-case ASCII, such as `payments-1.2.json`.

    The lens must be loaded. A built-in lens goes by its alias.
    """
    stem = version.lens.alias or slugify(version.lens.name)[:80] or "lens"
    return f"{stem}-{version.version or 'draft'}{suffix}.json"


def _readable(document: dict[str, object]) -> str:
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    if len(text.encode()) <= MAX_BYTES:
        return text
    # Indented it would be larger than an import takes.
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))
