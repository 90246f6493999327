"""A workload's reviews at one moment, and how a milestone keeps them. Pure.

A snapshot holds everything that was said, by the ids of the lens version it was said about; titles
stay in the version, whose bytes never change and whose SHA-256 is kept here.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final
from uuid import UUID

from common.risk import Risk
from lenses.definition import LensDefinition
from reviews.merge import EMPTY, AnswerState, state_from

FORMAT: Final = 1
"""The number of the layout below; a reader refuses one that it does not know.

``parts`` and ``evidence`` came to it later: where they are lacking there were none.
"""


class BrokenSnapshot(ValueError):
    """The stored bytes are not what was saved: cut off, changed, or of a later format."""


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """What was said to one question, and the risk that followed from it then."""

    state: AnswerState = EMPTY
    risk: Risk = Risk.UNANSWERED


UNANSWERED: Final = AnsweredQuestion()


@dataclass(frozen=True, slots=True)
class EvidenceReference:
    """A piece of evidence that a practice had: what it was called, never what was in it.

    ``kind`` is ``file`` or ``link``. A file has ``filename``, ``size`` in bytes and the SHA-256 of
    its content, a link its ``url``.
    """

    id: UUID
    question_id: str
    choice_id: str
    kind: str
    title: str
    url: str = ""
    filename: str = ""
    size: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class ReviewSnapshot:
    """One lens review. A question that is not in ``answers`` was not answered."""

    lens_id: UUID
    lens_name: str
    lens_alias: str
    version_id: UUID
    version: str
    document_sha256: str
    notes: str = ""
    pillar_notes: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, AnsweredQuestion] = field(default_factory=dict)
    counts: Mapping[str, Counter[Risk]] = field(default_factory=dict)
    evidence: tuple[EvidenceReference, ...] = ()

    def answer(self, question_id: str) -> AnsweredQuestion:
        """What was said to a question; the empty answer when nothing was."""
        return self.answers.get(question_id, UNANSWERED)

    @property
    def total(self) -> Counter[Risk]:
        """The questions of the review by risk."""
        return sum(self.counts.values(), Counter())


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All reviews of a workload, in the order in which its lenses are listed.

    ``parts`` is what other apps keep with them, plain JSON by name (reviews/snapshot_parts.py).
    """

    workload_name: str
    reviews: tuple[ReviewSnapshot, ...] = ()
    parts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def total(self) -> Counter[Risk]:
        """The questions of all reviews by risk."""
        return sum((review.total for review in self.reviews), Counter())


def count_questions(
    definition: LensDefinition, answers: Mapping[str, AnsweredQuestion]
) -> dict[str, Counter[Risk]]:
    """Count each pillar's questions by risk, from the answers themselves."""
    return {
        pillar.id: Counter(
            answers.get(question.id, UNANSWERED).risk for question in pillar.questions
        )
        for pillar in definition.pillars
    }


@dataclass(frozen=True, slots=True)
class LensCounts:
    """The questions of one lens review by risk, for each pillar in the lens's order.

    Titles are those of the lens version: ``reviews.selectors_trend``.
    """

    lens_id: UUID
    lens_name: str
    version_id: UUID
    version: str
    document_sha256: str
    pillars: Mapping[str, Counter[Risk]]

    @property
    def total(self) -> Counter[Risk]:
        """The questions of the lens by risk."""
        return sum(self.pillars.values(), Counter())


def as_counts(snapshot: Snapshot) -> dict[str, int]:
    """Return what a milestone keeps beside its snapshot: the questions by risk."""
    return {str(risk): count for risk, count in snapshot.total.items() if count}


