"""The organisation of a first start: made once, whole or not at all, and opened by its file."""

import json
import stat
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from common.models import QueuedMessage
from reviews.models import Answer, LensReview, Milestone
from tenants.context import across_organizations, in_organization
from tenants.models import AuditEvent, Membership, Organization
from tenants.permissions import Role
from tests.conftest import around_module
from tests.postgres import as_table_owner
from web import demo
from workloads.models import Workload, WorkloadTag

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def catalogue(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load the built-in lenses that the demo is about."""
    with around_module(django_db_blocker):
        with as_table_owner():
            call_command("load_catalog", verbosity=0)
        yield


@pytest.fixture
def data(catalogue: None, db: None, settings: Settings, tmp_path: Path) -> Path:
    """Use an empty data folder beside the built-in lenses."""
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def few_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave nearly all questions of the large lenses open, where nobody looks at the answers."""
    monkeypatch.setattr(demo, "_OPEN", 90)


few = pytest.mark.usefixtures("few_answers")


def sign_in_file(data: Path) -> Path:
    return data / "demo-sign-in.json"


def organizations() -> list[Organization]:
    with across_organizations(reason="a test"):
        return list(Organization.objects.all())


def everything() -> dict[str, list[Any]]:
    """Return every row that the demo could have made, as values."""
    rows: dict[str, list[Any]] = {
        "people": list(User.objects.order_by("pk").values()),
        "addresses": list(EmailAddress.objects.order_by("pk").values()),
        "tasks": list(QueuedMessage.objects.order_by("pk").values("payload")),
    }
    for organization in organizations():
        with in_organization(organization.pk):
            for model in (Membership, Workload, LensReview, Answer, Milestone, AuditEvent):
                found = list(model.objects.order_by("pk").values())
                rows[f"{organization.slug} {model.__name__}"] = found
    return rows


def test_a_first_start_shows_one_organisation_with_something_to_click_on(data: Path) -> None:
    assert demo.create_demo() is True

    [organization] = organizations()
    assert organization.name == "Demo"
    with in_organization(organization.pk):
        assert list(Workload.objects.order_by("name").values_list("name", flat=True)) == [
            "Customer portal",
            "Order platform",
            "Payments API",
            "Reporting warehouse",
        ]
        assert LensReview.objects.count() == 5
        assert WorkloadTag.objects.values("workload").distinct().count() == 4
        milestone, _of_the_platform = Milestone.objects.order_by("pk")
        assert milestone.workload.name == "Payments API"
        [membership] = Membership.objects.all()
        assert (membership.role, membership.user.email) == (Role.OWNER, "owner@demo.example")
        risks = set(Answer.objects.values_list("risk", flat=True))
        assert len(risks) > 1
        # Since the milestone somebody went on.
        changed = Answer.objects.filter(review__workload=milestone.workload, revision__gt=1)
        assert changed.exists()


def test_its_owner_signs_in_with_what_the_file_says(data: Path) -> None:
    demo.create_demo()
    known = json.loads(sign_in_file(data).read_text(encoding="utf-8"))
    assert demo.sign_in() == (known["email"], known["password"])
    assert len(known["password"]) >= 16

    client = Client()
    response = client.post(
        "/accounts/login/", {"login": known["email"], "password": known["password"]}
    )
    assert response.status_code == 302
    page = client.get(response["Location"], follow=True)
    assert page.redirect_chain[-1][0] == "/o/demo/"
    assert "Payments API" in page.content.decode()
    for workload in client.get("/o/demo/workloads/").context["rows"]:
        assert client.get(f"/o/demo/workloads/{workload.workload.pk}/").status_code == 200
        assert client.get(f"/o/demo/workloads/{workload.workload.pk}/plan/").status_code == 200


@few
def test_the_file_is_its_owner_s_alone_even_where_one_lay_open_before(data: Path) -> None:
    sign_in_file(data).write_text("{}")
    sign_in_file(data).chmod(0o644)
    demo.create_demo()
    assert stat.S_IMODE(sign_in_file(data).stat().st_mode) == 0o600
    assert demo.sign_in() is not None


@few
def test_a_second_call_changes_nothing(data: Path) -> None:
    demo.create_demo()
    before, file = everything(), sign_in_file(data).read_bytes()
    assert demo.create_demo() is False
    assert everything() == before
    assert sign_in_file(data).read_bytes() == file


def test_nothing_is_made_once_anybody_has_signed_up(data: Path) -> None:
    User.objects.create_user("anna@example.org", "correct horse")
    before = everything()
    assert demo.create_demo() is False
    assert everything() == before
    assert organizations() == []
    assert not sign_in_file(data).exists()
    assert demo.sign_in() is None


@few
def test_a_changed_password_is_not_told_any_more(data: Path) -> None:
    demo.create_demo()
    owner = User.objects.get()
    owner.set_password("a password of our own")
    owner.save()
    assert demo.sign_in() is None


@few
def test_an_owner_who_is_gone_or_switched_off_cannot_sign_in(data: Path) -> None:
    demo.create_demo()
    User.objects.update(is_active=False)
    assert demo.sign_in() is None
    User.objects.update(email="somebody@example.org", is_active=True)
    assert demo.sign_in() is None


@few
def test_a_file_that_is_damaged_counts_as_none(data: Path) -> None:
    demo.create_demo()
    for text in ("", "{", "[]", "{}", '{"email": "owner@demo.example"}', "\x00"):
        sign_in_file(data).write_text(text)
        assert demo.sign_in() is None, text


@few
@pytest.mark.parametrize(
    "step", ["create_organization", "create_workload", "answer_question", "save_milestone"]
)
def test_what_fails_in_between_leaves_nothing(
    data: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    before = everything()
    succeed: Callable[..., Any] = getattr(demo, step)
    calls = []

    def fail_late(**arguments: Any) -> Any:
        result = succeed(**arguments)
        calls.append(step)
        if len(calls) == (1 if step in {"create_organization", "save_milestone"} else 2):
            raise RuntimeError("The power went out.")
        return result

    with monkeypatch.context() as patch:
        patch.setattr(demo, step, fail_late)
        with pytest.raises(RuntimeError, match="power"):
            demo.create_demo()
    assert everything() == before
    assert not sign_in_file(data).exists()
    assert demo.create_demo() is True


@few
def test_a_file_that_cannot_be_written_leaves_nothing(data: Path, settings: Settings) -> None:
    before = everything()
    settings.DATA_DIR = data / "no" / "such" / "folder"
    with pytest.raises(FileNotFoundError):
        demo.create_demo()
    assert everything() == before


@few
def test_the_command_says_how_to_sign_in_while_that_holds(data: Path) -> None:
    def said() -> str:
        out = StringIO()
        call_command("create_demo", stdout=out)
        return out.getvalue()

    first = said()
    known = json.loads(sign_in_file(data).read_text(encoding="utf-8"))
    assert known["email"] in first
    assert known["password"] in first
    assert said() == first
    User.objects.update(password="!")
    assert said() == ""
