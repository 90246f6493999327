"""The report on two workloads side by side: asking for it, what it says, and when it goes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from common.errors import Invalid, NotFound
from common.ids import new_id
from reviews.models import LensReview, Report
from reviews.reports.kinds import find_kind
from reviews.services.report_subjects import Subject
from reviews.services.reports import context_of, request_report
from tenants.context import in_organization
from tenants.models import Job, Organization
from tests.builders import make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.reviews.milestones import NONE_OF_THESE, A, B, C, saving, say
from tests.reviews.reports import file_of, kept, run
from workloads.selectors import what_goes_with
from workloads.services import delete_workload

ClientOf = Callable[[str], Client]
LIST = "/o/northwind/reports/"
KEY = "workloads-comparison-pdf"
Reviews = tuple[LensReview, LensReview]


@pytest.fixture
def reviews(in_northwind: Organization, cast: Cast) -> Reviews:
    """Payments without risk, and Ledger at high risk through the same lens."""
    version = make_lens_version()
    first = make_review(make_workload("Payments"), version)
    second = make_review(make_workload("Ledger <b>"), version)
    say(cast, first, A, B, C, notes="Ours.")
    say(cast, second, NONE_OF_THESE, notes="Theirs.")
    return first, second


def subject_of(reviews: Reviews, **more: Any) -> Subject:
    first, second = reviews
    values = {
        "workload_id": first.workload_id,
        "other_id": second.workload_id,
        "lens_id": first.lens_id,
    }
    return Subject(**{**values, **more})


def requested(cast: Cast, reviews: Reviews, **more: Any) -> Report:
    report = request_report(
        actor=cast.actor("viewer"), kind=KEY, subject=subject_of(reviews, **more)
    )
    found: Report = Report.objects.select_related("organization", "workload", "other_workload").get(
        pk=report.pk
    )
    return found


def html_of(report: Report) -> str:
    kind = find_kind(KEY)
    assert kind is not None
    html: str = kind.prepare(context_of(report)).html
    return html


# --- Asking ---------------------------------------------------------------------------------------
def test_the_page_leads_to_the_report_that_is_written_and_downloaded(
    client_of: ClientOf, reviews: Reviews
) -> None:
    first, second = reviews
    viewer = client_of("viewer")
    beside = f"/o/northwind/workloads/{first.workload_id}/compare/{second.workload_id}/"
    asked = (
        f"{LIST}?workload={first.workload_id}&other={second.workload_id}&kind={KEY}"
        f"&lens={first.lens_id}&before=now&after=now"
    )
    assert asked.replace("&", "&amp;") in viewer.get(beside).content.decode()
    page = viewer.get(asked).content.decode()
    assert "About <strong>Payments</strong> beside <strong>Ledger &lt;b&gt;</strong>." in page
    assert f'value="{KEY}" checked' in page
    sent = {
        "kind": KEY,
        "workload": str(first.workload_id),
        "other": str(second.workload_id),
        "lens": str(first.lens_id),
        "before": "now",
        "after": "now",
    }
    response = viewer.post(LIST, sent)
    assert response["Location"] == f"{LIST}?workload={first.workload_id}#reports"
    report = Report.objects.get()
    run(report)
    assert Job.objects.get(pk=report.job_id).status == Job.Status.DONE
    download: Any = viewer.get(file_of(report))
    assert next(iter(download.streaming_content)).startswith(b"%PDF-")
    assert "payments-ledger-b-comparison-of-two-workloads" in download["Content-Disposition"]
    for workload in (first.workload_id, second.workload_id):
        listed = viewer.get(LIST, {"workload": str(workload)}).content.decode()
        assert file_of(report) in listed


def test_one_workload_s_page_offers_to_choose_the_other(
    client_of: ClientOf, reviews: Reviews
) -> None:
    page = client_of("viewer").get(LIST, {"workload": str(reviews[0].workload_id)})
    assert f"/workloads/{reviews[0].workload_id}/compare/" in page.content.decode()
    assert KEY not in page.content.decode()


def test_what_makes_no_sense_is_an_error_beside_its_field(
    client_of: ClientOf, reviews: Reviews, cast: Cast
) -> None:
    elsewhere = make_review(make_workload("Elsewhere"))
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"other_id": None}, "kind"),
        ({"other_id": reviews[0].workload_id}, "kind"),
        ({"workload_id": None}, "kind"),
        ({"before": "yesterday"}, "before"),
        ({"before": "1"}, "before"),
        ({"after": "9" * 30}, "after"),
        ({"lens_id": None}, "lens"),
        ({"lens_id": new_id()}, "lens"),
        ({"lens_id": elsewhere.lens_id}, "lens"),
    ]
    for said, field in wrong:
        with pytest.raises(Invalid) as refused:
            requested(cast, reviews, **said)
        assert list(refused.value.fields) == [field]
    sent = {
        "kind": KEY,
        "workload": str(reviews[0].workload_id),
        "other": str(reviews[1].workload_id),
    }
    viewer = client_of("viewer")
    for more, problem in (
        ({"lens": "nonsense"}, "Choose the lens to compare the two through."),
        ({"lens": str(new_id())}, "The two do not share this lens at these moments."),
        ({"lens": str(reviews[0].lens_id), "after": "x"}, "Choose a milestone of this workload"),
    ):
        response = viewer.post(LIST, {**sent, **more})
        assert response.status_code == 422
        assert problem in response.content.decode()
    assert not Report.objects.exists()


def test_a_workload_of_another_organisation_or_the_same_twice_is_not_found(
    client_of: ClientOf, reviews: Reviews, cast: Cast
) -> None:
    with in_organization(cast.southridge.pk):
        theirs = make_review()
    with pytest.raises(NotFound):
        requested(cast, reviews, other_id=theirs.workload_id)
    viewer = client_of("viewer")
    for other in (str(theirs.workload_id), str(reviews[0].workload_id), "x"):
        asked = {"workload": str(reviews[0].workload_id), "other": other, "kind": KEY}
        assert viewer.get(LIST, asked).status_code == 404
        assert viewer.post(LIST, asked).status_code == 404


def test_two_without_a_lens_in_common_are_told_so(client_of: ClientOf, reviews: Reviews) -> None:
    elsewhere = make_review(make_workload("Elsewhere"))
    asked = {"workload": str(reviews[0].workload_id), "other": str(elsewhere.workload_id)}
    page = client_of("viewer").get(LIST, asked)
    assert "There is nothing to report on yet" in page.content.decode()


# --- What it says ---------------------------------------------------------------------------------
def test_it_says_where_the_second_stands_worse_and_knows_both_by_name(
    cast: Cast, reviews: Reviews
) -> None:
    html = html_of(requested(cast, reviews))
    assert "Payments – Ledger &lt;b&gt;" in html
    assert "Worse in Ledger &lt;b&gt;" in html
    assert "Ticked in the first only:" in html
    assert "<del>Ours</del><ins>Theirs</ins>" in html
    assert "<b>" not in html


def test_each_side_may_be_a_milestone_of_its_own(cast: Cast, reviews: Reviews) -> None:
    saving(cast)(reviews[1], "Before")
    say(cast, reviews[1], A, B, C, notes="Ours.")
    then = html_of(requested(cast, reviews, after="1"))
    assert "Worse in Ledger &lt;b&gt; (Before)" in then
    assert "Nothing differs between the two." in html_of(requested(cast, reviews))


# --- When what it is about goes -------------------------------------------------------------------
@pytest.mark.parametrize("which", [0, 1])
def test_it_goes_with_either_workload(
    client_of: ClientOf,
    cast: Cast,
    reviews: Reviews,
    which: int,
    django_capture_on_commit_callbacks: Any,
) -> None:
    report = requested(cast, reviews)
    run(report)
    assert len(kept(cast)) == 1
    workload = reviews[which].workload
    assert what_goes_with(workload)["reviews.report"] == 1
    with django_capture_on_commit_callbacks(execute=True):
        delete_workload(actor=cast.actor(), workload_id=workload.pk, name=workload.name)
    assert client_of("viewer").get(file_of(report)).status_code == 404
    assert kept(cast) == set()


def test_a_lens_that_is_taken_away_before_it_is_written_is_named(
    cast: Cast, reviews: Reviews
) -> None:
    report = requested(cast, reviews)
    LensReview.objects.filter(pk=reviews[1].pk).delete()
    run(report)
    job = Job.objects.get(pk=report.job_id)
    assert job.status == Job.Status.FAILED
    assert job.error == "Ledger <b> was not reviewed through this lens at that moment."
    assert kept(cast) == set()
