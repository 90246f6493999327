"""The JSON of a whole workload: its shape, and reading it when it is hostile.

What stands in one place is checked here; what needs the database (lenses, names, limits) is checked
in `reviews.exchange.checking`. A snapshot is kept without the ids of the server it came from: a
review in it names its lens version by the key of `lenses`, and the checksum is of that form.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from common.errors import InvalidDocument
from common.problems import Problem
from lenses.schema.findings import WHOLE, Findings, child
from lenses.schema.models import report_shape
from lenses.schema.reading import read_json

FORMAT: Final = "plumbline-workload"
SCHEMA_VERSION: Final = 1
"""Grows with each change of the shape; a reader refuses one that it does not know."""

# A lens within needs 32 at most, and stands three deep.
_DEEPEST: Final = 40
_YEARS: Final = range(1970, 2201)


def _moment(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError(_("This must be a time such as 2026-03-01T09:30:00+00:00."))
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    # Far years cannot be shown in every time zone.
    if moment is None or moment.tzinfo is None or moment.year not in _YEARS:
        raise ValueError(_("This must be a time such as 2026-03-01T09:30:00+00:00."))
    return moment


Moment = Annotated[datetime, BeforeValidator(_moment)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Person = Annotated[str, Field(max_length=254)]
Key = Annotated[str, Field(min_length=1, max_length=400)]
Id = Annotated[str, Field(min_length=1, max_length=128)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class DetailPart(_Part):
    """What was said about one choice beside ticking it."""

    not_applicable: bool
    reason: str
    notes: str


class StatePart(_Part):
    """What was said to one question."""

    selected: list[Id]
    choice_details: dict[str, DetailPart]
    is_applicable: bool
    reason: str
    notes: str

    def values(self) -> dict[str, Any]:
        """Return the state as `reviews.merge.state_from` reads it."""
        names = ("selected", "choice_details", "is_applicable", "reason", "notes")
        return {name: value for name, value in self.model_dump().items() if name in names}


class AnswerPart(StatePart):
    """An answer as it is now, and who gave it when."""

    at: Moment
    by: Person


class KeptAnswerPart(StatePart):
    """An answer of a milestone, with the risk that followed from it then."""

    risk: Literal["HIGH", "MEDIUM", "NONE", "UNANSWERED", "NOT_APPLICABLE"]


class LinkPart(_Part):
    """A link that was added as evidence. Files do not travel."""

    question: Id
    choice: Id
    title: Annotated[str, Field(min_length=1, max_length=200)]
    url: Annotated[str, Field(pattern=r"^https?://\S+$", max_length=2048)]
    at: Moment
    by: Person


class ReviewPart(_Part):
    """One lens review."""

    lens: Key
    notes: str
    pillar_notes: dict[str, str]
    answers: dict[str, AnswerPart]
    links: list[LinkPart]


class LensPart(_Part):
    """One version of a lens; one of an organisation's own brings its document."""

    key: Key
    alias: Annotated[str, Field(max_length=128)]
    name: Annotated[str, Field(min_length=1, max_length=128)]
    version: Annotated[str, Field(pattern=r"^[A-Za-z0-9.]{1,32}$")]
    kind: Literal["major", "minor"]
    sha256: Sha256
    notes: Annotated[str, Field(max_length=2048)] = ""
    renames: dict[str, str] = Field(default_factory=dict)
    document: dict[str, Any] | None = None


class MilestonePart(_Part):
    """A milestone with its snapshot, which `sha256` is of."""

    number: Annotated[int, Field(ge=1, le=1_000_000)]
    name: Annotated[str, Field(min_length=3, max_length=100)]
    note: str = ""
    at: Moment
    by: Person
    sha256: Sha256
    snapshot: dict[str, Any]


class KeptEvidencePart(_Part):
    """A piece of evidence that a practice had at a milestone: what it was called."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    question_id: Id
    choice_id: Id
    kind: Literal["file", "link"]
    title: Annotated[str, Field(max_length=200)]
    url: Annotated[str, Field(pattern=r"^(https?://\S+)?$", max_length=2048)]
    filename: Annotated[str, Field(max_length=255)]
    size: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]


class KeptReviewPart(BaseModel):
    """A review of a snapshot. What a later format adds is left to `reviews.snapshots`."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)

    lens: Key
    lens_name: str
    lens_alias: str
    version: str
    document_sha256: Sha256
    notes: str
    pillar_notes: dict[str, str]
    answers: dict[str, KeptAnswerPart]
    counts: list[Any]
    evidence: list[KeptEvidencePart] = Field(default_factory=list)


