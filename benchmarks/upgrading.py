"""A minor version applied to the reviews of an organisation. Runs inside an installation."""

import time
from typing import Any
from uuid import UUID

from django.db import connection

from benchmarks.filling import publish_lens
from benchmarks.lens import framework_document
from common.clock import now
from lenses.models import LensVersion
from lenses.schema import canonical, sha256
from reviews.models import LensReview, ReviewUpgrade
from reviews.services.upgrades import apply_minor_to_some
from tenants.actors import system_actor
from tenants.context import in_organization
from tenants.models import Organization
from workloads.models import Workload

_BATCH = 500


def measure(*, organization_id: str, reviews: int) -> dict[str, Any]:
    """Return the seconds that a version which only rewords takes, and those of a plain update.

    Each chunk is bound and committed as the worker's task does it.
    """
    owner = UUID(organization_id)
    with in_organization(owner):
        before, after = _versions(Organization.objects.get())
        _insert_reviews(before, reviews)
        floor = _timed(lambda: _update_each(before))
    started = time.perf_counter()
    waiting = [after.pk]
    while waiting:
        with in_organization(owner):
            waiting = apply_minor_to_some(to_version_id=waiting[0])
    seconds = time.perf_counter() - started
    with in_organization(owner):
        applied = ReviewUpgrade.objects.filter(to_version=after).count()
    return {"seconds": seconds, "floor": floor, "applied": applied, "database": connection.vendor}


def _versions(organization: Organization) -> tuple[LensVersion, LensVersion]:
    document = framework_document("Framework of the minor version")
    before = publish_lens(system_actor(organization), document)
    document["pillars"][0]["questions"][0]["title"] = "Worded otherwise?"
    text = canonical(document)
    LensVersion.objects.filter(pk=before.pk).update(status=LensVersion.Status.SUPERSEDED)
    after: LensVersion = LensVersion.objects.create(
        organization_id=organization.pk,
        lens_id=before.lens_id,
        version="1.1",
        kind=LensVersion.Kind.MINOR,
        status=LensVersion.Status.PUBLISHED,
        predecessor=before,
        document=text,
        sha256=sha256(text),
        question_count=before.question_count,
        choice_count=before.choice_count,
        published_at=now(),
    )
    return before, after


def _insert_reviews(version: LensVersion, number: int) -> None:
    workloads = [
        Workload(name=f"Pinned {place}", name_key=f"pinned{place}", description="Reviewed once.")
        for place in range(number)
    ]
    Workload.objects.bulk_create(workloads, batch_size=_BATCH)
    LensReview.objects.bulk_create(
        [
            LensReview(workload=each, lens_id=version.lens_id, lens_version=version)
            for each in workloads
        ],
        batch_size=_BATCH,
    )


def _update_each(version: LensVersion) -> None:
    # The least that could be done for each: one row written.
    for pk in LensReview.objects.filter(lens_version=version).values_list("pk", flat=True):
        LensReview.objects.filter(pk=pk).update(updated_at=now())


def _timed(action: Any) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started
