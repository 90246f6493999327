"""The burn-down: what was left, the pace, and the forecast in words."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from common.burn_down_chart import Left, burn_down_chart
from improvement.models import ItemEvent
from improvement.progress import progress_from
from improvement.selectors_items import BurnDownEvent
from reviews.models import LensReview
from tenants.models import Organization
from tests.builders import make_review, make_workload
from tests.conftest import Cast
from tests.improvement.plans import OTHER, QUESTION, address, planned

ClientOf = Callable[[str], Client]
TODAY = date(2030, 3, 31)


def ago(days: int, items: int, half_days: int) -> BurnDownEvent:
    noon = datetime(2030, 3, 31, 12, tzinfo=UTC) - timedelta(days=days)
    return BurnDownEvent(noon, items, half_days)


def test_the_forecast_can_be_checked_by_hand() -> None:
    # Twenty days of work, of which eight were closed in four weeks: two a week, twelve are left.
    found = progress_from([ago(27, 5, 40), ago(10, -1, -8), ago(3, -1, -8)], TODAY)
    assert found.words == [
        "Closed in the last 28 days: 8 days of work, which is 2 days a week."
        " Added in the same time: 20 days.",
        "At this pace what is left, 12 days, is done on 12 May 2030 if nothing is added.",
        "As much or more is added as is closed: if that goes on, it is never done.",
    ]
    assert found.now is not None
    assert (found.now.items, found.now.half_days) == (3, 24)


def test_without_a_closed_item_there_is_no_forecast() -> None:
    found = progress_from([ago(20, 2, 12)], TODAY)
    assert found.forecast is None
    assert found.words == [
        "Work left: 6 days. Nothing was closed lately: without a pace, no forecast."
    ]


def test_what_takes_ten_years_has_no_day() -> None:
    found = progress_from([ago(40, 9, 9_000), ago(3, -1, -1)], TODAY)
    assert found.forecast is None
    assert "takes more than 10 years" in found.words[1]


def test_nothing_left_and_nothing_ever() -> None:
    assert progress_from([ago(9, 1, 6), ago(2, -1, -6)], TODAY).words == ["Nothing is left to do."]
    assert progress_from([], TODAY).words == []


def test_years_make_no_more_points_than_a_year() -> None:
    found = progress_from([ago(3_000, 1, 6)], TODAY)
    assert 40 <= len(found.points) <= 54


def test_the_chart_draws_the_past_and_the_way_on() -> None:
    points = [Left(TODAY - timedelta(days=14), 10.0), Left(TODAY, 5.0)]
    drawn = burn_down_chart(points, done_on=TODAY + timedelta(days=14), title="Left & right")
    assert drawn.count("<path") == 5
    assert "chart-forecast" in drawn
    assert "<title>Left &amp; right</title>" in drawn
    assert "14 Apr 2030" in drawn
    assert "chart-forecast" not in burn_down_chart(points, title="")
    assert burn_down_chart(points[:1], title="") == ""
    # Far away, the line leaves the chart before it reaches the ground.
    far = burn_down_chart(points, done_on=TODAY + timedelta(days=1_400), title="")
    assert "28 Apr 2030" in far


@pytest.fixture
def review(in_northwind: Organization, cast: Cast) -> LensReview:
    """Three items of three days were opened, two of them closed."""
    made = make_review()
    planned(cast.actor(), made, QUESTION)
    planned(cast.actor(), made, QUESTION, 1, 2)
    return made


def page_of(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_page_has_figures_chart_words_and_table(
    review: LensReview, client_of: ClientOf
) -> None:
    url = address("plan-burn-down", workload_id=review.workload_id)
    page = page_of(client_of("viewer"), url)
    assert '<svg class="chart burn-down"' in page
    assert "Closed in the last 7 days:" in page
    assert page.count('<th scope="row"><time') == 2
    assert f"{timezone.localdate().day} " in page


def test_the_organisation_s_is_the_sum(review: LensReview, client_of: ClientOf, cast: Cast) -> None:
    other = make_review(make_workload("Ledger"), review.lens_version)
    planned(cast.actor(), other, OTHER)
    page = page_of(client_of("viewer"), address("organization-plan-burn-down"))
    left = sum(ItemEvent.objects.values_list("left_items", flat=True))
    assert f'<span class="figure-value">{left}</span>' in page


def test_before_the_first_item_the_page_says_when_it_begins(
    in_northwind: Organization, client_of: ClientOf
) -> None:
    url = address("plan-burn-down", workload_id=make_workload().pk)
    assert "begins with the first item" in page_of(client_of("viewer"), url)


def test_one_item_costs_as_many_queries_as_six(
    in_northwind: Organization,
    client_of: ClientOf,
    cast: Cast,
    query_count: Callable[[Callable[[], Any]], int],
) -> None:
    made, client = make_review(), client_of("viewer")
    url = address("plan-burn-down", workload_id=made.workload_id)
    planned(cast.actor(), made, QUESTION, 1)
    client.get(url)
    few = query_count(lambda: client.get(url))
    planned(cast.actor(), made, OTHER)
    assert query_count(lambda: client.get(url)) == few
    assert few <= 10
