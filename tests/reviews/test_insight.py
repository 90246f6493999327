"""The insight beside a question: what to tick to bring it to no risk, and what is loaded below."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.risk import Risk
from lenses.schema import canonical, read_document
from reviews.merge import AnswerState, ChoiceDetail
from reviews.models import LensReview
from reviews.to_no_risk import SHOWN, ways_from
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version, make_review
from tests.conftest import Cast
from tests.reviews.milestones import NONE_OF_THESE, QUESTION, A, B, C, say


def document(*rules: tuple[str, str], choices: int = 4) -> dict[str, Any]:
    written = lens_document(choices=choices)
    question = written["pillars"][0]["questions"][0]
    question["riskRules"] = [{"condition": text, "risk": risk} for text, risk in rules]
    return written


def asked(*rules: tuple[str, str], choices: int = 4) -> Any:
    text = canonical(document(*rules, choices=choices))
    return read_document(text).definition.question(QUESTION)


DEFAULT = ("default", "HIGH_RISK")
EITHER = (f"({A} && {B}) || ({A} && {C})", "NO_RISK")


class TestWays:
    def test_all_ways_that_are_as_short_are_named(self) -> None:
        lower = ways_from(asked(EITHER, DEFAULT), AnswerState(frozenset({NONE_OF_THESE})))
        assert lower is not None
        assert [[choice.id for choice in way.ticks] for way in lower.ways] == [[A, B], [A, C]]
        assert (lower.steps, lower.count, lower.more, lower.longer) == (2, 2, 0, 0)
        assert lower.none_of_these is not None
        assert lower.none_of_these.id == NONE_OF_THESE

    def test_what_is_ticked_already_is_not_asked_for_again(self) -> None:
        lower = ways_from(asked(EITHER, DEFAULT), AnswerState(frozenset({A})))
        assert lower is not None
        assert [[choice.id for choice in way.ticks] for way in lower.ways] == [[B], [C]]
        assert lower.none_of_these is None

    def test_what_is_not_applicable_is_not_asked_for(self) -> None:
        state = AnswerState(frozenset({NONE_OF_THESE}), {B: ChoiceDetail(not_applicable=True)})
        lower = ways_from(asked((f"{A} && {B}", "NO_RISK"), DEFAULT), state)
        assert lower is not None
        assert [[choice.id for choice in way.ticks] for way in lower.ways] == [[A]]

    def test_longer_ways_are_counted_and_not_shown(self) -> None:
        rules = ((f"{A} || ({B} && {C})", "NO_RISK"), DEFAULT)
        lower = ways_from(asked(*rules), AnswerState(frozenset({NONE_OF_THESE})))
        assert lower is not None
        assert [[choice.id for choice in way.ticks] for way in lower.ways] == [[A]]
        assert (lower.count, lower.longer) == (1, 1)

    def test_of_many_ways_a_few_are_shown_and_the_others_counted(self) -> None:
        practices = [f"{QUESTION}_choice_{number}" for number in range(1, 15)]
        rules = ((" || ".join(practices), "NO_RISK"), DEFAULT)
        lower = ways_from(asked(*rules, choices=15), AnswerState(frozenset({NONE_OF_THESE})))
        assert lower is not None
        assert len(lower.ways) == SHOWN
        assert (lower.count, lower.more) == (14, 9)

    def test_where_nothing_leads_to_no_risk_the_way_to_medium_is_named(self) -> None:
        rules = ((f"{A} && {B}", "MEDIUM_RISK"), DEFAULT)
        lower = ways_from(asked(*rules), AnswerState(frozenset({A})))
        assert lower is not None
        assert lower.target is Risk.MEDIUM
        assert [[choice.id for choice in way.ticks] for way in lower.ways] == [[B]]

    def test_what_stands_in_the_way_is_to_be_un_ticked(self) -> None:
        lower = ways_from(asked((f"{B} && !{A}", "NO_RISK"), DEFAULT), AnswerState(frozenset({A})))
        assert lower is not None
        [way] = lower.ways
        assert [choice.id for choice in way.ticks] == [B]
        assert [choice.id for choice in way.unticks] == [A]
        assert (lower.steps, lower.only_ticks) == (2, False)

    def test_where_nothing_helps_there_is_no_way(self) -> None:
        lower = ways_from(asked(DEFAULT), AnswerState(frozenset({A})))
        assert lower is not None
        assert lower.ways == ()

    @pytest.mark.parametrize(
        "state",
        [
            AnswerState(),
            AnswerState(frozenset({A, B, C})),
            AnswerState(frozenset({NONE_OF_THESE}), is_applicable=False),
        ],
    )
    def test_a_question_that_is_not_at_risk_has_nothing_to_tick(self, state: AnswerState) -> None:
        assert ways_from(asked(EITHER, DEFAULT), state) is None


class TestPage:
    @pytest.fixture(autouse=True)
    def _review(
        self, in_northwind: Organization, cast: Cast, client_of: Callable[[str], Client]
    ) -> None:
        written = document(EITHER, DEFAULT)
        written["pillars"][0]["questions"][0]["choices"][0]["title"] = "<b>First</b>"
        self.review: LensReview = make_review(version=make_lens_version(written))
        self.cast, self.client_of = cast, client_of
        self.ids = {
            "slug": "northwind",
            "workload_id": self.review.workload_id,
            "review_id": self.review.pk,
            "question_id": QUESTION,
        }

    def page(self, who: str = "contributor") -> str:
        html = self.client_of(who).get(reverse("question", kwargs=self.ids)).content.decode()
        return " ".join(html.split())

    def test_the_ways_stand_as_boxes_that_tick_the_practice(self) -> None:
        say(self.cast, self.review, NONE_OF_THESE)
        page = self.page()
        assert page.count(f'data-tick="{A}"') == 2
        assert page.count(f'data-tick="{B}"') == 1
        assert "2 steps, 2 ways." in page
        assert "“None of these” is ticked now: ticking any of these un-ticks it." in page
        assert "<b>First" not in page

    def test_what_is_to_be_un_ticked_is_named_and_stands_as_a_ticked_box(self) -> None:
        rules = ((f"{B} && !{A}", "NO_RISK"), DEFAULT)
        review = make_review(
            workload=self.review.workload,
            version=make_lens_version(document(*rules) | {"name": "With a negation"}),
        )
        say(self.cast, review, A)
        self.ids["review_id"] = review.pk
        page = self.page()
        assert "To no risk, tick" not in page
        box = f'<input class="js-only" type="checkbox" data-tick="{A}" autocomplete="off" checked>'
        assert f"{box} <span>Un-tick <kbd>a</kbd>" in page
        assert "<span>Tick <kbd>b</kbd>" in page
        assert "2 steps, 1 way." in page

    def test_a_viewer_reads_the_ways_without_boxes(self) -> None:
        say(self.cast, self.review, NONE_OF_THESE)
        page = self.page("viewer")
        assert "2 steps, 2 ways." in page
        assert "data-tick" not in page

    def test_a_save_brings_the_ways_up_to_date(self) -> None:
        say(self.cast, self.review, NONE_OF_THESE)
        response = self.client_of("contributor").post(
            reverse("question", kwargs=self.ids),
            {"revision": 1, "choice": [A]},
            headers={"HX-Request": "true"},
        )
        page = " ".join(response.content.decode().split())
        assert "1 step, 2 ways." in page
        assert f'data-tick="{A}"' not in page

    def test_at_no_risk_there_is_nothing_to_tick(self) -> None:
        say(self.cast, self.review, A, B)
        assert "To no risk" not in self.page()

    def test_what_stands_beside_is_loaded_after_the_question(self) -> None:
        url = reverse("beside", kwargs=self.ids)
        page = self.page()
        assert f'hx-get="{url}"' in page
        assert f'<a href="{url}">' in page
        client = self.client_of("viewer")
        part = client.get(url, headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in part
        assert 'id="since"' in part
        whole = client.get(url).content.decode()
        assert "<h1>How do you care for part 1?</h1>" in whole
        assert 'id="since"' in whole

    def test_a_question_that_is_not_there_has_nothing_beside_it(self) -> None:
        url = reverse("beside", kwargs=self.ids | {"question_id": "nothing"})
        assert self.client_of("viewer").get(url).status_code == 404
