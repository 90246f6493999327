"""Reads of the studio: which version is open, and what its draft has been."""

import json
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from common.errors import InvalidDocument, NotFound
from common.problems import Problem
from lenses.models import DraftChange, Lens, LensVersion
from lenses.schema import read_document

Status = LensVersion.Status


def open_version(lens: Lens, version_id: UUID | None = None) -> LensVersion:
    """Return a version of a lens to be opened: the draft, else the latest; raises NotFound."""
    versions = LensVersion.objects.filter(lens=lens)
    if version_id is not None:
        found = versions.filter(pk=version_id).first()
    else:
        found = versions.order_by(F("published_at").desc(nulls_first=True), "-pk").first()
    if found is None:
        raise NotFound
    version: LensVersion = found
    return version


def document_of(version: LensVersion) -> dict[str, Any]:
    """Return the document of a version as plain values."""
    document: dict[str, Any] = json.loads(version.document)
    return document


def problems_of(version: LensVersion) -> tuple[Problem, ...]:
    """Return what the format says about a version: errors (a draft may have some), warnings."""
    try:
        return read_document(version.document).warnings
    except InvalidDocument as error:
        return tuple(error.problems)


def changes_of(draft: LensVersion) -> QuerySet[DraftChange]:
    """Return the history of a draft, the latest first, without the documents."""
    changes: QuerySet[DraftChange] = DraftChange.objects.filter(draft=draft)
    return changes.defer("document").select_related("by").order_by("-revision")
