"""Scenarios: kept under a name, opened, changed, compared, deleted."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from common.errors import Conflict, Forbidden, Invalid, LimitExceeded, NotFound
from common.ids import new_id
from improvement.models import Scenario
from improvement.services.scenarios import change_scenario, delete_scenario, save_scenario
from improvement.whatif import Tick
from lenses.models import LensVersion
from reviews.models import LensReview
from tenants.models import AuditEvent, Organization
from tests.builders import lens_document, make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.improvement.plans import OTHER, QUESTION, address, planned

ClientOf = Callable[[str], Client]


@pytest.fixture
def review(in_northwind: Organization, cast: Cast) -> LensReview:
    made = make_review()
    planned(cast.actor(), made, QUESTION)
    planned(cast.actor(), made, OTHER, 1)
    return made


def ticks(review: LensReview, question: str, *practices: int) -> list[Tick]:
    return [Tick(review.pk, question, f"{question}_choice_{number}") for number in practices]


def save(cast: Cast, review: LensReview, name: str = "Quick wins", *numbers: int) -> Scenario:
    return save_scenario(
        actor=cast.actor("contributor"),
        workload_id=review.workload_id,
        name=name,
        ticks=ticks(review, QUESTION, *(numbers or (1,))),
    )


def place(scenario: Scenario, name: str = "scenario") -> str:
    return address(name, workload_id=scenario.workload_id, scenario_id=scenario.pk)


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def form(review: LensReview, **values: Any) -> dict[str, Any]:
    named = [f"{review.pk}.{QUESTION}.{QUESTION}_choice_1"]
    return {"name": "Quick wins", "tick": named, **values}


def test_a_contributor_keeps_what_is_ticked(review: LensReview, client_of: ClientOf) -> None:
    url = address("scenarios", workload_id=review.workload_id)
    response = client_of("contributor").post(url, form(review), follow=True)
    page = text_of(response)
    assert "<h1>Quick wins</h1>" in page
    assert "0 high risks instead of 1, 2 medium risks instead of 1, for 3 days." in page
    event = AuditEvent.objects.latest("sequence")
    assert (event.verb, event.after["name"]) == ("scenario.saved", "Quick wins")
    assert "Contributor" in text_of(client_of("viewer").get(url))


def test_a_name_that_is_taken_keeps_the_ticks(
    review: LensReview, client_of: ClientOf, cast: Cast
) -> None:
    save(cast, review)
    response = client_of("contributor").post(
        address("scenarios", workload_id=review.workload_id), form(review, name="quick  WINS")
    )
    assert response.status_code == 422
    page = text_of(response)
    assert "This workload has a scenario with that name." in page
    assert len(re.findall(r'name="tick" value="[^"]*" checked', page)) == 1


@pytest.mark.parametrize("name", ["", "ab", "x" * 101, "a\x00b c"])
def test_a_wrong_name_is_refused(cast: Cast, review: LensReview, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        save(cast, review, name)
    assert "name" in refused.value.fields
    assert not Scenario.objects.exists()


def test_nothing_ticked_is_nothing_to_keep(cast: Cast, review: LensReview) -> None:
    with pytest.raises(Invalid, match="Nothing is ticked"):
        save_scenario(actor=cast.actor(), workload_id=review.workload_id, name="Nothing", ticks=[])


def test_a_viewer_keeps_nothing(cast: Cast, review: LensReview) -> None:
    found = save(cast, review)
    known: dict[str, Any] = {"actor": cast.actor("viewer"), "workload_id": review.workload_id}
    with pytest.raises(Forbidden):
        save_scenario(**known, name="Mine", ticks=ticks(review, QUESTION, 1))
    with pytest.raises(Forbidden):
        change_scenario(**known, scenario_id=found.pk, expected_revision=1, name="Mine")
    with pytest.raises(Forbidden):
        delete_scenario(**known, scenario_id=found.pk)


def test_the_limit_is_named(cast: Cast, review: LensReview, client_of: ClientOf) -> None:
    cast.northwind.limits = {"scenarios_per_workload": 1}
    cast.northwind.save()
    save(cast, review)
    with pytest.raises(LimitExceeded):
        save(cast, review, "One more")
    url = address("scenarios", workload_id=review.workload_id)
    response = client_of("lead").post(url, form(review, name="One more"))
    assert response.status_code == 422
    assert "Scenarios of a workload: the plan" in text_of(response)


def test_a_scenario_of_nothing_is_not_said_to_be_saved(
    cast: Cast, review: LensReview, client_of: ClientOf
) -> None:
    found = save(cast, review)
    lead = client_of("lead")
    response = lead.post(place(found), {"name": "Quick wins", "revision": 1})
    assert response.status_code == 422
    assert "Nothing is ticked: there is nothing to save." in text_of(response)
    # What the answers say by now is shown no more, and not sent: a new name is all there is.
    planned(cast.actor(), review, QUESTION, 1)
    response = lead.post(place(found), {"name": "Done wins", "revision": 1}, follow=True)
    assert "“Done wins” was saved." in text_of(response)


def test_a_scenario_gets_another_name_and_other_ticks(
    cast: Cast, review: LensReview, client_of: ClientOf
) -> None:
    found = save(cast, review)
    more = [f"{review.pk}.{QUESTION}.{QUESTION}_choice_{number}" for number in (1, 2, 3)]
    response = client_of("contributor").post(
        place(found), {"name": "All of it", "revision": 1, "tick": more}, follow=True
    )
    assert "0 high risks instead of 1, for 9 days." in text_of(response)
    found.refresh_from_db()
    assert (found.name, len(found.ticks), found.revision) == ("All of it", 3, 2)
    event = AuditEvent.objects.latest("sequence")
    assert event.before == {"name": "Quick wins", "name_key": "quickwins", "ticks": 1}


def test_the_second_of_two_editors_is_told(
    cast: Cast, review: LensReview, client_of: ClientOf
) -> None:
    found = save(cast, review)
    change_scenario(
        actor=cast.actor(),
        workload_id=found.workload_id,
        scenario_id=found.pk,
        expected_revision=1,
        name="Theirs",
    )
    with pytest.raises(Conflict):
        change_scenario(
            actor=cast.actor(),
            workload_id=found.workload_id,
            scenario_id=found.pk,
            expected_revision=1,
            name="Mine",
        )
    response = client_of("lead").post(place(found), {"name": "Mine", "revision": 1})
    assert response.status_code == 409
    assert "Somebody else changed this scenario" in text_of(response)
    found.refresh_from_db()
    assert found.name == "Theirs"


def test_the_same_again_changes_nothing(cast: Cast, review: LensReview) -> None:
    found = save(cast, review)
    events = AuditEvent.objects.count()
    again = change_scenario(
        actor=cast.actor(),
        workload_id=found.workload_id,
        scenario_id=found.pk,
        expected_revision=1,
        name="Quick wins",
        ticks=ticks(review, QUESTION, 1),
    )
    assert (again.revision, AuditEvent.objects.count()) == (1, events)


def test_deleting_is_asked_once_more(cast: Cast, review: LensReview, client_of: ClientOf) -> None:
    found = save(cast, review)
    lead = client_of("lead")
    assert "Delete “Quick wins”?" in text_of(lead.get(place(found, "scenario-delete")))
    page = text_of(lead.post(place(found, "scenario-delete"), follow=True))
    assert "No scenario yet" in page
    assert AuditEvent.objects.latest("sequence").verb == "scenario.deleted"


def test_two_scenarios_are_compared(cast: Cast, review: LensReview, client_of: ClientOf) -> None:
    first, second = save(cast, review), save(cast, review, "All of it", 1, 2, 3)
    url = address("scenarios-compare", workload_id=review.workload_id)
    page = text_of(client_of("viewer").get(url, {"first": str(first.pk), "second": str(second.pk)}))
    assert "“All of it” takes 6 days more" in page
    assert "Questions that end at different risks · 1" in page
    page = text_of(client_of("viewer").get(url, {"first": str(first.pk), "second": str(first.pk)}))
    assert "Both take as long" in page
    page = text_of(client_of("viewer").get(url, {"first": "nonsense", "second": str(new_id())}))
    assert "Questions that end" not in page


def test_what_a_newer_lens_has_no_more_is_named(
    cast: Cast, review: LensReview, client_of: ClientOf
) -> None:
    found = save(cast, review, "Both", 1, 2)
    document = lens_document()
    choices = document["pillars"][0]["questions"][0]["choices"]
    choices[1]["id"] = "another_practice"
    document["pillars"][0]["questions"][0]["riskRules"] = [
        {"condition": choices[0]["id"], "risk": "NO_RISK"},
        {"condition": "default", "risk": "HIGH_RISK"},
    ]
    newer: LensVersion = make_lens_version(document, version="2.0", lens=review.lens)
    LensReview.objects.filter(pk=review.pk).update(lens_version=newer)
    page = text_of(client_of("viewer").get(place(found)))
    assert f"{QUESTION} · {QUESTION}_choice_2" in page
    assert "0 high risks instead of 1, for 3 days." in page
    url = address("scenarios", workload_id=review.workload_id)
    assert "parts are gone" in text_of(client_of("viewer").get(url))


def test_a_scenario_is_only_its_own_workload_s(
    cast: Cast, review: LensReview, client_of: ClientOf
) -> None:
    found = save(cast, review)
    other = make_workload("Ledger")
    url = address("scenario", workload_id=other.pk, scenario_id=found.pk)
    assert client_of("viewer").get(url).status_code == 404
    with pytest.raises(NotFound):
        delete_scenario(actor=cast.actor(), workload_id=other.pk, scenario_id=found.pk)


def test_two_scenarios_cost_as_many_queries_as_twenty(
    cast: Cast,
    review: LensReview,
    client_of: ClientOf,
    query_count: Callable[[Callable[[], Any]], int],
) -> None:
    client = client_of("viewer")
    url = address("scenarios", workload_id=review.workload_id)
    for number in range(2):
        save(cast, review, f"Number {number}")
    client.get(url)
    few = query_count(lambda: client.get(url))
    for number in range(2, 20):
        save(cast, review, f"Number {number}")
    assert query_count(lambda: client.get(url)) == few
    assert few <= 14
