"""A scenario turned into due dates: looked at first, then all set or none."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from common.errors import Conflict, Forbidden
from improvement.models import ImprovementItem, Scenario
from improvement.services.items import edit_item, edit_items
from improvement.services.scenarios import save_scenario
from improvement.services.scheduling import Pace, preview_dates, set_dates
from improvement.whatif import Tick
from reviews.models import LensReview
from tenants.models import AuditEvent, Organization
from tests.builders import make_review
from tests.conftest import Cast
from tests.improvement.plans import OTHER, QUESTION, address, item, planned

ClientOf = Callable[[str], Client]
MONDAY = date(2030, 1, 7)
# Three days of work a week: what takes three days is done in a week.
THREE_A_WEEK = Pace(start=MONDAY, half_days_a_week=6)
ASKED = {"start": "2030-01-07", "pace": "3"}


@pytest.fixture
def review(in_northwind: Organization, cast: Cast) -> LensReview:
    made = make_review()
    planned(cast.actor(), made, QUESTION)
    planned(cast.actor(), made, OTHER, 1)
    return made


@pytest.fixture
def scenario(review: LensReview, cast: Cast) -> Scenario:
    """Rest of the question at medium risk, then the one at high: the order is another."""
    named = [(OTHER, 2), (OTHER, 3), (QUESTION, 1)]
    return save_scenario(
        actor=cast.actor(),
        workload_id=review.workload_id,
        name="Quick wins",
        ticks=[Tick(review.pk, key, f"{key}_choice_{number}") for key, number in named],
    )


def place(scenario: Scenario) -> dict[str, Any]:
    return {"workload_id": scenario.workload_id, "scenario_id": scenario.pk}


def set_all(cast: Cast, scenario: Scenario, pace: Pace = THREE_A_WEEK) -> list[ImprovementItem]:
    seal = preview_dates(**place(scenario), pace=pace).seal
    return set_dates(actor=cast.actor("lead"), **place(scenario), pace=pace, seal=seal)


def test_the_best_bargain_is_done_first_and_each_takes_its_time(
    cast: Cast, review: LensReview, scenario: Scenario
) -> None:
    assert len(set_all(cast, scenario)) == 3
    assert item(review, QUESTION, 1).due == date(2030, 1, 13)
    assert item(review, OTHER, 2).due == date(2030, 1, 20)
    assert item(review, OTHER, 3).due == date(2030, 1, 27)
    assert item(review, QUESTION, 2).due is None


def test_they_are_looked_at_first(
    review: LensReview, scenario: Scenario, client_of: ClientOf, cast: Cast
) -> None:
    lead = client_of("lead")
    url = address("scenario-dates", **place(scenario))
    page = lead.get(url, {**ASKED, "owner": str(cast.contributor.pk)}).content.decode()
    assert "13 Jan 2030" in page
    assert "Change 3 items" in page
    assert item(review).due is None
    sent = dict(re.findall(r'type="hidden" name="(seal|start|pace|owner)" value="([^"]*)"', page))
    assert sent["start"] == "2030-01-07"
    response = lead.post(url, sent, follow=True)
    assert "3 items were changed." in response.content.decode()
    assert (item(review).due, item(review).owner) == (date(2030, 1, 13), cast.contributor)


def test_a_date_and_an_owner_that_are_set_already_stay_unless_asked(
    cast: Cast, review: LensReview, scenario: Scenario
) -> None:
    edit_item(
        actor=cast.actor(),
        item_id=item(review).pk,
        expected_revision=item(review).revision,
        changes={"due": date(2030, 6, 1), "owner_id": cast.admin.pk},
    )
    pace = Pace(MONDAY, 6, owner_id=cast.lead.pk)
    set_all(cast, scenario, pace)
    assert (item(review).due, item(review).owner) == (date(2030, 6, 1), cast.admin)
    assert item(review, OTHER, 2).owner == cast.lead
    set_all(cast, scenario, Pace(MONDAY, 6, owner_id=cast.lead.pk, replaces=True))
    assert (item(review).due, item(review).owner) == (date(2030, 1, 13), cast.lead)


def test_a_plan_that_changed_since_changes_nothing(
    cast: Cast, review: LensReview, scenario: Scenario, client_of: ClientOf
) -> None:
    seal = preview_dates(**place(scenario), pace=THREE_A_WEEK).seal
    edit_item(
        actor=cast.actor(),
        item_id=item(review).pk,
        expected_revision=item(review).revision,
        changes={"team_effort": 20},
    )
    with pytest.raises(Conflict):
        set_dates(actor=cast.actor(), **place(scenario), pace=THREE_A_WEEK, seal=seal)
    response = client_of("lead").post(
        address("scenario-dates", **place(scenario)), {**ASKED, "seal": seal}
    )
    assert response.status_code == 409
    assert "Look again." in response.content.decode()
    assert not ImprovementItem.objects.exclude(due=None).exists()


def test_nothing_is_set_where_one_cannot_be(
    cast: Cast, review: LensReview, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits = []

    def fail_at_the_second(**known: Any) -> Any:
        edits.append(known)
        if len(edits) == 2:
            raise Conflict
        return edit_items(**known)

    monkeypatch.setattr("improvement.services.scheduling.edit_items", fail_at_the_second)
    events = AuditEvent.objects.count()
    with pytest.raises(Conflict):
        set_all(cast, scenario)
    assert not ImprovementItem.objects.exclude(due=None).exists()
    assert AuditEvent.objects.count() == events


def test_what_is_done_has_no_item_or_is_gone_is_said(
    cast: Cast, review: LensReview, scenario: Scenario, client_of: ClientOf
) -> None:
    edit_item(
        actor=cast.actor(),
        item_id=item(review).pk,
        expected_revision=item(review).revision,
        changes={"status": "dismissed", "reason": "Not ours."},
    )
    ImprovementItem.objects.filter(pk=item(review, OTHER, 2).pk).delete()
    Scenario.objects.filter(pk=scenario.pk).update(
        ticks=[*scenario.ticks, [str(review.pk), QUESTION, "old_practice", True]]
    )
    page = client_of("lead").get(address("scenario-dates", **place(scenario)), ASKED)
    text = page.content.decode()
    assert "Dismissed" in text
    assert "no item in the plan" in text
    assert f"{QUESTION} · old_practice" in text
    assert "Change 1 item" in text


@pytest.mark.parametrize(
    "asked",
    [
        {"start": "never", "pace": "3"},
        {"start": "2030-01-07", "pace": "0"},
        {"start": "9999-12-30", "pace": "0.5"},
        {"start": "2030-01-07", "pace": "3", "owner": "nobody"},
    ],
)
def test_what_makes_no_sense_is_named(
    scenario: Scenario, client_of: ClientOf, asked: dict[str, str]
) -> None:
    response = client_of("lead").get(address("scenario-dates", **place(scenario)), asked)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()


def test_a_viewer_sets_no_dates(cast: Cast, scenario: Scenario) -> None:
    with pytest.raises(Forbidden):
        set_dates(actor=cast.actor("viewer"), **place(scenario), pace=THREE_A_WEEK, seal="anything")
