"""What is sent by mistake or on purpose and cannot be: refused in words, and nothing written.

Where a page's own tests hold an item already, they are named; here stands the rest. That no value
at all is a fault is tried in test_hostile_forms.py; hostile lens documents in
tests/lenses/test_hostile_documents.py; a file of two megabytes, a truncated one and one that is no
lens in tests/lenses/test_importing.py.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags
from pytest_django.plugin import DjangoDbBlocker

from lenses.models import Lens, LensVersion
from reviews.models import Answer, LensReview, Milestone
from reviews.services.milestones import save_milestone
from tenants.context import in_organization
from tenants.models import AuditEvent, Membership
from tests.builders import lens_document, make_lens_version, make_review
from tests.conftest import Cast, around_module, make_cast
from tests.workloads.pages import LIST, NEW, form
from workloads.models import Workload

IMPORT = "/o/northwind/lenses/import/"
MEMBERS = "/o/northwind/settings/members/"


@dataclass(frozen=True)
class Scene:
    """What is there before each test: no request of any of them changes it."""

    cast: Cast
    review: LensReview
    foreign_lens: str
    rows: list[list[Any]]


@pytest.fixture(scope="module")
def whole_scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """Make it once, and take it away behind the module's last test."""
    with around_module(django_db_blocker):
        cast = make_cast()
        with in_organization(cast.northwind.pk):
            review = make_review()
            save_milestone(actor=cast.actor(), workload_id=review.workload_id, name="First")
        with in_organization(cast.southridge.pk):
            foreign_lens = str(make_lens_version(lens_document(name="Foreign lens")).lens_id)
        yield Scene(cast, review, foreign_lens, rows(cast))


@pytest.fixture
def scene(whole_scene: Scene, db: None) -> Scene:
    """Return the module's scene; what a test changes in it is taken back."""
    return whole_scene


@pytest.fixture
def cast(scene: Scene) -> Cast:
    """Who plays in the scene."""
    return scene.cast


@pytest.fixture
def owner(cast: Cast) -> Client:
    """The owner's browser, to which a fault is a page."""
    client = Client(raise_request_exception=False)
    client.force_login(cast.owner)
    return client


@pytest.fixture
def review(scene: Scene) -> LensReview:
    """A review of a workload of Northwind, which has one milestone."""
    return scene.review


@pytest.fixture
def foreign_lens(scene: Scene) -> str:
    """The id of a lens of Southridge."""
    return scene.foreign_lens


def rows(cast: Cast) -> list[list[Any]]:
    """Return the keys of everything that a request could have written."""
    found = []
    for organization in (cast.northwind, cast.southridge):
        with in_organization(organization.pk):
            for model in (AuditEvent, Workload, Lens, LensVersion, LensReview, Answer, Milestone):
                found.append(sorted(map(str, model.objects.values_list("pk", flat=True))))
            found.append(sorted(Membership.objects.values_list("pk", "role")))
    return found


@pytest.fixture
def nothing_is_written(scene: Scene) -> Iterator[None]:
    """Check after the test that the rows are those from before it."""
    yield
    assert rows(scene.cast) == scene.rows


pytestmark = pytest.mark.usefixtures("nothing_is_written")


def words(response: Any) -> str:
    """Return the page's visible text with runs of blanks made one."""
    return " ".join(unescape(strip_tags(response.content.decode())).split())


def page_of(review: LensReview, page: str) -> str:
    return f"{LIST}{review.workload_id}/{page}"


# --- A lens that breaks the rules of the format ---------------------------------------------------
def question_of(document: dict[str, Any]) -> dict[str, Any]:
    question: dict[str, Any] = document["pillars"][0]["questions"][0]
    return question


def with_sixteen_choices(document: dict[str, Any]) -> None:
    document |= lens_document(choices=16)


def with_ids_that_come_twice(document: dict[str, Any]) -> None:
    question = question_of(document)
    question["choices"][1]["id"] = question["choices"][0]["id"]
    document["pillars"][1]["id"] = document["pillars"][0]["id"]


def with_an_unknown_choice_in_a_condition(document: dict[str, Any]) -> None:
    question_of(document)["riskRules"][0]["condition"] = "no_such_choice"


def with_a_condition_of_10_000_characters(document: dict[str, Any]) -> None:
    choice = question_of(document)["choices"][0]["id"]
    condition = " && ".join([choice] * 10_000)[:10_000]
    question_of(document)["riskRules"][0]["condition"] = condition


def with_500_parentheses(document: dict[str, Any]) -> None:
    choice = question_of(document)["choices"][0]["id"]
    question_of(document)["riskRules"][0]["condition"] = f"{'(' * 500}{choice}{')' * 500}"


def with_500_negations(document: dict[str, Any]) -> None:
    choice = question_of(document)["choices"][0]["id"]
    question_of(document)["riskRules"][0]["condition"] = f"{'!' * 500}{choice}"


