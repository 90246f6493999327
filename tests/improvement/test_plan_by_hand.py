"""The Framework, half answered: the first ten steps, and every figure added up again by hand."""

import json
import re
from collections.abc import Callable
from fractions import Fraction
from html import unescape

import pytest
from django.test import Client

from improvement.models import ImprovementItem
from improvement.services.refreshing import refresh_plan_of_review
from lenses.catalog import FOLDER, text_of
from reviews.models import Answer, LensReview
from tenants.models import Organization
from tests.builders import make_lens_version, make_review
from tests.improvement.plans import address
from workloads.models import Workload

ClientOf = Callable[[str], Client]

WHY = re.compile(
    r"(?P<before>High|Medium) risk to (?P<after>medium|no) risk:"
    r" (?P<points>[\d.]+) points?(?: × (?P<factor>[\d.]+) \([^)]*\) = (?P<worth>[\d.]+) points?)?,"
    r" for (?P<days>[\d.]+) days?: (?P<a_day>[\d.]+) points? a day\."
)
POINTS = {"High": 10, "Medium": 3, "medium": 3, "no": 0}


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    """Every second question of the Framework answered, with more and more practices ticked."""
    folder = sorted((FOLDER / "wellarchitected").iterdir())[-1]
    made = make_review(version=make_lens_version(json.loads(text_of(folder))))
    answers = []
    for place, question in enumerate(made.lens_version.definition.questions):
        if place % 2:
            continue
        practices = [choice for choice in question.choices if not choice.is_none_of_these]
        none = [choice.id for choice in question.choices if choice.is_none_of_these]
        ticked = [each.id for each in practices[: place // 2 % (len(practices) + 1)]] or none
        risk = question.risk(ticked)
        answers.append(Answer(review=made, question_id=question.id, selected=ticked, risk=risk))
    Answer.objects.bulk_create(answers)
    LensReview.objects.filter(pk=made.pk).update(answers_revision=1)
    return made


def steps_on(client: Client, workload: Workload, query: str = "") -> list[dict[str, str]]:
    """The steps that the pages show, as a reader sees them."""
    found: list[dict[str, str]] = []
    for number in range(1, 9):
        url = address("plan-next", workload_id=workload.pk) + f"?page={number}{query}"
        page = unescape(re.sub(r"\s+", " ", client.get(url).content.decode()))
        steps = page.split('<li class="card step">')[1:]
        shown = [_read(step) for step in steps]
        if found and shown and shown[0]["place"] <= found[-1]["place"]:
            break
        found += shown
    return found


def _read(step: str) -> dict[str, str]:
    why = WHY.search(step)
    assert why, step
    figures = re.findall(r"<dd>([\d.]+) days?</dd>", step)
    question = re.search(r'/review/[^"]*/([^/"]+)/"', step)
    place = re.search(r'class="step-place"[^>]*>(\d+)<', step)
    left = re.findall(r'<span aria-hidden="true">(\d+)</span>', step)
    assert question
    assert place
    takes = sum(Fraction(days) for days in re.findall(r'class="muted">([\d.]+) days?,', step))
    return {
        **{name: value or "" for name, value in why.groupdict().items()},
        "place": place[1].zfill(3),
        "question": question[1],
        "takes": figures[0],
        "so_far": figures[1],
        "sum_of_practices": str(takes),
        "high": left[0],
        "medium": left[1],
    }


def test_every_figure_of_the_order_adds_up_by_hand(review: LensReview, client_of: ClientOf) -> None:
    risks = list(Answer.objects.filter(review=review).values_list("risk", flat=True))
    high, medium, so_far, last = risks.count("HIGH"), risks.count("MEDIUM"), Fraction(0), None
    steps = steps_on(client_of("viewer"), review.workload)
    assert len(steps) >= 10
    for step in steps:
        points = POINTS[step["before"]] - POINTS[step["after"]]
        assert Fraction(step["points"]) == points
        days = Fraction(step["days"])
        assert days == Fraction(step["takes"]) == Fraction(step["sum_of_practices"])
        assert abs(Fraction(step["a_day"]) - points / days) <= Fraction(1, 200)
        so_far += days
        assert Fraction(step["so_far"]) == so_far
        high -= step["before"] == "High"
        medium += (step["after"] == "medium") - (step["before"] == "Medium")
        assert (int(step["high"]), int(step["medium"])) == (high, medium)
        bargain = points / days
        assert last is None or bargain <= last
        last = bargain
    assert (high, medium) == (0, 0)


def test_an_architect_finds_the_cheap_high_risks_first(
    review: LensReview, client_of: ClientOf
) -> None:
    ten = steps_on(client_of("viewer"), review.workload)[:10]
    # What brings a high risk down in a day stands first, and next to nothing but high risks follow.
    assert [(step["before"], step["days"]) for step in ten[:2]] == [("High", "1")] * 2
    assert sum(step["before"] == "High" for step in ten) >= 8
    # A medium risk is among them only where it is as good a bargain.
    assert all(Fraction(step["a_day"]) >= 1 for step in ten)


def test_a_pillar_that_counts_more_comes_earlier_and_says_its_factor(
    review: LensReview, client_of: ClientOf
) -> None:
    client = client_of("viewer")
    pillar_of = {
        question.id: question.pillar_id for question in review.lens_version.definition.questions
    }
    before = [pillar_of[step["question"]] for step in steps_on(client, review.workload)]
    preferred = before[-1]
    Workload.objects.filter(pk=review.workload_id).update(pillar_priorities=[preferred])
    steps = steps_on(client, review.workload)
    after = [pillar_of[step["question"]] for step in steps]
    assert _mean_place(after, preferred) < _mean_place(before, preferred)
    for step, pillar in zip(steps, after, strict=True):
        assert step["factor"] == ("2" if pillar == preferred else "")
        worth = Fraction(step["points"]) * (2 if pillar == preferred else 1)
        assert Fraction(step["worth"] or step["points"]) == worth


def _mean_place(pillars: list[str], wanted: str) -> Fraction:
    places = [place for place, pillar in enumerate(pillars) if pillar == wanted]
    return Fraction(sum(places), len(places))


def test_an_effort_that_the_team_sets_moves_its_step(
    review: LensReview, client_of: ClientOf
) -> None:
    refresh_plan_of_review(review_id=review.pk)
    first = steps_on(client_of("viewer"), review.workload)[0]
    item = ImprovementItem.objects.filter(question_id=first["question"]).order_by("rank").first()
    assert item is not None
    lead = client_of("lead")
    for each in ImprovementItem.objects.filter(question_id=first["question"]):
        lead.post(
            address("plan-item", workload_id=review.workload_id, item_id=each.pk),
            {"status": "open", "effort": "100", "revision": each.revision},
        )
    steps = steps_on(lead, review.workload)
    assert steps[0]["question"] != first["question"]
    of_question = [step for step in steps if step["question"] == first["question"]]
    assert all(Fraction(step["days"]) >= 100 for step in of_question)
    assert of_question[-1] == steps[-1]


def test_a_budget_takes_no_more_than_it_has(review: LensReview, client_of: ClientOf) -> None:
    steps = steps_on(client_of("viewer"), review.workload, "&days=10")
    assert sum(Fraction(step["days"]) for step in steps) <= 10
    page = client_of("viewer").get(
        address("plan-next", workload_id=review.workload_id) + "?days=10"
    )
    assert "No other steps within 10 days are worth more." in page.content.decode()
