"""Requests that are no requests: bodies cut off, too large or of another kind; invented cookies."""

import json
from typing import Any

import pytest
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT

from lenses.models import Lens
from tenants.context import in_organization
from tests.builders import make_review
from tests.conftest import Cast
from tests.workloads.pages import LIST, NEW, form
from workloads.models import Workload

IMPORT = "/o/northwind/lenses/import/"
ADDRESSES = [
    NEW,
    IMPORT,
    "/organizations/new/",
    "/o/northwind/settings/",
    "/o/northwind/settings/members/",
    "/accounts/login/",
    "/accounts/signup/",
]
TEXT = "application/x-www-form-urlencoded"


@pytest.fixture
def owner(cast: Cast) -> Client:
    """The owner's browser, to which a fault is a page."""
    client = Client(raise_request_exception=False)
    client.force_login(cast.owner)
    return client


def assert_nothing_was_written(cast: Cast) -> None:
    with in_organization(cast.northwind.pk):
        assert not Workload.objects.exists()
        assert not Lens.objects.filter(organization=cast.northwind.pk).exists()


# --- Bodies ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", json.dumps(form()).encode()),
        ("application/json", b"{"),
        ("text/plain", b"name=Payments&description=Takes+money"),
        ("text/html; charset=no-such-charset", b"<form>"),
        ("", b"name=Payments"),
        ("nonsense", b"\x00\xff"),
        (f"{TEXT}; charset=no-such-charset", b"nobody=Payments"),
        (f"{TEXT}; charset=utf-16", b"nobody=Payments"),
        (TEXT, b"\xff\xfe=\x00&&&=%&%ZZ=%"),
        (TEXT, b""),
        ("multipart/form-data", b"name=Payments"),
        ("multipart/form-data; boundary=", b"name=Payments"),
        (f"multipart/form-data; boundary={'x' * 300}", b"--x--"),
        ("multipart/form-data; boundary=\xff", b"--x--"),
        (MULTIPART_CONTENT, b""),
        (MULTIPART_CONTENT, b"no boundary at all"),
        (MULTIPART_CONTENT, f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=".encode()),
        (
            MULTIPART_CONTENT,
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="\x00../x"\r\n'
            f"Content-Transfer-Encoding: base64\r\n\r\n@@@\r\n--{BOUNDARY}--\r\n".encode(),
        ),
        (
            MULTIPART_CONTENT,
            (f"--{BOUNDARY}\r\nX: {'y' * 5000}\r\n" * 50).encode(),
        ),
    ],
)
def test_a_body_that_is_no_form_is_refused(
    cast: Cast, owner: Client, address: str, content_type: str, body: bytes
) -> None:
    client = Client(raise_request_exception=False) if address.startswith("/acc") else owner
    response = client.generic("POST", address, body, content_type)
    # The pages of accounts are allauth's: they show what is wrong with a 200.
    fine = {200, 400} if address.startswith("/acc") else {400, 413, 422}
    assert response.status_code in fine
    assert response["Content-Security-Policy"]
    assert "<h1>" in response.content.decode()
    assert_nothing_was_written(cast)


@pytest.mark.parametrize("length", ["-1", "9" * 30, ""])
def test_a_length_that_is_none_is_no_fault(cast: Cast, owner: Client, length: str) -> None:
    for address in (NEW, IMPORT):
        response = owner.generic("POST", address, b"name=x", TEXT, CONTENT_LENGTH=length)
        assert response.status_code in {400, 413, 422}
    assert_nothing_was_written(cast)


def test_a_body_too_large_for_any_page_is_refused(cast: Cast, owner: Client) -> None:
    for address in (NEW, "/o/northwind/settings/", "/organizations/new/"):
        for sent in (form(notes="x" * 5_000_000), {f"field{n}": "" for n in range(1_500)}):
            response = owner.post(address, sent)
            assert response.status_code == 400
            assert "The request was not understood" in response.content.decode()
    assert_nothing_was_written(cast)


def test_too_many_fields_and_files_are_refused(cast: Cast, owner: Client) -> None:
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nx\r\n'
    body = (part * 150 + f"--{BOUNDARY}--\r\n").encode()
    assert owner.generic("POST", IMPORT, body, MULTIPART_CONTENT).status_code == 400
    many = "&".join(f"choice={n}" for n in range(2_000)).encode()
    assert owner.generic("POST", NEW, many, TEXT).status_code == 400
    assert_nothing_was_written(cast)


