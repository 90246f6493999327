"""What pages call the kinds of jobs, and where their results are to be seen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lenses.renames import write_renames
from reviews.services.impact_jobs import KIND as LENS_IMPACT
from reviews.services.impact_jobs import lens_of
from reviews.services.reports import KIND as REPORT
from tenants.models import Job

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class ShownJob:
    """A kind of job: its title, what its steps are, and the page that has its result, if any."""

    title: "_StrPromise"
    steps: "_StrPromise"
    result_label: "_StrPromise | None" = None
    result_url: Callable[[Job, str], str] | None = None


def _impact_url(job: Job, slug: str) -> str:
    url = reverse("lens-impact", kwargs={"slug": slug, "lens_id": lens_of(job)})
    renames = job.parameters["renames"]
    return f"{url}?{urlencode({'renames': write_renames(renames)})}" if renames else url


def _reports_url(_job: Job, slug: str) -> str:
    return reverse("reports", kwargs={"slug": slug})


_KINDS: Final = {
    LENS_IMPACT: ShownJob(
        _("Impact of a lens's draft"), _("reviews measured"), _("See the impact"), _impact_url
    ),
    REPORT: ShownJob(_("A report"), _("steps done"), _("See the reports"), _reports_url),
}

_OTHER: Final = ShownJob(_("Work in the background"), _("steps done"))


def shown(job: Job) -> ShownJob:
    """Return how a job is shown."""
    return _KINDS.get(job.kind, _OTHER)


def result_url(job: Job, slug: str) -> str:
    """Return where the result of a finished job is to be seen; empty where it has no page."""
    url = shown(job).result_url
    return url(job, slug) if url and job.status == Job.Status.DONE else ""
