"""The portfolio by environment, owner, industry and tag: every workload once, and never stale."""

from collections import Counter

import pytest

from common.risk import Risk
from reviews.models import LensReview
from reviews.selectors_groups import groups_by
from reviews.selectors_portfolio import Portfolio, Scope
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version, make_review, make_workload
from tests.web.portfolio import answer, refresh
from web.portfolio_groups import groupings
from workloads.models import Workload, WorkloadTag


@pytest.fixture
def reviews(in_northwind: Organization) -> list[LensReview]:
    """Three workloads of two owners, the last with two lenses and two tags; none is counted yet."""
    basics, own = (make_lens_version(lens_document(name=name)) for name in ("Basics", "Own lens"))
    found = [
        make_review(make_workload(name), basics) for name in ("Payments", "Ledger", "Warehouse")
    ]
    found.append(make_review(found[2].workload, own))
    Workload.objects.filter(name="Warehouse").update(review_owner="")
    Workload.objects.filter(name__in=["Payments", "Ledger"]).update(review_owner="Grace")
    for key in ("team", "tier"):
        WorkloadTag.objects.create(workload=found[2].workload, key=key, value="1")
    answer(found[0], 1, Risk.HIGH)
    answer(found[1], 1, Risk.MEDIUM)
    answer(found[2], 1, Risk.HIGH)
    answer(found[3], 2, Risk.HIGH)
    return found


def said(portfolio: Portfolio, *names: str) -> list[tuple[tuple[str, ...], int, int, int]]:
    """Return groups with their workloads, high and medium risks."""
    return [
        (each.said, each.workloads, each.counts[Risk.HIGH], each.counts[Risk.MEDIUM])
        for each in groups_by(portfolio, *names)
    ]


def test_groups_come_with_most_risk_first_whether_they_are_counted_or_not(
    reviews: list[LensReview],
) -> None:
    for number in (0, 2, 4):
        refresh(*reviews[:number])
        assert said(Portfolio(), "review_owner") == [(("",), 1, 2, 0), (("Grace",), 2, 1, 1)]


def test_through_a_lens_only_its_own_questions_count(reviews: list[LensReview]) -> None:
    for number in (0, 4):
        refresh(*reviews[:number])
        through = Portfolio(Scope(lens_id=reviews[3].lens_id))
        assert said(through, "review_owner") == [(("",), 1, 1, 0)]


def test_some_workloads_are_grouped_alone(reviews: list[LensReview]) -> None:
    some = Portfolio(Scope(workloads=Workload.objects.filter(name="Ledger")))
    assert said(some, "review_owner") == [(("Grace",), 1, 0, 1)]


def test_a_workload_counts_under_each_of_its_tags_and_one_without_under_none(
    reviews: list[LensReview],
) -> None:
    refresh(*reviews[:2])
    assert said(Portfolio(), "tags__key", "tags__value") == [
        (("team", "1"), 1, 2, 0),
        (("tier", "1"), 1, 2, 0),
        ((None, None), 2, 1, 1),
    ]


@pytest.mark.parametrize("names", [["environment"], ["review_owner"], ["industry_type"], ["pk"]])
def test_the_groups_add_up_to_the_whole(reviews: list[LensReview], names: list[str]) -> None:
    refresh(reviews[1])
    portfolio = Portfolio()
    groups = groups_by(portfolio, *names)
    assert sum((each.counts for each in groups), Counter()) == +portfolio.figures.counts
    assert sum(each.workloads for each in groups) == portfolio.figures.workloads


def test_what_all_workloads_say_or_none_is_no_grouping(reviews: list[LensReview]) -> None:
    found = {each.key: list(each.names) for each in groupings(Portfolio())}
    assert found == {
        "owner": ["not said", "Grace"],
        "tag": ["team=1", "tier=1", "not said"],
    }
