"""Comments on a question: threads, replies, settling, editing, deleting, and what is unread."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from common.clock import now
from common.ids import new_id
from reviews.models import Comment, CommentsRead, LensReview
from reviews.selectors_conversation import open_threads, unread_comments
from reviews.services.conversation import add_comment
from tenants.audit import first_broken_event
from tenants.models import AuditEvent, Organization
from tests.builders import make_review
from tests.conftest import Cast
from tests.reviews.conversation import HTMX, OTHER, QUESTION, address, listed, say

ClientOf = Callable[[str], Client]


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """What open pages are told."""
    heard: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(
        "reviews.services.conversation.announce",
        lambda _review, event, **data: heard.append((event, data)),
    )
    return heard


def resolve(client: Client, review: LensReview, comment: Comment, **fields: Any) -> int:
    url = address("comment-resolve", review, comment_id=comment.pk)
    return client.post(url, fields).status_code


def delete(client: Client, review: LensReview, comment: Comment) -> int:
    return client.post(address("comment-delete", review, comment_id=comment.pk)).status_code


class TestSaying:
    def test_a_comment_begins_a_thread_that_everybody_who_may_view_reads(
        self, client_of: ClientOf, review: LensReview
    ) -> None:
        comment = say(client_of("contributor"), review, "Who *owns* this?")
        assert (comment.thread_id, comment.author_name) == (None, "Contributor")
        html = listed(client_of("viewer"), review)
        assert "Who <em>owns</em> this?" in html
        assert 'name="text"' not in html
        assert "Who" not in listed(client_of("viewer"), review, OTHER)

    def test_without_scripts_one_comes_back_to_the_comment(
        self, client_of: ClientOf, review: LensReview
    ) -> None:
        client = client_of("contributor")
        response = client.post(address("comments", review), {"text": "Said."}, follow=True)
        (to, _status), *_ = response.redirect_chain
        assert to.endswith(f"/beside/#comment-{Comment.objects.get().pk}")
        assert "Said." in response.content.decode()

    def test_with_htmx_the_list_comes_back_and_is_announced(
        self, client_of: ClientOf, review: LensReview
    ) -> None:
        response = client_of("contributor").post(
            address("comments", review), {"text": "Said."}, headers=HTMX
        )
        assert response.status_code == 200
        assert "Said." in response.content.decode()
        assert "announce" in response["HX-Trigger"]

    def test_a_reply_to_a_reply_joins_the_thread(
        self, client_of: ClientOf, review: LensReview
    ) -> None:
        client = client_of("contributor")
        first = say(client, review, "First.")
        reply = say(client, review, "Second.", thread=first.pk)
        assert say(client, review, "Third.", thread=reply.pk).thread_id == first.pk

    def test_a_reply_opens_a_settled_thread_again(
        self, client_of: ClientOf, review: LensReview
    ) -> None:
        client = client_of("contributor")
        first = say(client, review, "First.")
        assert resolve(client, review, first) == 302
        say(client, review, "Not quite.", thread=first.pk)
        first.refresh_from_db()
        assert first.resolved_at is None

    def test_sent_twice_it_is_said_once(self, client_of: ClientOf, review: LensReview) -> None:
        client, key = client_of("contributor"), new_id()
        assert say(client, review, "Said.", key=key).pk == key
        assert say(client, review, "Said.", key=key).pk == key
        assert Comment.objects.count() == 1

    def test_an_id_that_is_taken_is_no_way_to_another_s_comment(
        self, client_of: ClientOf, review: LensReview
    ) -> None:
        theirs = say(client_of("lead"), review, "Theirs.")
        data = {"text": "Mine.", "key": theirs.pk}
        response = client_of("contributor").post(address("comments", review), data)
        assert response.status_code == 422
        assert "Mine." in response.content.decode()
        assert Comment.objects.get().text == "Theirs."

    @pytest.mark.parametrize("htmx", [True, False])
    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"text": ""}, "Write something"),
            ({"text": " \n\t "}, "Write something"),
            ({}, "Write something"),
            ({"text": "x" * 5001}, "5001"),
            ({"text": "a\0b"}, "Null characters"),
            ({"text": "Said.", "thread": "none"}, "valid UUID"),
            ({"text": "Said.", "key": "1"}, "valid UUID"),
        ],
    )
    def test_what_cannot_be_said_is_named_and_nothing_is_written(
        self,
        client_of: ClientOf,
        review: LensReview,
        fields: dict[str, str],
        words: str,
        htmx: bool,
    ) -> None:
        response = client_of("contributor").post(
            address("comments", review), fields, headers=HTMX if htmx else {}
        )
        assert response.status_code == 422
        html = response.content.decode()
        assert words in html
        assert fields.get("text", "").strip().replace("\0", "") in html.replace("\0", "")
        assert not Comment.objects.exists()

    def test_a_reply_to_what_is_on_another_question_is_not_found(
        self, client_of: ClientOf, review: LensReview
    ) -> None:
        client = client_of("contributor")
        elsewhere = say(client, review, "There.", OTHER)
        data = {"text": "Here.", "thread": elsewhere.pk}
        assert client.post(address("comments", review), data).status_code == 404

    def test_the_plan_says_how_many_a_question_may_have(
        self, client_of: ClientOf, review: LensReview, in_northwind: Organization
    ) -> None:
        Organization.objects.filter(pk=in_northwind.pk).update(limits={"comments_per_question": 1})
        client = client_of("contributor")
        say(client, review, "One.")
        response = client.post(address("comments", review), {"text": "Two."})
        assert response.status_code == 422
        assert "Comments on a question" in response.content.decode()
        say(client, review, "Elsewhere.", OTHER)

    def test_who_may_not_answer_may_not_comment(
        self, client_of: ClientOf, review: LensReview
    ) -> None:
        for who, status in (("viewer", 403), ("stranger", 404), ("outsider", 404)):
            response = client_of(who).post(address("comments", review), {"text": "x"})
            assert response.status_code == status
        assert not Comment.objects.exists()

    def test_it_is_in_the_audit_log_and_pages_are_told_without_the_text(
        self, client_of: ClientOf, review: LensReview, cast: Cast, told: list[Any]
    ) -> None:
        say(client_of("contributor"), review, "A secret.")
        event = AuditEvent.objects.latest("sequence")
        assert event.verb == "comment.added"
        assert event.after["question_id"] == QUESTION
        assert "secret" not in str(event.after)
        assert told == [
            (
                "comments",
                {
                    "question": QUESTION,
                    "open": 1,
                    "by": str(cast.contributor.pk),
                    "is_new": True,
                },
            )
        ]
        assert first_broken_event() is None


class TestSettling:
    def test_a_thread_is_resolved_and_reopened_by_anybody_who_answers(
        self, client_of: ClientOf, review: LensReview, told: list[Any]
    ) -> None:
        first = say(client_of("contributor"), review, "Is this so?")
        for _twice in range(2):
            assert resolve(client_of("lead"), review, first) == 302
        assert "Resolved by Lead" in listed(client_of("viewer"), review)
        assert open_threads([review.pk]) == {}
        assert resolve(client_of("admin"), review, first, reopen="1") == 302
        assert open_threads([review.pk]) == {review.pk: {QUESTION: 1}}
        verbs = list(AuditEvent.objects.order_by("sequence").values_list("verb", flat=True))
        assert verbs[-3:] == ["comment.added", "comment.resolved", "comment.reopened"]
        assert [data["open"] for _event, data in told] == [1, 0, 1]

    def test_a_reply_is_no_thread(self, client_of: ClientOf, review: LensReview) -> None:
        client = client_of("contributor")
        first = say(client, review, "First.")
        reply = say(client, review, "Second.", thread=first.pk)
        assert resolve(client, review, reply) == 404

    def test_a_viewer_may_not(self, client_of: ClientOf, review: LensReview) -> None:
        first = say(client_of("contributor"), review, "First.")
        assert resolve(client_of("viewer"), review, first) == 403


class TestEditing:
    def edit(self, client: Client, review: LensReview, comment: Comment, text: str) -> Any:
        url = address("comment-edit", review, comment_id=comment.pk)
        return client.post(url, {"text": text})

    def test_its_author_changes_it_and_the_log_keeps_what_it_was(
        self, client_of: ClientOf, review: LensReview
    ) -> None:
        client = client_of("contributor")
        comment = say(client, review, "Befroe.")
        assert self.edit(client, review, comment, "After.").status_code == 302
        comment.refresh_from_db()
        assert comment.text == "After."
        assert "edited" in listed(client, review)
        event = AuditEvent.objects.latest("sequence")
        assert (event.verb, event.before) == ("comment.edited", {"text": "Befroe."})
        assert event.after["text"] == "After."

    def test_the_same_text_changes_nothing(self, client_of: ClientOf, review: LensReview) -> None:
        client = client_of("contributor")
        comment = say(client, review, "Same.")
        assert self.edit(client, review, comment, "Same.").status_code == 302
        comment.refresh_from_db()
        assert comment.edited_at is None

    @pytest.mark.parametrize("who", ["lead", "admin", "owner"])
    def test_nobody_else_does(self, client_of: ClientOf, review: LensReview, who: str) -> None:
        comment = say(client_of("contributor"), review, "Mine.")
        assert self.edit(client_of(who), review, comment, "Yours.").status_code == 403
        comment.refresh_from_db()
        assert comment.text == "Mine."

    def test_what_was_deleted_stays_so(self, client_of: ClientOf, review: LensReview) -> None:
        client = client_of("contributor")
        first = say(client, review, "First.")
        say(client, review, "Second.", thread=first.pk)
        delete(client, review, first)
        assert self.edit(client, review, first, "Back.").status_code == 409

    def test_a_refused_text_is_still_in_the_form(
        self, client_of: ClientOf, review: LensReview
    ) -> None:
        client = client_of("contributor")
        comment = say(client, review, "Short.")
        response = self.edit(client, review, comment, "y" * 5001)
        assert response.status_code == 422
        assert "y" * 5001 in response.content.decode()


class TestDeleting:
    def test_one_without_replies_is_gone_and_the_log_keeps_its_text(
        self, client_of: ClientOf, review: LensReview
    ) -> None:
        client = client_of("contributor")
        comment = say(client, review, "Forget it.")
        assert delete(client, review, comment) == 302
        assert not Comment.objects.exists()
        event = AuditEvent.objects.latest("sequence")
        assert (event.verb, event.before["text"]) == ("comment.deleted", "Forget it.")

    def test_one_with_replies_keeps_its_place_until_nothing_else_is_said(
        self, client_of: ClientOf, review: LensReview
    ) -> None:
        client = client_of("contributor")
        first = say(client, review, "Hasty words.")
        reply = say(client_of("lead"), review, "An answer.", thread=first.pk)
        delete(client, review, first)
        html = listed(client, review)
        assert "A comment of Contributor was deleted." in html
        assert "Hasty words." not in html
        assert "An answer." in html
        delete(client_of("lead"), review, reply)
        assert not Comment.objects.exists()

    @pytest.mark.parametrize(
        ("who", "status"), [("viewer", 403), ("lead", 403), ("admin", 302), ("owner", 302)]
    )
    def test_another_s_only_by_an_admin(
        self, client_of: ClientOf, review: LensReview, who: str, status: int
    ) -> None:
        comment = say(client_of("contributor"), review, "Mine.")
        assert delete(client_of(who), review, comment) == status
        assert Comment.objects.exists() is (status == 403)


class TestUnread:
    def test_what_others_said_is_new_until_it_is_read(
        self, client_of: ClientOf, review: LensReview, cast: Cast
    ) -> None:
        first = say(client_of("contributor"), review, "One.")
        say(client_of("lead"), review, "Two.", thread=first.pk)
        say(client_of("lead"), review, "There.", OTHER)

        def new(person: Any) -> dict[str, int]:
            return unread_comments([review.pk], person.pk).get(review.pk, {})

        assert new(cast.viewer) == {QUESTION: 2, OTHER: 1}
        assert new(cast.contributor) == {QUESTION: 1, OTHER: 1}
        # Who writes has read what stood there.
        assert new(cast.lead) == {}
        assert "2 new" in listed(client_of("viewer"), review)
        response = client_of("viewer").post(address("comments-read", review), headers=HTMX)
        assert response.status_code == 204
        assert new(cast.viewer) == {OTHER: 1}
        assert " new" not in listed(client_of("viewer"), review)

    def test_what_came_after_the_page_was_shown_stays_new(
        self, client_of: ClientOf, review: LensReview, cast: Cast
    ) -> None:
        first = say(client_of("contributor"), review, "One.")
        say(client_of("contributor"), review, "Two.")
        url = address("comments-read", review)
        client_of("viewer").post(url, {"up_to": first.at.isoformat()})
        assert unread_comments([review.pk], cast.viewer.pk) == {review.pk: {QUESTION: 1}}
        # Never back, and never ahead of time.
        for moment in (now() + timedelta(days=9), first.at - timedelta(days=9)):
            client_of("viewer").post(url, {"up_to": moment.isoformat()})
            read = CommentsRead.objects.get(user=cast.viewer)
            assert first.at < read.at <= now()

    @pytest.mark.parametrize("up_to", ["soon", "0001-01-01T00:00:00+14:00", "9999-12-31"])
    def test_a_moment_that_is_none_is_refused(
        self, client_of: ClientOf, review: LensReview, up_to: str
    ) -> None:
        response = client_of("viewer").post(address("comments-read", review), {"up_to": up_to})
        assert response.status_code == 422
        assert not CommentsRead.objects.exists()


def test_the_service_refuses_a_viewer(cast: Cast, review: LensReview) -> None:
    from common.errors import Forbidden

    with pytest.raises(Forbidden):
        add_comment(actor=cast.actor("viewer"), review_id=review.pk, question_id=QUESTION, text="x")
