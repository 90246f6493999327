"""A version may swap ids or give a gone one to another: what the plan keeps is never mixed up."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from improvement.models import ImprovementItem, RiskAcceptance
from improvement.services.acceptances import decide_on_acceptance, request_acceptance
from improvement.services.refreshing import refresh_plan_of_review
from improvement.services.scenarios import save_scenario
from improvement.ticks import from_values
from improvement.whatif import Tick
from reviews.models import LensReview, ReviewUpgrade
from reviews.services.upgrades import undo_upgrade
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version, make_review
from tests.conftest import Cast
from tests.improvement.plans import address, planned
from tests.reviews.test_reused_ids import take_over
from tests.reviews.test_upgrading import upgrade
from tests.reviews.versions import OTHER, QUESTION, A, B, C, Edit, next_version, question_of

ClientOf = Callable[[str], Client]
SWAPPED = {QUESTION: OTHER, OTHER: QUESTION}
TAKEN_OVER = {QUESTION: OTHER}
CHOICE_TAKEN_OVER = {QUESTION: OTHER, f"{QUESTION}.{B}": A}
OTHER_A = f"{OTHER}_choice_1"


@pytest.fixture
def review(in_northwind: Organization, cast: Cast) -> LensReview:
    """Two questions at high risk."""
    made = make_review(version=make_lens_version(lens_document(name="Changing ids")))
    for question in (QUESTION, OTHER):
        planned(cast.actor(), made, question)
    return made


def swap(document: dict[str, Any]) -> None:
    first, second = document["pillars"][0]["questions"][:2]
    first["id"], second["id"] = OTHER, QUESTION


def give_away_the_id_of_the_second(document: dict[str, Any]) -> None:
    del document["pillars"][0]["questions"][1]
    question_of(document)["id"] = OTHER


def put_a_new_question_in_its_place(document: dict[str, Any]) -> None:
    """The first has the id of the second, and one that was never there has the first's."""
    first, second = document["pillars"][0]["questions"][:2]
    first["id"], second["id"] = OTHER, QUESTION
    second["title"] = "What is new?"


def put_a_new_practice_in_its_place(document: dict[str, Any]) -> None:
    """Practice B has the id of A, and one that was never there has B's."""
    question = question_of(document)
    question["choices"][0]["id"], question["choices"][1]["id"] = B, A
    question["choices"][0]["title"] = "What is new?"


def ask(cast: Cast, review: LensReview, question: str) -> RiskAcceptance:
    return request_acceptance(
        actor=cast.actor("contributor"),
        review_id=review.pk,
        question_id=question,
        reason=f"About {question}.",
        until=timezone.localdate() + timedelta(days=90),
    )


def accept(cast: Cast, review: LensReview, question: str) -> None:
    asked = ask(cast, review, question)
    decide_on_acceptance(actor=cast.actor("admin"), acceptance_id=asked.pk, is_approved=True)


def go(cast: Cast, review: LensReview, edit: Edit, renames: Mapping[str, str]) -> ReviewUpgrade:
    """Upgrade a review to a version with other ids, and let the worker do its part."""
    version = next_version(
        review.lens_version, edit, version="2.0", kind="major", renames=dict(renames)
    )
    applied = upgrade(cast, review, version)
    refresh_plan_of_review(review_id=review.pk)
    return applied


def go_back(cast: Cast, review: LensReview, applied: ReviewUpgrade) -> None:
    undo_upgrade(actor=cast.actor("lead"), upgrade_id=applied.pk)
    refresh_plan_of_review(review_id=review.pk)


def accepted() -> dict[str, set[str]]:
    """What stands at each question id of those that were asked to be accepted."""
    found: dict[str, set[str]] = {}
    for row in RiskAcceptance.objects.all():
        found.setdefault(row.question_id, set()).add(f"{row.reason} {row.state}")
    return found


def statuses_at(question: str) -> set[str]:
    rows = ImprovementItem.objects.filter(question_id=question)
    return set(rows.values_list("status", flat=True))


def plan() -> set[tuple[Any, ...]]:
    """All items, by themselves, with where and how they stand."""
    return set(ImprovementItem.objects.values_list("pk", "question_id", "choice_id", "status"))


def place_of(question: str, choice: str) -> Callable[[], tuple[str, str]]:
    """Return what tells where the item is then that stands at a practice now."""
    key = ImprovementItem.objects.get(question_id=question, choice_id=choice).pk

    def place() -> tuple[str, str]:
        found = ImprovementItem.objects.get(pk=key)
        return found.question_id, found.choice_id

    return place


