"""The home of an organisation: figures that are true, and ways to the questions behind them."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from common.risk import Risk
from improvement.models import ImprovementItem
from improvement.services.acceptances import decide_on_acceptance, request_acceptance
from reviews.models import LensReview
from tenants.context import in_organization
from tenants.models import Organization
from tests.builders import lens_document, make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.improvement.plans import planned
from tests.web.portfolio import (
    PORTFOLIO,
    ClientOf,
    QueryCount,
    answer,
    milestone,
    refresh,
    shown,
    values,
)
from workloads.models import Workload


@pytest.fixture
def viewer(client_of: ClientOf) -> Client:
    return client_of("viewer")


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review(make_workload("Payments"), make_lens_version(lens_document(name="Basics")))


def test_home_leads_a_person_of_one_organisation_to_it(
    viewer: Client, in_northwind: Organization
) -> None:
    assert viewer.get("/").headers["Location"] == PORTFOLIO


def test_an_empty_organisation_is_told_what_this_is_for(
    client_of: ClientOf, in_northwind: Organization
) -> None:
    page = shown(client_of("lead")).content.decode()
    assert "Describe the first workload" in page
    assert "Import a lens" in page
    assert "Describe the first workload" not in shown(client_of("viewer")).content.decode()


def test_workloads_without_a_lens_are_no_empty_organisation(
    viewer: Client, in_northwind: Organization
) -> None:
    make_workload()
    response = shown(viewer)
    assert values(response)[0] == "1"
    assert "No workload has a lens yet" in response.content.decode()


def test_figures_are_of_the_last_answer_though_no_worker_runs(
    viewer: Client, review: LensReview
) -> None:
    answer(review, 1, Risk.HIGH)
    answer(review, 2, Risk.MEDIUM)
    assert values(shown(viewer)) == ["1", "33\u2009%", "1", "1"]
    refresh(review)
    answer(review, 2, Risk.HIGH)
    answer(review, 3, Risk.NONE)
    response = shown(viewer)
    assert values(response) == ["1", "50\u2009%", "2", "0"]
    common = {row.question_id: row.reviews for row in response.context["common"]}
    assert common == {"pillar_1_question_1": 1, "pillar_1_question_2": 1}
    refresh(review)
    assert values(shown(viewer)) == ["1", "50\u2009%", "2", "0"]


def test_the_change_is_since_the_last_milestones_of_those_that_have_one(
    viewer: Client, review: LensReview, cast: Cast
) -> None:
    answer(review, 1, Risk.HIGH)
    answer(review, 2, Risk.HIGH)
    milestone(cast, review.workload)
    never = make_review(make_workload("Ledger"), review.lens_version)
    answer(never, 1, Risk.HIGH)
    answer(review, 1, Risk.NONE)
    answer(review, 3, Risk.MEDIUM)
    for _behind in range(2):
        _workloads, answered, high, medium = shown(viewer).context["cards"]
        assert (high.value, high.change.arrow, high.change.tone) == ("2", "▼", "better")
        assert "1 fewer" in high.change.note
        assert (medium.value, medium.change.tone) == ("1", "worse")
        assert "17 points up" in answered.change.note
        refresh(review, never)


def test_the_trend_ends_with_now_and_reads_as_a_table(
    viewer: Client, review: LensReview, cast: Cast
) -> None:
    answer(review, 1, Risk.HIGH)
    milestone(cast, review.workload)
    answer(review, 1, Risk.NONE)
    response = shown(viewer)
    trend = response.context["trend"]
    assert trend.high.values == (1, 0)
    assert trend.labels[-1] == "now"
    assert '<td class="number">1</td>' in response.content.decode()


def test_a_cell_counts_all_lenses_and_leads_to_the_questions_of_the_worst(
    viewer: Client, review: LensReview
) -> None:
    other = make_review(review.workload, make_lens_version(lens_document(name="Own lens")))
    answer(review, 1, Risk.MEDIUM)
    answer(other, 2, Risk.HIGH)
    answer(other, 3, Risk.HIGH)
    html = shown(viewer).content.decode()
    start = html.index('class="heat-cell risk-high"')
    cell = html[start : html.index("</a>", start)]
    assert "2 high risks, 1 medium risk" in cell
    link = cell.split('href="')[1].split('"')[0].replace("&amp;", "&")
    assert f"/review/{other.pk}/" in link
    assert parse_qs(urlsplit(link).query) == {"pillar": ["pillar_1"], "show": ["high"]}
    there = viewer.get(link)
    assert there.status_code == 302
    assert there.headers["Location"].endswith("/pillar_1_question_2/?show=high")


def test_a_pillar_of_a_review_opens_at_its_first_question_when_none_passes(
    viewer: Client, review: LensReview
) -> None:
    base = f"/o/northwind/workloads/{review.workload_id}/review/{review.pk}/"
    for show in ("high", "nonsense", "mine"):
        there = viewer.get(f"{base}?pillar=pillar_2&show={show}").headers["Location"]
        assert "/pillar_2_question_1/" in there
    assert viewer.get(f"{base}?pillar=none").status_code == 302


def test_well_known_pillars_come_first_and_many_others_share_a_column(
    viewer: Client, in_northwind: Organization
) -> None:
    document = lens_document(name="Wide", pillars=8, questions=1)
    for place, pillar in enumerate(("sustainability", "security"), start=5):
        document["pillars"][place]["id"] = pillar
    make_review(make_workload(), make_lens_version(document))
    html = shown(viewer).content.decode()
    heads = html[html.index('class="heat"') : html.index("</thead>", html.index('class="heat"'))]
    names = ["Security", "Sustainability", "Keeping it running", "Other pillars"]
    places = [heads.index(name) for name in names]
    assert places == sorted(places)
    assert heads.count("<th ") == 1 + 2 + 3 + 1


def test_the_workloads_with_most_risk_are_on_the_first_page(
    viewer: Client, review: LensReview
) -> None:
    for number in range(1, 14):
        each = make_review(make_workload(f"Calm {number:02}"), review.lens_version)
        refresh(each)
    answer(review, 1, Risk.HIGH)
    refresh(review)
    first = shown(viewer).content.decode()
    heat = first[first.index('class="heat"') : first.index("</table>")]
    assert heat.index("Payments") < heat.index("Calm 01")
    assert heat.count("<tr>") == 13
    assert "Payments" not in shown(viewer, "?page=2").content.decode()


def test_the_most_common_risks_lead_to_their_workloads(viewer: Client, review: LensReview) -> None:
    other = make_review(make_workload("Ledger"), review.lens_version)
    calm = make_review(make_workload("Calm"), review.lens_version)
    for each in (review, other):
        answer(each, 2, Risk.HIGH)
    answer(review, 1, Risk.HIGH)
    answer(calm, 2, Risk.NONE)
    response = shown(viewer)
    assert [row.reviews for row in response.context["common"]] == [2, 1]
    listed = viewer.get(f"{PORTFOLIO}portfolio/risks/")
    url = f"{PORTFOLIO}portfolio/risks/{review.lens_id}/pillar_1_question_2/"
    assert url in listed.content.decode()
    page = viewer.get(url).content.decode()
    assert page.index("Ledger") < page.index("Payments")
    assert "Calm" not in page
    assert f"/review/{other.pk}/pillar_1_question_2/" in page


def test_a_risk_that_no_lens_has_is_not_there(viewer: Client, review: LensReview) -> None:
    base = f"{PORTFOLIO}portfolio/risks"
    assert viewer.get(f"{base}/{review.lens_id}/nothing/").status_code == 404
    assert viewer.get(f"{base}/{uuid4()}/pillar_1_question_1/").status_code == 404


def test_overdue_reviews_and_waiting_versions_need_attention(
    viewer: Client, review: LensReview
) -> None:
    today = timezone.localdate()
    Workload.objects.filter(pk=review.workload_id).update(next_review_on=today - timedelta(days=41))
    late = make_workload("Calm")
    Workload.objects.filter(pk=late.pk).update(next_review_on=today)
    for version, kind, before in (("1.1", "minor", None), ("2.0", "major", "1.1")):
        make_lens_version(
            lens_document(name="Basics") | {"description": version},
            version=version,
            lens=review.lens,
            kind=kind,
            predecessor=review.lens.versions.filter(version=before or "1.0").get(),
        )
    attention = shown(viewer).context["attention"]
    assert [(item.text, item.note) for item in attention.items] == [
        ("Review overdue: Payments", "41 days"),
        ("Basics 2.0 waits for 1 workload", "Major"),
    ]
    assert attention.total == 2


def test_overdue_items_and_acceptances_that_end_need_attention(
    cast: Cast, viewer: Client, review: LensReview
) -> None:
    today, question = timezone.localdate(), "pillar_1_question_1"
    planned(cast.actor(), review, question)
    ImprovementItem.objects.filter(review=review).update(due=today - timedelta(days=1))
    acceptance = request_acceptance(
        actor=cast.actor("lead"),
        review_id=review.pk,
        question_id=question,
        reason="Replaced in spring.",
        until=today + timedelta(days=7),
    )
    [late] = shown(viewer).context["attention"].items
    assert (late.text, late.note) == ("3 improvements overdue", "Payments")
    assert "Practice 1 of part 1" in viewer.get(late.url).content.decode()
    decide_on_acceptance(actor=cast.actor(), acceptance_id=acceptance.pk, is_approved=True)
    [ending] = shown(viewer).context["attention"].items
    assert (ending.text, ending.note) == ("Acceptance of a risk ends: Payments", "in 7 days")
    assert "Replaced in spring." in viewer.get(ending.url).content.decode()


def test_a_minor_version_waits_for_nobody(viewer: Client, review: LensReview) -> None:
    make_lens_version(
        lens_document(name="Basics") | {"description": "Next."},
        version="1.1",
        lens=review.lens,
        kind="minor",
        predecessor=review.lens_version,
    )
    assert shown(viewer).context["attention"].total == 0


def test_twenty_workloads_cost_as_many_queries_as_two(
    client_of: ClientOf, review: LensReview, cast: Cast, query_count: QueryCount
) -> None:
    lead = client_of("lead")

    def more(first: int, last: int) -> None:
        for number in range(first, last):
            each = make_review(make_workload(f"Service {number}"), review.lens_version)
            answer(each, 1, Risk.HIGH)
            milestone(cast, each.workload)
            refresh(each)
            answer(each, 2, Risk.MEDIUM)
            Workload.objects.filter(pk=each.workload_id).update(next_review_on="2020-01-01")

    refresh(review)
    more(1, 2)
    shown(lead)
    few = query_count(lambda: shown(lead))
    more(2, 20)
    assert query_count(lambda: shown(lead)) == few
    # The budget is 20; three of these look at the reviews whose figures are behind.
    assert few - 3 <= 20


def test_what_others_have_is_not_counted(client_of: ClientOf, cast: Cast) -> None:
    with in_organization(cast.southridge.pk):
        foreign = make_review(make_workload("Foreign"))
        answer(foreign, 1, Risk.HIGH)
    with in_organization(cast.northwind.pk):
        make_review(make_workload("Payments"))
    response = shown(client_of("viewer"))
    assert values(response) == ["1", "0\u2009%", "0", "0"]
    assert "Foreign" not in response.content.decode()
