"""Comments by the thousand, and comments that mean harm."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from common.clock import now
from reviews.models import Comment, LensReview
from reviews.selectors_conversation import unread_comments
from tenants.models import Organization
from tests.builders import make_review
from tests.conftest import Cast
from tests.reviews.conversation import HTMX, QUESTION, address, listed, say

ClientOf = Callable[[str], Client]


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


class TestMany:
    @pytest.fixture
    def fill(self, review: LensReview, cast: Cast) -> Callable[..., Comment]:
        def make(threads: int, replies: int) -> Comment:
            start = now() - timedelta(days=1)
            about = {"review": review, "question_id": QUESTION, "author_id": cast.lead.pk}
            firsts = [
                Comment(**about, text=f"Thread {n}.", at=start + timedelta(seconds=n))
                for n in range(threads)
            ]
            Comment.objects.bulk_create(firsts)
            Comment.objects.bulk_create(
                Comment(
                    **about,
                    thread=first,
                    text=f"Reply {n}.",
                    mentions=[str(cast.lead.pk)],
                    at=start + timedelta(minutes=n),
                )
                for first in firsts
                for n in range(replies)
            )
            return firsts[-1]

        return make

    def test_two_threads_cost_as_many_queries_as_twenty(
        self,
        client_of: ClientOf,
        review: LensReview,
        fill: Callable[..., Comment],
        query_count: Callable[[Callable[[], Any]], int],
    ) -> None:
        client = client_of("contributor")
        fill(1, 1)
        listed(client, review)
        before = query_count(lambda: listed(client, review))
        fill(19, 7)
        assert query_count(lambda: listed(client, review)) == before
        assert before <= 11

    def test_ten_thousand_are_shown_in_pages_the_newest_thread_first(
        self, client_of: ClientOf, review: LensReview, fill: Callable[..., Comment]
    ) -> None:
        client = client_of("contributor")
        long = fill(1, 9_000)
        fill(1_000, 0)
        html = listed(client, review)
        assert len(html) < 200_000
        assert html.index("Thread 999.") < html.index("Thread 998.")
        assert "page 1 of 51" in html
        last = listed(client, review, page=51)
        assert "Show 8995 earlier replies" in last
        assert last.index("Reply 8998.") < last.index("Reply 8999.")
        thread = address("comment", review, comment_id=long.pk)
        part = client.get(thread, headers=HTMX).content.decode()
        assert "page 1 of 180" in part
        assert part.index("Reply 8950.") < part.index("Reply 8999.")
        assert "Reply 8949." in client.get(thread, {"page": 2}).content.decode()

    @pytest.mark.parametrize("page", ["0", "-1", "99", "x", "9" * 40])
    def test_a_page_that_is_none_gives_the_nearest(
        self, client_of: ClientOf, review: LensReview, fill: Callable[..., Comment], page: str
    ) -> None:
        fill(1, 0)
        assert "Thread 0." in listed(client_of("viewer"), review, page=page)


class TestAttacks:
    @pytest.mark.parametrize(
        "text",
        [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<svg/onload=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "![x](https://evil.example/pixel.png)",
            '[x](https://a.example "> <script>alert(1)</script>")',
            "</textarea><script>alert(1)</script>",
            "`@Lead</code><script>alert(1)</script>`",
        ],
    )
    def test_nothing_that_is_written_runs(
        self, client_of: ClientOf, review: LensReview, text: str
    ) -> None:
        client = client_of("contributor")
        comment = say(client, review, text)
        pages = [listed(client, review)]
        for name in ("comment", "comment-edit", "comment-delete"):
            url = address(name, review, comment_id=comment.pk)
            pages += [
                client.get(url).content.decode(),
                client.get(url, headers=HTMX).content.decode(),
            ]
        for html in pages:
            for harm in ("<script>", "<img", 'onload=alert(1)>"', 'href="javascript', 'href="data'):
                assert harm not in html
            assert "<svg/onload" not in html

    def test_nor_does_a_name(self, client_of: ClientOf, review: LensReview, cast: Cast) -> None:
        cast.contributor.name = '<script>alert("x")</script>'
        cast.contributor.save()
        client = client_of("contributor")
        first = say(client, review, f"@{cast.contributor.name} and @{cast.contributor.email}")
        say(client, review, "Reply.", thread=first.pk)
        assert first.mentions == [str(cast.contributor.pk)]
        client.post(address("comment-resolve", review, comment_id=first.pk))
        html = listed(client, review)
        assert "<script>" not in html
        assert "&lt;script&gt;" in html

    def test_a_removed_author_s_words_stay(
        self, client_of: ClientOf, review: LensReview, cast: Cast
    ) -> None:
        say(client_of("contributor"), review, "Kept.")
        cast.contributor.delete()
        assert "Kept." in listed(client_of("viewer"), review)
        assert unread_comments([review.pk], cast.viewer.pk) == {review.pk: {QUESTION: 1}}
