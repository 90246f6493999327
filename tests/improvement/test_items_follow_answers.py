"""Items are made, closed and opened again as answers change; what people said about them stays."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from common.models import QueuedMessage
from improvement.models import ImprovementItem, ItemEvent, PlanState
from improvement.services.items import edit_item
from improvement.services.refreshing import refresh_plan_of_review
from improvement.services.staleness import bring_up_to_date, late, refresh_some_late
from improvement.tasks import (
    refresh_late_plans,
    refresh_plan,
    release_items,
    requeue_stale_plans_of,
)
from reviews.models import LensReview
from reviews.services.reviews import remove_lens
from reviews.services.summaries import refresh_review_summary
from tenants.models import Membership, Organization
from tests.builders import make_review, make_workload
from tests.conftest import Cast
from tests.improvement.plans import OTHER, QUESTION, item, planned, statuses, tick
from workloads.models import Workload


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


def messages(task: str) -> int:
    return QueuedMessage.objects.filter(payload__contains=task).count()


def long_ago() -> None:
    LensReview.objects.update(updated_at="2020-01-01T00:00Z")
    Workload.objects.update(updated_at="2020-01-01T00:00Z")


def sweep(cast: Cast) -> None:
    requeue_stale_plans_of(organization_id=str(cast.northwind.pk))


def set_fields(cast: Cast, found: ImprovementItem, **changes: Any) -> ImprovementItem:
    return edit_item(
        actor=cast.actor("contributor"),
        item_id=found.pk,
        expected_revision=found.revision,
        changes=changes,
    )


def test_an_answer_at_risk_makes_an_item_of_each_practice_that_lowers_it(
    cast: Cast, review: LensReview
) -> None:
    planned(cast.actor(), review, QUESTION)
    assert statuses(review) == ["open", "open", "open"]
    first = item(review)
    assert (first.risk, first.practice_title) == ("HIGH", "Practice 1 of part 1")
    assert (first.question_title, first.pillar_name) == (
        "How do you care for part 1?",
        "Keeping it running",
    )
    event = ItemEvent.objects.filter(item=first).get()
    assert (event.kind, event.by_name, event.left_items) == ("opened", "Owner", 1)


def test_ticking_the_practice_closes_its_item_alone(cast: Cast, review: LensReview) -> None:
    planned(cast.actor(), review, QUESTION)
    planned(cast.actor(), review, QUESTION, 1)
    assert statuses(review) == ["done", "open", "open"]
    done = item(review)
    assert done.closed_as == "followed"
    assert done.closed_at is not None
    assert item(review, practice=2).risk == "MEDIUM"


def test_a_risk_that_returns_opens_the_item_with_all_that_was_said(
    cast: Cast, review: LensReview
) -> None:
    planned(cast.actor(), review, QUESTION)
    said = {
        "owner_id": cast.lead.pk,
        "due": date(2030, 1, 2),
        "team_effort": 5,
        "notes": "Ask Ada.",
        "ticket_key": "OPS-1",
        "ticket_url": "https://tracker.example.com/OPS-1",
    }
    set_fields(cast, item(review), **said)
    planned(cast.actor(), review, QUESTION, 1, 2, 3)
    assert statuses(review) == ["done", "done", "done"]
    planned(cast.actor(), review, QUESTION)
    assert statuses(review) == ["open", "open", "open"]
    again = item(review)
    assert {name: getattr(again, name) for name in said} == said
    assert again.reopened == 1
    assert again.closed_at is None
    kinds = list(ItemEvent.objects.filter(item=again).order_by("at", "pk").values_list("kind"))
    assert [kind for (kind,) in kinds] == ["opened", "edited", "closed", "reopened"]
    left = ItemEvent.objects.filter(item=again).values_list("left_items", "left_effort")
    assert (sum(row[0] for row in left), sum(row[1] for row in left)) == (1, 5)


def test_an_item_whose_risk_is_gone_otherwise_is_closed_too(cast: Cast, review: LensReview) -> None:
    planned(cast.actor(), review, QUESTION)
    planned(cast.actor(), review, QUESTION, 1, 2, 3)
    planned(cast.actor(), review, OTHER)
    assert {row.closed_as for row in ImprovementItem.objects.filter(status="done")} == {"followed"}
    # Taken back whole, the answer says nothing and asks for nothing.
    from reviews.merge import EMPTY
    from reviews.services.answers import answer_question

    answer_question(
        actor=cast.actor(),
        review_id=review.pk,
        question_id=OTHER,
        state=EMPTY,
        expected_revision=1,
    )
    refresh_plan_of_review(review_id=review.pk)
    assert set(statuses(review, OTHER)) == {"done"}
    assert item(review, OTHER).closed_as == "risk_gone"


def test_what_was_dismissed_stays_so(cast: Cast, review: LensReview) -> None:
    planned(cast.actor(), review, QUESTION)
    set_fields(cast, item(review), status="dismissed", reason="Not with this budget.")
    planned(cast.actor(), review, QUESTION, 1, 2, 3)
    planned(cast.actor(), review, QUESTION)
    assert statuses(review) == ["dismissed", "open", "open"]


def test_what_somebody_said_is_done_stays_done_until_the_risk_was_gone_and_returns(
    cast: Cast, review: LensReview
) -> None:
    planned(cast.actor(), review, QUESTION)
    set_fields(cast, item(review), status="done")
    planned(cast.actor(), review, OTHER)
    assert item(review).closed_as == "said_done"
    planned(cast.actor(), review, QUESTION, 1, 2, 3)
    assert item(review).closed_as == "followed"
    planned(cast.actor(), review, QUESTION)
    assert item(review).status == "open"


def test_refreshing_again_changes_nothing(cast: Cast, review: LensReview, query_count: Any) -> None:
    planned(cast.actor(), review, QUESTION)
    before = list(ImprovementItem.objects.order_by("pk").values())
    refresh_plan_of_review(review_id=review.pk)
    assert list(ImprovementItem.objects.order_by("pk").values()) == before
    assert ItemEvent.objects.count() == len(before)
    few = query_count(lambda: refresh_plan_of_review(review_id=review.pk))
    for question in (OTHER, "pillar_2_question_1", "pillar_2_question_2"):
        planned(cast.actor(), review, question)
    assert query_count(lambda: refresh_plan_of_review(review_id=review.pk)) == few


def test_a_message_that_comes_late_costs_one_look(
    cast: Cast, review: LensReview, query_count: Any
) -> None:
    def refresh() -> None:
        refresh_plan(organization_id=str(cast.northwind.pk), review_ids=[str(review.pk)])

    tick(cast.actor(), review, QUESTION)
    refresh()
    assert statuses(review) == ["open", "open", "open"]
    assert query_count(refresh) == 1


def test_many_changes_send_one_message(cast: Cast, review: LensReview) -> None:
    for practice in (1, 2, 3):
        tick(cast.actor(), review, QUESTION, practice)
    assert (messages("refresh_summary"), messages("refresh_plan")) == (1, 0)
    # The plan follows the figures, and the figures tell of no change twice.
    refresh_review_summary(review_id=review.pk)
    refresh_review_summary(review_id=review.pk)
    assert messages("refresh_plan") == 1
    tick(cast.actor(), review, QUESTION, 1)
    refresh_review_summary(review_id=review.pk)
    assert (messages("refresh_summary"), messages("refresh_plan")) == (2, 2)


def test_a_lost_message_is_sent_again(cast: Cast, review: LensReview) -> None:
    tick(cast.actor(), review, QUESTION)
    sweep(cast)
    assert messages("refresh_late_plans") == 0
    long_ago()
    sweep(cast)
    assert messages("refresh_late_plans") == 1
    refresh_late_plans(organization_id=str(cast.northwind.pk))
    assert statuses(review) == ["open", "open", "open"]
    sweep(cast)
    assert messages("refresh_late_plans") == 1


def test_of_many_lost_messages_some_are_made_up_for_at_a_time(
    cast: Cast, review: LensReview
) -> None:
    tick(cast.actor(), review, QUESTION)
    for number in range(2):
        another = make_review(make_workload(f"Workload {number}"), review.lens_version)
        tick(cast.actor(), another, QUESTION)
    long_ago()
    assert refresh_some_late(size=2)
    assert late().count() == 1
    assert not refresh_some_late(size=2)
    assert not late().exists()


def test_other_pillar_priorities_give_items_another_place(cast: Cast, review: LensReview) -> None:
    planned(cast.actor(), review, QUESTION)
    planned(cast.actor(), review, "pillar_2_question_1")
    first, second = item(review), item(review, "pillar_2_question_1")
    assert first.rank < second.rank
    Workload.objects.update(pillar_priorities=["pillar_2"], revision=2)
    assert bring_up_to_date(workload_id=review.workload_id) == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert second.rank < first.rank
    assert first.revision == 1


def test_a_review_that_is_gone_is_passed_over(cast: Cast, review: LensReview) -> None:
    planned(cast.actor(), review, QUESTION)
    remove_lens(actor=cast.actor(), workload_id=review.workload_id, review_id=review.pk)
    refresh_plan_of_review(review_id=review.pk)
    assert not ImprovementItem.objects.exists()
    assert not PlanState.objects.exists()


def test_the_items_of_who_leaves_are_nobody_s(cast: Cast, review: LensReview) -> None:
    planned(cast.actor(), review, QUESTION)
    set_fields(cast, item(review), owner_id=cast.lead.pk)
    release_items(organization_id=str(cast.northwind.pk), user_id=str(cast.lead.pk))
    assert item(review).owner == cast.lead
    Membership.objects.get(user=cast.lead).delete()
    assert messages("release_items") == 1
    release_items(organization_id=str(cast.northwind.pk), user_id=str(cast.lead.pk))
    assert item(review).owner is None
    assert ItemEvent.objects.latest("at").changes == {"owner": ["Lead", ""]}


def test_history_cannot_be_changed(cast: Cast, review: LensReview) -> None:
    planned(cast.actor(), review, QUESTION)
    with pytest.raises(DatabaseError), transaction.atomic():
        ItemEvent.objects.update(by_name="Somebody else")
