"""A workload is reviewed through the lenses chosen for it, each pinned to a version."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from common.errors import Conflict, Forbidden, Invalid, LimitExceeded, NotFound
from lenses.models import LensVersion
from reviews.lens_options import lens_options
from reviews.models import Answer, LensReview, Milestone
from reviews.services.reviews import remove_lens, start_reviews
from tenants.context import in_organization
from tenants.models import AuditEvent, Organization
from tests.builders import make_lens_version, make_review, make_workload
from tests.conftest import Cast
from tests.workloads.pages import page_of
from workloads.models import Workload

ClientOf = Callable[[str], Client]
QueryCount = Callable[[Callable[[], Any]], int]


@pytest.fixture
def lead(client_of: ClientOf) -> Client:
    return client_of("lead")


def add(client: Client, workload: Workload, lens_id: UUID | str) -> Any:
    """Press "Add" beside a lens."""
    return client.post(page_of(workload, "lenses"), {"lenses": str(lens_id)})


def test_the_page_says_how_many_questions_a_lens_asks_and_how_long_it_takes(
    lead: Client, in_northwind: Organization
) -> None:
    version = make_lens_version()
    page = lead.get(page_of(make_workload(), "lenses"))
    (option,) = (each for each in page.context["options"] if each.lens_id == version.lens_id)
    assert (option.questions, option.minutes) == (6, 12)
    assert "12 min" in page.content.decode()
    assert "No lens is in use yet" in page.content.decode()


def test_built_in_lenses_can_be_chosen_and_come_first(
    lead: Client, in_northwind: Organization
) -> None:
    make_lens_version()
    built_in = make_lens_version(built_in=True)
    workload = make_workload()
    assert lens_options()[0].lens_id == built_in.lens_id
    assert add(lead, workload, built_in.lens_id).status_code == 302
    assert LensReview.objects.get().lens_version_id == built_in.pk


def test_a_lens_is_added_in_its_newest_published_version(
    lead: Client, in_northwind: Organization
) -> None:
    old = make_lens_version()
    LensVersion.objects.filter(pk=old.pk).update(status=LensVersion.Status.SUPERSEDED)
    new = make_lens_version(version="2.0", lens=old.lens)
    workload = make_workload()
    response = add(lead, workload, old.lens_id)
    assert response.status_code == 302
    assert response["Location"] == page_of(workload, "lenses")
    assert LensReview.objects.get().lens_version_id == new.pk
    event = AuditEvent.objects.get(verb="workload.lens_added")
    assert event.object_id == str(workload.pk)
    assert event.after is not None
    assert event.after["version"] == "2.0"


def test_lenses_keep_the_order_in_which_they_were_added(
    in_northwind: Organization, cast: Cast
) -> None:
    workload = make_workload()
    ids = [make_lens_version().lens_id for _ in range(3)]
    for chosen in (ids[2:], ids[:2]):
        start_reviews(actor=cast.actor("lead"), workload_id=workload.pk, lens_ids=chosen)
    in_order = LensReview.objects.order_by("position").values_list("lens", flat=True)
    assert list(in_order) == [ids[2], ids[0], ids[1]]


def test_a_lens_in_use_is_not_offered_and_cannot_be_added_twice(
    lead: Client, in_northwind: Organization
) -> None:
    review = make_review()
    offered = lead.get(page_of(review.workload, "lenses")).context["options"]
    assert review.lens_id not in [option.lens_id for option in offered]
    response = add(lead, review.workload, review.lens_id)
    assert response.status_code == 409
    assert "through that lens already" in response.content.decode()
    assert LensReview.objects.count() == 1


def test_some_lenses_that_cannot_be_added_leave_all_out(
    in_northwind: Organization, cast: Cast
) -> None:
    workload = make_workload()
    good = make_lens_version().lens_id
    with pytest.raises(Invalid) as caught:
        start_reviews(actor=cast.actor("lead"), workload_id=workload.pk, lens_ids=[good, uuid4()])
    assert "lenses" in caught.value.fields
    start_reviews(actor=cast.actor("lead"), workload_id=workload.pk, lens_ids=[good])
    other = make_lens_version().lens_id
    with pytest.raises(Conflict):
        start_reviews(actor=cast.actor("lead"), workload_id=workload.pk, lens_ids=[other, good])
    assert LensReview.objects.count() == 1


@pytest.mark.parametrize("lens", ["unknown", "no id", "draft", "deleted", "foreign"])
def test_a_lens_that_cannot_be_used_is_refused(
    lead: Client, in_northwind: Organization, cast: Cast, lens: str
) -> None:
    lens_id: UUID | str = "x" if lens == "no id" else uuid4()
    if lens == "foreign":
        with in_organization(cast.southridge.pk):
            lens_id = make_lens_version().lens_id
    elif lens in {"draft", "deleted"}:
        is_draft = lens == "draft"
        version = make_lens_version(version="", status="draft") if is_draft else make_lens_version()
        lens_id = version.lens_id
        if not is_draft:
            version.lens.deleted_at = version.created_at
            version.lens.save()
    response = add(lead, make_workload(), lens_id)
    assert response.status_code == 422
    assert "There is no such lens" in response.content.decode()
    assert not LensReview.objects.exists()


def test_the_limit_names_itself_its_value_and_the_plan(
    lead: Client, in_northwind: Organization, cast: Cast
) -> None:
    in_northwind.limits = {"lenses_per_workload": 1}
    in_northwind.save()
    workload = make_review().workload
    lens_id = make_lens_version().lens_id
    page = add(lead, workload, lens_id)
    assert page.status_code == 422
    text = page.content.decode()
    assert "Lenses of a workload: the plan “standard” allows 1" in text
    assert "disabled" in lead.get(page_of(workload, "lenses")).content.decode()
    actor = cast.actor("lead")
    actor.organization.limits = {"lenses_per_workload": 1}
    with pytest.raises(LimitExceeded) as caught:
        start_reviews(actor=actor, workload_id=workload.pk, lens_ids=[lens_id])
    assert (caught.value.limit, caught.value.value) == ("lenses_per_workload", 1)


def test_removing_says_how_many_answers_go_and_that_milestones_keep_them(
    lead: Client, in_northwind: Organization
) -> None:
    review = make_review()
    for number in (1, 2):
        Answer.objects.create(review=review, question_id=f"pillar_1_question_{number}")
    page = lead.get(page_of(review.workload, f"lenses/{review.pk}/remove")).content.decode()
    assert "2 answers of “Payments” are deleted" in page
    assert "Milestones that were saved keep them" in page
    assert LensReview.objects.exists()


def test_a_removed_lens_takes_its_answers_and_leaves_milestones(
    lead: Client, in_northwind: Organization
) -> None:
    review = make_review()
    Answer.objects.create(review=review, question_id="pillar_1_question_1")
    Milestone.objects.create(
        workload=review.workload, number=1, name="Q1", name_key="q1", snapshot=b"", sha256=""
    )
    response = lead.post(page_of(review.workload, f"lenses/{review.pk}/remove"))
    assert response.status_code == 302
    assert not LensReview.objects.exists()
    assert not Answer.objects.exists()
    assert Milestone.objects.count() == 1
    event = AuditEvent.objects.get(verb="workload.lens_removed")
    assert event.before is not None
    assert event.before["answers"] == 1
    again = lead.post(page_of(review.workload, f"lenses/{review.pk}/remove"))
    assert again.status_code == 404


def test_a_review_is_removed_only_from_its_own_workload(
    lead: Client, in_northwind: Organization, cast: Cast
) -> None:
    review = make_review()
    other = make_workload("Other")
    assert lead.post(page_of(other, f"lenses/{review.pk}/remove")).status_code == 404
    with pytest.raises(NotFound):
        remove_lens(actor=cast.actor("lead"), workload_id=other.pk, review_id=review.pk)
    assert LensReview.objects.exists()


@pytest.mark.parametrize("role", ["contributor", "viewer"])
def test_who_may_not_manage_workloads_looks_and_changes_nothing(
    client_of: ClientOf, in_northwind: Organization, cast: Cast, role: str
) -> None:
    client = client_of(role)
    review = make_review()
    lens_id = make_lens_version().lens_id
    page = client.get(page_of(review.workload, "lenses"))
    assert page.status_code == 200
    assert 'name="lenses"' not in page.content.decode()
    assert add(client, review.workload, lens_id).status_code == 403
    remove = page_of(review.workload, f"lenses/{review.pk}/remove")
    assert client.get(remove).status_code == 403
    assert client.post(remove).status_code == 403
    for service in (
        lambda: start_reviews(
            actor=cast.actor(role), workload_id=review.workload_id, lens_ids=[lens_id]
        ),
        lambda: remove_lens(
            actor=cast.actor(role), workload_id=review.workload_id, review_id=review.pk
        ),
    ):
        with pytest.raises(Forbidden):
            service()
    assert LensReview.objects.count() == 1


def test_another_organisation_sees_nothing(client_of: ClientOf, in_northwind: Organization) -> None:
    review = make_review()
    stranger = client_of("stranger")
    for page in ("lenses", f"lenses/{review.pk}/remove"):
        assert stranger.get(page_of(review.workload, page)).status_code == 404
        foreign = page_of(review.workload, page, slug="southridge")
        assert stranger.post(foreign, {"lenses": str(review.lens_id)}).status_code == 404


def test_other_methods_are_refused(lead: Client, in_northwind: Organization) -> None:
    review = make_review()
    assert lead.delete(page_of(review.workload, "lenses")).status_code == 405
    assert lead.delete(page_of(review.workload, f"lenses/{review.pk}/remove")).status_code == 405


def test_the_number_of_queries_does_not_grow_with_the_lenses(
    lead: Client, in_northwind: Organization, query_count: QueryCount
) -> None:
    workload = make_workload()
    address = page_of(workload, "lenses")

    def fill(many: int) -> None:
        for _ in range(many):
            make_lens_version()
            make_review(workload)

    fill(2)
    lead.get(address)
    two = query_count(lambda: lead.get(address))
    fill(8)
    lead.get(address)
    assert query_count(lambda: lead.get(address)) == two
