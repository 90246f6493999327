"""Reads about lenses and their versions."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Func, IntegerField, QuerySet

from common.errors import NotFound
from lenses.definition import LensDefinition
from lenses.lineage import compose, invert, steps_to
from lenses.models import Lens, LensVersion

Status = LensVersion.Status


class PillarCount(Func):
    """How many pillars a stored document has, counted by the database.

    Compiling every lens for one figure of a list would cost more than the list.
    """

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Count with SQLite's JSON functions."""
        template = "json_array_length(%(expressions)s, '$.pillars')"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Count with PostgreSQL's."""
        template = "jsonb_array_length((%(expressions)s)::jsonb -> 'pillars')"
        return self.as_sql(compiler, connection, template=template, **context)


def light_versions() -> QuerySet[LensVersion]:
    """Return versions without what is large: the document and the warnings."""
    versions: QuerySet[LensVersion] = LensVersion.objects.defer("document", "warnings")
    return versions


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One lens of the catalogue; it has a version that reviews can use, or a draft, or both."""

    lens: Lens
    current: LensVersion | None
    draft: LensVersion | None
    pillar_count: int

    @property
    def shown(self) -> LensVersion:
        """The version whose description and figures stand for the lens."""
        version = self.current or self.draft
        if version is None:  # catalogue() makes no such entry
            raise AssertionError("a lens without a version")
        return version

    def matches(self, words: Collection[str]) -> bool:
        """Whether name or description hold every one of some lower-case words."""
        text = f"{self.lens.name} {self.lens.alias} {self.shown.description}".lower()
        return all(word in text for word in words)


def catalogue(search: str = "") -> list[CatalogueEntry]:
    """Return the organisation's lenses and the built-in ones, by name; two queries.

    ``search``: words that must all stand in name or description, in any case. A plan bounds how
    many lenses there are, so they are searched here, alike on both databases.
    """
    lenses = {lens.pk: lens for lens in Lens.objects.filter(deleted_at=None)}
    versions: dict[UUID, dict[str, LensVersion]] = {}
    counts: dict[UUID, int] = {}
    listed = light_versions().filter(
        lens__in=lenses, status__in=(Status.PUBLISHED, Status.DEPRECATED, Status.DRAFT)
    )
    # The latest wins where a lens has several of one status.
    for version in listed.order_by("published_at", "pk").annotate(
        pillar_count=PillarCount(F("document"))
    ):
        versions.setdefault(version.lens_id, {})[version.status] = version
        counts[version.pk] = version.pillar_count
    entries = [_entry(lenses[lens_id], found, counts) for lens_id, found in versions.items()]
    words = search.lower().split()
    found_entries = [entry for entry in entries if entry.matches(words)]
    return sorted(found_entries, key=lambda entry: (entry.lens.name.lower(), entry.lens.pk))


def _entry(lens: Lens, versions: dict[str, LensVersion], counts: dict[UUID, int]) -> CatalogueEntry:
    current = versions.get(Status.PUBLISHED) or versions.get(Status.DEPRECATED)
    draft = versions.get(Status.DRAFT)
    shown = current or draft
    return CatalogueEntry(
        lens=lens,
        current=current,
        draft=draft,
        pillar_count=counts[shown.pk] if shown else 0,
    )


def load_lens(lens_id: UUID) -> Lens:
    """Return a lens that the bound organisation can read; raises NotFound."""
    lens: Lens | None = Lens.objects.filter(pk=lens_id, deleted_at=None).first()
    if lens is None:
        raise NotFound
    return lens


def versions_of(lens: Lens) -> list[LensVersion]:
    """Return a lens's versions, the draft first, then the latest, without their documents."""
    versions = light_versions().filter(lens=lens).select_related("published_by")
    return list(versions.order_by(F("published_at").desc(nulls_first=True), "-pk"))


def draft_among(versions: Collection[LensVersion]) -> LensVersion | None:
    """Return the draft, where there is one."""
    return next((version for version in versions if version.status == Status.DRAFT), None)


def current_among(versions: Collection[LensVersion]) -> LensVersion | None:
    """Return the version that new reviews use, where one was published."""
    return next((version for version in versions if version.status == Status.PUBLISHED), None)


def before(version: LensVersion, versions: Collection[LensVersion]) -> LensVersion | None:
    """Return the version that another one follows; for a draft the last that was published."""
    if version.status != Status.DRAFT:
        return next((each for each in versions if each.pk == version.predecessor_id), None)
    return next((each for each in versions if each.status != Status.DRAFT), None)


def renames_on_the_way(
    earlier: LensVersion, later: LensVersion, versions: Collection[LensVersion]
) -> dict[str, str]:
    """Return the renames from one version to another, step by step along their predecessors.

    Turned round where ``earlier`` is the later one; empty where neither comes before the other.
    """
    predecessors = {
        version.pk: found.pk if (found := before(version, versions)) else None
        for version in versions
    }
    by_id = {version.pk: version for version in versions}
    steps = steps_to(earlier.pk, later.pk, predecessors)
    if steps is not None:
        return compose([by_id[key].renames for key in steps])
    back = steps_to(later.pk, earlier.pk, predecessors)
    return invert(compose([by_id[key].renames for key in back or ()]))


def readable_definition(version: LensVersion) -> LensDefinition | None:
    """Return a version's definition; None for a draft that has errors and cannot be read."""
    if version.status != Status.DRAFT or not version.error_count:
        return version.definition
    return None