class SnapshotPart(BaseModel):
    """A snapshot without the ids of the server it came from."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)

    format: int
    workload_name: str
    reviews: list[KeptReviewPart]
    parts: dict[str, Any] = Field(default_factory=dict)


class PropertiesPart(_Part):
    """What is said about the workload; the rules are those of `workloads.properties`."""

    name: str
    description: str
    environment: str
    review_owner: str
    industry_type: str
    industry: str
    account_ids: list[str]
    regions: list[str]
    other_regions: list[str]
    architectural_design: str
    pillar_priorities: list[str]
    notes: str
    next_review_on: str | None


class ExportedPart(_Part):
    """Where the file came from; for people, nothing is decided by it."""

    at: Moment
    by: Person
    organization: str
    files_left_out: list[str]


class WorkloadDocument(_Part):
    """The whole file."""

    format: Literal["plumbline-workload"]
    schema_version: Literal[1]
    exported: ExportedPart
    workload: PropertiesPart
    tags: dict[str, str]
    lenses: list[LensPart]
    reviews: list[ReviewPart]
    milestones: list[MilestonePart]
    parts: dict[str, Any]


def snapshot_sha256(snapshot: Mapping[str, Any]) -> str:
    """Return the checksum of a snapshot as the file has it: of its one canonical text."""
    text = json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def read_workload_document(source: bytes | str) -> WorkloadDocument:
    """Read the JSON of a workload as far as it can be checked by itself.

    Raises InvalidDocument with every problem at once, each at its JSON path, and never anything
    else, whatever the text.
    """
    if len(source) > settings.LARGEST_UPLOAD:
        message = _("The file is too large: %(limit)s is the most that is taken.")
        limit = filesizeformat(settings.LARGEST_UPLOAD)
        raise InvalidDocument([Problem(WHOLE, "document.size", message % {"limit": limit})])
    findings = Findings()
    value = read_json(source, findings, most_characters=settings.LARGEST_UPLOAD, deepest=_DEEPEST)
    document: WorkloadDocument | None = None
    try:
        document = WorkloadDocument.model_validate(value)
    except ValidationError as errors:
        report_shape(errors, findings)
    if document is not None:
        _check_keys(document, findings)
        _check_milestones(document, findings)
    if document is None or findings.has_errors:
        raise InvalidDocument(findings.problems())
    return document


def _check_keys(document: WorkloadDocument, findings: Findings) -> None:
    _once(document.lenses, lambda lens: lens.key, "lenses", "key", findings)
    _once(document.reviews, lambda review: review.lens, "reviews", "lens", findings)
    _once(document.milestones, lambda each: each.number, "milestones", "number", findings)
    known = {lens.key for lens in document.lenses}
    for place, review in enumerate(document.reviews):
        _known_lens(review.lens, known, f"reviews[{place}].lens", findings)


def _once(
    items: Iterable[Any],
    key_of: Callable[[Any], Hashable],
    name: str,
    field: str,
    findings: Findings,
) -> None:
    seen: set[Hashable] = set()
    for place, item in enumerate(items):
        key = key_of(item)
        if key in seen:
            findings.error(
                f"{name}[{place}].{field}",
                "key.repeated",
                lambda: _("Another entry of this list has the same value."),
                key,
            )
        seen.add(key)


def _known_lens(key: str, known: set[str], path: str, findings: Findings) -> None:
    if key not in known:
        findings.error(
            path, "lens.missing", lambda: _("The file's list of lenses has no such key."), key
        )


def _check_milestones(document: WorkloadDocument, findings: Findings) -> None:
    known = {lens.key: lens.sha256 for lens in document.lenses}
    for place, milestone in enumerate(document.milestones):
        path = f"milestones[{place}]"
        if snapshot_sha256(milestone.snapshot) != milestone.sha256:
            message = _(
                "The milestone “%(name)s” does not have the SHA-256 that was exported with it: it "
                "was changed on the way."
            ) % {"name": milestone.name}
            findings.error(f"{path}.sha256", "milestone.checksum", message)
            continue
        _check_snapshot(milestone.snapshot, f"{path}.snapshot", known, findings)


def _check_snapshot(
    snapshot: Mapping[str, Any], path: str, known: Mapping[str, str], findings: Findings
) -> None:
    inner = Findings()
    try:
        part = SnapshotPart.model_validate(snapshot)
    except ValidationError as errors:
        report_shape(errors, inner)
        for problem in inner.problems():
            place = f"{path}.{problem.path}"
            findings.error(place, problem.rule, problem.message, problem.value)
        return
    for number, review in enumerate(part.reviews):
        where = child(child(path, "reviews"), number)
        _known_lens(review.lens, set(known), f"{where}.lens", findings)
        if known.get(review.lens, review.document_sha256) != review.document_sha256:
            findings.error(
                f"{where}.document_sha256",
                "lens.other",
                lambda: _("This is not the SHA-256 of the lens version that it names."),
                review.document_sha256,
            )
