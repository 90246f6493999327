"""Deleting asks for the name, says what goes, and leaves a record."""

from collections.abc import Callable

import pytest
from django.test import Client

from reviews.models import Answer, LensReview
from tenants.models import AuditEvent, Organization
from tests.builders import make_review
from tests.workloads.pages import LIST, page_of
from workloads.models import Workload, WorkloadTag
from workloads.selectors import what_goes_with

ClientOf = Callable[[str], Client]


@pytest.fixture
def workload(in_northwind: Organization) -> Workload:
    review = make_review()
    Answer.objects.create(review=review, question_id="pillar_1_question_1")
    Answer.objects.create(review=review, question_id="pillar_1_question_2")
    WorkloadTag.objects.create(workload=review.workload, key="team", value="core")
    found: Workload = review.workload
    return found


@pytest.fixture
def lead(client_of: ClientOf) -> Client:
    return client_of("lead")


def test_the_page_says_what_would_go(lead: Client, workload: Workload) -> None:
    page = lead.get(page_of(workload, "delete")).content.decode()
    assert "1 review" in page
    assert "2 answers" in page
    assert "0 milestones" in page


def test_everything_that_hangs_on_a_workload_is_counted(workload: Workload) -> None:
    counts = what_goes_with(workload)
    assert counts["reviews.lensreview"] == 1
    assert counts["reviews.answer"] == 2
    assert counts["workloads.workloadtag"] == 1
    assert {"reviews.answerchange", "reviews.reviewsummary", "reviews.milestone"} <= counts.keys()


def test_the_name_deletes_it_with_its_reviews(lead: Client, workload: Workload) -> None:
    response = lead.post(page_of(workload, "delete"), {"name": f" {workload.name} "})
    assert response.status_code == 302
    assert response["Location"] == LIST
    assert not Workload.objects.exists()
    assert not LensReview.objects.exists()
    assert not Answer.objects.exists()
    event = AuditEvent.objects.get(verb="workload.deleted")
    assert event.object_id == str(workload.pk)
    assert event.before is not None
    assert event.before["name"] == workload.name
    assert event.before["deleted_with_it"]["reviews.answer"] == 2


@pytest.mark.parametrize("name", ["", "Payment", "payments", "Payments!"])
def test_another_name_deletes_nothing(lead: Client, workload: Workload, name: str) -> None:
    response = lead.post(page_of(workload, "delete"), {"name": name})
    assert response.status_code == 422
    assert "name" in response.context["form"].errors
    assert Workload.objects.count() == 1
    assert Answer.objects.count() == 2


@pytest.mark.parametrize("role", ["contributor", "viewer"])
def test_who_may_not_manage_workloads_gets_403(
    client_of: ClientOf, workload: Workload, role: str
) -> None:
    client = client_of(role)
    assert client.get(page_of(workload, "delete")).status_code == 403
    assert client.post(page_of(workload, "delete"), {"name": workload.name}).status_code == 403
    assert Workload.objects.exists()


def test_another_organisation_sees_no_workload(client_of: ClientOf, workload: Workload) -> None:
    address = page_of(workload, "delete", slug="southridge")
    assert client_of("stranger").post(address, {"name": workload.name}).status_code == 404
    assert Workload.objects.exists()


def test_what_is_gone_cannot_be_deleted_again(lead: Client, workload: Workload) -> None:
    lead.post(page_of(workload, "delete"), {"name": workload.name})
    response = lead.post(page_of(workload, "delete"), {"name": workload.name})
    assert response.status_code == 404


def test_other_methods_are_refused(lead: Client, workload: Workload) -> None:
    assert lead.delete(page_of(workload, "delete")).status_code == 405
