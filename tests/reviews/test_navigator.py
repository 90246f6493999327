"""The navigator shows what is asked of it, in one list over all lenses, and leads along it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lenses.definition import LensDefinition
from reviews.models import Assignment, Comment, LensReview
from reviews.navigator import navigator
from reviews.services.milestones import save_milestone
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version, make_review
from tests.conftest import Cast
from workloads.models import Workload

ClientOf = Callable[[str], Client]
QueryCount = Callable[[Callable[[], Any]], int]
FIRST = "pillar_1_question_1"
SECOND = "pillar_1_question_2"
THIRD = "pillar_1_question_3"
LAST = "pillar_2_question_3"


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    """Return a review of six questions, none answered."""
    return make_review()


def address(review: LensReview, question: str = "") -> str:
    """Return where a question is, or with none where the review goes on."""
    start = f"/o/northwind/workloads/{review.workload_id}/review/{review.pk}/"
    return f"{start}{question}/" if question else start


def answer(client: Client, review: LensReview, question: str, *choices: int) -> None:
    """Tick choices of a question; all three practices are no risk, one is medium, none high."""
    ticked = [f"{question}_choice_{number}" for number in choices] or [f"{question}_no"]
    response = client.post(address(review, question), {"revision": 0, "choice": ticked})
    assert response.status_code == 302


def shown(client: Client, review: LensReview, question: str = FIRST, **query: str) -> list[str]:
    """Return the ids of the questions that the navigator lists."""
    page = client.get(address(review, question), query).content.decode()
    items = re.findall(r'<li( hidden)?><a class="review-entry"[^>]*data-question="([^"]+)"', page)
    return [name for hidden, name in items if not hidden]


def test_the_filters_by_risk_show_what_they_say(client_of: ClientOf, review: LensReview) -> None:
    client = client_of("contributor")
    answer(client, review, FIRST)
    answer(client, review, SECOND, 1)
    answer(client, review, THIRD, 1, 2, 3)
    assert shown(client, review, show="high") == [FIRST]
    assert shown(client, review, show="medium") == [SECOND]
    assert shown(client, review, show="risk") == [FIRST, SECOND]
    assert len(shown(client, review, show="unanswered")) == 3
    assert len(shown(client, review, show="nonsense")) == 6


def test_changed_is_what_is_not_as_at_the_latest_milestone(
    client_of: ClientOf, review: LensReview, cast: Cast
) -> None:
    client = client_of("contributor")
    assert shown(client, review, show="changed") == []
    answer(client, review, FIRST, 1)
    save_milestone(actor=cast.actor(), workload_id=review.workload_id, name="First")
    assert shown(client, review, show="changed") == []
    answer(client, review, SECOND, 1)
    assert shown(client, review, show="changed") == [SECOND]


def test_mine_is_what_is_assigned_to_the_reader(
    client_of: ClientOf, review: LensReview, cast: Cast
) -> None:
    Assignment.objects.create(review=review, question_id=SECOND, assignee=cast.viewer)
    Assignment.objects.create(review=review, question_id=THIRD, assignee=cast.lead)
    assert shown(client_of("viewer"), review, show="mine") == [SECOND]


def test_with_comments_is_what_has_an_open_thread(
    client_of: ClientOf, review: LensReview, cast: Cast
) -> None:
    from common.clock import now

    Comment.objects.create(review=review, question_id=THIRD, text="Is it?")
    Comment.objects.create(review=review, question_id=SECOND, text="Yes.", resolved_at=now())
    assert shown(client_of("viewer"), review, show="comments") == [THIRD]


def test_prioritised_are_the_questions_of_the_pillars_that_the_workload_puts_first(
    client_of: ClientOf, review: LensReview
) -> None:
    client = client_of("viewer")
    assert 'data-show="prioritised"' not in client.get(address(review, FIRST)).content.decode()
    Workload.objects.filter(pk=review.workload_id).update(pillar_priorities=["pillar_2"])
    found = shown(client, review, show="prioritised")
    assert found == [f"pillar_2_question_{number}" for number in (1, 2, 3)]
    assert 'data-show="prioritised"' in client.get(address(review, FIRST)).content.decode()


def test_a_filter_and_a_search_narrow_together(client_of: ClientOf, review: LensReview) -> None:
    client = client_of("contributor")
    answer(client, review, FIRST)
    assert shown(client, review, show="unanswered", find="part 2") == [
        SECOND,
        "pillar_2_question_2",
    ]
    assert shown(client, review, show="high", find="part 2") == []
    page = client.get(address(review, FIRST), {"show": "high", "find": "part 2"})
    assert '<p class="muted review-nothing">' in page.content.decode()


def test_previous_and_next_go_along_the_filter_and_keep_it(
    client_of: ClientOf, review: LensReview
) -> None:
    client = client_of("contributor")
    answer(client, review, SECOND)
    answer(client, review, LAST)
    page = client.get(address(review, SECOND), {"show": "high"}).content.decode()
    assert f'<a href="{address(review, LAST)}?show=high" data-question-link data-key="j"' in page
    assert '<a hidden data-question-link data-key="k"' in page


def test_the_counts_stand_in_the_filters(client_of: ClientOf, review: LensReview) -> None:
    client = client_of("contributor")
    answer(client, review, FIRST)
    page = client.get(address(review, SECOND), {"show": "mine"}).content.decode()
    counts = dict(re.findall(r'data-show="(\w+)".*?<span data-count>(\d*)</span>', page))
    assert counts == {
        **{"all": "6", "unanswered": "5", "high": "1", "medium": "0"},
        **{"changed": "", "mine": "0", "comments": ""},
    }


def test_the_marks_of_all_reviews_come_at_once(
    client_of: ClientOf, review: LensReview, cast: Cast
) -> None:
    other = make_review(review.workload, make_lens_version(lens_document(name="Another")))
    save_milestone(actor=cast.actor(), workload_id=review.workload_id, name="First")
    answer(client_of("contributor"), review, FIRST)
    Assignment.objects.create(review=other, question_id=LAST, assignee=cast.viewer)
    Comment.objects.create(review=other, question_id=SECOND, text="Well?")
    url = f"/o/northwind/workloads/{review.workload_id}/review/marks/"
    marks = client_of("viewer").get(url).json()["reviews"]
    assert marks[str(review.pk)] == {
        **{"changed": [FIRST], "mine": [], "comments": {}, "prioritised": []},
        **{"answered": 1, "questions": 6},
    }
    assert marks[str(other.pk)] == {
        **{"changed": [], "mine": [LAST], "comments": {SECOND: 1}, "prioritised": []},
        **{"answered": 0, "questions": 6},
    }


def test_the_other_lenses_are_listed_and_their_questions_fetched(
    client_of: ClientOf, review: LensReview
) -> None:
    other = make_review(review.workload, make_lens_version(lens_document(name="Another")))
    page = client_of("viewer").get(address(review, FIRST)).content.decode()
    url = f"/o/northwind/workloads/{review.workload_id}/questions/{other.pk}/"
    assert f'data-list-url="{url}"' in page
    assert f'href="{address(other)}"' in page  # without script
    fetched = client_of("viewer").get(url).content.decode()
    assert f'href="{address(other, LAST)}"' in fetched
    # Ids are the page's own; and another review is another page.
    assert not re.search(r' id="|data-question-link', fetched)


@pytest.mark.parametrize("show", ["all", "changed", "mine", "comments"])
def test_the_page_takes_no_more_queries_for_more_lenses(
    client_of: ClientOf, review: LensReview, query_count: QueryCount, cast: Cast, show: str
) -> None:
    save_milestone(actor=cast.actor(), workload_id=review.workload_id, name="First")
    client = client_of("owner")

    def count(url: str) -> int:
        client.get(url, {"show": show})
        return query_count(lambda: client.get(url, {"show": show}))

    marks = f"/o/northwind/workloads/{review.workload_id}/review/marks/"
    few = [count(address(review, FIRST)), count(marks)]
    for number in range(5):
        make_review(review.workload, make_lens_version(lens_document(name=f"Lens {number}")))
    assert [count(address(review, FIRST)), count(marks)] == few
    if show == "all":
        assert few[0] <= 12


def test_the_review_opens_where_one_was(client_of: ClientOf, review: LensReview) -> None:
    other = make_review(review.workload, make_lens_version(lens_document(name="Another")))
    client = client_of("viewer")
    start = f"/o/northwind/workloads/{review.workload_id}/review/"
    last = {"review": str(other.pk), "question": LAST}
    assert client.get(start, last)["Location"] == address(other, LAST)
    assert client.get(address(review), {"question": THIRD})["Location"] == address(review, THIRD)


@pytest.mark.parametrize(
    "last",
    [{}, {"review": "gone"}, {"question": "gone"}, {"question": "\x00"}, {"question": "x" * 9999}],
)
def test_a_place_that_is_gone_leads_to_what_is_unanswered(
    client_of: ClientOf, review: LensReview, last: dict[str, str]
) -> None:
    client = client_of("contributor")
    answer(client, review, FIRST)
    start = f"/o/northwind/workloads/{review.workload_id}/review/"
    assert client.get(start, last)["Location"] == address(review, SECOND)


def test_a_long_lens_is_listed_at_once(review: LensReview) -> None:
    document = lens_document(name="Long", pillars=10, questions=20, choices=2)
    definition: LensDefinition = make_lens_version(document).definition
    found = navigator(definition, {}, definition.questions[99], show="unanswered")
    assert sum(len(section.entries) for section in found.sections) == 200
    assert (found.previous, found.next) == (definition.questions[98], definition.questions[100])
