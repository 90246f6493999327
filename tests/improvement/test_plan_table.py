"""The plan as a table: filtered, grouped and sorted by its address, edited in place and in bulk."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from improvement.models import ImprovementItem
from improvement.services.items import edit_item
from reviews.models import Answer, LensReview
from tenants.context import in_organization
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.improvement.plans import OTHER, QUESTION, address, item, planned, tick
from tests.reviews.conversation import HTMX

ClientOf = Callable[[str], Client]


@pytest.fixture
def review(in_northwind: Organization, cast: Cast) -> LensReview:
    made = make_review()
    planned(cast.actor(), made, QUESTION)
    return made


def said(cast: Cast, found: ImprovementItem, **changes: Any) -> None:
    edit_item(
        actor=cast.actor(),
        item_id=found.pk,
        expected_revision=found.revision,
        changes=changes,
    )


def html_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def shown(client: Client, url: str, **query: str) -> str:
    response = client.get(url, query)
    assert response.status_code == 200
    return html_of(response)


def rows_in(html: str) -> list[str]:
    return re.findall(r'<tr class="plan-item[^"]*" id="item-([^"]+)"', html)


def plan_url(review: LensReview) -> str:
    return address("plan", workload_id=review.workload_id)


class TestShowing:
    def test_every_column_is_there(
        self, client_of: ClientOf, cast: Cast, review: LensReview
    ) -> None:
        said(
            cast,
            item(review),
            owner_id=cast.lead.pk,
            due=date(2020, 1, 2),
            team_effort=5,
            ticket_key="OPS-1",
            ticket_url="https://tracker.example.com/OPS-1",
            notes="Ask Ada.",
        )
        html = shown(client_of("viewer"), plan_url(review))
        for words in ("Lead", "overdue since 2 Jan 2020", "2.5 days", "Ask Ada.", "this alone"):
            assert words in html
        link = 'href="https://tracker.example.com/OPS-1" rel="noopener noreferrer nofollow"'
        assert link in html
        assert len(rows_in(html)) == 3

    @pytest.mark.parametrize(
        ("query", "practices"),
        [
            ({}, [1, 2, 3]),
            ({"status": "in_progress"}, [2]),
            ({"status": "dismissed"}, [4]),
            ({"status": "all"}, [1, 2, 3, 4]),
            ({"owner": "me"}, [1]),
            ({"owner": "none"}, [2, 3]),
            ({"overdue": "1"}, [2]),
            ({"risk": "HIGH"}, [1, 2, 3]),
            ({"risk": "MEDIUM"}, []),
            ({"sort": "-effort"}, [3, 1, 2]),
            ({"sort": "due"}, [2, 1, 3]),
            ({"sort": "-practice"}, [3, 2, 1]),
            ({"group": "owner"}, [1, 2, 3]),
            ({"group": "status"}, [2, 1, 3]),
            ({"group": "pillar", "sort": "-due"}, [1, 2, 3]),
            ({"status": "x", "owner": "x", "sort": "x", "group": "x", "lens": "x"}, [1, 2, 3]),
        ],
    )
    def test_the_address_says_what_and_in_which_order(
        self,
        client_of: ClientOf,
        cast: Cast,
        query: dict[str, str],
        practices: list[int],
        in_northwind: Organization,
    ) -> None:
        lens = make_lens_version(lens_document(pillars=1, questions=1, choices=5))
        review = make_review(version=lens)
        planned(cast.actor(), review, QUESTION)
        said(cast, item(review, practice=1), owner_id=cast.contributor.pk, due=date(2200, 1, 1))
        said(cast, item(review, practice=2), status="in_progress", due=date(2020, 1, 1))
        said(cast, item(review, practice=3), team_effort=100)
        said(cast, item(review, practice=4), status="dismissed", reason="No.")
        html = shown(client_of("contributor"), plan_url(review), **query)
        assert rows_in(html) == [str(item(review, practice=number).pk) for number in practices]

    def test_an_answer_shows_at_once_though_no_worker_ran(
        self, client_of: ClientOf, cast: Cast, review: LensReview
    ) -> None:
        tick(cast.actor(), review, QUESTION, 1)
        tick(cast.actor(), review, OTHER)
        html = shown(client_of("viewer"), plan_url(review))
        assert len(rows_in(html)) == 5
        html = shown(client_of("viewer"), address("organization-plan"))
        assert len(rows_in(html)) == 5

    def test_nothing_that_is_written_runs(
        self, client_of: ClientOf, cast: Cast, review: LensReview
    ) -> None:
        evil = "<script>alert(1)</script>"
        said(cast, item(review), notes=evil, ticket_key=evil)
        said(cast, item(review, practice=2), status="dismissed", reason=evil)
        for url in (
            f"{plan_url(review)}?status=all",
            address("plan-item", workload_id=review.workload_id, item_id=item(review).pk),
            address("organization-plan"),
        ):
            html = shown(client_of("contributor"), url)
            assert "<script>alert" not in html
            assert "&lt;script&gt;alert" in html

    def test_a_viewer_reads_only(self, client_of: ClientOf, review: LensReview) -> None:
        for url in (plan_url(review), address("organization-plan")):
            html = shown(client_of("viewer"), url)
            assert "data-edit" not in html
            assert 'id="bulk"' not in html
            assert 'name="items"' not in html


class TestEditingARow:
    @pytest.fixture(autouse=True)
    def _row(self, client_of: ClientOf, review: LensReview) -> None:
        self.client = client_of("contributor")
        self.url = address("plan-item", workload_id=review.workload_id, item_id=item(review).pk)

    def test_without_scripts_the_form_is_a_page(self, cast: Cast, review: LensReview) -> None:
        assert "History" in shown(self.client, self.url)
        data = {
            "status": "in_progress",
            "owner": str(cast.lead.pk),
            "due": "2030-02-03",
            "effort": "1.5",
            "ticket_key": "OPS-3",
            "notes": "Soon.",
            "revision": 1,
        }
        response = self.client.post(self.url, data)
        assert response.status_code == 302
        assert response["Location"] == plan_url(review)
        found = item(review)
        assert (found.status, found.owner, found.effort) == ("in_progress", cast.lead, 3)
        history = shown(self.client, self.url)
        assert "Edited</strong> · Contributor · owner, due date, effort, notes, ticket" in history

    def test_in_place_the_row_becomes_a_form_and_a_row_again(self, review: LensReview) -> None:
        form = html_of(self.client.get(self.url, headers=HTMX))
        assert form.strip().startswith("<tr")
        assert "<html" not in form
        assert 'name="revision" value="1"' in form
        back = html_of(self.client.get(self.url, {"part": "row"}, headers=HTMX))
        assert "data-edit" in back
        saved = self.client.post(
            self.url, {"status": "open", "revision": 1, "notes": "N."}, headers=HTMX
        )
        assert saved.status_code == 200
        assert f'value="{item(review).pk}.2"' in html_of(saved)
        assert "toast" in saved["HX-Trigger"]

    def test_who_comes_second_sees_what_is_stored_and_what_they_typed(
        self, client_of: ClientOf, review: LensReview
    ) -> None:
        first = {"status": "open", "revision": 1, "notes": "Hers."}
        client_of("lead").post(self.url, first)
        for headers in ({}, HTMX):
            response = self.client.post(
                self.url, {"status": "open", "revision": 1, "notes": "His."}, headers=headers
            )
            assert response.status_code == 409
            html = html_of(response)
            for words in ("Somebody else changed", "Hers.", "His.", 'name="revision" value="2"'):
                assert words in html
        assert item(review).notes == "Hers."
        again = {"status": "open", "revision": 2, "notes": "His."}
        assert self.client.post(self.url, again).status_code == 302
        assert item(review).notes == "His."

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"status": "accepted"}, "valid choice"),
            ({"status": "dismissed"}, "Say why it is dismissed."),
            ({"due": "soon"}, "valid date"),
            ({"due": "0001-01-01"}, "check the year"),
            ({"effort": "0.7"}, "multiple"),
            ({"effort": "many"}, "number"),
            ({"owner": "nobody"}, "valid choice"),
            ({"ticket_url": "javascript:alert(1)"}, "begins with https"),
            ({"revision": ""}, "required"),
        ],
    )
    @pytest.mark.parametrize("htmx", [True, False])
    def test_what_makes_no_sense_is_named(
        self, review: LensReview, fields: dict[str, str], words: str, htmx: bool
    ) -> None:
        data = {"status": "open", "revision": 1, **fields}
        response = self.client.post(self.url, data, headers=HTMX if htmx else {})
        assert response.status_code == 422
        assert words in html_of(response)
        assert item(review).revision == 1

    def test_what_is_said_to_be_done_offers_to_tick_the_practice(self, review: LensReview) -> None:
        self.client.post(self.url, {"status": "done", "revision": 1})
        html = shown(self.client, plan_url(review), status="done")
        assert "Tick the practice in the review" in html
        follow = self.url + "follow/"
        assert self.client.post(follow, {"answer_revision": 1}).status_code == 302
        assert Answer.objects.get().selected == [f"{QUESTION}_choice_1"]
        html = shown(self.client, plan_url(review), status="done")
        assert "Tick the practice in the review" not in html
        assert "The practice is ticked in the review." in html


class TestChangingSeveral:
    def test_boxes_and_one_form(self, client_of: ClientOf, cast: Cast, review: LensReview) -> None:
        client = client_of("contributor")
        items = [f"{item(review, practice=number).pk}.1" for number in (1, 2)]
        url = address("plan-edit", workload_id=review.workload_id)
        back = f"{plan_url(review)}?status=all"
        data = {"items": items, "owner": str(cast.lead.pk), "effort": "2", "next": back}
        response = client.post(url, data)
        assert (response.status_code, response["Location"]) == (302, back)
        assert ImprovementItem.objects.filter(owner=cast.lead, team_effort=4).count() == 2
        assert "2 items were changed." in shown(client, plan_url(review))
        client.post(url, {"items": items, "owner": "none"})
        html = shown(client, plan_url(review))
        assert html.count("Changed by somebody else since") == 2
        assert ImprovementItem.objects.filter(owner=cast.lead).count() == 2

    def test_of_the_organisation(self, client_of: ClientOf, cast: Cast, review: LensReview) -> None:
        other = make_review(make_workload("Portal"))
        planned(cast.actor(), other, QUESTION)
        items = [f"{item(each).pk}.1" for each in (review, other)]
        url = address("organization-plan-edit")
        due = (timezone.localdate() + timedelta(days=3)).isoformat()
        response = client_of("contributor").post(url, {"items": items, "due": due})
        assert response["Location"] == address("organization-plan")
        assert ImprovementItem.objects.filter(due=due).count() == 2

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ({"items": [], "owner": "none"}, "Select the items"),
            ({"items": ["nonsense"], "owner": "none"}, "Select the items"),
            ({"items": ["{}.x"], "owner": "none"}, "Select the items"),
            ({"items": ["{}.1"]}, "Say what to change."),
            ({"items": ["{}.1"], "status": "dismissed"}, "Say why it is dismissed."),
            ({"items": ["{}.1"], "owner": "x"}, "valid choice"),
        ],
    )
    def test_what_makes_no_sense_is_told(
        self, client_of: ClientOf, review: LensReview, data: dict[str, Any], words: str
    ) -> None:
        client = client_of("contributor")
        data["items"] = [text.format(item(review).pk) for text in data["items"]]
        url = address("plan-edit", workload_id=review.workload_id)
        assert client.post(url, data).status_code == 302
        assert words in shown(client, plan_url(review))
        assert item(review).revision == 1

    def test_it_leads_back_to_a_plan_and_nowhere_else(
        self, client_of: ClientOf, review: LensReview
    ) -> None:
        url = address("plan-edit", workload_id=review.workload_id)
        for evil in ("https://evil.example/", "//evil.example/o/", "/\\evil.example"):
            response = client_of("contributor").post(url, {"next": evil})
            assert response["Location"] == plan_url(review)


class TestOrganisation:
    def test_the_most_urgent_of_all_workloads_stands_first(
        self, client_of: ClientOf, cast: Cast, review: LensReview
    ) -> None:
        other = make_review(make_workload("Portal"), review.lens_version)
        planned(cast.actor(), other, QUESTION, 1)
        client, url = client_of("viewer"), address("organization-plan")
        html = shown(client, url)
        assert "5 items" in html
        assert rows_in(html)[:3] == [str(item(review, practice=n).pk) for n in (1, 2, 3)]
        only = shown(client, url, workload=str(other.workload_id))
        assert len(rows_in(only)) == 2
        by_workload = shown(client, url, group="workload")
        assert by_workload.index(">Payments<") < by_workload.index(">Portal<")
        assert len(rows_in(shown(client, url, lens=str(review.lens_id)))) == 5

    def test_another_organisation_s_are_its_own(
        self, client_of: ClientOf, cast: Cast, review: LensReview
    ) -> None:
        with in_organization(cast.southridge.pk):
            foreign = make_review()
            planned(cast.southridge_actor, foreign, QUESTION)
            key = item(foreign).pk
        client = client_of("owner")
        assert len(rows_in(shown(client, address("organization-plan")))) == 3
        for url, data in (
            (address("organization-plan-edit"), {"items": f"{key}.1", "owner": "none"}),
            (address("plan-edit", workload_id=review.workload_id), {"items": f"{key}.1"}),
        ):
            assert client.post(url, {"no_due": "on", **data}).status_code == 404

    def test_an_empty_plan_says_how_it_fills(self, client_of: ClientOf, cast: Cast) -> None:
        html = shown(client_of("viewer"), address("organization-plan"))
        assert "It fills itself while you answer." in html

    def test_the_side_bar_leads_there(self, client_of: ClientOf, cast: Cast) -> None:
        html = shown(client_of("viewer"), "/o/northwind/workloads/")
        assert 'href="/o/northwind/plan/"' in html

    def test_many_are_shown_in_pages_for_as_many_queries(
        self,
        client_of: ClientOf,
        cast: Cast,
        review: LensReview,
        query_count: Callable[[Callable[[], Any]], int],
    ) -> None:
        client, url = client_of("contributor"), address("organization-plan")
        shown(client, url)
        few = query_count(lambda: shown(client, url))
        for number in range(20):
            other = make_review(make_workload(f"Workload {number}"), review.lens_version)
            planned(cast.actor(), other, QUESTION)
        assert query_count(lambda: shown(client, url)) == few
        assert few <= 18
        assert len(rows_in(shown(client, url))) == 50
        assert len(rows_in(shown(client, url, page="2"))) == 13
