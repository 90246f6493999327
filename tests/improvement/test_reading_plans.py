"""What others read of plans: figures, what waits, a plan as values, a burn-down, statuses."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from common.errors import Forbidden, Invalid
from common.ids import new_id
from common.risk import Risk
from improvement.models import ImprovementItem
from improvement.selectors_items import (
    accepted_counts,
    attention_by_workload,
    burn_down_events,
    expiring_acceptances,
    improvement_statuses,
    overdue_items,
    plan_status_of,
)
from improvement.services.acceptances import decide_on_acceptance, request_acceptance
from improvement.services.items import edit_item
from improvement.services.refreshing import refresh_plan_of_review
from improvement.services.scenarios import save_scenario
from improvement.services.workload_status import set_improvement_status
from improvement.statuses import ImprovementStatus
from improvement.ticks import from_values
from improvement.whatif import Tick
from reviews.models import LensReview
from reviews.services.upgrades import apply_minor, undo_upgrade
from tenants.models import Organization
from tests.builders import make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.improvement.plans import OTHER, QUESTION, address, item, planned
from tests.reviews.test_upgrading import major, upgrade
from tests.reviews.versions import RENAMED

__all__ = ["major"]  # a fixture

ClientOf = Callable[[str], Client]
TODAY = date(2026, 6, 1)


@pytest.fixture
def review(in_northwind: Organization, cast: Cast) -> LensReview:
    made = make_review()
    planned(cast.actor(), made, QUESTION)
    return made


def said(cast: Cast, review: LensReview, practice: int, **changes: Any) -> None:
    found = item(review, practice=practice)
    edit_item(
        actor=cast.actor(),
        item_id=found.pk,
        expected_revision=found.revision,
        changes=changes,
    )


def accept(cast: Cast, review: LensReview, days: int = 20, question: str = QUESTION) -> None:
    asked = request_acceptance(
        actor=cast.actor("contributor"),
        review_id=review.pk,
        question_id=question,
        reason="It goes.",
        until=timezone.localdate() + timedelta(days=days),
    )
    decide_on_acceptance(actor=cast.actor("admin"), acceptance_id=asked.pk, is_approved=True)


def test_what_waits_is_counted_by_workload_in_three_queries(
    cast: Cast, review: LensReview, query_count: Callable[[Callable[[], Any]], int]
) -> None:
    said(cast, review, 1, due=TODAY - timedelta(days=1))
    said(cast, review, 2, due=TODAY)
    said(cast, review, 3, due=TODAY - timedelta(days=9), status="done")
    assert [each.choice_id[-1] for each in overdue_items(TODAY)] == ["1"]
    other = make_review(make_workload("Portal"), review.lens_version)
    planned(cast.actor(), other, QUESTION)
    accept(cast, other)
    planned(cast.actor(), other, OTHER)
    request_acceptance(
        actor=cast.actor(),
        review_id=other.pk,
        question_id=OTHER,
        reason="?",
        until=timezone.localdate() + timedelta(days=9),
    )
    soon = timezone.localdate() + timedelta(days=30)
    found = attention_by_workload(today=TODAY, until=soon)
    assert (found[review.workload_id].overdue, found[review.workload_id].expiring) == (1, 0)
    waiting = found[other.workload_id]
    assert (waiting.overdue, waiting.expiring, waiting.to_decide) == (0, 1, 1)
    assert query_count(lambda: attention_by_workload(today=TODAY, until=soon)) == 3
    assert not expiring_acceptances(timezone.localdate()).exists()


def test_accepted_risks_are_a_figure_of_their_own(cast: Cast, review: LensReview) -> None:
    accept(cast, review)
    planned(cast.actor(), review, OTHER)
    counts = accepted_counts([review.workload_id])[review.workload_id]
    assert counts == {Risk.HIGH: 1}
    planned(cast.actor(), review, QUESTION, 1, 2, 3)
    assert not accepted_counts([review.workload_id])[review.workload_id]


def test_a_plan_as_values(cast: Cast, review: LensReview) -> None:
    said(cast, review, 1, owner_id=cast.lead.pk, due=TODAY, team_effort=3)
    first, *_others = plan_status_of(review.workload_id)
    assert (first["practice"], first["owner"], first["due"]) == (
        "Practice 1 of part 1",
        "Lead",
        "2026-06-01",
    )
    assert (first["effort"], first["effort_is_team_s"], first["status"]) == (3, True, "open")


def test_a_burn_down_sums_up_to_what_is_left(cast: Cast, review: LensReview) -> None:
    said(cast, review, 1, team_effort=10)
    said(cast, review, 2, status="in_progress")
    said(cast, review, 3, status="dismissed", reason="No.")
    planned(cast.actor(), review, QUESTION, 2)
    events = burn_down_events([review.workload_id])
    assert [event.items for event in events][:3] == [1, 1, 1]
    assert sum(event.items for event in events) == 1
    assert sum(event.half_days for event in events) == 10
    assert burn_down_events([]) == []
    assert burn_down_events() == events


def test_a_burn_down_sums_up_when_a_lens_changes_an_effort(cast: Cast, review: LensReview) -> None:
    version = review.lens_version
    document = json.loads(version.document)
    for choice in document["pillars"][0]["questions"][0]["choices"]:
        choice["plumbline"] = {"effort": "large"}
    later = make_lens_version(
        document, version="1.1", lens=version.lens, kind="minor", predecessor=version
    )
    assert apply_minor(review_id=review.pk, to_version_id=later.pk)
    refresh_plan_of_review(review_id=review.pk)
    efforts = [each.effort for each in ImprovementItem.objects.filter(review=review)]
    assert efforts == [20, 20, 20]
    events = burn_down_events([review.workload_id])
    assert sum(event.half_days for event in events) == 60
    assert sum(event.items for event in events) == 3


def test_the_status_is_said_by_the_items_unless_somebody_does(
    cast: Cast, review: LensReview, client_of: ClientOf
) -> None:
    def status() -> ImprovementStatus:
        return improvement_statuses([review.workload_id])[review.workload_id].status

    assert status() is ImprovementStatus.NOT_STARTED
    url = address("plan-status", workload_id=review.workload_id)
    lead = client_of("lead")
    assert lead.post(url, {"status": "COMPLETE"}).status_code == 302
    assert status() is ImprovementStatus.COMPLETE
    page = lead.get(address("plan", workload_id=review.workload_id)).content.decode()
    assert "set by Lead; the plan says: Not started" in page
    listed = lead.get(address("workloads")).content.decode()
    assert ">Complete<" in listed
    lead.post(url, {"status": "nonsense"})
    assert status() is ImprovementStatus.COMPLETE
    lead.post(url, {"status": "RISK_ACKNOWLEDGED"})
    lead.post(url, {"status": ""})
    assert status() is ImprovementStatus.NOT_STARTED
    activity = lead.get(address("workload-activity", workload_id=review.workload_id))
    assert "set the improvement status to “Complete”" in activity.content.decode()


def test_a_contributor_sets_no_status_and_nobody_a_wrong_one(
    cast: Cast, review: LensReview
) -> None:
    with pytest.raises(Forbidden):
        set_improvement_status(
            actor=cast.actor("contributor"), workload_id=review.workload_id, status="COMPLETE"
        )
    with pytest.raises(Invalid):
        set_improvement_status(actor=cast.actor(), workload_id=review.workload_id, status="DONE")


def test_items_and_acceptances_follow_a_question_to_its_new_id(
    cast: Cast, review: LensReview, major: Any
) -> None:
    said(cast, review, 1, owner_id=cast.lead.pk, notes="Keep me.")
    accept(cast, review)
    applied = upgrade(cast, review, major)
    refresh_plan_of_review(review_id=review.pk)
    owned = [row for row in plan_status_of(review.workload_id) if row["owner"] == "Lead"]
    assert [(row["question_id"], row["notes"]) for row in owned] == [(RENAMED, "Keep me.")]
    undo_upgrade(actor=cast.actor("lead"), upgrade_id=applied.pk)
    refresh_plan_of_review(review_id=review.pk)
    found = item(review)
    assert (found.owner, found.notes, found.status) == (cast.lead, "Keep me.", "accepted")


def test_a_scenario_follows_a_question_to_its_new_id(
    cast: Cast, review: LensReview, major: Any
) -> None:
    chosen = Tick(review.pk, QUESTION, f"{QUESTION}_choice_1")
    elsewhere = Tick(new_id(), QUESTION, f"{QUESTION}_choice_1")
    scenario = save_scenario(
        actor=cast.actor(),
        workload_id=review.workload_id,
        name="Quick wins",
        ticks=[chosen, elsewhere],
    )
    planned(cast.actor(), review, QUESTION)
    applied = upgrade(cast, review, major)
    refresh_plan_of_review(review_id=review.pk)
    scenario.refresh_from_db()
    renamed = chosen._replace(question_id=RENAMED)
    assert from_values(scenario.ticks) == [renamed, elsewhere]
    assert scenario.revision == 2
    undo_upgrade(actor=cast.actor("lead"), upgrade_id=applied.pk)
    refresh_plan_of_review(review_id=review.pk)
    scenario.refresh_from_db()
    assert from_values(scenario.ticks) == [chosen, elsewhere]
