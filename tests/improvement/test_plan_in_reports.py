"""Reports tell the plan as its page does: who, by when, and which risks are accepted."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from improvement.exchange import plan_table
from improvement.services.acceptances import decide_on_acceptance, request_acceptance
from improvement.services.items import edit_item
from reviews.exchange.overview import load_overview
from reviews.exchange.tables import plan_tables
from reviews.exchange.workbook import workbook_bytes
from reviews.models import LensReview
from tenants.models import Organization
from tests.builders import make_review
from tests.conftest import Cast
from tests.improvement.plans import OTHER, QUESTION, item, planned, tick
from tests.reviews.test_report_pdfs import html_of, words

UNTIL = timedelta(days=9)


@pytest.fixture
def review(in_northwind: Organization, cast: Cast) -> LensReview:
    """A plan of six: three accepted, one owned, one dismissed, one said to be done."""
    made = make_review()
    planned(cast.actor(), made, QUESTION)
    planned(cast.actor(), made, OTHER)
    edit(cast, made, 1, owner_id=cast.lead.pk, due=date(2026, 6, 1), team_effort=3)
    edit(cast, made, 1, status="in_progress", ticket_key="=PAY-1")
    edit(cast, made, 2, status="dismissed", reason="It costs too much.")
    edit(cast, made, 3, status="done")
    asked = request_acceptance(
        actor=cast.actor("contributor"),
        review_id=made.pk,
        question_id=QUESTION,
        reason="It goes.",
        until=timezone.localdate() + UNTIL,
    )
    decide_on_acceptance(actor=cast.actor(), acceptance_id=asked.pk, is_approved=True)
    return made


def edit(cast: Cast, review: LensReview, practice: int, **changes: Any) -> None:
    found = item(review, OTHER, practice)
    edit_item(
        actor=cast.actor(), item_id=found.pk, expected_revision=found.revision, changes=changes
    )


def test_the_table_says_who_by_when_and_what_is_accepted(review: LensReview) -> None:
    table = plan_table(review.workload)
    names = [column.title for column in table.columns]
    rows = [dict(zip(names, row, strict=True)) for row in table.rows]
    until = (timezone.localdate() + UNTIL).isoformat()
    assert [(row["Status"], row["Accepted until"]) for row in rows] == [
        *[("Risk accepted", until)] * 3,
        ("In progress", ""),
    ]
    told = ("No.", "Owner", "Due", "Effort in days", "Ticket")
    assert [rows[3][name] for name in told] == [4, "Lead", "2026-06-01", 1.5, "=PAY-1"]


def test_the_workbook_has_efforts_as_numbers_and_no_formulas(review: LensReview) -> None:
    content = workbook_bytes(load_overview(review.workload), plan_tables(review.workload))
    sheet = load_workbook(io.BytesIO(content))["Plan"]
    last = {sheet.cell(1, place).value: sheet.cell(5, place) for place in range(1, 14)}
    assert (last["Effort in days"].value, last["Effort in days"].number_format) == (1.5, "General")
    assert (last["Ticket"].value, last["Ticket"].data_type) == ("=PAY-1", "s")


def test_a_table_is_never_behind_the_answers_and_asks_no_more_for_more(
    cast: Cast, review: LensReview, query_count: Callable[[Callable[[], Any]], int]
) -> None:
    few = query_count(lambda: plan_table(review.workload))
    tick(cast.actor(), review, "pillar_2_question_1")
    assert len(plan_table(review.workload).rows) == 7
    assert query_count(lambda: plan_table(review.workload)) == few


@pytest.mark.parametrize("key", ["plan-pdf", "workload-pdf", "lens-pdf"])
def test_a_report_on_paper_says_the_same(key: str, review: LensReview, cast: Cast) -> None:
    said = words(html_of(key, [review], cast))
    assert said.count("Risk accepted until") >= 3
    assert "In progress" in said
    assert "due 1 Jun 2026" in said
    assert "=PAY-1" in said
    plan = said[said.rindex("Practice to follow") :]
    assert "1.5 days" in plan


def test_what_is_dismissed_or_said_to_be_done_is_not_to_be_followed(
    review: LensReview, cast: Cast
) -> None:
    said = words(html_of("plan-pdf", [review], cast))
    assert "Practice 1 of part 2" in said
    assert "Practice 2 of part 2" not in said
    assert "Practice 3 of part 2" not in said


def test_the_columns_of_the_plan_follow_those_of_the_answers(review: LensReview) -> None:
    heading = plan_table(review.workload).as_text()[0]
    assert heading[-6:] == [
        *("Status", "Accepted until", "Owner", "Due", "Effort in days", "Ticket"),
    ]
