"""What Celery does for reviews."""

from datetime import timedelta
from tempfile import TemporaryFile
from uuid import UUID

from celery import shared_task
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.clock import now
from common.errors import Invalid
from reviews.models import LensReview, Report
from reviews.reports.kinds import find_kind
from reviews.rollups import behind
from reviews.selectors_versions import unfinished_minor_versions
from reviews.services.impact import CHUNK, begin_measuring, load_draft
from reviews.services.orphans import KEPT, remove_orphans
from reviews.services.rebuilding import refresh_some_behind
from reviews.services.reports import as_its_reader, context_of, delete_expired_reports, keep_file
from reviews.services.summaries import refresh_review_summary
from reviews.services.trend import begin_trend
from tenants.jobs import JobTask, resend_lost_jobs
from tenants.tasks import TenantTask, enqueue, send_to_each_organization
from tenants.transactions import writing

# A refresh that is this late was lost with its broker, or its worker is gone.
_OVERDUE = timedelta(minutes=1)


@shared_task(base=TenantTask)
def refresh_summary(*, organization_id: str, review_id: str) -> None:
    """Bring the stored figures of one review up to its last answer."""
    refresh_review_summary(review_id=UUID(review_id))


@shared_task
def requeue_stale_summaries() -> None:
    """Send again what got lost: the outbox behind answers and lens versions, run each minute."""
    send_to_each_organization(requeue_stale_summaries_of)


@shared_task(base=TenantTask)
def requeue_stale_summaries_of(*, organization_id: str) -> None:
    """Send again what one organisation lost: refreshes, minor versions half applied, jobs."""
    owner = UUID(organization_id)
    resend_lost_jobs()
    begin_trend()
    if stale_reviews().exists():
        enqueue(refresh_behind, organization_id=owner)
    for version_id in unfinished_minor_versions(quiet_for=_OVERDUE):
        enqueue(apply_minor_version, organization_id=owner, version_id=str(version_id))


@shared_task(base=TenantTask)
def refresh_behind(*, organization_id: str) -> None:
    """Refresh some of the reviews whose figures are behind, then send itself for more."""
    with writing():
        if refresh_some_behind():
            enqueue(refresh_behind, organization_id=UUID(organization_id))


@shared_task
def sweep_files() -> None:
    """Remove reports whose time is over and files that no row names, run each hour."""
    send_to_each_organization(expire_reports)
    for folder in KEPT:
        remove_orphans(folder)


@shared_task(base=TenantTask)
def expire_reports(*, organization_id: str) -> None:
    """Delete one organisation's reports, and uploads to be imported, whose time is over."""
    # It asks this module for its tasks.
    from reviews.exchange.pending import sweep_pending_imports  # noqa: PLC0415

    delete_expired_reports()
    sweep_pending_imports()


@shared_task(base=TenantTask)
def apply_minor_version(*, organization_id: str, version_id: str) -> None:
    """Bring some reviews of the version before to a minor version, then send itself for more.

    Each run is a transaction with its successor's message in it, so that one that is killed is
    simply made again. A minor version that came after this one follows for the reviews just moved.
    """
    # The service asks this module for its tasks.
    from reviews.services.upgrades import apply_minor_to_some  # noqa: PLC0415

    with writing():
        for next_id in apply_minor_to_some(to_version_id=UUID(version_id)):
            enqueue(
                apply_minor_version, organization_id=UUID(organization_id), version_id=str(next_id)
            )


@shared_task
def apply_built_in_version(*, version_id: str) -> None:
    """Bring a built-in lens's minor version to the reviews of every organisation."""
    send_to_each_organization(apply_minor_version, version_id=version_id)


@shared_task(base=JobTask, bind=True)
def measure_impact_of_draft(
    self: JobTask,
    *,
    organization_id: str,
    job_id: str,
    lens_id: str,
    draft_sha256: str,
    renames: dict[str, str],
) -> None:
    """Measure what publishing a draft would do to the reviews through its lens (a job)."""
    with self.bound():
        measuring = begin_measuring(load_draft(UUID(lens_id), draft_sha256), renames)
        total = measuring.total()
    done, is_left = 0, True
    while is_left:
        self.progress(min(done, total), total)
        with self.bound():
            is_left = measuring.next_chunk()
        done += CHUNK
    self.progress(total, total)
    self.finish(measuring.impact.as_json())


@shared_task(base=JobTask, bind=True)
def build_report(self: JobTask, *, organization_id: str, job_id: str, report_id: str) -> None:
    """Write a report and store it (a job). Run again, it finds what is done to be done."""
    with self.bound():
        report: Report | None = (
            Report.objects.select_related("organization", "workload", "other_workload")
            .filter(pk=report_id)
            .first()
        )
        kind = find_kind(report.kind) if report else None
        if report is not None and kind is None:
            raise Invalid(_("This kind of report is no longer written."))
    if report is None or kind is None or report.file.name:
        self.finish()
        return
    # The reading is the first step, storing the last; a kind may say more about those in between.
    self.progress(0, 1)
    # Without a name: whatever kills this process, nothing of the file is left.
    with TemporaryFile() as file, as_its_reader(report):
        with self.bound():
            content = kind.prepare(context_of(report))
        kind.write(content, file, lambda done, total: self.progress(done, total + 1))
        with self.bound():
            keep_file(report_id=report.pk, file=file)
    self.finish()


def stale_reviews() -> QuerySet[LensReview]:
    """Return the reviews whose figures have been behind for longer than a refresh takes."""
    return behind().filter(updated_at__lt=now() - _OVERDUE)
