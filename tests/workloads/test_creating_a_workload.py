"""A workload is described on one page, with its lenses, and every limit says what it is."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from lenses.models import LensVersion
from reviews.models import LensReview
from tenants.context import in_organization
from tenants.models import AuditEvent, Organization
from tests.builders import make_lens_version, make_workload
from tests.conftest import Cast
from tests.workloads.pages import NEW, form
from workloads.models import Workload, WorkloadTag

ClientOf = Callable[[str], Client]


@pytest.fixture
def lead(client_of: ClientOf) -> Client:
    return client_of("lead")


def errors(response: Any) -> dict[str, list[str]]:
    """Return the messages that the form of a page shows, by field."""
    assert response.status_code == 422
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def test_the_page_offers_lenses_with_their_questions_and_time(
    lead: Client, in_northwind: Organization
) -> None:
    make_lens_version()
    page = lead.get(NEW)
    assert page.status_code == 200
    assert "6 questions, about 12 minutes" in page.content.decode()


def test_a_lead_creates_a_workload_with_all_its_properties(
    lead: Client, in_northwind: Organization, cast: Cast
) -> None:
    response = lead.post(
        NEW,
        form(
            name="  Payments   API ",
            environment="PREPRODUCTION",
            review_owner="Platform team",
            industry_type="Financial services",
            industry="Payments",
            account_ids="123456789012, 210987654321\n123456789012",
            regions="EU-west-1\neu-central-1",
            other_regions="Frankfurt cellar\nBasel",
            architectural_design="https://example.com/diagram",
            pillar_priorities="security\nreliability",
            tags="team=core\nurl = https://x.example/?a=b\n\nflag",
            notes="First\r\nsecond",
            next_review_on="2027-03-01",
        ),
    )
    workload = Workload.objects.get()
    assert response.status_code == 302
    assert response["Location"].endswith(f"/workloads/{workload.pk}/")
    assert workload.name == "Payments API"
    assert workload.environment == "PREPRODUCTION"
    assert workload.account_ids == ["123456789012", "210987654321"]
    assert workload.regions == ["eu-west-1", "eu-central-1"]
    assert workload.other_regions == ["Frankfurt cellar", "Basel"]
    assert workload.pillar_priorities == ["security", "reliability"]
    assert workload.notes == "First\nsecond"
    assert str(workload.next_review_on) == "2027-03-01"
    assert workload.created_by_id == cast.lead.pk
    assert dict(WorkloadTag.objects.values_list("key", "value")) == {
        "team": "core",
        "url": "https://x.example/?a=b",
        "flag": "",
    }
    event = AuditEvent.objects.get(verb="workload.created")
    assert event.object_id == str(workload.pk)
    assert event.after is not None
    assert event.after["tags"]["team"] == "core"


def test_each_chosen_lens_becomes_a_review_of_its_newest_version(
    lead: Client, in_northwind: Organization
) -> None:
    old = make_lens_version()
    LensVersion.objects.filter(pk=old.pk).update(status=LensVersion.Status.SUPERSEDED)
    new = make_lens_version(version="2.0", lens=old.lens)
    other = make_lens_version()
    lead.post(NEW, form(lenses=[str(old.lens_id), str(other.lens_id)]))
    pinned = LensReview.objects.order_by("position").values_list("lens_version", flat=True)
    assert set(pinned) == {new.pk, other.pk}


@pytest.mark.parametrize("state", ["unknown", "draft", "deleted", "foreign"])
def test_a_lens_that_cannot_be_chosen_is_an_error_of_its_field(
    lead: Client, in_northwind: Organization, cast: Cast, state: str
) -> None:
    lens_id = uuid4()
    if state == "foreign":
        with in_organization(cast.southridge.pk):
            lens_id = make_lens_version().lens_id
    elif state != "unknown":
        is_draft = state == "draft"
        version = make_lens_version(version="", status="draft") if is_draft else make_lens_version()
        lens_id = version.lens_id
        if not is_draft:
            version.lens.deleted_at = version.created_at
            version.lens.save()
    response = lead.post(NEW, form(lenses=[str(lens_id)]))
    assert "lenses" in errors(response)
    assert not Workload.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "ab", "3"),
        ("name", "x" * 101, "100"),
        ("description", "ab", "3"),
        ("description", "x" * 251, "250"),
        ("environment", "STAGING", "STAGING"),
        ("review_owner", "ab", "3"),
        ("review_owner", "x" * 256, "255"),
        ("account_ids", "12345678901", "“12345678901”: not twelve digits"),
        ("account_ids", "12345678901a", "not twelve digits"),
        ("regions", "eu west!", "“west!”: not a region"),
        ("other_regions", "xy", "“xy”: not 3 to 25"),
        ("architectural_design", "ftp://example.com/x", "http"),
        ("architectural_design", "javascript:alert(1)", "URL"),
        ("pillar_priorities", "no/slash", "not a pillar"),
        ("tags", "=value", "Line 1 has no key"),
        ("tags", "a=1\na=2", "Line 2: the key “a” is there already"),
        ("tags", "aws:team=x", "“aws:team”"),
        ("tags", f"{'k' * 129}=x", "128"),
        ("tags", f"k={'v' * 257}", "256"),
        ("next_review_on", "soon", "date"),
    ],
)
def test_a_value_that_breaks_a_rule_is_an_error_of_its_field(
    lead: Client, in_northwind: Organization, field: str, value: str, says: str
) -> None:
    found = errors(lead.post(NEW, form(**{field: value})))
    assert list(found) == [field]
    assert says in " ".join(found[field])
    assert not Workload.objects.exists()


@pytest.mark.parametrize(
    ("limit", "field", "value"),
    [
        ("account_ids", "account_ids", "\n".join(f"{n:012d}" for n in range(3))),
        ("regions", "regions", "eu-west-1 eu-west-2 eu-west-3"),
        ("other_regions", "other_regions", "Basel\nBern\nGenf"),
        ("tags", "tags", "a=1\nb=2\nc=3"),
        ("notes_characters", "notes", "xyz"),
    ],
)
def test_a_limit_names_itself_its_value_and_the_plan(
    lead: Client, in_northwind: Organization, limit: str, field: str, value: str
) -> None:
    in_northwind.limits = {limit: 2}
    in_northwind.save()
    (message,) = errors(lead.post(NEW, form(**{field: value})))[field]
    assert "2" in message
    assert "3" in message
    assert "“standard”" in message


def test_the_number_of_workloads_is_limited(lead: Client, in_northwind: Organization) -> None:
    in_northwind.limits = {"workloads": 1}
    in_northwind.save()
    make_workload("Only one")
    (message,) = errors(lead.post(NEW, form()))["name"]
    assert message.startswith("Workloads: the plan “standard” allows 1")
    assert Workload.objects.count() == 1


def test_too_many_lenses_leave_no_workload_behind(lead: Client, in_northwind: Organization) -> None:
    in_northwind.limits = {"lenses_per_workload": 1}
    in_northwind.save()
    lenses = [str(make_lens_version().lens_id) for _ in range(2)]
    response = lead.post(NEW, form(lenses=lenses))
    assert "Lenses of a workload" in errors(response)["lenses"][0]
    assert not Workload.objects.exists()
    assert not AuditEvent.objects.filter(verb="workload.created").exists()


@pytest.mark.parametrize("name", ["Payments API", "payments api", "  PaymentsAPI", "PAY ments api"])
def test_a_name_is_taken_whatever_its_case_and_blanks(
    lead: Client, in_northwind: Organization, name: str
) -> None:
    make_workload("Payments API")
    found = errors(lead.post(NEW, form(name=name)))
    assert found == {"name": ["Your organisation has a workload with this name."]}


def test_another_organisation_may_use_the_same_name(
    client_of: ClientOf, lead: Client, cast: Cast
) -> None:
    assert lead.post(NEW, form()).status_code == 302
    stranger = client_of("stranger")
    assert stranger.post("/o/southridge/workloads/new/", form()).status_code == 302


def test_what_was_typed_stays_when_something_is_wrong(
    lead: Client, in_northwind: Organization
) -> None:
    response = lead.post(NEW, form(name="x", account_ids="1, 2", tags="a = b\nbroken=1"))
    page = response.content.decode()
    assert response.status_code == 422
    assert ">\n1, 2</textarea>" in page
    assert ">\na = b\nbroken=1</textarea>" in page


@pytest.mark.parametrize("role", ["contributor", "viewer"])
def test_who_may_not_manage_workloads_gets_403(client_of: ClientOf, role: str) -> None:
    client = client_of(role)
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, form()).status_code == 403


def test_another_organisations_people_get_404(client_of: ClientOf, cast: Cast) -> None:
    assert client_of("stranger").post(NEW, form()).status_code == 404


def test_other_methods_are_refused(lead: Client) -> None:
    assert lead.delete(NEW).status_code == 405
