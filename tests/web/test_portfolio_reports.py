"""The portfolio as a report: by the page's filter, in three formats, of few workloads or many."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

import web.reports
from common.clock import now
from common.errors import Invalid
from common.risk import Risk
from reviews.models import LensReview, Report
from reviews.reports.kinds import ReportContext, find_kind
from reviews.services.report_subjects import Subject
from reviews.services.reports import request_report
from tenants.context import in_organization
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.reviews.reports import run
from tests.web.portfolio import PORTFOLIO, ClientOf, QueryCount, answer, milestone, refresh, shown
from web.attention import MOST
from web.reports import ALL
from workloads.models import Workload, WorkloadTag

REPORTS = f"{PORTFOLIO}reports/"
KEYS = [kind.key for kind in ALL]


@pytest.fixture
def payments(in_northwind: Organization) -> LensReview:
    """One of two workloads: with two high risks, where the other has one medium risk."""
    version = make_lens_version(lens_document(name="Basics"))
    review = make_review(make_workload("Payments"), version)
    Workload.objects.filter(pk=review.workload_id).update(
        review_owner="=Grace", environment="PREPRODUCTION", industry_type="Retail"
    )
    WorkloadTag.objects.create(workload=review.workload, key="team", value="core")
    answer(review, 1, Risk.HIGH)
    answer(review, 2, Risk.HIGH)
    other = make_review(make_workload("Ledger"), version)
    answer(other, 1, Risk.MEDIUM)
    refresh(other)
    return review


def context(cast: Cast, **options: str) -> ReportContext:
    return ReportContext(
        organization=cast.northwind, created_at=now(), created_by_name="Owner", options=options
    )


def words(cast: Cast, **options: str) -> str:
    """Return the words of the PDF."""
    kind = find_kind("portfolio-pdf")
    assert kind is not None
    html: str = kind.prepare(context(cast, **options)).html
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html).split())


def asked(cast: Cast, key: str, **options: str) -> Report:
    """Return a report that was asked for and written."""
    report = request_report(actor=cast.actor("viewer"), kind=key, subject=Subject(options=options))
    run(report)
    report.refresh_from_db()
    assert (report.job.status, report.job.error) == ("done", "")
    return report


def rows_of(report: Report) -> list[list[str]]:
    with report.file.open("rb") as file:
        return list(csv.reader(io.StringIO(file.read().decode("utf-8-sig"))))


# --- The filter -----------------------------------------------------------------------------------
def test_the_page_s_filter_goes_along_to_the_report_and_is_kept_with_it(
    client_of: ClientOf, payments: LensReview, cast: Cast
) -> None:
    viewer = client_of("viewer")
    query = "?tag=team%3Dcore&environment=PREPRODUCTION"
    address = f"{REPORTS}{query}&kind=portfolio-pdf"
    assert address.replace("&", "&amp;") in shown(viewer, query).content.decode()
    page = viewer.get(address).content.decode()
    assert page.count("Tag: team=core") == len(ALL), "every kind says how it is narrowed down"
    assert '<input type="hidden" name="tag" value="team=core">' in page
    sent = {"kind": "portfolio-csv", "tag": "team=core", "environment": "PREPRODUCTION"}
    assert viewer.post(REPORTS, sent).status_code == 302
    report = Report.objects.get()
    assert report.parameters["options"] == {"tag": "team=core", "environment": "PREPRODUCTION"}
    run(report)
    report.refresh_from_db()
    assert [row[0] for row in rows_of(report)] == ["Workload", "Payments"]
    listed = viewer.get(REPORTS).content.decode()
    assert "Tag: team=core" in listed
    assert "Environment: Pre-production" in listed


@pytest.mark.parametrize(
    "options",
    [
        {"tag": "team"},
        {"tag": "team=core"},
        {"owner": "=Grace"},
        {"environment": "PREPRODUCTION"},
        {"industry": "Retail"},
    ],
)
def test_a_filter_narrows_every_part_and_stands_on_the_cover(
    payments: LensReview, cast: Cast, options: dict[str, str]
) -> None:
    said = words(cast, **options)
    assert "Some workloads" in said
    assert "Only workloads with:" in said
    assert "Ledger" not in said
    assert "▲ 2" in said
    [value] = options.values()
    assert value in said or "Pre-production" in said


def test_a_lens_counts_its_own_reviews_only(payments: LensReview, cast: Cast) -> None:
    own = make_review(payments.workload, make_lens_version(lens_document(name="Own lens")))
    answer(own, 1, Risk.MEDIUM)
    for _behind in range(2):
        said = words(cast, lens=str(own.lens_id))
        assert "Lens: Own lens" in said
        assert "▲ 2" not in said
        assert "◆ 1" in said
        refresh(own)
    assert "Lens: not there any more" in words(cast, lens="00000000-0000-7000-8000-000000000000")


def test_a_filter_that_nothing_fits_is_said(payments: LensReview, cast: Cast) -> None:
    assert "No workload fits this filter." in words(cast, owner="Nobody")
    assert rows_of(asked(cast, "portfolio-csv", owner="Nobody"))[1:] == []


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"environment": "STAGING"}, "There is no environment “STAGING”"),
        ({"lens": "1"}, "There is no lens “1”"),
        ({"lens": "00000000-0000-7000-8000-000000000000"}, "There is no lens “00000000"),
        ({"tag": "\x00"}, "cannot be filtered by the tag “”"),
        ({"owner": "x" * 401}, "cannot be filtered by the owner “xxx"),
        ({"industry": "a\x00b"}, "cannot be filtered by the industry “ab”"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_in_words(
    client_of: ClientOf, payments: LensReview, cast: Cast, said: dict[str, str], problem: str
) -> None:
    for key in KEYS:
        with pytest.raises(Invalid) as refused:
            request_report(actor=cast.actor(), kind=key, subject=Subject(options=said))
        assert problem in next(iter(refused.value.fields.values()))[0]
    viewer = client_of("viewer")
    for response in (
        viewer.get(REPORTS, said),
        viewer.post(REPORTS, {"kind": "portfolio-pdf", **said}),
    ):
        assert response.status_code == 422
        assert response.content.decode().count(problem) == 1
    assert not Report.objects.exists()


def test_a_lens_of_another_organisation_is_not_there(payments: LensReview, cast: Cast) -> None:
    with in_organization(cast.southridge.pk):
        theirs = make_lens_version(lens_document(name="Theirs"))
    with pytest.raises(Invalid) as refused:
        request_report(
            actor=cast.actor(),
            kind="portfolio-pdf",
            subject=Subject(options={"lens": str(theirs.lens_id)}),
        )
    assert list(refused.value.fields) == ["lens"]


# --- What is in it --------------------------------------------------------------------------------
def test_the_pdf_has_what_the_page_has(payments: LensReview, cast: Cast) -> None:
    milestone(cast, payments.workload)
    answer(payments, 3, Risk.HIGH)
    Workload.objects.filter(pk=payments.workload_id).update(next_review_on="2020-01-01")
    said = words(cast)
    for part in (
        "1 more since the last milestones",
        "High and medium risks over time",
        "Most common risks",
        "Review overdue: Payments",
        "By environment",
        "By review owner",
        "By tag",
        "not said",
        "▲ 3",
        "none: every workload counts",
    ):
        assert part in said, part


def test_of_many_workloads_those_with_most_risk_are_listed_and_the_rest_is_counted(
    payments: LensReview, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web.reports, "MOST_ROWS", 1)
    make_workload("Without a lens")
    said = words(cast)
    assert "Listed are the first 1 of 2, those with most risk." in said
    assert "1 workload has no lens yet" in said
    assert "Ledger" not in said
    assert len(rows_of(asked(cast, "portfolio-csv"))) == 1 + 3


def test_the_csv_has_every_workload_with_figures_that_are_true(
    payments: LensReview, cast: Cast
) -> None:
    head, first, second = rows_of(asked(cast, "portfolio-csv"))
    row = dict(zip(head, first, strict=True))
    assert row["Workload"] == "Payments"
    assert row["Review owner"] == "'=Grace", "no cell is a formula"
    assert row["Tags"] == "team=core"
    assert row["Lenses"] == "Basics"
    assert (row["▲ High risk"], row["Answered"]) == ("2", "2"), "as the answers are, uncounted yet"
    assert second[head.index("◆ Medium risk")] == "1"


def test_the_workbook_has_a_sheet_for_each_view(payments: LensReview, cast: Cast) -> None:
    milestone(cast, payments.workload)
    with asked(cast, "portfolio-xlsx").file.open("rb") as file:
        book = load_workbook(io.BytesIO(file.read()))
    assert book.sheetnames == [
        *("Workloads", "Workloads and pillars"),
        *("By environment", "By review owner", "By industry", "By tag"),
        *("Most common risks", "Needs attention", "Over time"),
    ]
    assert book["Workloads"]["B2"].value == "=Grace"
    assert book["Workloads"]["B2"].data_type == "s"
    heat = [row[:2] for row in book["Workloads and pillars"].values]
    assert heat[1:] == [("Payments", "▲ 2"), ("Ledger", "◆ 1")]
    groups = list(book["By tag"].values)
    assert [row[:2] for row in groups[1:]] == [("team=core", 1), ("not said", 1)]


def test_the_workbook_has_all_that_needs_attention(in_northwind: Organization, cast: Cast) -> None:
    for number in range(MOST + 1):
        late = make_workload(f"Late {number}")
        late.next_review_on = timezone.localdate() - timedelta(days=number + 1)
        late.save(update_fields=["next_review_on"])
    with asked(cast, "portfolio-xlsx").file.open("rb") as file:
        book = load_workbook(io.BytesIO(file.read()))
    rows = list(book["Needs attention"].values)[1:]
    assert rows[0] == (f"Review overdue: Late {MOST}", f"{MOST + 1} days")
    assert rows[-1] == ("Review overdue: Late 0", "1 day")
    assert len(rows) == MOST + 1


def test_each_format_takes_as_many_queries_for_twenty_workloads_as_for_two(
    payments: LensReview, cast: Cast, query_count: QueryCount
) -> None:
    def counts() -> list[int]:
        return [query_count(lambda kind=kind: kind.prepare(context(cast))) for kind in ALL]  # type: ignore[misc]

    few = counts()
    for number in range(18):
        review = make_review(make_workload(f"Further {number}"), payments.lens_version)
        Workload.objects.filter(pk=review.workload_id).update(review_owner=f"Team {number}")
        WorkloadTag.objects.create(workload=review.workload, key="team", value=str(number))
        answer(review, 1, Risk.HIGH)
    assert counts() == few
    assert max(few) <= 35


def test_reports_are_there_for_an_organisation_without_workloads(
    client_of: ClientOf, in_northwind: Organization, cast: Cast
) -> None:
    assert "No workloads yet." in words(cast)
    for key in KEYS:
        asked(cast, key)
