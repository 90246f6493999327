"""Editing replaces what is said about a workload, and never silently what a colleague said."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tenants.models import AuditEvent, Organization
from tests.builders import make_workload
from tests.conftest import Cast
from tests.workloads.pages import form, page_of
from workloads.models import Workload, WorkloadTag
from workloads.properties import properties_of, tidied

ClientOf = Callable[[str], Client]


@pytest.fixture
def workload(in_northwind: Organization) -> Workload:
    workload = make_workload("Payments API")
    WorkloadTag.objects.create(workload=workload, key="team", value="core")
    return workload


@pytest.fixture
def lead(client_of: ClientOf) -> Client:
    return client_of("lead")


def save(client: Client, workload: Workload, **changes: Any) -> Any:
    """Send the edit form with the revision that the workload had when it was loaded."""
    values = form(**{"tags": "team = core", "revision": workload.revision, **changes})
    return client.post(page_of(workload, "edit"), values)


def test_the_form_shows_what_is_stored(lead: Client, workload: Workload) -> None:
    workload.account_ids = ["123456789012", "210987654321"]
    workload.save()
    page = lead.get(page_of(workload, "edit")).content.decode()
    assert "123456789012\n210987654321</textarea>" in page
    assert "team = core</textarea>" in page


def test_saving_the_form_as_it_is_changes_nothing(lead: Client, workload: Workload) -> None:
    tidy = tidied(properties_of(workload)).as_mapping()
    response = save(lead, workload, **{**tidy, "next_review_on": "", "account_ids": ""})
    assert response.status_code == 302
    workload.refresh_from_db()
    assert workload.revision == 1
    assert not AuditEvent.objects.filter(verb="workload.updated").exists()


def test_a_change_is_saved_and_the_log_says_only_what_changed(
    lead: Client, workload: Workload
) -> None:
    response = save(
        lead,
        workload,
        name="Payments",
        description=workload.description,
        review_owner=workload.review_owner,
        tags="team = edge",
    )
    assert response.status_code == 302
    workload.refresh_from_db()
    assert workload.name == "Payments"
    assert workload.name_key == "payments"
    assert workload.revision == 2
    event = AuditEvent.objects.get(verb="workload.updated")
    assert event.before == {"name": "Payments API", "tags": {"team": "core"}}
    assert event.after == {"name": "Payments", "tags": {"team": "edge"}}


def test_an_edit_of_what_a_colleague_changed_shows_both_and_saves_nothing(
    lead: Client, client_of: ClientOf, workload: Workload
) -> None:
    assert save(client_of("admin"), workload, description="As the admin says.").status_code == 302
    response = save(lead, workload, description="As the lead says.", notes="My own notes.")
    assert response.status_code == 409
    differences = {each.field: each for each in response.context["conflict"]}
    assert set(differences) == {"description", "notes"}
    assert differences["description"].stored == "As the admin says."
    assert differences["description"].typed == "As the lead says."
    page = response.content.decode()
    assert "As the admin says." in page
    assert "My own notes.</textarea>" in page
    workload.refresh_from_db()
    assert workload.description == "As the admin says."
    assert workload.notes == ""


def test_after_a_conflict_ones_own_text_can_be_saved_knowingly(
    lead: Client, client_of: ClientOf, workload: Workload
) -> None:
    save(client_of("admin"), workload, description="As the admin says.")
    again = save(lead, workload, description="As the lead says.")
    revision = again.context["form"]["revision"].value()
    response = save(lead, workload, description="As the lead says.", revision=revision)
    assert response.status_code == 302
    workload.refresh_from_db()
    assert workload.description == "As the lead says."


@pytest.mark.parametrize("revision", ["", "0", "one"])
def test_a_form_without_a_revision_is_refused(
    lead: Client, workload: Workload, revision: str
) -> None:
    response = save(lead, workload, revision=revision)
    assert response.status_code == 422
    workload.refresh_from_db()
    assert workload.revision == 1


def test_the_name_of_another_workload_cannot_be_taken(lead: Client, workload: Workload) -> None:
    make_workload("Ledger")
    response = save(lead, workload, name="LEDGER")
    assert response.status_code == 422
    assert "name" in response.context["form"].errors


def test_a_limit_that_was_lowered_is_named(
    lead: Client, workload: Workload, in_northwind: Organization
) -> None:
    in_northwind.limits = {"tags": 1}
    in_northwind.save()
    response = save(lead, workload, tags="team = core\ntier = 1")
    assert response.status_code == 422
    assert "Tags of a workload" in response.context["form"].errors["tags"][0]


@pytest.mark.parametrize("role", ["contributor", "viewer"])
def test_who_may_not_manage_workloads_gets_403(
    client_of: ClientOf, workload: Workload, role: str
) -> None:
    assert client_of(role).get(page_of(workload, "edit")).status_code == 403
    assert save(client_of(role), workload).status_code == 403


def test_another_organisation_sees_no_workload(client_of: ClientOf, workload: Workload) -> None:
    stranger = client_of("stranger")
    assert stranger.get(page_of(workload, "edit")).status_code == 404
    assert stranger.get(page_of(workload, "edit", slug="southridge")).status_code == 404
    assert stranger.post(page_of(workload, "edit", slug="southridge"), form()).status_code == 404


def test_signed_out_people_are_asked_to_sign_in(workload: Workload, cast: Cast) -> None:
    response = Client().get(page_of(workload, "edit"))
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


def test_other_methods_are_refused(lead: Client, workload: Workload) -> None:
    assert lead.put(page_of(workload, "edit")).status_code == 405
