"""Answering a question through its page, with and without scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.models import QueuedMessage
from common.risk import Risk
from lenses.definition import Question
from reviews.models import Answer, AnswerChange, LensReview
from tenants.audit import first_broken_event
from tenants.context import in_organization
from tenants.models import AuditEvent, Organization
from tests.builders import make_review
from tests.conftest import Cast

HTMX = {"HX-Request": "true"}


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


@pytest.fixture
def question(review: LensReview) -> Question:
    return review.lens_version.definition.questions[0]


def address(review: LensReview, question_id: str, slug: str = "northwind") -> str:
    return reverse(
        "question",
        kwargs={
            "slug": slug,
            "workload_id": review.workload_id,
            "review_id": review.pk,
            "question_id": question_id,
        },
    )


def stored(review: LensReview) -> Answer:
    answer: Answer = Answer.objects.get(review=review)
    return answer


class TestSaving:
    @pytest.fixture(autouse=True)
    def _page(
        self, client_of: Callable[[str], Client], review: LensReview, question: Question
    ) -> None:
        self.client = client_of("contributor")
        self.url = address(review, question.id)
        self.review, self.question = review, question
        self.ids = question.choice_ids

    def post(self, *, htmx: bool = True, revision: int | str = 0, **fields: Any) -> Any:
        data = {"revision": revision, **fields}
        return self.client.post(self.url, data, headers=HTMX if htmx else {})

    def test_a_tick_is_saved_and_the_risk_comes_back(self) -> None:
        response = self.post(choice=self.ids[:1])
        assert response.status_code == 200
        answer = stored(self.review)
        assert answer.selected == [self.ids[0]]
        assert answer.risk == Risk.MEDIUM
        assert answer.revision == 1
        html = response.content.decode()
        assert "Medium" in html
        assert 'name="revision" value="1"' in html

    def test_without_scripts_saving_leads_back_to_the_question(self) -> None:
        response = self.post(htmx=False, choice=self.ids[:3])
        assert response.status_code == 302
        assert response["Location"] == self.url
        assert stored(self.review).risk == Risk.NONE

    def test_what_was_changed_is_in_the_history_and_in_the_audit_log(self, cast: Cast) -> None:
        self.post(choice=self.ids[:1])
        self.post(revision=1, choice=self.ids[:2], notes="Looked at it.")
        changes = list(AnswerChange.objects.order_by("revision"))
        assert [change.revision for change in changes] == [1, 2]
        assert changes[1].state["notes"] == "Looked at it."
        assert changes[1].by_id == cast.contributor.pk
        event = AuditEvent.objects.filter(verb="answer.changed").latest("sequence")
        assert event.before == {"selected": list(self.ids[:1]), "notes": ""}
        assert event.after == {"selected": list(self.ids[:2]), "notes": "Looked at it."}
        assert first_broken_event() is None

    def test_saving_the_same_again_changes_nothing(self) -> None:
        self.post(choice=self.ids[:1])
        events = AuditEvent.objects.count()
        assert self.post(revision=1, choice=self.ids[:1]).status_code == 200
        assert stored(self.review).revision == 1
        assert AuditEvent.objects.count() == events

    def test_a_repeated_request_is_taken_once(self) -> None:
        self.post(choice=self.ids[:1], notes="x")
        assert self.post(choice=self.ids[:1], notes="x").status_code == 200
        assert stored(self.review).revision == 1

    def test_a_question_that_does_not_apply_keeps_its_ticks_and_notes(self) -> None:
        self.post(choice=self.ids[:1], notes="kept")
        self.post(
            revision=1, choice=self.ids[:1], notes="kept", does_not_apply="1", reason="OUT_OF_SCOPE"
        )
        answer = stored(self.review)
        assert answer.risk == Risk.NOT_APPLICABLE
        assert answer.selected == [self.ids[0]]
        assert (answer.notes, answer.reason) == ("kept", "OUT_OF_SCOPE")
        self.post(revision=2, choice=self.ids[:1], notes="kept")
        assert stored(self.review).risk == Risk.MEDIUM

    def test_a_choice_can_be_marked_not_applicable_with_reason_and_note(self) -> None:
        second = self.ids[1]
        fields: dict[str, Any] = {
            "choice": [self.ids[0], self.ids[2], second],
            "not_applicable": [second],
            f"reason.{second}": "ARCHITECTURE_CONSTRAINTS",
            f"notes.{second}": "No such part.",
        }
        self.post(**fields)
        answer = stored(self.review)
        assert answer.selected == [self.ids[0], self.ids[2]]
        assert answer.choice_details[second] == {
            "not_applicable": True,
            "reason": "ARCHITECTURE_CONSTRAINTS",
            "notes": "No such part.",
        }
        assert answer.risk == Risk.NONE

    def test_none_of_these_is_exclusive(self) -> None:
        none = self.ids[-1]
        self.post(choice=self.ids[:1])
        response = self.post(revision=1, choice=[self.ids[0], none])
        assert stored(self.review).selected == [none]
        # The page is told, because it shows something else.
        assert 'id="answer-fields"' in response.content.decode()

    def test_ticks_of_two_editors_are_both_kept(self) -> None:
        self.post(choice=self.ids[:1])
        response = self.post(revision=0, choice=self.ids[1:2])
        assert response.status_code == 200
        assert stored(self.review).selected == list(self.ids[:2])
        html = response.content.decode()
        assert 'id="answer-fields"' in html
        assert 'name="revision" value="2"' in html

    @pytest.mark.parametrize("htmx", [True, False])
    def test_two_texts_for_one_note_are_both_shown_and_none_is_lost(self, htmx: bool) -> None:
        self.post(notes="Theirs")
        response = self.post(htmx=htmx, revision=0, choice=self.ids[:1], notes="Mine")
        assert response.status_code == 409
        html = response.content.decode()
        assert "Theirs" in html
        assert "Mine" in html
        answer = stored(self.review)
        assert answer.notes == "Theirs"
        assert answer.selected == [self.ids[0]], "what does not conflict is saved"

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"choice": ["no_such_choice"]}, "no_such_choice"),
            ({"notes": "x" * 2085}, "2085 characters"),
            ({"reason": "BECAUSE"}, "There is no such reason"),
            ({"not_applicable": ["pillar_1_question_1_no"]}, "None of these"),
            ({"notes.pillar_1_question_1_choice_1": "x" * 251}, "251 characters"),
            ({"notes": "a\0b"}, "cannot be stored"),
            ({"revision": "soon"}, "reload"),
            ({"revision": "-1"}, "reload"),
            ({"revision": "9" * 30}, "reload"),
            ({"revision": "9" * 5_000}, "reload"),
        ],
    )
    def test_what_cannot_be_saved_is_named_and_nothing_is_written(
        self, fields: dict[str, Any], words: str
    ) -> None:
        for htmx in (True, False):
            response = self.post(**{"htmx": htmx, "revision": 0, **fields})
            assert response.status_code == 422
            assert words in response.content.decode()
        assert not Answer.objects.exists()
        assert not AuditEvent.objects.filter(verb="answer.changed").exists()

    def test_what_was_typed_is_still_there_after_a_refusal(self) -> None:
        html = self.post(htmx=False, notes="y" * 2085).content.decode()
        assert "y" * 2085 in html

    def test_a_revision_that_never_was_is_a_conflict(self) -> None:
        self.post(choice=self.ids[:1])
        response = self.post(revision=7, choice=self.ids[:2])
        assert response.status_code == 409
        assert stored(self.review).selected == [self.ids[0]]

    def test_lines_end_as_the_person_typed_them(self) -> None:
        self.post(notes="one\r\ntwo")
        assert stored(self.review).notes == "one\ntwo"

    def test_many_changes_send_one_refresh(self) -> None:
        for revision, ticked in enumerate([1, 2, 3]):
            self.post(revision=revision, choice=self.ids[:ticked])
        assert QueuedMessage.objects.filter(payload__contains="refresh_summary").count() <= 1
        self.review.refresh_from_db()
        assert self.review.answers_revision == 3
        assert self.review.refresh_queued

    def test_saving_costs_at_most_twelve_queries_beside_session_and_membership(
        self, query_count: Callable[[Callable[[], Any]], int]
    ) -> None:
        self.post(choice=self.ids[:1])
        # 2 session and person, 1 membership; review, answer, update, history, review's revision,
        # audit's last and new event, risks for the figures, who changed it last.
        assert query_count(lambda: self.post(revision=1, choice=self.ids[:2])) <= 15

    def test_a_stolen_question_of_another_lens_is_not_found(self) -> None:
        assert self.client.get(address(self.review, "no_such_question")).status_code == 404
        assert self.client.post(address(self.review, "no_such_question")).status_code == 404


class TestReading:
    @pytest.fixture(autouse=True)
    def _review(self, review: LensReview, question: Question) -> None:
        self.review, self.question = review, question
        self.url = address(review, question.id)

    def test_the_page_shows_question_choices_and_navigator(
        self, client_of: Callable[[str], Client]
    ) -> None:
        html = client_of("viewer").get(self.url).content.decode()
        for text in (self.question.title, self.question.choices[0].title, "Unanswered"):
            assert text in html
        for other in self.review.lens_version.definition.questions:
            assert f'id="mark-{other.id}"' in html

    def test_the_review_begins_at_the_first_open_question(
        self, client_of: Callable[[str], Client]
    ) -> None:
        client = client_of("contributor")
        client.post(self.url, {"revision": 0, "choice": self.question.choice_ids[:1]})
        start = reverse(
            "review", kwargs={"slug": "northwind", "workload_id": self.review.workload_id}
        )
        response = client.get(start, follow=True)
        second = self.review.lens_version.definition.questions[1]
        assert response.request["PATH_INFO"] == address(self.review, second.id)

    @pytest.mark.parametrize(
        ("query", "shown"),
        [("?show=unanswered", False), ("?show=risk", True), ("?find=part+1", True)],
    )
    def test_the_navigator_filters_without_scripts(
        self, client_of: Callable[[str], Client], query: str, shown: bool
    ) -> None:
        client = client_of("contributor")
        client.post(self.url, {"revision": 0, "choice": self.question.choice_ids[:1]})
        html = client.get(self.url + query).content.decode()
        entry = html.index(f'id="mark-{self.question.id}"')
        item = html.rindex("<li", 0, entry)
        assert html[item:entry].startswith("<li>") is shown

    def test_the_number_of_queries_does_not_grow_with_the_answers(
        self, client_of: Callable[[str], Client], query_count: Callable[[Callable[[], Any]], int]
    ) -> None:
        client = client_of("contributor")
        before = query_count(lambda: client.get(self.url))
        for other in self.review.lens_version.definition.questions:
            client.post(
                address(self.review, other.id), {"revision": 0, "choice": other.choice_ids[:1]}
            )
        assert query_count(lambda: client.get(self.url)) == before
        assert before <= 12

    def test_a_viewer_reads_but_does_not_write(self, client_of: Callable[[str], Client]) -> None:
        client = client_of("viewer")
        assert "disabled" in client.get(self.url).content.decode()
        assert client.post(self.url, {"revision": 0}).status_code == 403
        assert not Answer.objects.exists()

    @pytest.mark.parametrize("who", ["stranger", "outsider"])
    def test_others_do_not_find_it(self, client_of: Callable[[str], Client], who: str) -> None:
        client = client_of(who)
        assert client.get(self.url).status_code == 404
        assert client.post(self.url, {"revision": 0}).status_code == 404
        through_their_own = address(self.review, self.question.id, slug="southridge")
        assert client.get(through_their_own).status_code == 404
        assert client.post(through_their_own, {"revision": 0}).status_code == 404

    def test_a_workload_without_a_lens_says_what_to_do(
        self, client_of: Callable[[str], Client], cast: Cast
    ) -> None:
        with in_organization(cast.northwind.pk):
            workload_id = self.review.workload_id
            self.review.delete()
        start = reverse("review", kwargs={"slug": "northwind", "workload_id": workload_id})
        assert "No lens is chosen yet" in client_of("viewer").get(start).content.decode()
