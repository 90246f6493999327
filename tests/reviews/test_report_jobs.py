"""Reports being written: twice, at once, half, in vain, and by a worker that is killed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from common.errors import Invalid
from reviews.models import Report
from reviews.reports import kinds
from reviews.reports.kinds import ReportKind
from reviews.services.report_subjects import Subject
from reviews.services.reports import (
    delete_report,
    request_report,
)
from reviews.tasks import build_report
from tenants.models import Job, Organization
from tests.conftest import Cast
from tests.reviews.reports import (
    STATEMENT,
    fields_of,
    file_of,
    kept,
    run,
    written_report,
)

ClientOf = Callable[[str], Client]
LIST = "/o/northwind/reports/"


def test_a_reader_whose_zone_is_an_offset_gets_a_report_too(
    in_northwind: Organization, cast: Cast
) -> None:
    with timezone.override("Etc/GMT+5"):
        report = request_report(actor=cast.actor(), kind=STATEMENT.key, subject=Subject())
    run(report)
    report.refresh_from_db()
    assert report.job.status == "done"


def test_a_second_delivery_changes_nothing(in_northwind: Organization, cast: Cast) -> None:
    report = request_report(actor=cast.actor(), kind=STATEMENT.key, subject=Subject())
    run(report)
    first = kept(cast)
    assert len(first) == 1
    run(report)  # the job is done
    Job.objects.filter(pk=report.job_id).update(status="running")
    run(report)  # its worker died after the file was given, before that was said
    assert kept(cast) == first
    report.refresh_from_db()
    assert report.job.status == "done"


def test_of_two_deliveries_at_once_one_file_stays(
    in_northwind: Organization, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = request_report(actor=cast.actor(), kind=STATEMENT.key, subject=Subject())

    def write_twice(words: str, file: Any, progress: Any) -> None:
        monkeypatch.undo()
        run(report)
        Job.objects.filter(pk=report.job_id).update(status="running")
        file.write(b"late")

    replace(monkeypatch, STATEMENT, write=write_twice)
    run(report)
    report.refresh_from_db()
    assert kept(cast) == {report.file.name}
    assert default_storage.open(str(report.file.name)).read() == b"# Northwind\n"


def test_a_report_that_cannot_be_written_fails_cleanly_and_says_why(
    client_of: ClientOf, in_northwind: Organization, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(words: str, file: Any, progress: Any) -> None:
        file.write(b"half of it")
        raise Invalid("Milestone 3 cannot be read.")

    replace(monkeypatch, STATEMENT, write=refuse)
    report = request_report(actor=cast.actor(), kind=STATEMENT.key, subject=Subject())
    run(report)
    report.refresh_from_db()
    assert (report.job.status, report.file.name) == ("failed", "")
    assert kept(cast) == set()
    assert "Milestone 3 cannot be read." in client_of("viewer").get(LIST).content.decode()


def test_a_worker_killed_half_way_leaves_nothing_and_another_one_writes_it(
    in_northwind: Organization, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """As a signal would."""

    def die(words: str, file: Any, progress: Any) -> None:
        file.write(b"half of it")
        raise Killed

    report = request_report(actor=cast.actor(), kind=STATEMENT.key, subject=Subject())
    replace(monkeypatch, STATEMENT, write=die)
    with pytest.raises(Killed):
        build_report(**message_of(report))
    assert kept(cast) == set()
    report.refresh_from_db()
    assert report.job.status == "running"
    monkeypatch.undo()
    run(report)
    report.refresh_from_db()
    assert (report.job.status, len(kept(cast))) == ("done", 1)


def test_a_report_deleted_while_it_is_written_leaves_no_file(
    in_northwind: Organization, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = request_report(actor=cast.actor(), kind=STATEMENT.key, subject=Subject())

    def delete_meanwhile(words: str, file: Any, progress: Any) -> None:
        file.write(b"in vain")
        delete_report(actor=cast.actor(), report_id=report.pk)

    replace(monkeypatch, STATEMENT, write=delete_meanwhile)
    run(report)
    assert kept(cast) == set()
    assert not Report.objects.exists()


def test_a_kind_that_is_no_longer_there_fails_and_its_files_can_still_be_had(
    client_of: ClientOf, in_northwind: Organization, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = request_report(actor=cast.actor(), kind=STATEMENT.key, subject=Subject())
    written = written_report(cast.actor())
    monkeypatch.delitem(kinds._kinds, STATEMENT.key)
    run(waiting)
    waiting.refresh_from_db()
    assert waiting.job.status == "failed"
    assert client_of("viewer").get(file_of(written)).status_code == 200
    assert client_of("viewer").get(LIST).status_code == 200


def replace(monkeypatch: pytest.MonkeyPatch, kind: ReportKind[Any], **changes: Any) -> None:
    """Have a kind written in another way."""
    changed = ReportKind(**{**fields_of(kind), **changes})
    monkeypatch.setitem(kinds._kinds, kind.key, changed)


def message_of(report: Report) -> dict[str, str]:
    return {
        "organization_id": str(report.organization_id),
        "job_id": str(report.job_id),
        "report_id": str(report.pk),
    }
