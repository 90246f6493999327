"""The impact of a draft, measured by a worker where there are too many reviews for a page."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from common.errors import Conflict
from lenses.models import LensVersion
from reviews.impact import Impact
from reviews.tasks import measure_impact_of_draft
from tenants.actors import Actor
from tenants.jobs import start_job
from tenants.models import Job
from tenants.permissions import Permission

KIND = "lens_impact"

Renames = Mapping[str, str]


def request_impact(*, actor: Actor, draft: LensVersion, renames: Renames) -> Job:
    """Have the impact of a draft measured; the job that does it already, where there is one.

    Raises Forbidden.
    """
    actor.require(Permission.DRAFT_LENSES)
    if draft.status != LensVersion.Status.DRAFT:
        raise Conflict(_("The draft was changed or published since then. Look at it again."))
    job = latest_impact(draft, renames)
    if job is not None and job.status in {Job.Status.QUEUED, Job.Status.RUNNING}:
        return job
    return start_job(
        actor=actor, kind=KIND, task=measure_impact_of_draft, parameters=_parameters(draft, renames)
    )


def latest_impact(draft: LensVersion, renames: Renames) -> Job | None:
    """Return the last job that measures, or measured, just this draft with these renames."""
    wanted = _parameters(draft, renames)
    jobs = Job.objects.filter(kind=KIND, parameters__draft_sha256=draft.sha256)
    # Newest first; few are about one text of a draft.
    for job in jobs.defer("result").order_by("-created_at")[:20]:
        if job.parameters == wanted:
            return job  # type: ignore[no-any-return]
    return None


def impact_of(job: Job) -> Impact:
    """Return what a finished job found."""
    return Impact.from_json(job.result or {})


def lens_of(job: Job) -> UUID:
    """Return the lens whose draft a job is about."""
    return UUID(job.parameters["lens_id"])


def _parameters(draft: LensVersion, renames: Renames) -> dict[str, Any]:
    return {
        "lens_id": str(draft.lens_id),
        "draft_sha256": draft.sha256,
        "renames": dict(renames),
    }