def as_lens_counts(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return the same by lens and pillar, in plain values; ``lens_counts_from`` reads them."""
    return [
        {
            "lens_id": str(review.lens_id),
            "lens_name": review.lens_name,
            "version_id": str(review.version_id),
            "version": review.version,
            "document_sha256": review.document_sha256,
            "pillars": _counts_as_pairs(review.counts),
        }
        for review in snapshot.reviews
    ]


def lens_counts_from(values: Iterable[Mapping[str, Any]]) -> tuple[LensCounts, ...]:
    """Return the counts that ``as_lens_counts`` described."""
    return tuple(
        LensCounts(
            lens_id=UUID(lens["lens_id"]),
            lens_name=lens["lens_name"],
            version_id=UUID(lens["version_id"]),
            version=lens["version"],
            document_sha256=lens["document_sha256"],
            pillars=_counts_from_pairs(lens["pillars"]),
        )
        for lens in values
    )


def _counts_as_pairs(counts: Mapping[str, Counter[Risk]]) -> list[list[Any]]:
    # A list of pairs: the pillars keep the order that the lens gave them.
    return [
        [pillar_id, {str(risk): count for risk, count in by_risk.items() if count}]
        for pillar_id, by_risk in counts.items()
    ]


def _counts_from_pairs(pairs: Iterable[tuple[str, Mapping[str, int]]]) -> dict[str, Counter[Risk]]:
    return {
        pillar_id: Counter({Risk(risk): int(count) for risk, count in by_risk.items()})
        for pillar_id, by_risk in pairs
    }


def as_text(snapshot: Snapshot) -> str:
    """Return the one JSON text of a snapshot: keys and sets sorted, no blanks, not escaped."""
    document = {
        "format": FORMAT,
        "workload_name": snapshot.workload_name,
        "reviews": [_review_as_mapping(review) for review in snapshot.reviews],
        "parts": dict(snapshot.parts),
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _review_as_mapping(review: ReviewSnapshot) -> dict[str, Any]:
    return {
        "lens_id": str(review.lens_id),
        "lens_name": review.lens_name,
        "lens_alias": review.lens_alias,
        "version_id": str(review.version_id),
        "version": review.version,
        "document_sha256": review.document_sha256,
        "notes": review.notes,
        "pillar_notes": dict(review.pillar_notes),
        "answers": {
            question_id: {
                **answer.state.as_mapping(sorted(answer.state.selected)),
                "risk": answer.risk,
            }
            for question_id, answer in review.answers.items()
        },
        "counts": _counts_as_pairs(review.counts),
        "evidence": [
            {"id": str(piece.id), **{name: getattr(piece, name) for name in _OF_EVIDENCE}}
            for piece in review.evidence
        ],
    }


_OF_EVIDENCE: Final = tuple(each.name for each in fields(EvidenceReference) if each.name != "id")


def from_text(text: str) -> Snapshot:
    """Return the snapshot that ``as_text`` wrote; raises BrokenSnapshot."""
    try:
        document = json.loads(text)
        if document["format"] != FORMAT:
            raise BrokenSnapshot(f"format {document['format']!r} is not {FORMAT}")
        return Snapshot(
            workload_name=document["workload_name"],
            reviews=tuple(_review_from(review) for review in document["reviews"]),
            parts=dict(document.get("parts", {})),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BrokenSnapshot(str(error)) from error


def _review_from(values: Mapping[str, Any]) -> ReviewSnapshot:
    return ReviewSnapshot(
        lens_id=UUID(values["lens_id"]),
        lens_name=values["lens_name"],
        lens_alias=values["lens_alias"],
        version_id=UUID(values["version_id"]),
        version=values["version"],
        document_sha256=values["document_sha256"],
        notes=values["notes"],
        pillar_notes=dict(values["pillar_notes"]),
        answers={
            question_id: AnsweredQuestion(state_from(answer), Risk(answer["risk"]))
            for question_id, answer in values["answers"].items()
        },
        counts=_counts_from_pairs(values["counts"]),
        evidence=tuple(
            EvidenceReference(id=UUID(piece["id"]), **{name: piece[name] for name in _OF_EVIDENCE})
            for piece in values.get("evidence", ())
        ),
    )


def pack(snapshot: Snapshot) -> tuple[bytes, str]:
    """Return what a milestone stores: the compressed text, and the SHA-256 of the plain one."""
    plain = as_text(snapshot).encode("utf-8")
    return zlib.compress(plain, level=9), hashlib.sha256(plain).hexdigest()


def unpack(packed: bytes, sha256: str) -> Snapshot:
    """Return the snapshot that was packed; raises BrokenSnapshot when anything in it changed."""
    try:
        plain = zlib.decompress(packed)
    except zlib.error as error:
        raise BrokenSnapshot(str(error)) from error
    if hashlib.sha256(plain).hexdigest() != sha256:
        raise BrokenSnapshot("the text does not have the SHA-256 that was saved with it")
    return from_text(plain.decode("utf-8"))
