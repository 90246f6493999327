"""A forgotten password, from the question to the new one; and changing a known one."""

import re

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.accounts.helpers import (
    NEW_PASSWORD,
    PASSWORD,
    RESET,
    SIGN_UP,
    assert_is_ours,
    is_signed_in,
    only_mail,
    sign_in,
    text_of,
)
from tests.conftest import Cast

CHANGE = "/accounts/password/change/"


def link_for(email: str) -> str:
    """Ask for a new password and return the path in the mail."""
    mail.outbox.clear()
    assert Client().post(RESET, {"email": email}).status_code == 302
    message = only_mail()
    assert_is_ours(message)
    [link] = re.findall(r"http://testserver(\S+)", str(message.body))
    return str(link)


def choose(client: Client, link: str, password: str, again: str | None = None) -> str:
    """Follow the link and send the new password; return what the last page says."""
    opened = client.get(link, follow=True)
    place = opened.redirect_chain[-1][0] if opened.redirect_chain else link
    assert link not in place  # the key is out of the address bar
    sent = {"password1": password, "password2": password if again is None else again}
    return text_of(client.post(place, sent, follow=True))


def test_the_link_in_the_mail_lets_choose_a_new_password(cast: Cast) -> None:
    link = link_for("Owner@Example.com")
    assert mail.outbox[0].to == ["owner@example.com"]
    client = Client()
    assert "Your new password is saved" in choose(client, link, NEW_PASSWORD)

    sign_in(client, "owner@example.com", PASSWORD)
    assert not is_signed_in(client)
    sign_in(client, "owner@example.com", NEW_PASSWORD)
    assert is_signed_in(client)


def test_the_link_works_once(cast: Cast) -> None:
    link = link_for("owner@example.com")
    choose(Client(), link, NEW_PASSWORD)
    for client in (Client(), Client()):
        opened = client.get(link, follow=True)
        assert opened.status_code == 200
        assert "This link no longer works" in text_of(opened)
    # Nor does a form that was opened before the link was used.
    link = link_for("owner@example.com")
    slow = Client()
    place = slow.get(link, follow=True).redirect_chain[-1][0]
    choose(Client(), link, "another harbour at ten")
    sent = slow.post(place, {"password1": "third harbour", "password2": "third harbour"})
    assert "This link no longer works" in text_of(sent)
    assert User.objects.get(email="owner@example.com").check_password("another harbour at ten")


def test_a_new_password_ends_the_sessions_that_the_old_one_opened(cast: Cast) -> None:
    thief = Client()
    sign_in(thief, "owner@example.com")
    choose(Client(), link_for("owner@example.com"), NEW_PASSWORD)
    assert thief.get("/o/northwind/workloads/").status_code == 302


@pytest.mark.parametrize(
    "key",
    ["01-x", "zz-zzz-zzz", "0" * 64 + "-a-b", "01a202fb0808729884f545a44e4cf7f1-set-password"],
)
def test_a_link_that_was_never_sent_says_that_it_does_not_work(cast: Cast, key: str) -> None:
    opened = Client().get(f"/accounts/password/reset/key/{key}/", follow=True)
    assert opened.status_code == 200
    assert "This link no longer works" in text_of(opened)


def test_an_unknown_address_gets_the_same_page_and_a_mail_of_its_own(cast: Cast) -> None:
    pages = []
    for email in ("owner@example.com", "o'neil@example.com"):
        mail.outbox.clear()
        response = Client().post(RESET, {"email": email})
        shown = text_of(Client().get(response["Location"]))
        pages.append((response.status_code, response["Location"], shown))
        assert only_mail().to == [email]
    assert pages[0] == pages[1]
    message = only_mail()
    assert_is_ours(message)
    assert message.subject == "No account has this address"
    assert "o'neil@example.com" in str(message.body)
    assert SIGN_UP in str(message.body)


def test_a_closed_site_invites_nobody_to_sign_up_by_mail(cast: Cast, settings: Settings) -> None:
    settings.SIGN_UP_OPEN = False
    Client().post(RESET, {"email": "nobody@example.com"})
    message = only_mail()
    assert_is_ours(message)
    assert SIGN_UP not in str(message.body)
    assert "create an account" not in str(message.body)


def test_an_account_that_is_switched_off_gets_no_link(cast: Cast) -> None:
    User.objects.filter(pk=cast.viewer.pk).update(is_active=False)
    Client().post(RESET, {"email": "viewer@example.com"})
    assert only_mail().subject == "No account has this address"


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("abc", None, "too short"),
        ("password1", None, "too common"),
        ("82736455463", None, "entirely numeric"),
        ("owner@example.com", None, "too similar"),
        (NEW_PASSWORD, "something else", "same password"),
        ("", None, "This field is required"),
        ("harbour\x00nine", None, "Null characters"),
    ],
)
def test_a_weak_password_is_refused_and_the_link_goes_on_working(
    cast: Cast, password: str, again: str | None, words: str
) -> None:
    link = link_for("owner@example.com")
    client = Client()
    assert words in choose(client, link, password, again)
    assert User.objects.get(email="owner@example.com").check_password(PASSWORD)
    assert "Your new password is saved" in choose(Client(), link, NEW_PASSWORD)


@pytest.mark.parametrize("email", ["", "owner", "owner@example.com\x00", "x" * 249 + "@x.org"])
def test_what_is_no_address_gets_no_mail(cast: Cast, email: str) -> None:
    response = Client().post(RESET, {"email": email})
    assert response.status_code == 200
    assert mail.outbox == []


def test_a_foreign_host_does_not_get_into_the_link(cast: Cast) -> None:
    response = Client().post(
        RESET, {"email": "owner@example.com"}, headers={"host": "evil.example"}
    )
    assert response.status_code == 400
    assert mail.outbox == []


def test_a_known_password_is_changed_and_the_session_goes_on(cast: Cast) -> None:
    client = Client()
    sign_in(client, "owner@example.com")
    wrong = client.post(
        CHANGE, {"oldpassword": "wrong", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    )
    assert "This is not your current password." in text_of(wrong)
    right = client.post(
        CHANGE, {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    )
    assert right.status_code == 302
    assert is_signed_in(client)
    assert User.objects.get(email="owner@example.com").check_password(NEW_PASSWORD)
