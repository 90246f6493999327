"""Kinds of reports that only tests know, and reports of them."""

import io
from typing import Any, BinaryIO
from uuid import UUID

from django.urls import reverse

from reviews.models import Report
from reviews.reports.kinds import MARKDOWN, Progress, ReportContext, ReportKind, Scope, register
from reviews.services.report_subjects import Subject
from reviews.services.reports import keep_file, request_report
from reviews.tasks import build_report
from tenants.actors import Actor
from tenants.models import Job
from tenants.permissions import Permission
from tests.conftest import Cast
from tests.reviews.evidence import stored


def _words(context: ReportContext) -> str:
    about = context.workload or context.organization
    return f"# {about}\n"


def _write(words: str, file: BinaryIO, progress: Progress) -> None:
    progress(1, 2)
    file.write(words.encode())


def _kind(key: str, scope: Scope, **values: Any) -> ReportKind[str]:
    return ReportKind(
        key=key,
        label=key.replace("-", " ").capitalize(),
        description="As only tests know it.",
        format=MARKDOWN,
        scope=scope,
        prepare=_words,
        write=_write,
        **values,
    )


STATEMENT = _kind("test-statement", Scope.ORGANIZATION)
OF_WORKLOAD = _kind("test-of-workload", Scope.WORKLOAD)
OF_LENS = _kind("test-of-lens", Scope.LENS)
OF_MOMENTS = _kind("test-of-moments", Scope.COMPARISON)
FOR_ADMINS = _kind("test-for-admins", Scope.WORKLOAD, permission=Permission.MANAGE_MEMBERS)
register(STATEMENT, OF_WORKLOAD, OF_LENS, OF_MOMENTS, FOR_ADMINS)


def written_report(actor: Actor, text: str = "# Done\n") -> Report:
    """Return a report on the organisation with its file, its job done."""
    report = request_report(actor=actor, kind=STATEMENT.key, subject=Subject())
    keep_file(report_id=report.pk, file=io.BytesIO(text.encode()))
    Job.objects.filter(pk=report.job_id).update(status=Job.Status.DONE)
    report.refresh_from_db()
    return report


def run(report: Report) -> None:
    """Do what a worker does when it gets the report's message."""
    ids = {
        "organization_id": report.organization_id,
        "job_id": report.job_id,
        "report_id": report.pk,
    }
    build_report.apply(kwargs={name: str(value) for name, value in ids.items()}).get()


def of_workload(workload_id: UUID, **more: Any) -> Subject:
    """Return a workload as the subject of a report."""
    return Subject(workload_id=workload_id, **more)


def fields_of(kind: ReportKind[Any]) -> dict[str, Any]:
    """Return what a kind is made of, to make another one of it."""
    return {name: getattr(kind, name) for name in kind.__slots__}


def file_of(report: Report, slug: str = "northwind") -> str:
    """Return where a report is downloaded."""
    return reverse("report-file", kwargs={"slug": slug, "report_id": report.pk})


def kept(cast: Cast) -> set[str]:
    """Return the files of Northwind's reports; those of other tests are other organisations'."""
    return stored(f"reports/{cast.northwind.pk}")