def test_acceptances_change_places_with_their_questions(
    cast: Cast, review: LensReview, client_of: ClientOf
) -> None:
    for question in (QUESTION, OTHER):
        accept(cast, review, question)
        ask(cast, review, question)
    before, items = accepted(), plan()
    version = next_version(review.lens_version, swap, version="2.0", kind="major", renames=SWAPPED)
    applied = upgrade(cast, review, version)
    page = client_of("lead").get(address("plan", workload_id=review.workload_id))
    assert page.status_code == 200
    assert accepted() == {QUESTION: before[OTHER], OTHER: before[QUESTION]}
    assert statuses_at(OTHER) == {"accepted"}
    go_back(cast, review, applied)
    assert (accepted(), plan()) == (before, items)


def test_an_accepted_question_takes_over_the_id_of_one_that_was_accepted_too(
    cast: Cast, review: LensReview
) -> None:
    for question in (QUESTION, OTHER):
        accept(cast, review, question)
    before, items = accepted(), plan()
    applied = go(cast, review, give_away_the_id_of_the_second, TAKEN_OVER)
    assert accepted()[OTHER] == before[QUESTION]
    assert accepted()[QUESTION] == before[OTHER]
    go_back(cast, review, applied)
    assert (accepted(), plan()) == (before, items)


def test_what_was_accepted_of_a_gone_question_does_not_cover_the_one_with_its_id(
    cast: Cast, review: LensReview
) -> None:
    accept(cast, review, OTHER)
    before, items = accepted(), plan()
    applied = go(cast, review, give_away_the_id_of_the_second, TAKEN_OVER)
    assert OTHER not in accepted()
    assert statuses_at(OTHER) == {"open"}
    go_back(cast, review, applied)
    assert (accepted(), plan()) == (before, items)


def test_what_was_accepted_of_a_gone_question_does_not_cover_a_new_one(
    cast: Cast, review: LensReview
) -> None:
    accept(cast, review, OTHER)
    before, items = accepted(), plan()
    applied = go(cast, review, put_a_new_question_in_its_place, TAKEN_OVER)
    assert not accepted().keys() & {QUESTION, OTHER}
    assert statuses_at(OTHER) == {"open"}
    assert statuses_at(QUESTION) == set()
    go_back(cast, review, applied)
    assert (accepted(), plan()) == (before, items)


def test_a_practice_takes_over_the_id_of_a_gone_one_of_a_question_that_moves(
    cast: Cast, review: LensReview
) -> None:
    items = plan()
    places = [place_of(QUESTION, choice) for choice in (A, B, C)]
    gone = place_of(OTHER, OTHER_A)
    applied = go(cast, review, take_over, CHOICE_TAKEN_OVER)
    assert [place() for place in places] == [(OTHER, B), (OTHER, A), (OTHER, C)]
    assert gone() == (QUESTION, OTHER_A)
    assert ImprovementItem.objects.get(question_id=OTHER, choice_id=A).status == "open"
    assert ImprovementItem.objects.get(question_id=OTHER, choice_id=B).status == "done"
    go_back(cast, review, applied)
    assert plan() == items


def test_the_item_of_a_gone_practice_does_not_become_that_of_a_new_one(
    cast: Cast, review: LensReview
) -> None:
    items = plan()
    gone, moved = place_of(QUESTION, A), place_of(QUESTION, B)
    applied = go(cast, review, put_a_new_practice_in_its_place, {f"{QUESTION}.{B}": A})
    assert moved() == (QUESTION, A)
    assert gone()[0] == QUESTION
    assert gone()[1] not in {A, B, C}
    fresh = ImprovementItem.objects.get(question_id=QUESTION, choice_id=B)
    assert fresh.practice_title == "What is new?"
    go_back(cast, review, applied)
    assert items <= plan()


def test_a_scenario_does_not_take_up_what_has_the_id_of_a_gone_question(
    cast: Cast, review: LensReview
) -> None:
    chosen = [Tick(review.pk, QUESTION, A), Tick(review.pk, OTHER, OTHER_A)]
    scenario = save_scenario(
        actor=cast.actor(), workload_id=review.workload_id, name="Quick wins", ticks=chosen
    )
    applied = go(cast, review, give_away_the_id_of_the_second, TAKEN_OVER)
    scenario.refresh_from_db()
    assert from_values(scenario.ticks) == [
        Tick(review.pk, OTHER, A),
        Tick(review.pk, QUESTION, OTHER_A),
    ]
    go_back(cast, review, applied)
    scenario.refresh_from_db()
    assert from_values(scenario.ticks) == chosen
