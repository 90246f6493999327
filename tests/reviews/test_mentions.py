"""Mentions in comments: members only, offered while one types, text where nobody is meant."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from reviews.models import LensReview
from tenants.context import in_organization
from tenants.models import Membership, Organization
from tests.builders import make_review
from tests.conftest import Cast
from tests.reviews.conversation import address, listed, say

ClientOf = Callable[[str], Client]


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


def offered(client: Client, words: str) -> list[str]:
    response = client.get(reverse("people", kwargs={"slug": "northwind"}), {"q": words})
    assert response.status_code == 200
    return [person["handle"] for person in response.json()["people"]]


@pytest.mark.parametrize("handle", ["Lead", "lead@example.com", "LEAD"])
def test_a_member_is_mentioned_by_name_or_address(
    client_of: ClientOf, review: LensReview, cast: Cast, handle: str
) -> None:
    comment = say(client_of("contributor"), review, f"What do you say, @{handle}?")
    assert comment.mentions == [str(cast.lead.pk)]
    mark = f'<mark class="mention">@{handle}</mark>'
    assert mark in listed(client_of("viewer"), review)
    assert mark.replace("mention", "mention mention-me", 1) in listed(client_of("lead"), review)


@pytest.mark.parametrize("name", ["Stranger", "outsider@example.com", "Nobody"])
def test_who_is_no_member_stays_text(client_of: ClientOf, review: LensReview, name: str) -> None:
    assert say(client_of("contributor"), review, f"@{name} there?").mentions == []
    html = listed(client_of("contributor"), review)
    assert f"@{name} there?" in html
    assert "<mark" not in html


def test_mentions_of_a_removed_member_stay_text(
    client_of: ClientOf, review: LensReview, cast: Cast
) -> None:
    say(client_of("contributor"), review, "Ask @Lead.")
    membership = Membership.objects.get(user=cast.lead)
    place = {"slug": "northwind", "membership_id": membership.pk}
    client_of("owner").post(reverse("member-remove", kwargs=place))
    html = listed(client_of("contributor"), review)
    assert "Ask @Lead." in html
    assert "<mark" not in html


def test_editing_mentions_anew(client_of: ClientOf, review: LensReview, cast: Cast) -> None:
    client = client_of("contributor")
    comment = say(client, review, "@Lead")
    url = address("comment-edit", review, comment_id=comment.pk)
    client.post(url, {"text": "@Admin and @Viewer"})
    comment.refresh_from_db()
    assert comment.mentions == [str(cast.admin.pk), str(cast.viewer.pk)]


class TestOffering:
    def test_names_and_addresses_that_begin_so(self, client_of: ClientOf, cast: Cast) -> None:
        cast.lead.name = "Grace Brewster Hopper"
        cast.lead.save()
        client = client_of("viewer")
        for words in ("gra", "BREW", "grace b", "lead@"):
            assert offered(client, words) == ["Grace Brewster Hopper"]
        assert offered(client, "zzz") == []
        assert len(offered(client, "")) == 5

    def test_a_name_that_two_share_gives_their_addresses(
        self, client_of: ClientOf, cast: Cast
    ) -> None:
        User.objects.filter(pk__in=[cast.lead.pk, cast.admin.pk]).update(name="Same")
        assert set(offered(client_of("viewer"), "same")) == {
            "lead@example.com",
            "admin@example.com",
        }

    def test_nobody_of_another_organisation(self, client_of: ClientOf) -> None:
        assert offered(client_of("viewer"), "stranger") == []
        url = reverse("people", kwargs={"slug": "northwind"})
        assert client_of("stranger").get(url).status_code == 404

    def test_a_few_at_most_and_as_many_queries_for_a_thousand(
        self, client_of: ClientOf, cast: Cast, query_count: Callable[[Callable[[], Any]], int]
    ) -> None:
        client = client_of("viewer")
        before = query_count(lambda: offered(client, "m"))
        with in_organization(cast.northwind.pk):
            people = [User(email=f"m{n}@example.com", name=f"Member {n}") for n in range(1000)]
            User.objects.bulk_create(people)
            Membership.objects.bulk_create(Membership(user=each, role="viewer") for each in people)
        assert query_count(lambda: offered(client, "m")) == before
        assert len(offered(client, "m")) == 8

    @pytest.mark.parametrize("words", ["\0", "%", "'", "é" * 500, "\ud7ff"])
    def test_odd_words_find_nobody(self, client_of: ClientOf, words: str) -> None:
        assert offered(client_of("viewer"), words) == []
