"""Who may say what about an item, and what becomes of two who say it at once."""

from datetime import date
from typing import Any

import pytest

from common.errors import Conflict, Forbidden, Invalid, NotFound
from improvement.models import ImprovementItem, ItemEvent
from improvement.services.items import StaleItem, edit_item, edit_items, follow_practice
from improvement.services.refreshing import refresh_plan_of_review
from improvement.services.staleness import bring_up_to_date
from improvement.signals import item_changed
from reviews.merge import AnswerState, ChoiceDetail
from reviews.models import Answer, LensReview
from reviews.services.answers import answer_question, state_of
from tenants.models import AuditEvent, Organization
from tests.builders import make_review
from tests.conftest import Cast
from tests.improvement.plans import QUESTION, item, planned, statuses


@pytest.fixture
def review(in_northwind: Organization, cast: Cast) -> LensReview:
    made = make_review()
    planned(cast.actor(), made, QUESTION)
    return made


def edit(cast: Cast, found: ImprovementItem, who: str = "contributor", **changes: Any) -> Any:
    return edit_item(
        actor=cast.actor(who),
        item_id=found.pk,
        expected_revision=found.revision,
        changes=changes,
    )


def test_all_that_can_be_said_is_kept_with_its_history(cast: Cast, review: LensReview) -> None:
    edit(
        cast,
        item(review),
        owner_id=cast.lead.pk,
        due=date(2030, 5, 1),
        team_effort=3,
        notes="  First thing. ",
        ticket_key="OPS-7",
        ticket_url="https://tracker.example.com/OPS-7",
        status="in_progress",
    )
    found = item(review)
    assert (found.owner, found.due, found.effort) == (cast.lead, date(2030, 5, 1), 3)
    assert (found.notes, found.ticket_key, found.status) == ("First thing.", "OPS-7", "in_progress")
    assert found.revision == 2
    event = AuditEvent.objects.latest("sequence")
    assert event.verb == "improvement.changed"
    assert event.after["owner"] == "Lead"
    history = ItemEvent.objects.filter(item=found).latest("at")
    assert history.changes["due"] == [None, "2030-05-01"]
    # Six half days were the lens's guess.
    assert (history.left_items, history.left_effort) == (0, -3)


def test_the_same_again_changes_nothing(cast: Cast, review: LensReview) -> None:
    edit(cast, item(review), notes="Once.")
    events = AuditEvent.objects.count()
    assert edit(cast, item(review), notes="Once.").revision == 2
    assert AuditEvent.objects.count() == events


