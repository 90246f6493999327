"""The course of a review through the versions of its lens: which one it was at, and when.

An answer's history belongs to a row, a row to a question id, and ids change with versions. A
``Course`` says of each change in whose words it speaks, and which rows hold a question's history.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from lenses.definition import LensDefinition
from reviews.carry_over import Passage
from reviews.models import LensReview, ReviewUpgrade
from reviews.selectors_versions import Versions, passage, renames_between, versions_of
from reviews.services.moving import unpack_answers

_LATEST: Final = 2**31

Revisions = Mapping[str, int]

# By step: what it keeps never changes. Question id to the revision that its row was at.
_cache: dict[UUID, Revisions] = {}
_MOST_CACHED: Final = 500


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of a row's history that is about one question: after ``low``, up to ``high``."""

    question_id: str
    low: int = 0
    high: int = _LATEST


@dataclass(slots=True, eq=False)
class Course:
    """A review's versions over time. ``upgrades`` are its steps, the earliest first."""

    review: LensReview
    upgrades: list[ReviewUpgrade] = field(default_factory=list)
    versions: Versions = field(default_factory=dict)
    revisions: Mapping[UUID, Revisions] = field(default_factory=dict)
    _ways: dict[tuple[UUID, UUID], Passage] = field(default_factory=dict)

    def version_at(self, moment: datetime) -> UUID:
        """Return the version that the review was at."""
        steps = [(step.at, step.from_version_id, step.to_version_id) for step in self.upgrades]
        steps += [
            (step.undone_at, step.to_version_id, step.from_version_id)
            for step in self.upgrades
            if step.undone_at
        ]
        steps.sort(key=lambda step: step[0])
        version = steps[0][1] if steps else self.review.lens_version_id
        for at, _before, after in steps:
            if at <= moment:
                version = after
        return version

    def version_of(self, question_id: str, revision: int, at: datetime) -> UUID:
        """Return the version in whose words a change of a row speaks."""
        if not self.upgrades:
            return self.review.lens_version_id
        version = self.upgrades[0].from_version_id
        for step in self.upgrades:
            if not self.is_after(step, question_id, revision, at):
                continue
            is_back = step.undone_at is not None and at > step.at
            version = step.from_version_id if is_back else step.to_version_id
        return version

    def is_after(self, step: ReviewUpgrade, question_id: str, revision: int, at: datetime) -> bool:
        """Whether a change of a row was made by a step or after it."""
        # A step's own changes are written before the step itself, so a time alone cannot say.
        kept = self.kept(step).get(question_id)
        return at > step.at if kept is None else revision > kept

    def maker(self, question_id: str, revision: int, at: datetime) -> ReviewUpgrade | None:
        """Return the step that made a change of a row, or whose undoing did; else None."""
        for step in self.upgrades:
            if not self.is_after(step, question_id, revision, at):
                continue
            if at <= step.at or (step.undone_at is not None and at <= step.undone_at):
                return step
        return None

    def kept(self, step: ReviewUpgrade) -> Revisions:
        """Return the revisions that the rows a step may have changed were at before it."""
        return self.revisions[step.pk]

    def way(self, before: UUID, after: UUID) -> Passage | None:
        """Return the way of answers between two versions; None where they are one."""
        if before == after:
            return None
        if (before, after) not in self._ways:
            renames = renames_between(before, after, self.versions)
            self._ways[before, after] = passage(
                self.versions[before], self.versions[after], renames
            )
        return self._ways[before, after]

    def stretches(self, question_id: str) -> list[Stretch]:
        """Return where the history of a question of the present version is, the latest first."""
        return list(self._stretches(question_id))

    def _stretches(self, name: str) -> Iterator[Stretch]:
        high = _LATEST
        # What was undone led away and back to the same row.
        for step in reversed([step for step in self.upgrades if step.undone_at is None]):
            way = self.way(step.from_version_id, step.to_version_id)
            assert way is not None  # noqa: S101 - a step leads from one version to another
            known = {question.id for question in way.before.questions}
            origin = next((key for key in known if way.question_after(key) == name), None)
            if origin == name or (origin is None and name not in known):
                continue
            kept = self.kept(step)
            yield Stretch(name, kept.get(name, 0), high)
            if origin is None:
                return
            name, high = origin, kept.get(origin, 0)
        yield Stretch(name, 0, high)

    def definition(self, version_id: UUID) -> LensDefinition:
        """Return a version of the review's lens in the reader's language."""
        if version_id == self.review.lens_version_id:
            return self.review.lens_version.definition
        return self.versions[version_id].definition


def course_of(review: LensReview) -> Course:
    """Return the course of a review. One query where its lens never moved, three at most."""
    steps = ReviewUpgrade.objects.filter(review=review).select_related("to_version", "from_version")
    upgrades = list(
        steps.defer("before", "from_version__document", "to_version__document").order_by("at", "pk")
    )
    if not upgrades:
        return Course(review)
    return Course(review, upgrades, versions_of([review.lens_id]), _revisions(upgrades))


def _revisions(upgrades: list[ReviewUpgrade]) -> dict[UUID, Revisions]:
    found = {step.pk: _cache[step.pk] for step in upgrades if step.pk in _cache}
    missing = [step.pk for step in upgrades if step.pk not in found]
    if missing:
        rows = ReviewUpgrade.objects.filter(pk__in=missing).values_list("pk", "before")
        for key, before in rows:
            answers = unpack_answers(bytes(before))
            found[key] = {name: kept["revision"] if kept else 0 for name, kept in answers.items()}
        if len(_cache) > _MOST_CACHED:
            _cache.clear()
        _cache.update(found)
    return found
