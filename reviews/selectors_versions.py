"""Reads about a review's lens version: what came after it, and how it came to be where it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from common.clock import now
from common.errors import NotFound
from lenses.definition import LensDefinition
from lenses.lineage import compose, invert, steps_to
from lenses.models import LensVersion
from reviews.carry_over import Passage
from reviews.models import LensReview, ReviewUpgrade

Kind = LensVersion.Kind
Status = LensVersion.Status

NOTICE_DAYS: Final = 30

_OF_A_STEP: Final = (
    *("id", "organization_id", "lens_id", "version", "kind", "status", "sha256"),
    *("predecessor_id", "renames", "published_at", "notes"),
)

Versions = Mapping[UUID, LensVersion]


def versions_of(lens_ids: Iterable[UUID]) -> dict[UUID, LensVersion]:
    """Return the versions of lenses that were ever published, by id, without their documents.

    Those of deleted lenses too: the reviews through them stay.
    """
    versions = LensVersion.objects.filter(lens__in=set(lens_ids)).exclude(status=Status.DRAFT)
    return {row.pk: row for row in versions.only(*_OF_A_STEP)}


def _steps(earlier: UUID, later: UUID, versions: Versions) -> list[LensVersion] | None:
    predecessors = {key: version.predecessor_id for key, version in versions.items()}
    path = steps_to(earlier, later, predecessors)
    return None if path is None else [versions[key] for key in path]


def renames_between(before: UUID, after: UUID, versions: Versions) -> dict[str, str]:
    """Return the renames from one version to another, whichever of the two is the later.

    Empty where neither comes before the other: then ids alone say what is the same.
    """
    forward = _steps(before, after, versions)
    if forward is not None:
        return compose([version.renames for version in forward])
    back = _steps(after, before, versions)
    return invert(compose([version.renames for version in back or ()]))


def load_version(version_id: UUID) -> LensVersion:
    """Return a lens version, its document left in the database; raises NotFound."""
    version = LensVersion.objects.defer("document").filter(pk=version_id).first()
    if version is None:
        raise NotFound
    return version  # type: ignore[no-any-return]


def passage(before: LensVersion, after: LensVersion, renames: Mapping[str, str]) -> Passage:
    """Return the way of answers from a version to another of the same lens."""
    return Passage.between(before.definition, after.definition, renames)


def passage_between(before_id: UUID, after: LensVersion) -> Passage:
    """Return the way of answers from any version of a lens to ``after``; raises NotFound."""
    before = load_version(before_id)
    if before.lens_id != after.lens_id:
        raise NotFound
    renames = renames_between(before.pk, after.pk, versions_of([after.lens_id]))
    return passage(before, after, renames)


def present_name(review: LensReview, question_id: str) -> str | None:
    """Return the id that a question of an earlier version has in the review's version, or None."""
    versions = versions_of([review.lens_id])
    definition: LensDefinition = review.lens_version.definition
    known = {question.id for question in definition.questions}
    version = versions.get(review.lens_version_id)
    seen: set[UUID] = set()
    while version is not None and version.pk not in seen:
        seen.add(version.pk)
        renames = renames_between(version.pk, review.lens_version_id, versions)
        if renames.get(question_id) in known:
            return renames[question_id]
        version = versions.get(version.predecessor_id) if version.predecessor_id else None
    return None


@dataclass(frozen=True, slots=True)
class Upgrade:
    """A newer version that a review can be brought to when somebody says so."""

    review: LensReview
    version: LensVersion
    renames: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReviewNews:
    """What a review's pages tell about its version; either may be None."""

    review: LensReview
    upgrade: Upgrade | None
    applied: ReviewUpgrade | None

    @property
    def can_be_undone(self) -> bool:
        """Whether nobody answered since the version was applied."""
        return self.applied is not None and is_undoable(self.applied, self.review)


def is_undoable(applied: ReviewUpgrade, review: LensReview) -> bool:
    """Whether an upgrade is the last thing that happened to a review."""
    return (
        applied.undone_at is None
        and applied.answers_revision == review.answers_revision
        and applied.to_version_id == review.lens_version_id
    )


