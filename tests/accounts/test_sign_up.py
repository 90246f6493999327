"""A new account, from the form to the first organisation."""

import re

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tenants.models import Membership
from tests.accounts.helpers import (
    SIGN_UP,
    assert_is_ours,
    is_signed_in,
    only_mail,
    sign_in,
    sign_up,
    text_of,
)
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def test_who_signs_up_is_signed_in_and_led_to_an_organisation_of_their_own() -> None:
    client = Client()
    assert sign_up(client, name="  Anna Ångström ").status_code == 302

    home = client.get("/")
    assert home.status_code == 200
    assert "/organizations/new/" in home.content.decode()
    created = client.post("/organizations/new/", {"name": "Anna's yard"})
    assert created.status_code == 302
    assert client.get(created["Location"]).status_code == 200
    members = client.get(created["Location"].replace("workloads", "settings/members"))
    assert "Anna Ångström" in text_of(members)


def test_the_address_is_kept_in_small_letters_whatever_was_typed() -> None:
    sign_up(Client(), email="Anna@Example.ORG")

    assert User.objects.get().email == "anna@example.org"
    for typed in ("anna@example.org", "ANNA@EXAMPLE.ORG", "Anna@Example.org"):
        client = Client()
        sign_in(client, typed, "blue harbour at nine")
        assert is_signed_in(client), typed


def test_one_address_in_two_spellings_is_one_person() -> None:
    sign_up(Client(), email="Anna@example.org")
    response = sign_up(Client(), email="anna@EXAMPLE.org", name="Another")

    assert "There is an account with this address already" in text_of(response)
    assert User.objects.get().name == "Anna"


def test_with_a_mail_server_an_address_that_is_taken_is_not_betrayed(
    cast: Cast, settings: Settings
) -> None:
    # Only with one: without it the new account is open at once, so that the taken one shows.
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    people = User.objects.count()
    pages = []
    for email in ("nobody@example.com", "Owner@Example.com"):
        client = Client()
        response = sign_up(client, email=email)
        assert not is_signed_in(client)
        shown = text_of(client.get(response["Location"])).replace(email.lower(), "")
        pages.append((response.status_code, response["Location"], shown))
    assert pages[0] == pages[1]
    assert User.objects.count() == people + 1
    assert User.objects.get(email="owner@example.com").name == "Owner"
    [confirm, warning] = mail.outbox
    assert "Confirm" in confirm.subject
    assert (warning.to, warning.subject) == (["owner@example.com"], "You have an account already")


def test_with_a_mail_server_the_account_opens_with_the_link(settings: Settings) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    client = Client()
    sign_up(client)
    sign_in(client, "anna@example.org", "blue harbour at nine")
    assert not is_signed_in(client)
    mail.outbox[:] = mail.outbox[:1]

    message = only_mail()
    assert_is_ours(message)
    [link] = re.findall(r"http://testserver(\S+)", str(message.body))
    asked = client.get(link)
    assert "anna@example.org" in text_of(asked)
    assert client.post(link).status_code == 302
    sign_in(client, "anna@example.org", "blue harbour at nine")
    assert is_signed_in(client)
    assert "This link no longer works" in text_of(Client().get("/accounts/confirm-email/nonsense/"))


def test_mails_are_plain_text_with_nothing_escaped(settings: Settings) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    for _time in range(2):
        sign_up(Client(), email="o'neil&sons@example.org", name="<b>O'Neil</b>")
    for message in mail.outbox:
        assert_is_ours(message)  # type: ignore[arg-type]
    assert "o'neil&sons@example.org" in str(mail.outbox[1].body)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"password1": "abc", "password2": "abc"}, "too short"),
        ({"password1": "password1", "password2": "password1"}, "too common"),
        ({"password1": "8273645546", "password2": "8273645546"}, "entirely numeric"),
        (
            {"password1": "anna@example.org", "password2": "anna@example.org"},
            "too similar to the e-mail address",
        ),
        ({"password2": "green harbour at nine"}, "same password"),
        ({"email": "anna"}, "Enter a valid email address"),
        ({"email": "anna@example.org\x00"}, "Enter a valid email address"),
        ({"name": ""}, "This field is required"),
        ({"name": "   "}, "This field is required"),
        ({"name": "An\x00na"}, "Null characters"),
        ({"name": "x" * 101}, "at most 100 characters"),
        ({"email": f"{'x' * 250}@example.org"}, "at most 254 characters"),
    ],
)
def test_what_cannot_be_used_is_said_and_creates_nobody(fields: dict[str, str], words: str) -> None:
    client = Client()
    response = sign_up(client, **fields)
    assert response.status_code == 200
    assert words in text_of(response)
    assert "blue harbour" not in response.content.decode()
    assert not User.objects.exists()
    assert not is_signed_in(client)


def test_a_closed_site_says_how_one_gets_in_and_creates_nobody(settings: Settings) -> None:
    settings.SIGN_UP_OPEN = False
    for response in (Client().get(SIGN_UP), sign_up(Client())):
        assert response.status_code == 200
        assert "Accounts are by invitation here" in text_of(response)
        assert "password1" not in response.content.decode()
    assert not User.objects.exists()


def test_who_is_signed_in_is_not_offered_another_account(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.owner)
    assert client.get(SIGN_UP)["Location"] == "/"


def test_an_account_alone_belongs_to_no_organisation(cast: Cast) -> None:
    from tenants.context import in_organization

    client = Client()
    sign_up(client)
    assert client.get("/o/northwind/workloads/").status_code == 404
    with in_organization(cast.northwind.pk):
        assert not Membership.objects.filter(user__email="anna@example.org").exists()
