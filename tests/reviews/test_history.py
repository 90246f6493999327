"""The history of a question: who changed what when, across the versions of its lens."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.risk import Risk
from reviews.models import LensReview
from reviews.selectors_history import Entry, history_of
from reviews.services.upgrades import apply_minor, undo_upgrade, upgrade_review
from tenants.models import Organization
from tests.builders import make_review
from tests.conftest import Cast
from tests.reviews.milestones import say
from tests.reviews.versions import (
    OTHER,
    QUESTION,
    RENAMED,
    RENAMES,
    A,
    B,
    C,
    loosen,
    next_version,
    rebuild,
)

HTMX = {"HX-Request": "true"}


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


def entries(review: LensReview, question_id: str = QUESTION) -> list[Entry]:
    review = LensReview.objects.get(pk=review.pk)
    question = review.lens_version.definition.question(question_id)
    return history_of(review, question).entries(0, 100)


def address(review: LensReview, question_id: str = QUESTION, page: str = "question-history") -> str:
    return reverse(
        page,
        kwargs={
            "slug": "northwind",
            "workload_id": review.workload_id,
            "review_id": review.pk,
            "question_id": question_id,
        },
    )


def upgrade(cast: Cast, review: LensReview, version: Any, name: str = "Before") -> Any:
    return upgrade_review(
        actor=cast.actor("lead"),
        review_id=review.pk,
        to_version_id=version.pk,
        milestone_name=name,
    )


def test_each_change_stands_beside_what_was_there_before(cast: Cast, review: LensReview) -> None:
    say(cast, review, A)
    say(cast, review, A, B, C, notes="Asked the team.")
    newest, oldest = entries(review)
    assert [newest.is_latest, oldest.is_latest] == [True, False]
    assert newest.change.by_name == "Contributor"
    assert [change.choice.id for change in newest.diff.choices if change.is_gained] == [B, C]
    assert newest.diff.notes is not None
    assert newest.diff.notes.after == "Asked the team."
    assert (newest.diff.before.risk, newest.diff.after.risk) == (Risk.MEDIUM, Risk.NONE)  # type: ignore[union-attr]
    assert [change.choice.id for change in oldest.diff.choices] == [A]
    assert oldest.diff.before.risk == Risk.UNANSWERED  # type: ignore[union-attr]


def test_a_question_nobody_answered_has_none(review: LensReview) -> None:
    assert entries(review) == []


def test_it_goes_on_where_a_version_renamed_the_question(cast: Cast, review: LensReview) -> None:
    say(cast, review, A, C)
    version = next_version(
        review.lens_version, rebuild, version="2.0", kind="major", renames=RENAMES
    )
    upgrade(cast, review, version)
    say(cast, review, A, B, question=RENAMED)
    mine, moved, before = entries(review, RENAMED)
    assert [change.choice.id for change in mine.diff.choices] == [B]
    assert mine.step is None
    assert moved.step is not None
    assert moved.version == "2.0"
    assert [(change.choice.id, change.is_lost) for change in moved.diff.choices] == [(C, True)]
    assert before.step is None
    assert [change.choice.id for change in before.diff.choices] == [A, C]


def test_what_an_upgrade_did_and_its_undoing_took_back_is_left_out(
    cast: Cast, review: LensReview
) -> None:
    say(cast, review, A, C)
    version = next_version(
        review.lens_version, rebuild, version="2.0", kind="major", renames=RENAMES
    )
    applied = upgrade(cast, review, version)
    undo_upgrade(actor=cast.actor("lead"), upgrade_id=applied.pk)
    say(cast, review, A, B, C)
    newest, oldest = entries(review)
    assert [change.choice.id for change in newest.diff.choices] == [B]
    assert [change.choice.id for change in oldest.diff.choices] == [A, C]


def test_names_that_change_places_keep_their_histories(cast: Cast, review: LensReview) -> None:
    def swap(document: dict[str, Any]) -> None:
        first, second = document["pillars"][0]["questions"][:2]
        first["id"], second["id"] = OTHER, QUESTION

    say(cast, review, A, notes="About the first.")
    say(cast, review, question=OTHER, notes="About the second.")
    swapped = {QUESTION: OTHER, OTHER: QUESTION}
    version = next_version(review.lens_version, swap, version="2.0", kind="major", renames=swapped)
    upgrade(cast, review, version)
    for question_id, text in ((OTHER, "About the first."), (QUESTION, "About the second.")):
        texts = [found.diff.notes for found in entries(review, question_id)]
        assert [change.after for change in texts if change] == [text]
        assert all(text == found.after.state.notes for found in entries(review, question_id))


def test_a_risk_is_that_of_the_version_of_its_time(cast: Cast, review: LensReview) -> None:
    say(cast, review, A)
    apply_minor(review_id=review.pk, to_version_id=next_version(review.lens_version, loosen).pk)
    say(cast, review, A, notes="Again.")
    newest, oldest = entries(review)
    assert oldest.diff.after.risk == Risk.MEDIUM  # type: ignore[union-attr]
    assert newest.diff.after.risk == Risk.NONE  # type: ignore[union-attr]


class TestPages:
    def test_the_page_shows_changes_in_pages(
        self, cast: Cast, client_of: Callable[[str], Client], review: LensReview
    ) -> None:
        for number in range(25):
            say(cast, review, A, notes=f"Note {number:02}.")
        viewer = client_of("viewer")
        first = viewer.get(address(review)).content.decode()
        assert "24" in first
        assert first.count('class="history-entry"') == 20
        assert "Undo this change" not in first
        second = viewer.get(address(review), {"page": 2}).content.decode()
        assert second.count('class="history-entry"') == 5

    def test_twenty_changes_cost_as_many_queries_as_two(
        self,
        cast: Cast,
        client_of: Callable[[str], Client],
        review: LensReview,
        query_count: Callable[[Callable[[], Any]], int],
    ) -> None:
        contributor = client_of("contributor")
        for number in range(2):
            say(cast, review, A, notes=f"Note {number}.")
        two = query_count(lambda: contributor.get(address(review)))
        for number in range(2, 20):
            say(cast, review, A, notes=f"Note {number}.")
        assert query_count(lambda: contributor.get(address(review))) == two

    def test_the_latest_five_stand_beside_the_question(
        self, cast: Cast, client_of: Callable[[str], Client], review: LensReview
    ) -> None:
        for number in range(7):
            say(cast, review, A, notes=f"Note {number}.")
        contributor = client_of("contributor")
        beside = contributor.get(address(review, page="beside"), headers=HTMX).content.decode()
        assert beside.count('class="history-entry"') == 5
        assert address(review) in beside
        part = contributor.get(address(review), headers=HTMX).content.decode()
        assert part.count('class="history-entry"') == 5
        assert "<html" not in part

    def test_what_people_wrote_is_shown_as_text(
        self, cast: Cast, client_of: Callable[[str], Client], review: LensReview
    ) -> None:
        attack = "<script>alert(1)</script><img src=x onerror=alert(1)>"
        say(cast, review, A, notes=attack)
        html = client_of("viewer").get(address(review)).content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "onerror" in unescape(html)

    def test_nobody_else_sees_it(
        self, cast: Cast, client_of: Callable[[str], Client], review: LensReview
    ) -> None:
        say(cast, review, A)
        for who in ("stranger", "outsider"):
            assert client_of(who).get(address(review)).status_code == 404
