"""Reading the interchange format: hostile text in, a checked document and its definition out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from common.errors import InvalidDocument
from common.problems import Problem
from lenses.definition import LensDefinition
from lenses.schema.checks import check_document
from lenses.schema.compiling import build, canonical, compile_document, sha256
from lenses.schema.findings import MAX_PROBLEMS, Findings
from lenses.schema.models import check_shape
from lenses.schema.reading import MAX_DOCUMENT_BYTES, MAX_DOCUMENT_CHARACTERS, read_json

__all__ = [
    "MAX_DOCUMENT_BYTES",
    "MAX_DOCUMENT_CHARACTERS",
    "MAX_PROBLEMS",
    "Inspection",
    "ParsedLens",
    "canonical",
    "compile_document",
    "inspect_document",
    "read_document",
    "sha256",
]


@dataclass(frozen=True, slots=True)
class ParsedLens:
    """A document that can be used.

    `document` is the file as it was read, what is tolerated included, so that an export says what
    the import said; `warnings` name what was tolerated.
    """

    document: dict[str, object]
    definition: LensDefinition
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """What there is to say about a text, whatever it is.

    `document` is None where the text is no JSON, `definition` where the document has an error;
    `problems` are its errors and warnings, in that order.
    """

    document: object
    definition: LensDefinition | None
    problems: tuple[Problem, ...]


def inspect_document(text: str | bytes) -> Inspection:
    """Read a lens in the custom-lens format `2021-11-01` (docs/lenses.md); never raises."""
    findings = Findings()
    try:
        document = read_json(text, findings)
    except InvalidDocument as error:
        return Inspection(None, None, tuple(error.problems))
    lens = check_shape(document, findings)
    conditions = check_document(document, findings)
    is_usable = lens is not None and not findings.has_errors
    return Inspection(
        document=document,
        definition=build(lens, conditions) if lens is not None and is_usable else None,
        problems=tuple(findings.problems()),
    )


def read_document(text: str | bytes) -> ParsedLens:
    """Read a lens that can be used.

    Raises `InvalidDocument` with every problem of the document at once, errors first, and never
    anything else, whatever the text. Only where it is no JSON at all is there a single problem.
    """
    found = inspect_document(text)
    if found.definition is None:
        raise InvalidDocument(found.problems)
    return ParsedLens(
        document=cast("dict[str, object]", found.document),
        definition=found.definition,
        warnings=found.problems,
    )
