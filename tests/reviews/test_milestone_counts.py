"""Counts of milestones by lens and pillar: kept beside the snapshot, read without it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from common.risk import Risk
from reviews.models import LensReview
from reviews.selectors import reviews_of
from reviews.selectors_trend import milestone_counts, trend_of
from reviews.services.reviews import remove_lens
from tenants.context import in_organization
from tenants.models import Organization
from tests.builders import make_review, make_workload
from tests.conftest import Cast
from tests.reviews.milestones import NONE_OF_THESE, A, B, C, Save, saving, say


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    """A review of Payments, nothing answered."""
    return make_review()


@pytest.fixture
def save(cast: Cast) -> Save:
    return saving(cast)


def test_milestones_of_all_workloads_are_counted_the_earliest_first(
    cast: Cast, review: LensReview, save: Save, query_count: Callable[[Callable[[], Any]], int]
) -> None:
    save(review, "First")
    say(cast, review, A, B, C)
    save(review, "Second")
    other = make_review(make_workload("Ledger"))
    save(other, "Theirs")
    found = list(milestone_counts())
    assert [(each.name, each.number) for each in found] == [
        ("First", 1),
        ("Second", 2),
        ("Theirs", 1),
    ]
    assert found[1].total == {Risk.NONE: 1, Risk.UNANSWERED: 5}
    (lens,) = found[1].lenses
    assert lens.pillars["pillar_1"] == {Risk.NONE: 1, Risk.UNANSWERED: 2}
    assert [each.name for each in milestone_counts([other.workload_id])] == ["Theirs"]
    assert query_count(lambda: list(milestone_counts())) == 1


def test_another_organisation_counts_none_of_them(
    cast: Cast, review: LensReview, save: Save
) -> None:
    save(review)
    with in_organization(cast.southridge.pk):
        assert list(milestone_counts()) == []


class TestTrend:
    def test_each_pillar_has_a_line_from_the_first_milestone_to_now(
        self, cast: Cast, review: LensReview, save: Save
    ) -> None:
        save(review, "First")
        say(cast, review, A)
        save(review, "Second")
        say(cast, review, NONE_OF_THESE)
        trend = trend_of(review.workload, reviews_of(review.workload_id))
        assert [(point.high, point.medium) for point in trend.whole.points] == [
            (0, 0),
            (0, 1),
            (1, 0),
        ]
        assert [point.is_now for point in trend.whole.points] == [False, False, True]
        first, second = trend.pillars
        assert [(line.lens_name, line.name) for line in trend.pillars] == [
            (review.lens.name, "Keeping it running"),
            (review.lens.name, "Keeping it safe"),
        ]
        assert [point.high for point in first.points] == [0, 0, 1]
        assert {point.high for point in second.points} == {0}
        assert trend.line(first.key) is first
        assert trend.line("no such pillar") is trend.whole

    def test_a_lens_has_the_moments_at_which_it_was_there(
        self, cast: Cast, review: LensReview, save: Save
    ) -> None:
        save(review, "With the lens")
        remove_lens(actor=cast.actor(), workload_id=review.workload_id, review_id=review.pk)
        later = make_review(review.workload)
        save(later, "Without it")
        trend = trend_of(review.workload, [later])
        moments = {
            line.lens_name: [point.moment.name for point in line.points] for line in trend.pillars
        }
        assert moments == {
            later.lens.name: ["Without it", "now"],
            review.lens.name: ["With the lens"],
        }

    def test_the_page_draws_it_and_says_the_same_figures(
        self, cast: Cast, review: LensReview, save: Save, client_of: Callable[[str], Client]
    ) -> None:
        say(cast, review, NONE_OF_THESE)
        save(review, "First")
        say(cast, review, A)
        viewer = client_of("viewer")
        address = f"/o/northwind/workloads/{review.workload_id}/milestones/"
        page = viewer.get(address).content.decode()
        assert "High and medium risks at each milestone and now: All lenses" in page
        assert "from 1 to 0" in page
        key = trend_of(review.workload, [review]).pillars[0].key
        assert f"?trend={key}#trend" in page
        chosen = viewer.get(address, {"trend": key}).content.decode()
        assert "at each milestone and now: Keeping it running" in chosen
        unknown = viewer.get(address, {"trend": "<b>\x00"})
        assert unknown.status_code == 200
