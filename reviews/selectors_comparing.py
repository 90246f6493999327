"""Reads about two moments side by side: of one workload, or of two through one lens."""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from common.errors import Invalid
from lenses.definition import LensDefinition
from reviews.changes import Comparison, EvidenceChange, LensChange, PillarChange, TextChange
from reviews.compare import compare
from reviews.comparison_sections import Section, sections, text_changes
from reviews.comparison_texts import (
    Movement,
    headline,
    headline_of_workloads,
    movement,
    summary,
)
from reviews.models import LensReview, Milestone
from reviews.selectors_milestones import (
    NOW,
    Moment,
    definitions_of,
    load_moments,
    renames_from,
)
from reviews.snapshots import EvidenceReference, Snapshot
from workloads.models import Workload
from workloads.selectors import find_workloads

_MOST_OFFERED: Final = 20


@dataclass(frozen=True, slots=True)
class PieceOfEvidence:
    """A change of evidence and the words for its place: lens, question and practice."""

    lens: LensChange
    change: EvidenceChange
    question: str
    practice: str


@dataclass(frozen=True, slots=True)
class Compared:
    """All that a page, a file or a report says about two moments.

    ``before_workload`` and ``after_workload`` are one where two moments of it are compared. The
    texts are in the reader's language. ``lenses`` are all of both, each pillar with how it moved;
    ``sections`` are the questions that differ, under what became of them.
    """

    before_workload: Workload
    after_workload: Workload
    before: Moment
    after: Moment
    comparison: Comparison
    headline: str
    sentences: list[str]
    lenses: list[tuple[LensChange, list[tuple[PillarChange, Movement]]]]
    sections: list[Section]
    text_changes: list[tuple[str, TextChange]]
    evidence: list[PieceOfEvidence]

    @property
    def is_of_workloads(self) -> bool:
        """Whether two workloads are compared."""
        return self.before_workload.pk != self.after_workload.pk


def comparison_of(workload: Workload, before_key: str, after_key: str) -> Compared:
    """Compare two moments of a workload, each ``now`` or a milestone's number.

    Raises NotFound, UserError. Eight queries at most, however much there is to compare.
    """
    before, after = load_moments(workload, before_key, after_key)
    return _compared(workload, workload, before, after)


def comparison_of_workloads(before: "Side", after: "Side", lens_id: UUID) -> Compared:
    """Compare two workloads through one lens that both moments have; raises Invalid, UserError."""
    was, became = (_only(side, lens_id) for side in (before, after))
    return _compared(before.workload, after.workload, was, became)


def _compared(
    before_workload: Workload, after_workload: Workload, before: Moment, after: Moment
) -> Compared:
    definitions = definitions_of(before.snapshot, after.snapshot)
    renames = renames_from(before.snapshot, after.snapshot)
    comparison = compare(before.snapshot, after.snapshot, definitions, renames)
    names = {"before": before.name, "after": after.name}
    of_workloads = before_workload.pk != after_workload.pk
    summed_up = headline_of_workloads if of_workloads else headline
    return Compared(
        before_workload=before_workload,
        after_workload=after_workload,
        before=before,
        after=after,
        comparison=comparison,
        headline="" if comparison.is_empty else summed_up(comparison, **names),
        sentences=[] if of_workloads and not comparison.is_empty else summary(comparison),
        lenses=[
            (lens, [(pillar, movement(pillar)) for pillar in lens.pillars])
            for lens in comparison.lenses
        ],
        sections=sections(
            comparison,
            **names,
            reviews=_reviews_to_open(after_workload, after),
            of_workloads=of_workloads,
        ),
        text_changes=text_changes(comparison),
        evidence=[
            _piece(lens, change, definitions[review.document_sha256])
            for lens in comparison.lenses
            if (review := lens.after or lens.before) and not lens.is_in_one
            for change in lens.evidence
        ],
    )


def _reviews_to_open(workload: Workload, moment: Moment) -> dict[UUID, UUID]:
    if moment.key != NOW:
        return {}
    rows = LensReview.objects.filter(workload=workload)
    return dict(rows.values_list("lens_id", "pk"))


def _piece(lens: LensChange, change: EvidenceChange, definition: LensDefinition) -> PieceOfEvidence:
    question, practice = _titles(change.latest, definition)
    return PieceOfEvidence(lens, change, question, practice)


def _titles(piece: EvidenceReference, definition: LensDefinition) -> tuple[str, str]:
    """Return the titles of question and practice, or the ids where the version has neither."""
    for question in definition.questions:
        if question.id == piece.question_id:
            titles = {choice.id: choice.title for choice in question.choices}
            return question.title, titles.get(piece.choice_id, piece.choice_id)
    return piece.question_id, piece.choice_id


@dataclass(frozen=True, slots=True)
class Side:
    """A workload at a moment."""

    workload: Workload
    moment: Moment

    @property
    def name(self) -> str:
        """What it is called beside another workload."""
        if self.moment.key == NOW:
            return self.workload.name
        values = {"workload": self.workload.name, "milestone": self.moment.name}
        return _("%(workload)s (%(milestone)s)") % values


def side_of(workload: Workload, key: str) -> Side:
    """Return a workload at ``now`` or at a milestone; raises NotFound, UserError."""
    (moment,) = load_moments(workload, key)
    return Side(workload, moment)


def _only(side: Side, lens_id: UUID) -> Moment:
    reviews = tuple(found for found in side.moment.snapshot.reviews if found.lens_id == lens_id)
    if not reviews:
        problem = _("%(workload)s was not reviewed through this lens at that moment.")
        raise Invalid(fields={"lens": [problem % {"workload": side.name}]})
    return replace(side.moment, name=side.name, snapshot=Snapshot(side.workload.name, reviews))


def lenses_in_both(before: Side, after: Side) -> dict[UUID, str]:
    """Return the names of the lenses that both moments have, by id, in the earlier's order."""
    became = {review.lens_id for review in after.moment.snapshot.reviews}
    return {
        review.lens_id: review.lens_name
        for review in before.moment.snapshot.reviews
        if review.lens_id in became
    }


def workloads_beside(workload: Workload, words: str) -> QuerySet[Workload]:
    """Return the other workloads that can be compared with one now: they share a lens with it.

    At most twenty, by name, of those that hold every word.
    """
    own = LensReview.objects.filter(workload=workload).values("lens")
    shared = LensReview.objects.filter(workload=OuterRef("pk"), lens__in=own)
    found = find_workloads(words=words).exclude(pk=workload.pk).filter(Exists(shared))
    return found.order_by("name_key", "pk")[:_MOST_OFFERED]


def moments_offered(workload: Workload) -> QuerySet[Milestone]:
    """Return the milestones that a workload can be compared at, the latest first."""
    milestones: QuerySet[Milestone] = Milestone.objects.filter(workload=workload)
    return milestones.only("number", "name", "at").order_by("-number")