@pytest.mark.parametrize(
    ("spoil", "place", "said"),
    [
        (with_sixteen_choices, "pillars[0].questions[0].choices", "15"),
        (with_ids_that_come_twice, "pillars[0].questions[0].choices[1].id", "pillar_1"),
        (
            with_an_unknown_choice_in_a_condition,
            "pillars[0].questions[0].riskRules[0].condition",
            "no_such_choice",
        ),
        (
            with_a_condition_of_10_000_characters,
            "pillars[0].questions[0].riskRules[0].condition",
            "2048",
        ),
        (with_500_parentheses, "pillars[0].questions[0].riskRules[0].condition", "50"),
        (with_500_negations, "pillars[0].questions[0].riskRules[0].condition", "50"),
    ],
)
def test_a_lens_that_breaks_a_rule_is_refused_naming_place_and_rule(
    owner: Client, spoil: Callable[[dict[str, Any]], None], place: str, said: str
) -> None:
    document = lens_document()
    spoil(document)
    response = owner.post(IMPORT, {"text": json.dumps(document)})
    assert response.status_code == 422
    text = words(response)
    assert place in text
    assert said in text
    assert len(text) < 40_000  # what was refused is not repeated at full length, over and over


# --- Workloads ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "ab", "3"),
        ("name", "  ab  ", "3"),
        ("name", "x" * 101, "100"),
        ("description", "ab", "3"),
        ("environment", "STAGING", "not one of the available choices"),
        ("next_review_on", "2026-02-30", "valid date"),
        ("next_review_on", "99999-01-01", "valid date"),
        ("account_ids", "12345678901", "12345678901"),
        ("account_ids", "١٢٣٤٥٦٧٨٩٠١٢", "١٢٣٤٥٦٧٨٩٠١٢"),
        ("regions", "nowhere-special-1!", "nowhere-special-1!"),
        ("architectural_design", "javascript:alert(1)", "https://"),
        ("pillar_priorities", "Ünknown pillar", "ünknown"),
        ("tags", "= value", "no key"),
        ("tags", "key = 1\nkey = 2", "already"),
        ("notes", "x" * 2_085, "2084"),
        ("lenses", "not-a-uuid", "There is no such lens"),
        ("lenses", "00000000-0000-0000-0000-000000000000", "There is no such lens"),
    ],
)
def test_a_workload_with_a_value_that_cannot_be_is_not_created(
    owner: Client, field: str, value: str, said: str
) -> None:
    response = owner.post(NEW, form(**{field: value}))
    assert response.status_code == 422
    assert said.casefold() in words(response).casefold().replace(",", "")


@pytest.mark.parametrize("revision", ["", "0", "-1", "x", "1.5", "9" * 30, "٣"])
def test_an_edit_without_a_revision_that_can_be_is_refused(
    owner: Client, review: LensReview, revision: str
) -> None:
    response = owner.post(page_of(review, "edit/"), form(name="Renamed", revision=revision))
    assert response.status_code in (409, 422)


def test_a_workload_is_not_deleted_under_another_s_name(owner: Client, review: LensReview) -> None:
    for name in ("", "Paymentz", "x" * 5000, "Payments\x00"):
        response = owner.post(page_of(review, "delete/"), {"name": name})
        assert response.status_code == 422, name


# --- Ids of another organisation ------------------------------------------------------------------
def test_a_lens_of_another_organisation_is_no_lens_in_any_form(
    owner: Client, review: LensReview, foreign_lens: str
) -> None:
    made_up = "11111111-1111-7111-8111-111111111111"
    for lens in (foreign_lens, made_up):
        new = owner.post(NEW, form(lenses=lens))
        added = owner.post(page_of(review, "lenses/"), {"lenses": lens})
        for response in (new, added):
            assert response.status_code == 422
            assert "There is no such lens" in words(response)
        # A filter by what does not exist here finds nothing; it does not complain either.
        listed = owner.get(LIST, {"lens": lens})
        assert listed.status_code == 200
        assert listed.context["rows"] == []
    assert "Foreign lens" not in owner.get(NEW).content.decode()


def test_a_member_of_another_organisation_is_no_member_here(cast: Cast, owner: Client) -> None:
    with in_organization(cast.southridge.pk):
        foreign = Membership.objects.get().pk
    for action, data in (("role", {"role": "viewer"}), ("remove", {})):
        assert owner.post(f"{MEMBERS}{foreign}/{action}/", data).status_code == 404
        assert owner.post(f"{MEMBERS}not-a-uuid/{action}/", data).status_code == 404


@pytest.mark.parametrize("role", ["", "emperor", "OWNER", "Role.OWNER", "owner\x00"])
def test_a_role_that_does_not_exist_is_given_to_nobody(
    cast: Cast, owner: Client, role: str
) -> None:
    added = owner.post(MEMBERS, {"email": "outsider@example.com", "role": role})
    assert added.status_code == 422
    with in_organization(cast.northwind.pk):
        member = Membership.objects.get(user=cast.viewer).pk
    changed = owner.post(f"{MEMBERS}{member}/role/", {"role": role}, follow=True)
    assert "There is no such role." in words(changed)


