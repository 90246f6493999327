"""Whether milestones are still what was saved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from lenses.models import LensVersion
from lenses.schema import sha256
from reviews.models import Milestone
from reviews.snapshots import (
    BrokenSnapshot,
    Snapshot,
    as_counts,
    as_lens_counts,
    lens_counts_from,
    unpack,
)

_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Checked:
    """One milestone and what is wrong with it; ``problem`` is empty where nothing is."""

    workload_name: str
    number: int
    name: str
    problem: str


def check_milestones() -> Iterator[Checked]:
    """Check each milestone of the bound organisation, by workload and number.

    Its snapshot has the SHA-256 that was saved with it and can be read, the counts beside it are
    those of the snapshot, and the lens versions that it speaks of are stored unchanged.
    """
    documents: dict[UUID, str] = {}
    milestones = Milestone.objects.select_related("workload").order_by(
        "workload__name_key", "workload", "number"
    )
    for milestone in milestones.iterator(chunk_size=_AT_ONCE):
        yield Checked(
            workload_name=milestone.workload.name,
            number=milestone.number,
            name=milestone.name,
            problem=_problem(milestone, documents),
        )


def _problem(milestone: Milestone, documents: dict[UUID, str]) -> str:
    try:
        snapshot = unpack(bytes(milestone.snapshot), milestone.sha256)
    except BrokenSnapshot as error:
        return str(error)
    is_counted = milestone.counts == as_counts(snapshot) and (
        lens_counts_from(milestone.lens_counts) == lens_counts_from(as_lens_counts(snapshot))
    )
    if not is_counted:
        return _("the counts beside the snapshot are not those of the snapshot")
    _load(snapshot, documents)
    return next(_wrong_versions(snapshot, documents), "")


def _load(snapshot: Snapshot, documents: dict[UUID, str]) -> None:
    """Add the SHA-256 of the documents that the snapshot speaks of and that are not known yet."""
    missing = {review.version_id for review in snapshot.reviews} - documents.keys()
    if missing:
        rows = LensVersion.objects.filter(pk__in=missing).values_list("pk", "document")
        documents |= {pk: sha256(document) for pk, document in rows}


def _wrong_versions(snapshot: Snapshot, documents: Mapping[UUID, str]) -> Iterator[str]:
    for review in snapshot.reviews:
        values = {"version": review.version, "lens": review.lens_name}
        stored = documents.get(review.version_id)
        if stored is None:
            yield _("version %(version)s of the lens “%(lens)s” is not stored") % values
        elif stored != review.document_sha256:
            yield _("version %(version)s of the lens “%(lens)s” is not what it was") % values
