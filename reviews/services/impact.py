"""Measuring what a draft would do to the reviews through its lens. Reads only.

The reviews are taken in chunks, of their answers only those to questions whose outcome is not
certain, and equal answers are judged once: memory stays the same for ten reviews and ten thousand.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from common.errors import Conflict
from lenses.lineage import compose
from lenses.models import LensVersion
from reviews.carry_over import Passage
from reviews.impact import NOTHING, Impact, Outcome, Outcomes
from reviews.merge import AnswerState, state_from
from reviews.models import Answer, LensReview
from reviews.selectors_versions import renames_between, versions_of

Renames = Mapping[str, str]

CHUNK: Final = 500
"""Reviews that are read at once."""

SMALL: Final = 200
"""Reviews up to which a page measures by itself; beyond, it is a job."""

_SAID = "…"  # stands for a note: that there is one is all that matters


@dataclass(slots=True)
class Measuring:
    """One measurement: the ways to the draft, and what was found so far."""

    lens_id: UUID
    ways: dict[UUID, Outcomes]
    impact: Impact = field(default_factory=Impact)
    _last: UUID | None = None

    def total(self) -> int:
        """Return how many reviews there are."""
        return _reviews(self.lens_id).count()

    def next_chunk(self) -> bool:
        """Take in the next reviews; False when there were none left."""
        reviews = _reviews(self.lens_id)
        if self._last is not None:
            reviews = reviews.filter(pk__gt=self._last)
        chunk = list(reviews.order_by("pk").values_list("pk", "lens_version")[:CHUNK])
        if not chunk:
            self.impact.finish()
            return False
        self._last = chunk[-1][0]
        found = self.outcomes_of(dict(chunk))
        for review_id, version_id in chunk:
            outcomes = found.get(review_id, ())
            effects = [outcome.effect for _question, outcome in outcomes if outcome.effect]
            self.impact.add(str(review_id), str(version_id), effects)
        return True

    def outcomes_of(self, reviews: Mapping[UUID, UUID]) -> dict[UUID, list[tuple[str, Outcome]]]:
        """Return what becomes of the answers of some reviews, given with their versions."""
        by_version: dict[UUID, list[UUID]] = {}
        for review_id, version_id in reviews.items():
            by_version.setdefault(version_id, []).append(review_id)
        found: dict[UUID, list[tuple[str, Outcome]]] = {}
        for version_id, review_ids in by_version.items():
            if version_id in self.ways:
                _judge(self.ways[version_id], review_ids, found)
        return found


def _judge(
    way: Outcomes, review_ids: list[UUID], found: dict[UUID, list[tuple[str, Outcome]]]
) -> None:
    # As text: the database's own ids, read as they stand. A UUID for each answer costs more than
    # the rest of the loop.
    names = {_stored(review_id): review_id for review_id in review_ids}
    for review, *answer in _answers(review_ids, way.passage.touched):
        key = tuple(answer)
        outcome = way.get(key) or way.find(key, answer[0], _state(*answer[1:]))
        if outcome is not NOTHING:
            found.setdefault(names[review], []).append((answer[0], outcome))


def begin_measuring(draft: LensVersion, renames: Renames) -> Measuring:
    """Return a measurement of what publishing a draft with some renames would do."""
    versions = versions_of([draft.lens_id])
    ids = set(_reviews(draft.lens_id).values_list("lens_version", flat=True).distinct())
    latest = max(versions.values(), key=_when, default=None)
    ways = {}
    for version_id in ids & versions.keys():
        way = renames_between(version_id, latest.pk, versions) if latest else {}
        ways[version_id] = Outcomes(
            Passage.between(
                versions[version_id].definition, draft.definition, compose([way, renames])
            )
        )
    return Measuring(draft.lens_id, ways)


def _when(version: LensVersion) -> tuple[Any, ...]:
    return (version.published_at, version.pk)


def measure_impact(measuring: Measuring) -> Impact:
    """Measure all in one go: for few reviews."""
    while measuring.next_chunk():
        pass
    return measuring.impact


def load_draft(lens_id: UUID, sha256: str = "") -> LensVersion:
    """Return a lens's draft; raises Conflict when there is none, or another than is meant."""
    drafts = LensVersion.objects.filter(lens=lens_id, lens__deleted_at=None)
    draft = drafts.filter(status=LensVersion.Status.DRAFT).first()
    if draft is None or (sha256 and draft.sha256 != sha256):
        raise Conflict(_("The draft was changed or published since then. Look at it again."))
    return draft  # type: ignore[no-any-return]


def _stored(review_id: UUID) -> str:
    return str(review_id) if connection.features.has_native_uuid_field else review_id.hex


def _reviews(lens_id: UUID) -> QuerySet[LensReview]:
    reviews: QuerySet[LensReview] = LensReview.objects.filter(lens=lens_id)
    return reviews


def _answers(review_ids: list[UUID], touched: frozenset[str]) -> Iterator[tuple[Any, ...]]:
    if not touched:
        return
    # As text: equal answers are recognised without reading their JSON.
    rows = (
        Answer.objects.filter(review__in=review_ids, question_id__in=touched)
        .annotate(
            of=Cast("review_id", TextField()),
            ticked=Cast("selected", TextField()),
            details=Cast("choice_details", TextField()),
            says=ExpressionWrapper(Q(notes__gt="") | Q(reason__gt=""), output_field=BooleanField()),
        )
        .values_list("of", "question_id", "ticked", "details", "is_applicable", "says")
    )
    yield from rows.iterator(chunk_size=5_000)


def _state(ticked: str, details: str, is_applicable: bool, says: bool) -> AnswerState:
    return state_from(
        {
            "selected": json.loads(ticked),
            "choice_details": json.loads(details),
            "is_applicable": is_applicable,
            "reason": "",
            "notes": _SAID if says else "",
        }
    )
