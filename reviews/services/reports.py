"""Reports: asking for one, writing it, taking it away when its time is over.

A file is stored under a name that nobody can guess before its row names it, and removed again when
the row does not; what a crash leaves behind in between, the sweep finds (report_sweep). A delivery
that comes twice finds the row to have its file, and throws away its own.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, BinaryIO, Final
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from common.clock import now
from common.errors import Forbidden, Invalid, NotFound
from common.ids import new_id
from reviews.models import Report
from reviews.reports.kinds import ReportContext, ReportKind, find_kind
from reviews.selectors import load_review
from reviews.selectors_reports import load_report
from reviews.services.report_subjects import Subject, check_subject
from tenants import audit
from tenants.actors import Actor
from tenants.jobs import UNFINISHED, start_job
from tenants.models import Organization
from tenants.permissions import Permission
from tenants.plans import limit, require_within
from tenants.transactions import writing

KIND: Final = "report"
"""What pages know the jobs by."""

_LONGEST_STEM: Final = 120
_CHUNK: Final = 256 * 1024


def request_report(*, actor: Actor, kind: str, subject: Subject, language: str = "") -> Report:
    """Have a report written by Celery; returns it with its job.

    ``language`` is the code of the language it is to be in: the active one unless given. Times in
    it are in the time zone that is active now. Raises Forbidden, NotFound (a workload or the lens),
    LimitExceeded, and by field Invalid: ``kind``, ``review``, ``before``, ``after``, ``lens``,
    ``language``, and the names of the kind's options.
    """
    # The task asks this module for what it does.
    from reviews.tasks import build_report  # noqa: PLC0415

    actor.require(Permission.VIEW)
    wanted = _known_kind(kind)
    actor.require(wanted.permission)
    reader = _reader_parameters(language)
    with writing():
        # One request at a time in an organisation: two together could be more than its plan allows.
        Organization.objects.select_for_update(no_key=True).get(pk=actor.organization.pk)
        waiting = Report.objects.filter(job__status__in=UNFINISHED).count()
        require_within(actor.organization, "waiting_reports", waiting + 1, field="kind")
        checked = check_subject(wanted, subject, organization_name=actor.organization.name)
        report_id = new_id()
        job = start_job(
            actor=actor, kind=KIND, task=build_report, parameters={"report_id": str(report_id)}
        )
        report: Report = Report.objects.create(
            id=report_id,
            job=job,
            kind=wanted.key,
            workload=checked.workload,
            other_workload=checked.other,
            parameters={**checked.parameters, **reader},
            subject=checked.name,
            created_by_id=actor.user_id,
            created_by_name=actor.name,
            expires_at=now() + timedelta(days=limit(actor.organization, "report_days")),
        )
        audit.record(actor=actor, verb="report.requested", target=report, after=_state(report))
    return report


def _known_kind(key: str) -> ReportKind[Any]:
    kind = find_kind(key)
    if kind is None:
        raise Invalid(fields={"kind": [_("Choose one of the reports.")]})
    return kind


def _reader_parameters(language: str) -> dict[str, str]:
    language = language or translation.get_language() or settings.LANGUAGE_CODE
    if language not in dict(settings.LANGUAGES):
        raise Invalid(fields={"language": [_("Choose one of the languages.")]})
    return {"language": language, "time_zone": str(timezone.get_current_timezone())}


@contextmanager
def as_its_reader(report: Report) -> Iterator[None]:
    """Activate the language and the time zone of whoever asked for the report."""
    with (
        translation.override(report.parameters["language"]),
        timezone.override(report.parameters["time_zone"]),
    ):
        yield


def context_of(report: Report) -> ReportContext:
    """Return what a report's kind is to read; raises NotFound when that is gone."""
    parameters = report.parameters
    review = None
    if "review" in parameters and report.workload_id:
        review = load_review(report.workload_id, UUID(parameters["review"]))
    return ReportContext(
        organization=report.organization,
        created_at=report.created_at,
        created_by_name=report.created_by_name,
        workload=report.workload,
        review=review,
        before=parameters.get("before", ""),
        after=parameters.get("after", ""),
        other_workload=report.other_workload,
        lens_id=UUID(parameters["lens"]) if "lens" in parameters else None,
        options=parameters.get("options", {}),
    )


def keep_file(*, report_id: UUID, file: BinaryIO) -> bool:
    """Store what was written and give it to its report; False when the report is gone.

    A report that has its file already, from a delivery before this one, keeps that.
    """
    report: Report | None = Report.objects.filter(pk=report_id).first()
    if report is None:
        return False
    kind = find_kind(report.kind)
    if kind is None:
        raise NotFound
    size, sha256 = _measured(file)
    report.file.save("", File(file), save=False)
    try:
        with writing():
            values = {
                "file": report.file.name,
                "filename": _filename(report, kind),
                "content_type": kind.format.content_type,
                "size": size,
                "sha256": sha256,
            }
            # Compare and set: of two deliveries at once, one gives its file.
            taken = Report.objects.filter(pk=report_id, file="").update(**values)
    except BaseException:
        report.file.storage.delete(report.file.name or "")
        raise
    if not taken:
        report.file.storage.delete(report.file.name or "")
    return bool(taken) or Report.objects.filter(pk=report_id).exists()


def delete_report(*, actor: Actor, report_id: UUID) -> Report:
    """Delete a report, its file with it; one that is being written is thrown away when it is done.

    Whoever asked for it may, and who manages workloads. Raises Forbidden, NotFound.
    """
    actor.require(Permission.VIEW)
    with writing():
        report = load_report(report_id)
        if not may_delete(actor, report):
            raise Forbidden
        audit.record(actor=actor, verb="report.deleted", target=report, before=_state(report))
        Report.objects.filter(pk=report.pk).delete()
    return report


def may_delete(actor: Actor, report: Report) -> bool:
    """Whether somebody may delete a report."""
    is_own = actor.user_id is not None and report.created_by_id == actor.user_id
    return is_own or actor.can(Permission.MANAGE_WORKLOADS)


def delete_expired_reports() -> int:
    """Delete the bound organisation's reports whose time is over; returns how many they were."""
    with writing():
        expired = list(Report.objects.filter(expires_at__lte=now()).values_list("pk", flat=True))
        Report.objects.filter(pk__in=expired).delete()
    return len(expired)


def _state(report: Report) -> dict[str, Any]:
    values = {"kind": report.kind, "subject": report.subject, "parameters": report.parameters}
    ids = {"workload_id": report.workload_id, "other_workload_id": report.other_workload_id}
    return {**values, **ids}


def _measured(file: BinaryIO) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    file.seek(0)
    return size, digest.hexdigest()


def _filename(report: Report, kind: ReportKind[Any]) -> str:
    with as_its_reader(report):
        words = f"{report.subject} {kind.label}"
        day = timezone.localtime(report.created_at).date().isoformat()
    stem = slugify(words, allow_unicode=True)[:_LONGEST_STEM].strip("-") or kind.key
    return f"{stem}-{day}.{kind.format.ending}"
