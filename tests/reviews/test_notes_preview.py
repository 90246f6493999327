"""Notes in Markdown: how they look before they are saved, and to those who only read them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import LensReview
from tenants.models import Organization
from tests.builders import make_review
from tests.conftest import Cast
from tests.reviews.milestones import QUESTION, A, say

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)>[x](javascript:alert(1)) <svg onload=a>"
)


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


@pytest.fixture
def preview(review: LensReview, client_of: Callable[[str], Client]) -> Callable[..., Any]:
    def post(text: str, who: str = "viewer") -> Any:
        ids = {"slug": "northwind", "workload_id": review.workload_id}
        return client_of(who).post(reverse("notes-preview", kwargs=ids), {"text": text})

    return post


def page(review: LensReview, client: Client) -> str:
    ids = {"workload_id": review.workload_id, "review_id": review.pk, "question_id": QUESTION}
    url = reverse("question", kwargs={"slug": "northwind", **ids})
    return client.get(url).content.decode()


def test_tables_and_task_lists_are_shown_as_such(preview: Callable[..., Any]) -> None:
    html = preview("| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done\n- [ ] open").content.decode()
    assert "<td>1</td>" in html
    assert html.count('type="checkbox"') == 2
    assert html.count('checked="checked"') == 1


def test_nothing_in_a_preview_can_do_harm(preview: Callable[..., Any]) -> None:
    html = preview(HOSTILE).content.decode()
    assert "<script" not in html
    assert "<img" not in html
    assert "<svg" not in html
    assert 'href="javascript' not in html


def test_an_empty_text_says_so(preview: Callable[..., Any]) -> None:
    assert "Nothing to show yet." in preview(" \n").content.decode()


def test_a_text_beyond_any_limit_is_shown_as_it_is(preview: Callable[..., Any]) -> None:
    response = preview("*" * 30_000)
    assert response.status_code == 200
    assert "<em>" not in response.content.decode()


def test_nobody_from_outside_asks_for_a_preview(preview: Callable[..., Any]) -> None:
    assert preview("x", "stranger").status_code == 404


def test_a_viewer_reads_notes_as_they_are_meant(
    cast: Cast, review: LensReview, client_of: Callable[[str], Client]
) -> None:
    say(cast, review, A, notes=f"**Seen** in June. {HOSTILE}")
    html = page(review, client_of("viewer"))
    assert "<strong>Seen</strong>" in html
    assert "<textarea" not in html.partition('id="notes"')[2].partition("</section>")[0]
    assert "<script>alert" not in html
    assert "onerror=alert(1)&gt;" in html


def test_who_may_answer_writes_them(
    cast: Cast, review: LensReview, client_of: Callable[[str], Client]
) -> None:
    say(cast, review, A, notes="**Seen**")
    html = page(review, client_of("contributor"))
    assert ">**Seen**</textarea>" in html
    assert 'data-notes-mode="preview"' in html
