"""What happened in a workload, by whom and when."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from improvement.services.scenarios import delete_scenario, save_scenario
from improvement.whatif import Tick
from reviews.models import LensReview
from reviews.selectors import reviews_of
from reviews.services.assignments import assign_question, unassign_question
from reviews.services.conversation import add_comment, resolve_thread
from reviews.services.evidence import Practice, add_link, remove_evidence
from reviews.services.history import undo_change
from reviews.services.milestones import save_milestone
from tenants import audit
from tenants.models import AuditEvent, Organization
from tests.builders import make_review, make_workload
from tests.conftest import Cast
from tests.reviews.milestones import say
from tests.reviews.test_undoing_a_change import changes
from tests.reviews.versions import OTHER, QUESTION, A, B
from tests.workloads.pages import page_of
from web.activity import events_of, lines_of
from web.activity_words import kind_of, sentence


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review(make_workload("Payments"))


def told(review: LensReview) -> list[str]:
    reviews = reviews_of(review.workload_id)
    events = list(events_of(review.workload, reviews))
    lines = lines_of(events, review.workload, reviews, "northwind")
    return [f"{line.who} {line.what}" for line in lines]


def test_several_changes_of_one_person_to_one_answer_are_one_line(
    cast: Cast, review: LensReview
) -> None:
    for text in ("a", "ab", "abc"):
        say(cast, review, A, notes=text)
    say(cast, review, question=OTHER, notes="Other.")
    assert told(review) == [
        "Contributor answered “How do you care for part 2?”",
        "Contributor answered “How do you care for part 1?” (3 changes)",
    ]


def test_everything_is_told_in_words(cast: Cast, review: LensReview) -> None:
    lead = cast.actor("lead")
    ids: dict[str, Any] = {"review_id": review.pk, "question_id": QUESTION}
    thread = add_comment(actor=lead, text="Who?", **ids)
    resolve_thread(actor=lead, review_id=review.pk, comment_id=thread.pk)
    assign_question(actor=lead, assignee_id=cast.contributor.pk, **ids)
    unassign_question(actor=lead, **ids)
    practice = Practice(review.workload_id, review.pk, QUESTION, A)
    found = add_link(actor=lead, practice=practice, url="https://example.com/", title="Runbook")
    remove_evidence(actor=lead, workload_id=review.workload_id, evidence_id=found.pk)
    save_milestone(actor=lead, workload_id=review.workload_id, name="March")
    say(cast, review, A)
    say(cast, review, A, B)
    undo_change(actor=lead, change_id=changes(review)[1].pk, **ids)
    question = "“How do you care for part 1?”"
    assert told(review) == [
        f"Lead undid a change of Contributor to {question}",
        f"Contributor answered {question} (2 changes)",
        "Lead saved the milestone “March”",
        f"Lead removed the evidence “Runbook” from {question}",
        f"Lead added the evidence “Runbook” to {question}",
        f"Lead took {question} from Contributor",
        f"Lead assigned {question} to Contributor",
        f"Lead resolved a thread on {question}",
        f"Lead commented on {question}",
    ]


def test_scenarios_are_told_of_after_they_are_gone_too(cast: Cast, review: LensReview) -> None:
    scenario = save_scenario(
        actor=cast.actor(),
        workload_id=review.workload_id,
        name="Quick wins",
        ticks=[Tick(review.pk, QUESTION, A)],
    )
    assert told(review) == ["Owner saved the scenario “Quick wins”"]
    delete_scenario(actor=cast.actor(), workload_id=review.workload_id, scenario_id=scenario.pk)
    assert told(review) == [
        "Owner deleted the scenario “Quick wins”",
        "Owner saved the scenario “Quick wins”",
    ]


def test_an_unknown_verb_is_shown_as_such(cast: Cast, review: LensReview) -> None:
    audit.record(actor=cast.actor("lead"), verb="review.polished", target=review)
    assert told(review) == ["Lead review.polished"]
    assert kind_of("review.polished") == "other"


def test_what_an_event_does_not_say_is_no_error(review: LensReview) -> None:
    for verb in (
        *("answer.changed", "answer.restored", "review.restored", "answer.change_undone"),
        *("evidence.added", "question.assigned", "review.upgraded", "workload.updated"),
    ):
        for state in (None, {}, {"at": "nonsense"}):
            assert sentence(AuditEvent(verb=verb, before=None, after=state))


class TestPage:
    def get(self, client: Client, review: LensReview, **wanted: Any) -> str:
        response = client.get(page_of(review.workload, "activity"), wanted)
        assert response.status_code == 200
        return str(response.content.decode())

    def test_it_is_filtered_by_kind_and_person(
        self, cast: Cast, client_of: Callable[[str], Client], review: LensReview
    ) -> None:
        say(cast, review, A)
        save_milestone(actor=cast.actor("lead"), workload_id=review.workload_id, name="March")
        viewer = client_of("viewer")
        both = self.get(viewer, review)
        assert "answered" in both
        assert "saved the milestone" in both
        assert "Go back" not in both
        assert "answered" not in self.get(viewer, review, kind="milestones")
        assert "saved the milestone" not in self.get(viewer, review, kind="answers")
        by_lead = self.get(viewer, review, person=str(cast.lead.pk))
        assert "answered" not in by_lead
        assert "Nothing of that kind" in self.get(viewer, review, kind="other")
        for nonsense in ("x", "\x00", "0" * 40):
            assert "answered" in self.get(viewer, review, kind=nonsense, person=nonsense)

    def test_another_workload_is_not_told_of(
        self, cast: Cast, client_of: Callable[[str], Client], review: LensReview
    ) -> None:
        say(cast, make_review(make_workload("Other")), A)
        assert "Nothing was done yet" in self.get(client_of("lead"), review)

    def test_twenty_lines_cost_as_many_queries_as_two(
        self,
        cast: Cast,
        client_of: Callable[[str], Client],
        review: LensReview,
        query_count: Callable[[Callable[[], Any]], int],
    ) -> None:
        lead = cast.actor("lead")
        ids: dict[str, Any] = {"review_id": review.pk, "question_id": QUESTION}
        say(cast, review, A)
        add_comment(actor=lead, text="Once.", **ids)
        viewer = client_of("viewer")
        two = query_count(lambda: self.get(viewer, review))
        for number in range(10):
            say(cast, review, A, notes=f"Note {number}.")
            add_comment(actor=lead, text=f"Again {number}.", **ids)
        assert query_count(lambda: self.get(viewer, review)) == two

    def test_long_activity_is_paged(
        self, cast: Cast, client_of: Callable[[str], Client], review: LensReview
    ) -> None:
        lead = cast.actor("lead")
        events = [audit.Event("review.polished", review) for _number in range(120)]
        audit.record_all(actor=lead, events=events)
        assert self.get(client_of("viewer"), review).count("review.polished") == 100
        assert self.get(client_of("viewer"), review, page=2).count("review.polished") == 20
