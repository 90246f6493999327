"""Publishing: what is new and what it does to reviews, before anything happens; and its job."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from common.risk import Risk
from lenses.models import LensVersion
from lenses.services import import_lens
from reviews.impact import Impact, Row
from reviews.models import Answer, LensReview
from reviews.services import impact as impact_service
from reviews.services.impact import begin_measuring, measure_impact
from reviews.services.impact_jobs import request_impact
from reviews.tasks import measure_impact_of_draft
from tenants.context import in_organization
from tenants.models import Job
from tests.builders import lens_document, make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.lenses.helpers import page

SignIn = Callable[[str], Client]

FIRST, SECOND = "pillar_1_question_1", "pillar_1_question_2"


def stricter(document: dict[str, Any]) -> dict[str, Any]:
    """The first question knows no medium any more, the second is gone, a choice of it too."""
    questions = document["pillars"][0]["questions"]
    questions[0]["riskRules"].pop(1)
    questions.pop(1)
    third = questions[1]
    gone = third["choices"].pop(2)["id"]
    for rule in third["riskRules"]:
        rule["condition"] = rule["condition"].replace(f" && {gone}", "")
    return document


@pytest.fixture
def draft(cast: Cast) -> LensVersion:
    """A draft after 1.0 that judges, asks and offers less."""
    with in_organization(cast.northwind.pk):
        version = make_lens_version(lens_document(name="Payments lens"))
        found = import_lens(
            actor=cast.actor("lead"), text=json.dumps(stricter(lens_document(name="Payments lens")))
        )
        assert found.lens_id == version.lens_id
    return found


def reviews(cast: Cast, draft: LensVersion, number: int) -> list[LensReview]:
    """Reviews on 1.0 that answered three questions, each losing or gaining something."""
    with in_organization(cast.northwind.pk):
        version = LensVersion.objects.get(lens=draft.lens_id, version="1.0")
        found = [make_review(make_workload(f"Service {n}"), version) for n in range(number)]
        third = "pillar_1_question_3"
        for review in found:
            for question_id, places in ((FIRST, (1,)), (SECOND, (1, 2)), (third, (1, 3))):
                selected = [f"{question_id}_choice_{place}" for place in places]
                Answer.objects.create(
                    review=review,
                    question_id=question_id,
                    selected=selected,
                    risk=version.definition.question(question_id).risk(selected),
                )
    return found


def url(draft: LensVersion, what: str) -> str:
    return f"/o/northwind/lenses/{draft.lens_id}/{what}/"


def test_every_review_is_counted_with_what_it_loses(cast: Cast, draft: LensVersion) -> None:
    found = reviews(cast, draft, 3)
    with in_organization(cast.northwind.pk):
        impact = measure_impact(begin_measuring(draft, {}))
    assert (impact.reviews, impact.touched) == (3, 3)
    assert impact.questions[FIRST] == {(Risk.MEDIUM, Risk.HIGH): 3}
    assert impact.lost == {SECOND: 3}
    assert impact.lost_choices == {"pillar_1_question_3": 3}
    assert {row.review_id for row in impact.rows} == {str(review.pk) for review in found}
    assert impact.rows[0].worse == 1
    assert impact.rows[0].lost == 1


def test_chunks_make_no_difference(
    cast: Cast, draft: LensVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviews(cast, draft, 5)
    with in_organization(cast.northwind.pk):
        whole = measure_impact(begin_measuring(draft, {})).as_json()
        monkeypatch.setattr(impact_service, "CHUNK", 2)
        assert measure_impact(begin_measuring(draft, {})).as_json() == whole


def test_a_rename_keeps_what_would_be_lost(cast: Cast, draft: LensVersion) -> None:
    reviews(cast, draft, 1)
    with in_organization(cast.northwind.pk):
        impact = measure_impact(begin_measuring(draft, {SECOND: "pillar_2_question_1"}))
    assert impact.lost == {}


def test_an_impact_goes_through_a_job_unchanged() -> None:
    impact = Impact(touched=1, rows=[Row("a", 1, 2, 3, 4, 5)])
    impact.questions = {"q": Counter({(Risk.HIGH, Risk.NONE): 2})}
    impact.versions["v"] = 3
    values = json.loads(json.dumps(impact.as_json()))
    assert Impact.from_json(values).as_json() == impact.as_json()


def test_publishing_shows_diff_impact_and_findings_before_it_asks(
    cast: Cast, client_of: SignIn, draft: LensVersion
) -> None:
    reviews(cast, draft, 2)
    read = page(client_of("admin").get(url(draft, "publish")))
    assert "1 question is gone." in read
    assert "2 reviews use this lens: 2 on version 1.0." in read
    assert "2 would not stay as they are." in read
    assert "answers get a worse risk" in read
    assert 'id="kind-minor"' in read
    assert 'id="kind-major" value="major" aria-describedby="kind-major-words" checked' in read


def test_the_first_version_asks_for_no_kind(cast: Cast, client_of: SignIn) -> None:
    with in_organization(cast.northwind.pk):
        first = import_lens(actor=cast.actor("lead"), text=json.dumps(lens_document()))
    read = page(client_of("admin").get(url(first, "publish")))
    assert "The first version of this lens." in read
    assert "kind-minor" not in read
    read = page(client_of("lead").get(url(first, "impact")))
    assert "Nothing to measure yet" in read


def test_it_is_published_as_it_was_shown(cast: Cast, client_of: SignIn, draft: LensVersion) -> None:
    client = client_of("admin")
    data = {
        "version": "1.1",
        "kind": "minor",
        "notes": "Fewer questions.",
        "renames": f"{SECOND} = pillar_2_question_1",
        "draft_sha256": draft.sha256,
    }
    assert client.post(url(draft, "publish"), data).status_code == 302
    with in_organization(cast.northwind.pk):
        version = LensVersion.objects.get(pk=draft.pk)
    assert (version.kind, version.renames) == ("minor", {SECOND: "pillar_2_question_1"})
    assert client.get(url(draft, "publish"))["Location"].endswith(f"/{draft.lens_id}/")


@pytest.mark.parametrize(
    ("renames", "said"), [("nonsense", "is no rename"), ("nothing = at_all", "has no “nothing”")]
)
def test_renames_that_cannot_be_used_are_said(
    client_of: SignIn, draft: LensVersion, renames: str, said: str
) -> None:
    client = client_of("admin")
    assert said in page(client.get(url(draft, "publish"), {"renames": renames}))
    response = client.post(url(draft, "publish"), {"version": "1.1", "renames": renames})
    assert response.status_code == 422
    assert said in page(response)


def test_review_by_review_it_is_told_what_happens(
    cast: Cast, client_of: SignIn, draft: LensVersion, query_count: Callable[..., int]
) -> None:
    reviews(cast, draft, 2)
    client = client_of("lead")
    read = page(client.get(url(draft, "impact")))
    assert "Service 1" in read
    assert "the answer is lost with the question" in read
    assert "is no longer a choice" in read
    assert "/publish/" not in read
    few = query_count(lambda: client.get(url(draft, "impact")))
    with in_organization(cast.northwind.pk):
        version = LensVersion.objects.get(lens=draft.lens_id, version="1.0")
        for number in range(2, 20):
            review = make_review(make_workload(f"Service {number}"), version)
            Answer.objects.create(review=review, question_id=SECOND, selected=[], notes="Said.")
    assert query_count(lambda: client.get(url(draft, "impact"))) == few


def test_many_reviews_are_measured_by_a_job(
    cast: Cast, client_of: SignIn, draft: LensVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.lens_impact.SMALL", 1)
    reviews(cast, draft, 3)
    client = client_of("admin")
    read = page(client.get(url(draft, "publish")))
    assert "more than a page can go through at once" in read
    response = client.post(url(draft, "impact"), {"renames": ""})
    job_id = response["Location"].rstrip("/").rpartition("/")[2]
    watched = page(client_of("viewer").get(response["Location"]))
    assert "Waiting" in watched
    assert "every 1s" in watched
    assert client.post(url(draft, "impact"), {"renames": ""})["Location"] == response["Location"]
    assert "See how far it is" in page(client.get(url(draft, "publish")))
    with in_organization(cast.northwind.pk):
        job = Job.objects.get(pk=job_id)
    measure_impact_of_draft(organization_id=str(cast.northwind.pk), job_id=job_id, **job.parameters)
    partial = client.get(response["Location"], headers={"HX-Request": "true"})
    assert "every 1s" not in page(partial)
    assert "See the impact" in page(partial)
    assert "<html" not in page(partial)
    assert "3 would not stay as they are." in page(client.get(url(draft, "publish")))
    assert "Service 2" in page(client.get(url(draft, "impact")))


def test_a_job_about_a_draft_that_changed_fails_in_words(
    cast: Cast, client_of: SignIn, draft: LensVersion
) -> None:
    with in_organization(cast.northwind.pk):
        job = request_impact(actor=cast.actor("lead"), draft=draft, renames={})
        import_lens(actor=cast.actor("lead"), text=json.dumps(lens_document(name="Payments lens")))
    measure_impact_of_draft(
        organization_id=str(cast.northwind.pk), job_id=str(job.pk), **job.parameters
    )
    read = page(client_of("lead").get(f"/o/northwind/jobs/{job.pk}/"))
    assert "The draft was changed or published since then." in read


def test_a_job_of_another_organisation_is_not_there(cast: Cast, client_of: SignIn) -> None:
    with in_organization(cast.southridge.pk):
        job = Job.objects.create(kind="test")
    client = client_of("owner")
    assert client.get(f"/o/northwind/jobs/{job.pk}/").status_code == 404
    assert client.post(f"/o/northwind/jobs/{job.pk}/").status_code == 405