def test_a_file_where_a_text_belongs_and_a_text_where_a_file_belongs(
    cast: Cast, owner: Client
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    for address, sent in (
        (NEW, form(name=SimpleUploadedFile("name.txt", b"Payments"))),
        (IMPORT, {"text": SimpleUploadedFile("lens.json", b"{}")}),
        (IMPORT, {"file": "a text"}),
    ):
        assert owner.post(address, sent).status_code == 422
    assert_nothing_was_written(cast)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "NONSENSE"])
def test_other_methods_are_refused(cast: Cast, owner: Client, method: str) -> None:
    for address in (LIST, NEW, "/o/northwind/settings/members/", "/health/live", "/"):
        assert owner.generic(method, address).status_code == 405, address
    assert_nothing_was_written(cast)


# --- Cookies and headers --------------------------------------------------------------------------
COOKIES = [
    "nonsense",
    "sessionid=",
    "sessionid=\x00",
    f"sessionid={'x' * 5000}",
    "sessionid=../../etc/passwd",
    "sessionid=' OR 1=1; --",
    "sessionid=\xff\xfe",
    "csrftoken=short",
    f"csrftoken={'x' * 64}",
    "messages=nonsense:nonsense",
    "messages=\x00",
    "django_language=../../etc",
    "=;=;=;",
    ";" * 2000,
    "a=" * 2000,
]


@pytest.mark.parametrize("cookie", COOKIES)
def test_an_invented_cookie_is_nobody_s(cast: Cast, cookie: str) -> None:
    client = Client(raise_request_exception=False)
    assert client.get("/accounts/login/", HTTP_COOKIE=cookie).status_code == 200
    sent_away = client.get(LIST, HTTP_COOKIE=cookie)
    assert sent_away.status_code == 302
    assert sent_away["Location"].startswith("/accounts/login/")
    signed_in = client.post(
        "/accounts/login/",
        {"login": "owner@example.com", "password": "correct horse"},
        HTTP_COOKIE=cookie,
    )
    assert signed_in.status_code == 302


@pytest.mark.parametrize("cookie", COOKIES)
def test_an_invented_cookie_beside_one_s_own_changes_nothing(
    cast: Cast, owner: Client, cookie: str
) -> None:
    session = f"sessionid={owner.session.session_key}"
    if not cookie.startswith("sessionid"):
        both = owner.get(LIST, HTTP_COOKIE=f"{cookie}; {session}")
        assert both.status_code == 200
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    forged = strict.post(NEW, form(), HTTP_COOKIE=f"{session}; {cookie}")
    assert forged.status_code == 403
    assert_nothing_was_written(cast)


@pytest.mark.parametrize("token", ["", "x", "x" * 64, "\x00", "Ünïcode" * 10, "x" * 5000])
def test_an_invented_token_is_refused(cast: Cast, token: str) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(cast.owner)
    client.get(NEW)
    for address in (NEW, IMPORT):
        response = client.post(address, {"csrfmiddlewaretoken": token, "text": "{}"})
        assert response.status_code == 403
        assert "The form was too old to send" in response.content.decode()
    assert_nothing_was_written(cast)


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Request": "nonsense"},
        {"HX-Request": "true", "HX-Current-URL": "http://[::1", "HX-Target": "\x00"},
        {"HX-Request": "true", "HX-Current-URL-URI-AutoEncoded": "true", "HX-Trigger": "%FF"},
        {"Accept-Language": "x" * 5000},
        {"Accept-Language": "../../etc;q=nonsense,\x00"},
        {"Accept-Encoding": "nonsense;q=x"},
        {"Referer": "http://[::1"},
        {"X-Forwarded-For": "not an address"},
        {"X-Forwarded-Proto": "nonsense"},
        {"X-HTTP-Method-Override": "DELETE"},
        {"Range": "bytes=5-1"},
        {"If-None-Match": "\x00"},
        {"If-Modified-Since": "yesterday"},
        {"User-Agent": "x" * 5000},
    ],
)
def test_headers_of_nonsense_change_nothing(
    cast: Cast, owner: Client, headers: dict[str, str]
) -> None:
    with in_organization(cast.northwind.pk):
        review = make_review()
    found: Any = owner.get(f"{LIST}{review.workload_id}/", headers=headers)
    assert found.status_code == 200
    assert owner.get(LIST, headers=headers).status_code == 200
    assert owner.post("/o/northwind/settings/", {"name": "x"}, headers=headers).status_code == 422