# --- Answers --------------------------------------------------------------------------------------
CHOICE = "pillar_1_question_1_choice_1"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"revision": "0", "choice": "pillar_1_question_2_choice_1"}, "no choice"),
        ({"revision": "0", "choice": "x" * 5000}, "no choice"),
        ({"revision": "0", "not_applicable": "no_such_choice"}, "no choice"),
        ({"revision": "0", "reason": "BECAUSE"}, "no such reason"),
        ({"revision": "0", f"reason.{CHOICE}": "BECAUSE"}, "no such reason"),
        ({"revision": "0", "notes": "x" * 2_085}, "2085 characters"),
        ({"revision": "0", f"notes.{CHOICE}": "x" * 251}, "251 characters"),
        ({"revision": "0", "notes": "a\x00b"}, "cannot be stored"),
        ({"revision": "9" * 30}, "reload"),
        ({"revision": "-1"}, "reload"),
        ({"revision": "²"}, "reload"),
        ({}, "reload"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_on_the_page_and_for_htmx(
    owner: Client, review: LensReview, data: dict[str, str], said: str
) -> None:
    url = page_of(review, f"review/{review.pk}/pillar_1_question_1/")
    address = owner.get(page_of(review, f"review/{review.pk}/"), follow=True).redirect_chain[-1][0]
    for headers in ({}, {"HX-Request": "true"}):
        response = owner.post(address, data, headers=headers)
        assert response.status_code == 422, url
        assert said in words(response)


@pytest.mark.parametrize("name", ["", "ab", "x" * 101, "First\x00"])
def test_a_milestone_without_a_usable_name_is_not_saved(
    owner: Client, review: LensReview, name: str
) -> None:
    response = owner.post(page_of(review, "milestones/"), {"name": name})
    assert response.status_code == 422


# --- Addresses ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "query",
    [
        *("page=abc", "page=-1", "page=0", f"page={'9' * 30}", "page=1e5", "page=%00", "page="),
        *("sort=evil", "sort=-", "sort=--name", "sort=organization__name", "sort=%00"),
        *("environment=evil", "lens=x", "lens=%00", "q=%00", f"q={'x' * 5000}", "q=%27%22%3B--"),
        *("q=%ED%A0%80", "evil=1", "q[]=1", "q=a&q=b"),
    ],
)
def test_what_the_list_does_not_understand_counts_as_not_said(owner: Client, query: str) -> None:
    assert owner.get(f"{LIST}?{query}").status_code == 200
    partial = owner.get(f"{LIST}?{query}", headers={"HX-Request": "true"})
    assert partial.status_code == 200
    replaced = partial["HX-Replace-Url"]
    assert "evil" not in replaced
    assert "%00" not in replaced


def test_other_pages_take_any_query(owner: Client, review: LensReview) -> None:
    question = owner.get(page_of(review, f"review/{review.pk}/"), follow=True).redirect_chain[-1][0]
    for address in (
        f"{question}?show=evil&find=%00",
        f"{question}?show=&find={'x' * 5000}",
        page_of(review, "plan/?risk=evil&pillar=%00&lens=x&page=-5"),
        page_of(review, "milestones/?page=abc"),
        "/o/northwind/lenses/?q=%00&page=x",
    ):
        assert owner.get(address).status_code == 200, address


def test_a_comparison_of_nothing_says_so(owner: Client, review: LensReview) -> None:
    compare = page_of(review, "milestones/compare/")
    for query, status in (
        ("from=x", 422),
        ("from=1&to=evil", 422),
        ("from=-1", 422),
        ("from=%00", 422),
        ("from=", 422),
        (f"from={'9' * 30}", 422),
        ("from=999", 404),
    ):
        response = owner.get(f"{compare}?{query}")
        assert response.status_code == status, query
    assert "neither a milestone’s number nor “now”" in words(owner.get(f"{compare}?from=evil"))
    assert owner.get(page_of(review, f"milestones/{'9' * 30}/")).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/o/NORTHWIND/workloads/",
        "/o/northwind%00/workloads/",
        "/o/n%C3%B6rthwind/workloads/",
        f"/o/{'x' * 3000}/workloads/",
        "/o/northwind/workloads/not-a-uuid/",
        "/o/northwind/workloads/00000000-0000-0000-0000-000000000000/",
        "/o/../admin/",
        "/.env",
        "/wp-login.php",
        "/%FF%FE/",
    ],
)
def test_an_address_of_nothing_is_not_found(owner: Client, address: str) -> None:
    response = owner.get(address)
    assert response.status_code == 404
    assert "There is nothing here" in words(response)
