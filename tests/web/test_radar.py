"""The radar of a workload's page: its pillars now against the latest milestone."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from common.errors import UserError
from common.risk import Risk
from reviews.models import LensReview, Milestone
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version, make_review
from tests.conftest import Cast
from tests.reviews.milestones import saving, say
from tests.workloads.pages import page_of
from web import overview
from web.radar import FEWEST, MOST, Axis, axes, drawn

ClientOf = Callable[[str], Client]
QueryCount = Callable[[Callable[[], Any]], int]

ALL = tuple(f"pillar_1_question_1_choice_{place}" for place in (1, 2, 3))


@pytest.fixture
def viewer(client_of: ClientOf) -> Client:
    return client_of("viewer")


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    """One of three pillars of three questions each."""
    return make_review(version=make_lens_version(lens_document(pillars=3)))


def counts(**numbers: int) -> Counter[Risk]:
    return Counter({Risk[name]: number for name, number in numbers.items()})


def axes_of(viewer: Client, review: LensReview) -> tuple[Axis, ...]:
    radar = viewer.get(page_of(review.workload)).context["radar"]
    return radar.axes if radar else ()


def test_pillars_of_several_lenses_with_one_id_are_one_axis() -> None:
    found = axes(
        [
            ("security", "Security", counts(NONE=1, HIGH=1)),
            ("cost", "Cost", counts(NONE=1)),
            ("speed", "Speed", counts(NOT_APPLICABLE=4)),
            ("security", "Safety", counts(NONE=1, UNANSWERED=1)),
        ],
        [{"security": counts(MEDIUM=3, NONE=1)}, {"gone": counts(NONE=1)}],
    )
    assert found == (
        Axis("Security", 0.5, 0.25),
        Axis("Cost", 1.0, None),
        Axis("Speed", None, None),
    )
    assert [axis.gain for axis in found] == [25, None, None]


def test_what_does_not_apply_is_not_counted() -> None:
    pillars = [(key, key, counts(NONE=1, HIGH=1, NOT_APPLICABLE=8)) for key in "abc"]
    assert {axis.percent_now for axis in axes(pillars)} == {50}


@pytest.mark.parametrize("number", [0, FEWEST - 1, MOST + 1])
def test_too_few_or_too_many_pillars_make_no_radar(number: int) -> None:
    pillars = [(f"pillar_{place}", "Name", counts(NONE=1)) for place in range(number)]
    assert axes(pillars) == ()


def test_where_nothing_is_known_of_before_nothing_is_drawn() -> None:
    assert drawn([None, None]) == []
    assert drawn([None, 0.5]) == [0.0, 0.5]


@pytest.mark.parametrize(("share", "percent"), [(0.29, 29), (2 / 3, 66), (1.0, 100), (0.999, 99)])
def test_percent_are_rounded_down(share: float, percent: int) -> None:
    assert Axis("Name", share, None).percent_now == percent


def test_without_a_milestone_it_shows_now_alone(
    viewer: Client, review: LensReview, cast: Cast
) -> None:
    say(cast, review, *ALL)
    page = viewer.get(page_of(review.workload)).content.decode()
    assert 'class="chart-area"' in page
    assert "chart-area-before" not in page
    assert "Save a milestone" in page
    assert [axis.percent_now for axis in axes_of(viewer, review)] == [33, 0, 0]


def test_the_latest_milestone_is_drawn_behind_and_stands_in_the_table(
    viewer: Client, review: LensReview, cast: Cast
) -> None:
    save = saving(cast)
    save(review, "First")
    say(cast, review, *ALL)
    save(review, "<i>Second</i>")
    say(cast, review, ALL[0])
    page = viewer.get(page_of(review.workload)).content.decode()
    assert "chart-area-before" in page
    assert "&lt;i&gt;Second&lt;/i&gt;" in page
    assert "<i>Second" not in page
    assert "?from=2&amp;to=now" in page
    first, *_others = axes_of(viewer, review)
    assert (first.percent_before, first.percent_now, first.gain, first.loss) == (33, 0, -33, 33)


def test_a_lens_without_three_pillars_has_none(viewer: Client, in_northwind: Organization) -> None:
    review = make_review()
    response = viewer.get(page_of(review.workload))
    assert response.context["radar"] is None
    assert "radar-title" not in response.content.decode()


def test_a_milestone_that_cannot_be_read_is_said(
    viewer: Client, review: LensReview, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_milestone: Milestone) -> None:
        raise UserError("It cannot be read.", code="milestone_broken")

    saving(cast)(review, "First")
    monkeypatch.setattr(overview, "snapshot_of", broken)
    response = viewer.get(page_of(review.workload))
    assert response.status_code == 200
    assert "It cannot be read." in response.content.decode()
    assert "chart-area-before" not in response.content.decode()


def test_a_milestone_costs_no_more_queries_the_more_there_are(
    viewer: Client, review: LensReview, cast: Cast, query_count: QueryCount
) -> None:
    save = saving(cast)
    save(review, "First")
    viewer.get(page_of(review.workload))
    one = query_count(lambda: viewer.get(page_of(review.workload)))
    for number in range(5):
        save(review, f"Another {number}")
    assert query_count(lambda: viewer.get(page_of(review.workload))) == one
