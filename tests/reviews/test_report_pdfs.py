"""What the PDF reports say, and that nothing in them is more than text."""

import io
import re
import shutil
import subprocess
from typing import Any

import pytest
from django.test import Client

from common import pdf
from common.clock import now
from reviews.merge import AnswerState
from reviews.models import LensReview, Report
from reviews.reports.kinds import ReportContext, find_kind
from reviews.services.answers import answer_question
from reviews.services.milestones import save_milestone
from reviews.services.reports import request_report
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.reviews.reports import of_workload, run

HOSTILE = '<img src="file:///etc/passwd"><script>alert(1)</script> & **bold**'


@pytest.fixture
def reviews(in_northwind: Organization, cast: Cast) -> list[LensReview]:
    """A workload with two lenses, answered, with a milestone in between."""
    workload = make_workload("Payments <b>& more</b>")
    versions = [
        make_lens_version(lens_document(name=f"Lens {number}", pillars=3)) for number in (1, 2)
    ]
    found = [make_review(workload, version) for version in versions]
    say(cast, found[0], "pillar_1_question_1", "choice_1", notes=HOSTILE)
    save_milestone(actor=cast.actor(), workload_id=workload.pk, name="First")
    say(cast, found[0], "pillar_1_question_2", "choice_1", "choice_2", "choice_3")
    say(cast, found[1], "pillar_2_question_1", "no")
    return found


def say(cast: Cast, review: LensReview, question: str, *ticked: str, notes: str = "") -> None:
    """Answer a question with choices by the ends of their ids."""
    answer_question(
        actor=cast.actor(),
        review_id=review.pk,
        question_id=question,
        state=AnswerState(
            selected=frozenset(f"{question}_{choice}" for choice in ticked), notes=notes
        ),
        expected_revision=0,
    )


def html_of(key: str, reviews: list[LensReview], cast: Cast) -> str:
    """Return what a kind has set, as HTML."""
    kind = find_kind(key)
    assert kind is not None
    context = ReportContext(
        organization=cast.northwind,
        created_at=now(),
        created_by_name="Owner",
        workload=reviews[0].workload,
        review=reviews[0],
        before="1",
        after="now",
    )
    html: str = kind.prepare(context).html
    return html


def words(html: str) -> str:
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html).split())


def test_a_workload_report_has_summary_pillars_plan_and_answers(
    reviews: list[LensReview], cast: Cast
) -> None:
    html = html_of("workload-pdf", reviews, cast)
    said = words(html)
    assert "Workload report" in said
    assert "Lens 1" in said
    assert "Lens 2" in said
    assert "1 high risk, 1 medium risk, 1 without risk" in html  # the name of the bar over all
    assert html.count('<section class="pillar"') == 6
    assert "Improvement plan" in said
    assert "☑ Practice 1 of part 1" in said
    assert "▲ High" in said
    assert "● None" in said
    for anchor in set(re.findall(r'href="#([^"]+)"', html)):
        assert f'id="{anchor}"' in html


def test_what_people_write_stays_text(reviews: list[LensReview], cast: Cast) -> None:
    for key in ("workload-pdf", "lens-pdf", "comparison-pdf", "plan-pdf", "portfolio-pdf"):
        html = html_of(key, reviews, cast)
        assert "<img" not in html
        assert "<script" not in html
        assert "Payments <b>" not in html
    assert "<strong>bold</strong>" in html_of("workload-pdf", reviews, cast)


def test_a_lens_report_has_one_lens(reviews: list[LensReview], cast: Cast) -> None:
    said = words(html_of("lens-pdf", reviews, cast))
    assert "Lens 1" in said
    assert "Lens 2" not in said


def test_a_lens_report_has_the_course_of_its_own_lens(
    reviews: list[LensReview], cast: Cast
) -> None:
    title = "Risks over the milestones"
    assert title in html_of("lens-pdf", reviews, cast)
    late = make_review(reviews[0].workload, make_lens_version(lens_document(name="Lens 3")))
    assert title in html_of("workload-pdf", [late], cast)
    assert title not in html_of("lens-pdf", [late], cast), "no milestone has it"


