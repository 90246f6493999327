"""Asking for reports: by whom, about what, how many, and what becomes of the request."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from common.clock import now
from common.errors import Forbidden, Invalid, LimitExceeded, NotFound
from common.ids import new_id
from reviews.models import LensReview, Report
from reviews.reports.kinds import ReportKind, register
from reviews.services.milestones import save_milestone
from reviews.services.orphans import remove_orphans
from reviews.services.report_subjects import Subject
from reviews.services.reports import (
    delete_expired_reports,
    keep_file,
    request_report,
)
from tenants.context import in_organization
from tenants.models import AuditEvent, Job, Organization
from tests.builders import make_review, make_workload
from tests.conftest import Cast
from tests.reviews.reports import (
    FOR_ADMINS,
    OF_LENS,
    OF_MOMENTS,
    OF_WORKLOAD,
    STATEMENT,
    fields_of,
    file_of,
    kept,
    of_workload,
    run,
    written_report,
)
from workloads.services import delete_workload

ClientOf = Callable[[str], Client]
LIST = "/o/northwind/reports/"


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


# --- Asking and getting ---------------------------------------------------------------------------
def test_a_report_is_asked_for_written_and_downloaded(
    client_of: ClientOf, review: LensReview, cast: Cast
) -> None:
    viewer = client_of("viewer")
    response = viewer.post(LIST, {"kind": OF_WORKLOAD.key, "workload": str(review.workload_id)})
    assert response.status_code == 302
    assert response["Location"] == f"{LIST}?workload={review.workload_id}#reports"
    report = Report.objects.get()
    assert viewer.get(file_of(report)).status_code == 404  # not written yet
    run(report)
    report.refresh_from_db()
    assert (report.job.status, report.size) == ("done", len(b"# Payments\n"))
    assert str(report.file.name).startswith(f"reports/{cast.northwind.pk}/")
    assert str(report.pk) not in str(report.file.name)
    response = viewer.get(file_of(report))
    assert body(response) == b"# Payments\n"
    day = now().date().isoformat()
    assert response["Content-Disposition"] == (
        f'attachment; filename="payments-test-of-workload-{day}.md"'
    )
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert response["Cache-Control"] == "private, no-store"
    event = AuditEvent.objects.get(verb="report.requested")
    assert event.after is not None
    assert event.after["workload_id"] == str(review.workload_id)


def test_the_list_shows_progress_and_asks_again_until_all_is_written(
    client_of: ClientOf, review: LensReview, cast: Cast
) -> None:
    report = request_report(actor=cast.actor(), kind=STATEMENT.key, subject=Subject())
    Job.objects.filter(pk=report.job_id).update(status="running", done=1, total=4)
    client = client_of("viewer")
    page = client.get(LIST, headers={"HX-Request": "true"})
    assert 'hx-trigger="every 2s"' in page.content.decode()
    assert ">25 %</progress>" in page.content.decode()
    assert "New report" not in page.content.decode()  # the form is left as it is
    run(report)
    Job.objects.filter(pk=report.job_id).update(status="done")
    page = client.get(LIST, headers={"HX-Request": "true"})
    assert "every 2s" not in page.content.decode()
    assert file_of(report) in page.content.decode()
    assert "announce" in page["HX-Trigger"]


def test_the_page_leads_to_a_workload_by_its_name(client_of: ClientOf, review: LensReview) -> None:
    client = client_of("viewer")
    response = client.get(LIST, {"name": "  payments "})
    assert response["Location"] == f"{LIST}?workload={review.workload_id}"
    page = client.get(LIST, {"name": "No such"}).content.decode()
    assert "There is no workload called “No such”" in page
    assert client.get(LIST, {"workload": "nonsense"}).status_code == 404


def test_an_empty_list_says_what_reports_are_for(
    client_of: ClientOf, in_northwind: Organization
) -> None:
    page = client_of("viewer").get(LIST).content.decode()
    assert "No reports yet" in page
    assert "Portfolio" in page


def test_the_links_of_pages_fill_the_form(
    client_of: ClientOf, review: LensReview, cast: Cast
) -> None:
    save_milestone(actor=cast.actor(), workload_id=review.workload_id, name="First")
    asked = {"workload": str(review.workload_id), "kind": OF_MOMENTS.key, "before": "1"}
    page = client_of("viewer").get(LIST, asked).content.decode()
    assert f'value="{OF_MOMENTS.key}" checked' in page
    workload = reverse("workload", kwargs={"slug": "northwind", "workload_id": review.workload_id})
    assert (
        f"{LIST}?workload={review.workload_id}"
        in client_of("viewer").get(workload).content.decode()
    )


def test_the_list_takes_as_many_queries_for_twenty_reports_as_for_two(
    client_of: ClientOf, cast: Cast, in_northwind: Organization, query_count: Callable[..., int]
) -> None:
    client = client_of("owner")
    for _number in range(2):
        written_report(cast.actor())
    few = query_count(lambda: client.get(LIST))
    for _number in range(18):
        written_report(cast.actor())
    assert query_count(lambda: client.get(LIST)) == few


# --- What is refused ------------------------------------------------------------------------------
def test_a_kind_is_for_those_who_have_its_permission_also_at_the_download(
    client_of: ClientOf, review: LensReview, cast: Cast
) -> None:
    subject = of_workload(review.workload_id)
    with pytest.raises(Forbidden):
        request_report(actor=cast.actor("lead"), kind=FOR_ADMINS.key, subject=subject)
    report = request_report(actor=cast.actor("admin"), kind=FOR_ADMINS.key, subject=subject)
    run(report)
    assert client_of("admin").get(file_of(report)).status_code == 200
    assert client_of("lead").get(file_of(report)).status_code == 403
    page = client_of("lead").get(LIST, {"workload": str(review.workload_id)}).content.decode()
    assert FOR_ADMINS.key not in page


def test_what_makes_no_sense_is_named_beside_its_field(review: LensReview, cast: Cast) -> None:
    subject = of_workload(review.workload_id)
    elsewhere = make_review(make_workload("Another"))
    wrong: list[tuple[str, Subject, str]] = [
        ("no-such-kind", subject, "kind"),
        (OF_WORKLOAD.key, Subject(), "kind"),
        (OF_LENS.key, subject, "review"),
        (OF_MOMENTS.key, subject, "before"),
        (OF_MOMENTS.key, of_workload(review.workload_id, before="9" * 30), "before"),
        (OF_MOMENTS.key, of_workload(review.workload_id, before="now", after="7"), "after"),
    ]
    for kind, about, field in wrong:
        with pytest.raises(Invalid) as refused:
            request_report(actor=cast.actor(), kind=kind, subject=about)
        assert list(refused.value.fields) == [field]
    with pytest.raises(Invalid) as refused:
        request_report(actor=cast.actor(), kind=STATEMENT.key, subject=Subject(), language="xx")
    assert list(refused.value.fields) == ["language"]
    for workload_id, review_id in (
        (review.workload_id, elsewhere.pk),
        (review.workload_id, new_id()),
        (new_id(), review.pk),
    ):
        with pytest.raises(NotFound):
            request_report(
                actor=cast.actor(),
                kind=OF_LENS.key,
                subject=of_workload(workload_id, review_id=review_id),
            )
    assert not Report.objects.exists()
    assert not Job.objects.exists()


def test_the_form_says_what_was_wrong(client_of: ClientOf, review: LensReview) -> None:
    response = client_of("viewer").post(LIST, {"kind": "nonsense"})
    assert response.status_code == 422
    assert "Choose one of the reports." in response.content.decode()


def test_no_more_reports_wait_than_the_plan_allows(
    client_of: ClientOf, in_northwind: Organization, cast: Cast
) -> None:
    Organization.objects.filter(pk=in_northwind.pk).update(limits={"waiting_reports": 1})
    in_northwind.refresh_from_db()
    client = client_of("viewer")
    assert client.post(LIST, {"kind": STATEMENT.key}).status_code == 302
    refused = client.post(LIST, {"kind": STATEMENT.key})
    assert refused.status_code == 422
    assert "the plan “standard” allows 1" in refused.content.decode()
    assert Report.objects.count() == 1
    run(Report.objects.get())
    assert client.post(LIST, {"kind": STATEMENT.key}).status_code == 302


def test_a_limit_of_the_organisation_is_asked_by_the_service(
    in_northwind: Organization, cast: Cast
) -> None:
    cast.northwind.limits = {"waiting_reports": 0}
    with pytest.raises(LimitExceeded):
        request_report(actor=cast.actor(), kind=STATEMENT.key, subject=Subject())


def test_another_organisation_s_report_is_not_found(client_of: ClientOf, cast: Cast) -> None:
    with in_organization(cast.southridge.pk):
        foreign = written_report(cast.southridge_actor)
    client = client_of("owner")
    assert client.get(file_of(foreign)).status_code == 404
    assert client.get(file_of(foreign, slug="southridge")).status_code == 404
    assert client_of("stranger").get(file_of(foreign, slug="southridge")).status_code == 200


def test_two_kinds_cannot_have_one_key() -> None:
    register(STATEMENT)  # once more changes nothing
    with pytest.raises(ValueError, match=STATEMENT.key):
        register(ReportKind(**{**fields_of(OF_LENS), "key": STATEMENT.key}))


# --- The end of a report --------------------------------------------------------------------------
def test_an_expired_report_is_gone_at_once_and_its_file_with_the_sweep(
    client_of: ClientOf,
    in_northwind: Organization,
    cast: Cast,
    django_capture_on_commit_callbacks: Any,
) -> None:
    expired, fresh = written_report(cast.actor()), written_report(cast.actor())
    assert expired.expires_at - expired.created_at >= timedelta(days=29)
    Report.objects.filter(pk=expired.pk).update(expires_at=now())
    client = client_of("viewer")
    assert client.get(file_of(expired)).status_code == 404
    assert file_of(expired) not in client.get(LIST).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert delete_expired_reports() == 1
    assert kept(cast) == {fresh.file.name}


@pytest.mark.parametrize("role", ["viewer", "lead"])
def test_a_report_is_deleted_by_whoever_asked_for_it_and_by_leads(
    client_of: ClientOf, cast: Cast, role: str, django_capture_on_commit_callbacks: Any
) -> None:
    report, url = _report_of_viewer(cast)
    assert client_of(role).get(url).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert client_of(role).post(url).status_code == 302
    assert kept(cast) == set()
    with in_organization(cast.northwind.pk):
        assert AuditEvent.objects.get(verb="report.deleted").object_id == str(report.pk)


def test_a_contributor_cannot_delete_another_s_report(client_of: ClientOf, cast: Cast) -> None:
    report, url = _report_of_viewer(cast)
    assert client_of("contributor").get(url).status_code == 302
    assert client_of("contributor").post(url).status_code == 403
    assert kept(cast) == {report.file.name}


def _report_of_viewer(cast: Cast) -> tuple[Report, str]:
    with in_organization(cast.northwind.pk):
        report = written_report(cast.actor("viewer"))
    return report, reverse("report-delete", kwargs={"slug": "northwind", "report_id": report.pk})


def test_reports_go_with_the_workload_that_they_are_about(
    review: LensReview, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    report = request_report(
        actor=cast.actor(), kind=OF_WORKLOAD.key, subject=of_workload(review.workload_id)
    )
    run(report)
    assert len(kept(cast)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        delete_workload(
            actor=cast.actor(), workload_id=review.workload_id, name=review.workload.name
        )
    assert kept(cast) == set()


def test_the_sweep_finds_a_file_whose_report_never_got_it(
    in_northwind: Organization, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = written_report(cast.actor())
    default_storage.save(f"reports/{cast.northwind.pk}/{new_id().hex}", report.file)
    assert len(kept(cast)) == 2
    assert remove_orphans("reports") == 0  # it may be about to get one
    monkeypatch.setattr("reviews.services.orphans._GRACE", timedelta(minutes=-1))
    assert remove_orphans("reports") >= 1  # and those that other tests rolled back
    assert kept(cast) == {report.file.name}


def test_a_file_is_removed_again_when_its_row_cannot_be_written(
    in_northwind: Organization, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = request_report(actor=cast.actor(), kind=STATEMENT.key, subject=Subject())

    def fail(*_values: Any) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr("reviews.services.reports._filename", fail)
    with pytest.raises(ZeroDivisionError):
        keep_file(report_id=report.pk, file=BytesIO(b"written"))
    assert kept(cast) == set()
