"""Assigning questions: who may ask whom, when it is due, and what becomes of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.models import Assignment, Comment, CommentsRead, LensReview
from reviews.selectors_assignments import assigned_questions
from reviews.services.upgrades import undo_upgrade
from tenants.models import AuditEvent, Membership, Organization
from tests.builders import make_review
from tests.conftest import Cast
from tests.reviews.conversation import HTMX, OTHER, QUESTION, address, say
from tests.reviews.test_upgrading import major, upgrade
from tests.reviews.versions import RENAMED

__all__ = ["major"]  # a fixture

ClientOf = Callable[[str], Client]


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """What open pages are told."""
    heard: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(
        "reviews.services.assignments.announce",
        lambda _review, event, **data: heard.append((event, data)),
    )
    return heard


def assign(client: Client, review: LensReview, question: str = QUESTION, **fields: Any) -> Any:
    return client.post(address("assignment", review, question), {"assignee": "me", **fields})


def unassign(client: Client, review: LensReview) -> int:
    return client.post(address("assignment-remove", review)).status_code


def head(client: Client, review: LensReview) -> str:
    html = client.get(address("question", review)).content.decode()
    begin = html.index('id="assignment"')
    return html[begin : html.index("review-title", begin)]


class TestAssigning:
    def test_a_contributor_takes_a_question_until_a_day(
        self, client_of: ClientOf, review: LensReview, cast: Cast, told: list[Any]
    ) -> None:
        client, day = client_of("contributor"), timezone.localdate() + timedelta(days=1)
        assert assign(client, review, due=day.isoformat()).status_code == 302
        assignment = Assignment.objects.get()
        assert (assignment.assignee, assignment.due) == (cast.contributor, day)
        assert "assigned to you" in head(client, review)
        assert "due tomorrow" in head(client, review)
        assert "assigned to Contributor" in head(client_of("viewer"), review)
        assert assigned_questions([review.pk], cast.contributor.pk) == {review.pk: [QUESTION]}
        me = str(cast.contributor.pk)
        said = {"question": QUESTION, "assignee": me, "name": "Contributor", "by": me}
        assert told == [("assignment", said)]

    def test_a_lead_asks_anybody_who_may_answer(
        self, client_of: ClientOf, review: LensReview, cast: Cast
    ) -> None:
        client = client_of("lead")
        assert assign(client, review, assignee=cast.contributor.pk).status_code == 302
        assert assign(client, review, assignee=cast.admin.pk).status_code == 302
        assert Assignment.objects.get().assignee == cast.admin
        event = AuditEvent.objects.latest("sequence")
        assert event.verb == "question.assigned"
        assert (event.before["assignee"], event.after["assignee"]) == ("Contributor", "Admin")

    def test_the_same_again_changes_nothing(self, client_of: ClientOf, review: LensReview) -> None:
        client = client_of("contributor")
        assign(client, review)
        events = AuditEvent.objects.count()
        assert assign(client, review).status_code == 302
        assert AuditEvent.objects.count() == events

    @pytest.mark.parametrize("who", ["viewer", "stranger", "outsider"])
    def test_not_somebody_who_may_not_answer(
        self, client_of: ClientOf, review: LensReview, cast: Cast, who: str
    ) -> None:
        response = assign(client_of("lead"), review, assignee=getattr(cast, who).pk)
        assert response.status_code == 422
        assert not Assignment.objects.exists()

    def test_a_contributor_asks_nobody_else_and_takes_nothing_away(
        self, client_of: ClientOf, review: LensReview, cast: Cast
    ) -> None:
        client = client_of("contributor")
        assert assign(client, review, assignee=cast.lead.pk).status_code == 422
        assign(client_of("lead"), review)
        assert assign(client, review).status_code == 403
        assert unassign(client, review) == 403
        assert Assignment.objects.get().assignee == cast.lead

    def test_a_viewer_reads_only(self, client_of: ClientOf, review: LensReview) -> None:
        assert assign(client_of("viewer"), review).status_code == 403
        assert unassign(client_of("viewer"), review) == 403
        assert "Assign…" not in head(client_of("viewer"), review)

    def test_whoever_has_it_gives_it_back_and_so_does_a_lead(
        self, client_of: ClientOf, review: LensReview
    ) -> None:
        for who in ("contributor", "lead"):
            assign(client_of("contributor"), review)
            assert unassign(client_of(who), review) == 302
            assert not Assignment.objects.exists()
            assert unassign(client_of(who), review) == 302
        assert AuditEvent.objects.filter(verb="question.unassigned").count() == 2

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"due": "2001-01-01"}, "gone by"),
            ({"due": "soon"}, "valid date"),
            ({"due": "9999-12-31"}, "check the year"),
            ({"due": "0001-01-01"}, "check the year"),
            ({"assignee": ""}, "required"),
            ({"assignee": "nobody"}, "valid choice"),
            ({"assignee": "a\0b"}, "valid choice"),
        ],
    )
    @pytest.mark.parametrize("htmx", [True, False])
    def test_what_makes_no_sense_is_named(
        self,
        client_of: ClientOf,
        review: LensReview,
        fields: dict[str, str],
        words: str,
        htmx: bool,
    ) -> None:
        url = address("assignment", review)
        data = {"assignee": "me", **fields}
        response = client_of("lead").post(url, data, headers=HTMX if htmx else {})
        assert response.status_code == 422
        assert words in response.content.decode()
        assert not Assignment.objects.exists()

    def test_a_day_that_went_by_since_can_stay(
        self, client_of: ClientOf, review: LensReview, cast: Cast
    ) -> None:
        day = timezone.localdate() - timedelta(days=3)
        Assignment.objects.create(
            review=review, question_id=QUESTION, assignee=cast.contributor, due=day
        )
        response = assign(client_of("lead"), review, assignee=cast.admin.pk, due=day.isoformat())
        assert response.status_code == 302
        assert "overdue since" in head(client_of("admin"), review)

    def test_the_dialog_gives_the_line_in_the_head_back(
        self, client_of: ClientOf, review: LensReview
    ) -> None:
        client, url = client_of("contributor"), address("assignment", review)
        assert "assignment-form" in client.get(url, headers=HTMX).content.decode()
        response = client.post(url, {"assignee": "me"}, headers=HTMX)
        assert "assigned to you" in response.content.decode()
        assert "close-modal" in response["HX-Trigger"]
        line = client.get(url, {"part": "head"}, headers=HTMX).content.decode()
        assert line.strip().startswith('<span class="assignment"')

    def test_a_name_does_no_harm(self, client_of: ClientOf, review: LensReview, cast: Cast) -> None:
        cast.contributor.name = "<script>alert(1)</script>"
        cast.contributor.save()
        assign(client_of("contributor"), review)
        for html in (
            head(client_of("lead"), review),
            client_of("lead").get(address("assignment", review)).content.decode(),
        ):
            assert "<script>alert" not in html


def test_a_removed_member_has_nothing_to_answer(
    client_of: ClientOf, review: LensReview, cast: Cast
) -> None:
    assign(client_of("contributor"), review)
    assign(client_of("lead"), review, OTHER)
    membership = Membership.objects.get(user=cast.contributor)
    place = {"slug": "northwind", "membership_id": membership.pk}
    client_of("owner").post(reverse("member-remove", kwargs=place))
    assert [row.assignee for row in Assignment.objects.all()] == [cast.lead]
    assert "Assign…" in head(client_of("lead"), review)


class TestFollowing:
    """What is said about a question goes with it when an upgrade gives it another id."""

    def everything(self, review: LensReview) -> list[set[str]]:
        return [
            set(model.objects.filter(review=review).values_list("question_id", flat=True))
            for model in (Comment, CommentsRead, Assignment)
        ]

    def test_upgrade_and_undo(
        self, client_of: ClientOf, cast: Cast, review: LensReview, major: Any
    ) -> None:
        client = client_of("contributor")
        for question in (QUESTION, OTHER):
            say(client, review, f"About {question}.", question)
            assign(client, review, question)
        applied = upgrade(cast, review, major)
        review.refresh_from_db()
        assert self.everything(review) == [{RENAMED, OTHER}] * 3
        # What was written on a page of the version before finds its question.
        say(client, review, "Late.", QUESTION)
        assert Comment.objects.latest("at").question_id == RENAMED
        undo_upgrade(actor=cast.actor("lead"), upgrade_id=applied.pk)
        assert self.everything(review) == [{QUESTION, OTHER}] * 3
        assert Comment.objects.filter(question_id=QUESTION).count() == 2
