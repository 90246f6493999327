"""The plan as a file: what is in it, what never runs in it, and whose it is."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from django.http import HttpResponse
from django.test import Client
from icalendar import Calendar

from improvement.models import ImprovementItem
from improvement.services.items import edit_item
from reviews.models import LensReview
from tenants.models import Organization
from tests.builders import make_review, make_workload
from tests.conftest import Cast
from tests.improvement.plans import OTHER, QUESTION, address, item, planned

ClientOf = Callable[[str], Client]
FORMULA = '=HYPERLINK("https://evil.example.com","Look")'


@pytest.fixture
def review(in_northwind: Organization, cast: Cast) -> LensReview:
    """Two questions at risk; one item has all that can be said."""
    made = make_review()
    planned(cast.actor(), made, QUESTION)
    planned(cast.actor(), made, OTHER, 1)
    edit_item(
        actor=cast.actor(),
        item_id=item(made).pk,
        expected_revision=item(made).revision,
        changes={
            "owner_id": cast.lead.pk,
            "due": date(2030, 5, 1),
            "team_effort": 3,
            "notes": FORMULA,
            "ticket_key": "+OPS-7",
            "ticket_url": "https://tracker.example.com/OPS-7",
        },
    )
    return made


def sent(client: Client, review: LensReview, kind: str, **query: str) -> HttpResponse:
    url = address("plan-export", workload_id=review.workload_id, extension=kind)
    response: Any = client.get(url, query)
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="payments-plan.{kind}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    found: HttpResponse = response
    return found


def rows_of(response: HttpResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def events_of(response: HttpResponse) -> list[Any]:
    return list(Calendar.from_ical(response.content).walk("VEVENT"))


def test_the_table_has_a_row_an_item_and_no_formula(
    review: LensReview, client_of: ClientOf
) -> None:
    rows = rows_of(sent(client_of("viewer"), review, "csv"))
    assert len(rows) == 5
    row = rows[0]
    assert row["Practice"] == "Practice 1 of part 1"
    assert (row["Owner"], row["Due"], row["Effort in days"]) == ("Lead", "2030-05-01", "1.5")
    assert row["Effort set by"] == "team"
    assert row["Notes"] == f"'{FORMULA}"
    assert row["Ticket"] == "'+OPS-7"
    assert row["Link"].endswith(f"/review/{review.pk}/{QUESTION}/")
    assert row["Link"].startswith("http://testserver/o/northwind/")


def test_days_are_the_reader_s(review: LensReview, client_of: ClientOf) -> None:
    late = datetime(2026, 5, 1, 20, tzinfo=UTC)
    ImprovementItem.objects.filter(review=review).update(opened_at=late)
    client = client_of("viewer")
    client.cookies["time_zone"] = "Pacific/Auckland"
    assert {row["Opened"] for row in rows_of(sent(client, review, "csv"))} == {"2026-05-02"}


def test_the_workbook_has_texts_dates_and_numbers_and_no_formula(
    review: LensReview, client_of: ClientOf
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(sent(client_of("viewer"), review, "xlsx").content))
    lines = list(book.worksheets[0].iter_rows())
    first: dict[Any, Any] = {
        head.value: cell for head, cell in zip(lines[0], lines[1], strict=True)
    }
    assert len(lines) == 6
    assert (first["Notes"].value, first["Notes"].data_type) == (FORMULA, "s")
    assert (first["Ticket"].value, first["Ticket"].data_type) == ("+OPS-7", "s")
    assert str(first["Due"].value) == "2030-05-01 00:00:00"
    assert first["Effort in days"].value == 1.5
    assert all(cell.hyperlink is None for cell in first.values())


def test_the_calendar_has_the_due_dates_as_days(review: LensReview, client_of: ClientOf) -> None:
    response = sent(client_of("viewer"), review, "ics")
    (event,) = events_of(response)
    found = item(review)
    assert event["UID"] == f"{found.pk}@improvement.plumbline"
    assert event.decoded("DTSTART") == date(2030, 5, 1)
    assert event.decoded("DTEND") == date(2030, 5, 2)
    assert event["SEQUENCE"] == found.revision
    assert event["SUMMARY"] == "Practice 1 of part 1 (Payments)"
    assert event["URL"].endswith(f"/review/{review.pk}/{QUESTION}/")
    # Names as on the page, and nobody's address.
    assert "Lead" in event["DESCRIPTION"]
    assert b"@example.com" not in response.content
    assert FORMULA not in response.content.decode()


def test_a_day_that_moves_stays_the_same_event(
    review: LensReview, client_of: ClientOf, cast: Cast
) -> None:
    (before,) = events_of(sent(client_of("viewer"), review, "ics"))
    edit_item(
        actor=cast.actor(),
        item_id=item(review).pk,
        expected_revision=item(review).revision,
        changes={"due": date(2030, 6, 1)},
    )
    (after,) = events_of(sent(client_of("viewer"), review, "ics"))
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    edit_item(
        actor=cast.actor(),
        item_id=item(review).pk,
        expected_revision=item(review).revision,
        changes={"status": "done"},
    )
    assert events_of(sent(client_of("viewer"), review, "ics", status="all")) == []


def test_the_check_list_is_markdown_that_nothing_breaks(
    review: LensReview, client_of: ClientOf
) -> None:
    ImprovementItem.objects.filter(pk=item(review, OTHER, 2).pk).update(
        practice_title="[click](javascript:alert(1)) <b>now</b>\n# Heading"
    )
    text = sent(client_of("viewer"), review, "md").content.decode()
    assert "## Payments" in text
    assert "- [ ] Practice 1 of part 1 · 1.5 days · Lead · due 2030-05-01 · \\+OPS\\-7" in text
    assert "\\[click\\]\\(javascript:alert\\(1\\)\\) \\<b\\>now\\</b\\> \\# Heading" in text
    assert text.count("### ▲ ") == 1
    assert text.count("### ◆ ") == 1


def test_the_filters_of_the_page_hold_for_the_file(
    review: LensReview, client_of: ClientOf, cast: Cast
) -> None:
    client = client_of("viewer")
    assert len(rows_of(sent(client, review, "csv", risk="MEDIUM"))) == 2
    owner = str(cast.lead.pk)
    assert len(rows_of(sent(client, review, "csv", owner=owner))) == 1
    assert len(rows_of(sent(client, review, "csv", status="done"))) == 0


def test_the_organisation_s_plan_has_all_workloads(
    review: LensReview, client_of: ClientOf, cast: Cast
) -> None:
    other = make_review(make_workload("Ledger"), review.lens_version)
    planned(cast.actor(), other, OTHER)
    url = address("organization-plan-export", extension="csv")
    rows = rows_of(client_of("viewer").get(url))  # type: ignore[arg-type]
    assert [row["Workload"] for row in rows] == ["Ledger"] * 3 + ["Payments"] * 5
    text = (
        client_of("viewer")
        .get(address("organization-plan-export", extension="md"))
        .content.decode()
    )
    assert "# Plan: Northwind" in text
    assert text.index("## Ledger") < text.index("## Payments")


def test_an_unknown_kind_is_not_found_and_too_many_items_are_named(
    review: LensReview, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of("viewer")
    url = address("plan-export", workload_id=review.workload_id, extension="exe")
    assert client.get(url).status_code == 404
    monkeypatch.setattr("improvement.views.exports.MOST_ITEMS", 3)
    response = client.get(address("plan-export", workload_id=review.workload_id, extension="csv"))
    assert response.status_code == 422
    assert "more than 3 items" in response.content.decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ics", "md"])
def test_two_items_cost_as_many_queries_as_five(
    review: LensReview,
    client_of: ClientOf,
    query_count: Callable[[Callable[[], Any]], int],
    kind: str,
) -> None:
    client = client_of("viewer")
    sent(client, review, kind)
    many = query_count(lambda: sent(client, review, kind))
    assert query_count(lambda: sent(client, review, kind, risk="MEDIUM")) == many
    assert many <= 11