def test_the_second_of_two_editors_is_told(cast: Cast, review: LensReview) -> None:
    seen = item(review)
    edit(cast, seen, notes="Mine.")
    with pytest.raises(StaleItem) as told:
        edit(cast, seen, who="lead", notes="No, mine.")
    assert told.value.current.notes == "Mine."
    assert item(review).notes == "Mine."


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"status": "accepted"}, "status"),
        ({"status": "nonsense"}, "status"),
        ({"status": "dismissed"}, "reason"),
        ({"status": "dismissed", "reason": "  "}, "reason"),
        ({"due": date(1, 1, 1)}, "due"),
        ({"team_effort": 0}, "effort"),
        ({"team_effort": 1001}, "effort"),
        ({"notes": "x" * 5001}, "notes"),
        ({"notes": "a\0b"}, "notes"),
        ({"ticket_key": "x" * 101}, "ticket_key"),
        ({"ticket_url": "javascript:alert(1)"}, "ticket_url"),
        ({"ticket_url": "https://"}, "ticket_url"),
        ({"ticket_url": "https://[half"}, "ticket_url"),
    ],
)
def test_what_makes_no_sense_is_named(
    cast: Cast, review: LensReview, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        edit(cast, item(review), **changes)
    assert list(refused.value.fields) == [field]
    assert item(review).revision == 1


@pytest.mark.parametrize("who", ["viewer", "stranger", "outsider"])
def test_an_owner_is_somebody_who_may_answer(cast: Cast, review: LensReview, who: str) -> None:
    with pytest.raises(Invalid) as refused:
        edit(cast, item(review), owner_id=getattr(cast, who).pk)
    assert list(refused.value.fields) == ["owner"]


def test_a_viewer_says_nothing(cast: Cast, review: LensReview) -> None:
    found = item(review)
    with pytest.raises(Forbidden):
        edit(cast, found, who="viewer", notes="?")
    with pytest.raises(Forbidden):
        edit_items(actor=cast.actor("viewer"), revisions={found.pk: 1}, changes={})
    with pytest.raises(Forbidden):
        follow_practice(actor=cast.actor("viewer"), item_id=found.pk, answer_revision=1)


def test_several_at_once_and_those_that_changed_since_are_left(
    cast: Cast, review: LensReview
) -> None:
    items = [item(review, practice=number) for number in (1, 2, 3)]
    edit(cast, items[1], notes="Hold on.")
    outcome = edit_items(
        actor=cast.actor("contributor"),
        revisions={each.pk: 1 for each in items},
        changes={"owner_id": cast.admin.pk, "status": "in_progress"},
    )
    assert {each.pk for each in outcome.changed} == {items[0].pk, items[2].pk}
    assert [each.pk for each in outcome.stale] == [items[1].pk]
    assert statuses(review) == ["in_progress", "open", "in_progress"]
    assert AuditEvent.objects.filter(verb="improvement.changed").count() == 3


def test_more_than_allowed_or_one_that_is_not_there_changes_nothing(
    cast: Cast, review: LensReview
) -> None:
    from common.ids import new_id

    found = item(review)
    many = {new_id(): 1 for _ in range(201)}
    with pytest.raises(Invalid):
        edit_items(actor=cast.actor(), revisions=many, changes={"notes": "x"})
    with pytest.raises(NotFound):
        edit_items(actor=cast.actor(), revisions={found.pk: 1, new_id(): 1}, changes={"notes": "x"})
    assert item(review).notes == ""


def test_as_many_queries_for_twenty_as_for_two(
    cast: Cast, review: LensReview, query_count: Any
) -> None:
    for question in ("pillar_1_question_2", "pillar_1_question_3", "pillar_2_question_1"):
        planned(cast.actor(), review, question)
    for question in ("pillar_2_question_2", "pillar_2_question_3"):
        planned(cast.actor(), review, question)
    revisions = dict(ImprovementItem.objects.values_list("pk", "revision"))
    two = dict(list(revisions.items())[:2])

    def change(some: dict[Any, int], text: str) -> int:
        return int(
            query_count(
                lambda: edit_items(actor=cast.actor(), revisions=some, changes={"notes": text})
            )
        )

    few = change(two, "One.")
    revisions = dict(ImprovementItem.objects.values_list("pk", "revision"))
    assert len(revisions) == 18
    assert change(revisions, "Two.") == few


def test_done_can_be_taken_back(cast: Cast, review: LensReview) -> None:
    edit(cast, item(review), status="done")
    assert item(review).closed_as == "said_done"
    edit(cast, item(review), status="in_progress")
    found = item(review)
    assert (found.status, found.closed_as, found.closed_at) == ("in_progress", "", None)
    assert found.reopened == 1


def test_following_the_practice_ticks_it_in_the_review(cast: Cast, review: LensReview) -> None:
    edit(cast, item(review), status="done")
    follow_practice(actor=cast.actor("contributor"), item_id=item(review).pk, answer_revision=1)
    assert Answer.objects.get(question_id=QUESTION).selected == [f"{QUESTION}_choice_1"]
    refresh_plan_of_review(review_id=review.pk)
    assert item(review).closed_as == "followed"
    assert item(review, practice=2).risk == "MEDIUM"


def test_following_the_practice_keeps_the_note_on_it(cast: Cast, review: LensReview) -> None:
    note = ChoiceDetail(not_applicable=True, reason="OTHER", notes="See the wiki.")
    answer_question(
        actor=cast.actor(),
        review_id=review.pk,
        question_id=QUESTION,
        state=AnswerState(details={f"{QUESTION}_choice_1": note}),
        expected_revision=1,
    )
    follow_practice(actor=cast.actor(), item_id=item(review).pk, answer_revision=2)
    answer = Answer.objects.get(question_id=QUESTION)
    kept = state_of(answer).details[f"{QUESTION}_choice_1"]
    assert kept == ChoiceDetail(notes="See the wiki.")
    assert answer.selected == [f"{QUESTION}_choice_1"]


def test_an_item_that_is_opened_by_hand_stands_where_its_answer_says(
    cast: Cast, review: LensReview
) -> None:
    planned(cast.actor(), review, QUESTION, 1)
    assert item(review).closed_as == "followed"
    edit(cast, item(review), status="open")
    assert bring_up_to_date(workload_id=review.workload_id) == 0
    assert (item(review).status, item(review).closed_as) == ("done", "followed")


def test_following_from_a_page_that_never_was_is_a_conflict(cast: Cast, review: LensReview) -> None:
    with pytest.raises(Conflict):
        follow_practice(actor=cast.actor(), item_id=item(review).pk, answer_revision=9)


def test_a_tracker_hears_of_every_change_and_of_what_changed(
    cast: Cast, review: LensReview
) -> None:
    heard: list[dict[str, Any]] = []

    def listen(**signal: Any) -> None:
        heard.append(signal)

    item_changed.connect(listen)
    try:
        edit(cast, item(review), ticket_key="OPS-9")
        planned(cast.actor(), review, QUESTION, 1)
    finally:
        item_changed.disconnect(listen)
    first = heard[0]
    assert (first["item_id"], first["revision"]) == (item(review).pk, 2)
    assert first["fields"] == {"ticket_key"}
    assert first["organization_id"] == cast.northwind.pk
    assert {"status", "closed_as"} in [signal["fields"] for signal in heard[1:]]


def test_a_field_that_nobody_may_set_is_a_programming_error(cast: Cast, review: LensReview) -> None:
    with pytest.raises(ValueError, match="rank"):
        edit(cast, item(review), rank=1)
