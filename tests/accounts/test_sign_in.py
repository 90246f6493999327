"""Signing in and out."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from tests.accounts.helpers import PASSWORD, SIGN_IN, SIGN_OUT, is_signed_in, sign_in, text_of
from tests.conftest import Cast

MISMATCH = "Address and password do not belong together."


@pytest.fixture
def limits(settings: Settings) -> Iterator[Settings]:
    """Switch the limits on, with counters of their own."""
    cache.clear()
    yield settings
    cache.clear()


def test_the_right_password_signs_in_however_the_address_is_typed(cast: Cast) -> None:
    for typed in ("owner@example.com", "OWNER@example.COM", " owner@example.com "):
        client = Client()
        response = sign_in(client, typed)
        assert (response.status_code, response["Location"]) == (302, "/"), typed
        assert is_signed_in(client)
    assert client.get("/")["Location"] == "/o/northwind/"


def test_a_wrong_password_and_an_unknown_address_look_the_same(cast: Cast) -> None:
    User.objects.filter(pk=cast.viewer.pk).update(is_active=False)
    texts = set()
    for login in ("owner@example.com", "nobody@example.com", "viewer@example.com"):
        client = Client()
        response = sign_in(client, login, "wrong")
        assert response.status_code == 200
        assert not is_signed_in(client)
        assert login in response.content.decode()  # need not be typed again
        texts.add(text_of(response).replace(login, ""))
    [text] = texts
    assert MISMATCH in text


@pytest.mark.parametrize(
    ("login", "password", "words"),
    [
        ("", PASSWORD, "This field is required"),
        ("owner@example.com", "", "This field is required"),
        ("owner", PASSWORD, "Enter a valid email address"),
        ("owner@example.com\x00", PASSWORD, "Enter a valid email address"),
        ("owner@example.com", "\x00", "Null characters"),
        ("owner@example.com", "x" * 10_000, MISMATCH),
    ],
)
def test_what_cannot_be_a_sign_in_is_said(
    cast: Cast, login: str, password: str, words: str
) -> None:
    client = Client()
    response = sign_in(client, login, password)
    assert response.status_code == 200
    assert words in text_of(response)
    assert not is_signed_in(client)


def test_an_account_that_is_switched_off_is_told_so_only_with_its_password(cast: Cast) -> None:
    User.objects.filter(pk=cast.viewer.pk).update(is_active=False)
    client = Client()
    response = sign_in(client, "viewer@example.com")
    assert "This account is switched off" in text_of(client.get(response["Location"]))
    assert not is_signed_in(client)


def test_switching_an_account_off_ends_its_sessions(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.viewer)
    User.objects.filter(pk=cast.viewer.pk).update(is_active=False)
    response = client.get("/o/northwind/workloads/")
    assert response.status_code == 302
    assert response["Location"].startswith(SIGN_IN)


def test_a_signed_out_visitor_signs_in_and_comes_back(cast: Cast) -> None:
    client = Client()
    wanted = "/o/northwind/workloads/?q=pay%26go&sort=-name"
    sent_away = client.get(wanted)
    assert sent_away.status_code == 302
    assert sent_away["Location"].startswith(f"{SIGN_IN}?next=/o/northwind/workloads/")

    form = client.get(sent_away["Location"])
    next_page = form.context["redirect_field_value"]
    assert 'name="next"' in form.content.decode()
    response = sign_in(client, "owner@example.com", next=next_page)
    assert response["Location"] == wanted
    assert client.get(wanted).status_code == 200


def test_a_signed_out_visitor_does_not_learn_which_organisations_exist(cast: Cast) -> None:
    for slug in ("northwind", "no-such-organisation"):
        assert Client().get(f"/o/{slug}/workloads/").status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "https://testserver@evil.example/",
        "https://testserver.evil.example/",
        "javascript:alert(1)",
        "data:text/html,evil",
        "http://[::1",
        "http://testserver:port/",
        "/\x00/evil",
        "\t//evil.example",
        "x" * 5000 + "//evil.example",
    ],
)
def test_nobody_is_led_to_another_site(cast: Cast, target: str) -> None:
    form = Client().get(SIGN_IN, {"next": target})
    assert form.status_code == 200
    client = Client()
    response = sign_in(client, "owner@example.com", next=target)
    assert response.status_code == 302
    assert is_signed_in(client)
    place = response["Location"]
    assert not urlsplit(place).netloc
    assert not place.startswith(("//", "\\", "javascript:", "data:", "http:"))
    assert client.get(place, follow=True).status_code in (200, 404)
    client.force_login(cast.owner)
    signed_in = client.get(SIGN_IN, {"next": target})
    assert signed_in["Location"] == response["Location"]


def test_too_many_tries_from_one_address_get_the_page_that_says_so(
    cast: Cast, limits: Settings
) -> None:
    limits.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    statuses = [
        # Who writes another address into the header does not get more tries.
        sign_in(Client(headers={"X-Forwarded-For": f"192.0.2.{number}"}), "owner@example.com", "no")
        for number in range(3)
    ]
    assert [response.status_code for response in statuses] == [200, 200, 429]
    assert "Too many tries" in text_of(statuses[-1])
    assert statuses[-1]["Content-Security-Policy"]


def test_too_many_wrong_passwords_for_one_person_are_stopped_in_words(
    cast: Cast, limits: Settings
) -> None:
    limits.ACCOUNT_RATE_LIMITS = {"login_failed": "2/m/key"}
    for _time in range(2):
        assert MISMATCH in text_of(sign_in(Client(), "owner@example.com", "wrong"))
    client = Client()
    for typed in ("owner@example.com", "Owner@Example.com"):
        stopped = sign_in(client, typed)
        assert "The password was wrong too many times" in text_of(stopped)
        assert not is_signed_in(client)
    # Somebody else can still sign in, from the same place too.
    sign_in(client, "lead@example.com")
    assert is_signed_in(client)


def test_the_limits_are_on_unless_a_test_switches_them_off(settings: Settings) -> None:
    from allauth.account import app_settings

    del settings.ACCOUNT_RATE_LIMITS
    assert {"login", "login_failed", "signup", "reset_password"} <= set(app_settings.RATE_LIMITS)


def test_signing_out_asks_first_and_takes_a_post(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.owner)
    asked = client.get(SIGN_OUT)
    assert asked.status_code == 200
    assert "Sign out?" in text_of(asked)
    assert is_signed_in(client)

    assert client.post(SIGN_OUT).status_code == 302
    assert not is_signed_in(client)
    assert client.get("/o/northwind/workloads/").status_code == 302


def test_signing_out_needs_the_token(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.owner)
    refused = client.post(SIGN_OUT)
    assert refused.status_code == 403
    assert "The form was too old to send" in text_of(refused)
    assert is_signed_in(client)


def test_the_session_s_cookie_is_closed_to_scripts_and_other_sites(cast: Cast) -> None:
    client = Client()
    before = client.session.session_key
    sign_in(client, "owner@example.com")
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie.value != before


def test_a_script_that_was_sent_to_sign_in_is_not_led_on_by_somebody_who_did(
    cast: Cast, client_of: Callable[[str], Client]
) -> None:
    script = {"hx-request": "true"}
    led = Client().post("/o/northwind/workloads/new/", {"name": "Payments"}, headers=script)
    assert led.status_code == 302
    form = urlsplit(led["Location"])
    assert (form.path, form.query) == (SIGN_IN, "next=/o/northwind/workloads/new/")
    # Signed in by now, in another tab: the page it came from would look as if all was done.
    owner = client_of("owner")
    assert owner.get(led["Location"], headers=script).status_code == 401
    assert owner.get(led["Location"])["Location"] == "/o/northwind/workloads/new/"
    assert Client().get(led["Location"], headers=script).status_code == 200