def news_of(reviews: Sequence[LensReview], *, dismissed: Iterable[str] = ()) -> list[ReviewNews]:
    """Return the reviews of which there is something to tell, in their order. Two queries.

    ``dismissed`` are the ids of upgrades that the reader has put away.
    """
    if not reviews:
        return []
    versions = versions_of(review.lens_id for review in reviews)
    upgrades = _upgrades_of(reviews)
    put_away = set(dismissed)
    found = []
    for review in reviews:
        own = upgrades.get(review.pk, [])
        applied = next((row for row in own if _is_news(row, review)), None)
        if applied is not None and str(applied.pk) in put_away:
            applied = None
        news = ReviewNews(review, _available(review, versions, own), applied)
        if news.upgrade or news.applied:
            found.append(news)
    return found


def available_upgrade(review: LensReview) -> Upgrade | None:
    """Return the newer version that a review can be upgraded to. Two queries."""
    versions = versions_of([review.lens_id])
    return _available(review, versions, _upgrades_of([review]).get(review.pk, []))


def _upgrades_of(reviews: Sequence[LensReview]) -> dict[UUID, list[ReviewUpgrade]]:
    """Return the upgrades of reviews, the latest first, without what they keep for undoing."""
    rows = ReviewUpgrade.objects.filter(review__in=[review.pk for review in reviews])
    rows = rows.select_related("to_version").defer("before", "to_version__document")
    found: dict[UUID, list[ReviewUpgrade]] = {}
    for row in rows.order_by("-at", "-pk"):
        found.setdefault(row.review_id, []).append(row)
    return found


def _is_news(applied: ReviewUpgrade, review: LensReview) -> bool:
    return (
        applied.undone_at is None
        and applied.to_version_id == review.lens_version_id
        and applied.at > now() - timedelta(days=NOTICE_DAYS)
    )


def _moment(version: LensVersion) -> datetime:
    assert version.published_at is not None  # noqa: S101 - only drafts were never published
    return version.published_at


def _available(
    review: LensReview, versions: Versions, upgrades: Sequence[ReviewUpgrade]
) -> Upgrade | None:
    pinned = versions.get(review.lens_version_id)
    published = [
        version
        for version in versions.values()
        if version.lens_id == review.lens_id and version.status == Status.PUBLISHED
    ]
    newest = max(published, key=_moment, default=None)
    if pinned is None or newest is None or newest.pk == pinned.pk or review.lens.deleted_at:
        return None
    steps = _steps(pinned.pk, newest.pk, versions)
    if steps is None:
        # From before versions knew their predecessors: what was published later is newer.
        if pinned.predecessor_id or _moment(pinned) >= _moment(newest):
            return None
        return Upgrade(review, newest, {})
    undone = {row.to_version_id for row in upgrades if row.undone_at}
    if all(step.kind == Kind.MINOR and step.pk not in undone for step in steps):
        return None  # it applies itself
    return Upgrade(review, newest, compose([step.renames for step in steps]))


def waiting_for(version: LensVersion) -> QuerySet[LensReview]:
    """Return the reviews that a minor version has yet to be applied to.

    One that was taken back from it stays as it is until somebody upgrades it.
    """
    undone = ReviewUpgrade.objects.filter(
        review=OuterRef("pk"), to_version=version, undone_at__isnull=False
    )
    reviews: QuerySet[LensReview] = LensReview.objects.filter(
        lens_version=version.predecessor_id
    ).exclude(Exists(undone))
    return reviews


def applies_itself(version: LensVersion) -> bool:
    """Whether a version comes to the reviews on its predecessor by itself."""
    return (
        version.kind == Kind.MINOR
        and version.predecessor_id is not None
        and version.status in {Status.PUBLISHED, Status.SUPERSEDED}
    )


def unfinished_minor_versions(*, quiet_for: timedelta) -> list[UUID]:
    """Return the minor versions with reviews to come, that nothing happened to for a while."""
    moment = now() - quiet_for
    undone = ReviewUpgrade.objects.filter(
        review=OuterRef("pk"), to_version=OuterRef(OuterRef("pk")), undone_at__isnull=False
    )
    reviews = LensReview.objects.filter(lens_version=OuterRef("predecessor")).exclude(
        Exists(undone)
    )
    busy = ReviewUpgrade.objects.filter(to_version=OuterRef("pk"), at__gt=moment)
    versions = LensVersion.objects.filter(
        kind=Kind.MINOR,
        status__in=[Status.PUBLISHED, Status.SUPERSEDED],
        published_at__lt=moment,
        predecessor__isnull=False,
    )
    return list(versions.filter(Exists(reviews), ~Exists(busy)).values_list("pk", flat=True))