def test_the_summary_shows_a_radar_of_each_lens_that_has_one(
    reviews: list[LensReview], cast: Cast
) -> None:
    few = make_lens_version(lens_document(name="Of one pillar", pillars=1))
    LensReview.objects.filter(pk=make_review(reviews[0].workload, few).pk).update(position=0)
    html = html_of("workload-pdf", reviews, cast)
    assert html.count('class="chart radar"') == 2


def test_tasks_in_notes_are_boxes_with_their_marks(reviews: list[LensReview], cast: Cast) -> None:
    say(cast, reviews[1], "pillar_1_question_1", "no", notes="- [x] drill\n- [ ] runbook\n")
    if missing := pdf.missing_packages():
        pytest.fail(f"PDF cannot be tested here: install {' '.join(missing)}")
    file = io.BytesIO()
    pdf.write_pdf(html_of("workload-pdf", reviews, cast), file, progress=lambda _done, _total: None)
    if shutil.which("pdftotext"):
        read = text_of(file.getvalue())
        assert "☑ drill" in read
        assert "☐ runbook" in read


def test_a_comparison_says_what_changed(reviews: list[LensReview], cast: Cast) -> None:
    said = words(html_of("comparison-pdf", reviews, cast))
    assert "First" in said
    assert "High risks rose from 0 to 1." in said


def test_a_plan_says_how_to_follow_each_practice(reviews: list[LensReview], cast: Cast) -> None:
    said = words(html_of("plan-pdf", reviews, cast))
    assert "Begin with the part that failed last." in said


def test_a_portfolio_counts_all_and_names_the_most_common_risks(
    reviews: list[LensReview], cast: Cast
) -> None:
    make_review(make_workload("Untouched"))
    said = words(html_of("portfolio-pdf", reviews, cast))
    assert "Untouched" in said
    assert "Most common risks" in said
    assert "○ 3" in said


@pytest.mark.parametrize("key", ["workload-pdf", "plan-pdf"])
def test_reports_on_nothing_can_be_read_too(
    key: str, in_northwind: Organization, cast: Cast
) -> None:
    review = make_review()
    assert "nothing" in words(html_of(key, [review], cast)).lower()


def test_an_empty_organisation_has_a_portfolio(in_northwind: Organization, cast: Cast) -> None:
    kind = find_kind("portfolio-pdf")
    assert kind is not None
    context = ReportContext(organization=cast.northwind, created_at=now(), created_by_name="")
    assert "No workloads yet." in kind.prepare(context).html


def test_a_job_sets_a_report_in_the_organisation_s_colour(
    reviews: list[LensReview], cast: Cast
) -> None:
    if missing := pdf.missing_packages():
        pytest.fail(f"PDF cannot be tested here: install {' '.join(missing)}")
    Organization.objects.filter(pk=cast.northwind.pk).update(colour="#ffd500")
    report = request_report(
        actor=cast.actor(),
        kind="lens-pdf",
        subject=of_workload(reviews[0].workload_id, review_id=reviews[0].pk),
    )
    run(report)
    report = Report.objects.select_related("job").get(pk=report.pk)
    assert (report.job.status, report.job.error) == ("done", "")
    content = report.file.read()
    assert content.startswith(b"%PDF-")
    assert report.filename.endswith(".pdf")
    if shutil.which("pdftotext"):
        read = text_of(content)
        assert "Lens report" in read
        assert '<img src="file:///etc/passwd">' in read
        assert "root:" not in read


def text_of(content: bytes) -> str:
    """Return the words of a PDF, by poppler."""
    command = ["pdftotext", "-", "-"]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()


def test_without_the_libraries_the_job_says_what_is_missing_and_so_does_the_page(
    reviews: list[LensReview], cast: Cast, client_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "missing_packages", lambda: ("libpango-1.0-0",))
    subject = of_workload(reviews[0].workload_id)
    report = request_report(actor=cast.actor(), kind="workload-pdf", subject=subject)
    run(report)
    report.refresh_from_db()
    assert report.job.status == "failed"
    assert "apt-get install libpango-1.0-0" in report.job.error
    client: Client = client_of("viewer")
    page = client.get("/o/northwind/reports/", {"workload": str(reviews[0].workload_id)})
    assert page.content.decode().count("apt-get install libpango-1.0-0") >= 2
