"""Pages for what goes wrong, the headers of every page, and what a load balancer asks."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, path
from pytest_django import Settings

from common.errors import Conflict, Forbidden, Invalid, LimitExceeded, NotFound, UserError
from config import urls
from tests.conftest import Cast

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500

ERRORS: dict[str, Exception] = {
    "400": SuspiciousOperation("s3cret detail"),
    "403": PermissionDenied("s3cret detail"),
    "404": Http404("s3cret detail"),
    "500": RuntimeError("s3cret detail"),
    "not-found": NotFound(),
    "forbidden": Forbidden(),
    "conflict": Conflict(),
    "invalid": Invalid("The <b>name</b> & the rest."),
    "limit": LimitExceeded("Five is the most.", limit="workloads", value=5, plan="standard"),
    "too-large": UserError("Too much.", status=413),
}


def fail(request: HttpRequest, name: str) -> HttpResponse:
    """Raise the error that the address names."""
    raise ERRORS[name]


urlpatterns: list[URLPattern | URLResolver] = [*urls.urlpatterns, path("fail/<str:name>/", fail)]

pytestmark = pytest.mark.urls(__name__)

CSP = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


def assert_is_guarded(response: Any) -> None:
    """Check the headers that every answer has."""
    assert {part.strip() for part in response["Content-Security-Policy"].split(";")} == CSP
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert len(response["X-Request-ID"]) == 32


def assert_is_a_page(response: Any, heading: str) -> None:
    """Check that the answer is a whole page in the look, with a way on."""
    text = response.content.decode()
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert text.lstrip().startswith("<!doctype html>")
    assert f"<h1>{heading}</h1>" in text
    assert "css/tokens" in text
    assert 'href="/"' in text
    assert "s3cret" not in text
    assert "Traceback" not in text


@pytest.fixture
def visitor() -> Client:
    """A browser that is shown what went wrong, as on a real server."""
    return Client(raise_request_exception=False)


# No test of this part may ask the database: pytest-django refuses it without the mark.
@pytest.mark.parametrize(
    ("name", "status", "heading"),
    [
        ("400", 400, "The request was not understood"),
        ("403", 403, "You may not open this"),
        ("404", 404, "There is nothing here"),
        ("500", 500, "Something went wrong on our side"),
    ],
)
def test_each_error_has_its_page_which_needs_no_database(
    visitor: Client, name: str, status: int, heading: str
) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        response = visitor.get(f"/fail/{name}/", headers=headers)
        assert response.status_code == status
        assert_is_a_page(response, heading)
        assert_is_guarded(response)


def test_an_address_that_is_no_page_has_the_page_too(visitor: Client) -> None:
    for address in ("/no/such/page/", "/o/", "/%00", "/%ff%fe", f"/{'x' * 5000}"):
        response = visitor.get(address)
        assert response.status_code == 404, address
        assert_is_a_page(response, "There is nothing here")
        assert_is_guarded(response)


def test_a_foreign_host_name_has_the_page_too(visitor: Client) -> None:
    response = visitor.get("/health/live", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert_is_a_page(response, "The request was not understood")
    assert_is_guarded(response)
    assert "evil.example" not in response.content.decode()


def test_the_error_page_needs_no_session_however_the_visitor_came(visitor: Client) -> None:
    visitor.cookies["sessionid"] = "x" * 32
    visitor.cookies["messages"] = "nonsense"
    response = visitor.get("/fail/500/")
    assert response.status_code == 500
    assert_is_a_page(response, "Something went wrong on our side")


@pytest.mark.parametrize("name", ["400", "403", "404", "500"])
def test_without_collected_static_files_there_is_a_plain_answer(
    visitor: Client, settings: Settings, tmp_path: Path, name: str
) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "common.static_files.LeanStaticFilesStorage"}
    }
    response = visitor.get(f"/fail/{name}/")
    assert response.status_code == 500
    assert "<h1>Something went wrong on our side</h1>" in response.content.decode()
    assert "s3cret" not in response.content.decode()
    assert_is_guarded(response)


@pytest.mark.parametrize("name", ["403", "404"])
def test_who_is_signed_in_keeps_the_frame(client_of: Callable[[str], Client], name: str) -> None:
    response = client_of("viewer").get(f"/fail/{name}/")
    assert response.status_code == int(name)
    assert 'class="topbar"' in response.content.decode()
    assert_is_guarded(response)


def test_a_role_that_may_not_is_told_so_in_the_frame(client_of: Callable[[str], Client]) -> None:
    response = client_of("viewer").get("/o/northwind/workloads/new/")
    assert response.status_code == 403
    assert "Your role does not allow this." in response.content.decode()
    assert 'class="topbar"' in response.content.decode()
    assert_is_guarded(response)


USER_ERRORS = [
    ("not-found", 404, "There is nothing here", "There is no such thing here"),
    ("forbidden", 403, "You may not do this", "Your role does not allow this."),
    ("conflict", 409, "This cannot be done", "Somebody else changed this"),
    ("invalid", 422, "This cannot be done", "The &lt;b&gt;name&lt;/b&gt; &amp; the rest."),
    ("limit", 422, "This cannot be done", "Five is the most."),
    ("too-large", 413, "This cannot be done", "Too much."),
]


@pytest.mark.parametrize(("name", "status", "heading", "message"), USER_ERRORS)
def test_what_a_user_did_wrong_is_a_page_with_its_status_and_message(
    visitor: Client, name: str, status: int, heading: str, message: str
) -> None:
    response = visitor.get(f"/fail/{name}/")
    assert response.status_code == status
    assert_is_a_page(response, heading)
    assert message in response.content.decode()
    assert_is_guarded(response)


@pytest.mark.parametrize(("name", "status", "heading", "message"), USER_ERRORS)
def test_and_for_htmx_a_notice(
    visitor: Client, name: str, status: int, heading: str, message: str
) -> None:
    response = visitor.get(f"/fail/{name}/", headers={"HX-Request": "true"})
    assert response.status_code == status
    text = response.content.decode()
    assert "data-error-notice" in text
    assert message in text
    assert "<html" not in text
    assert_is_guarded(response)
    # A boosted link asks for a page, not for a part of one.
    boosted = visitor.get(f"/fail/{name}/", headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert boosted.status_code == status
    assert_is_a_page(boosted, heading)


def test_a_form_without_its_token_is_told_what_to_do(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.owner)
    response = client.post("/o/northwind/workloads/new/", {"name": "Payments"})
    assert response.status_code == 403
    assert_is_a_page(response, "The form was too old to send")
    assert_is_guarded(response)


def test_every_answer_has_a_number_of_its_own(visitor: Client) -> None:
    numbers = {visitor.get("/health/live")["X-Request-ID"] for _time in range(3)}
    assert len(numbers) == 3
    ours = visitor.get("/health/live", headers={"X-Request-ID": "evil\tone"})
    assert "evil" not in ours["X-Request-ID"]


def test_pages_carry_the_headers_that_guard_them(client_of: Callable[[str], Client]) -> None:
    client = client_of("owner")
    for address in ("/o/northwind/workloads/", "/o/northwind/settings/", "/organizations/new/"):
        assert_is_guarded(client.get(address))
    assert_is_guarded(Client().get("/accounts/login/"))
    assert_is_guarded(Client().get("/"))  # a redirect, too


def test_a_page_of_an_organisation_is_kept_by_no_shared_cache(
    client_of: Callable[[str], Client],
) -> None:
    response = client_of("owner").get("/o/northwind/workloads/")
    assert "Cookie" in response["Vary"]


# --- For load balancers ---------------------------------------------------------------------------
def test_the_process_is_live_and_ready(db: None, visitor: Client) -> None:
    for address in ("/health/live", "/health/ready"):
        response = visitor.get(address)
        assert (response.status_code, response.content) == (200, b"ok")
        assert "no-store" in response["Cache-Control"]
        assert visitor.head(address).status_code == 200
        assert visitor.post(address).status_code == 405


@pytest.mark.parametrize("atomic_requests", [False, True])
def test_without_its_database_the_process_is_live_but_not_ready(
    visitor: Client, monkeypatch: pytest.MonkeyPatch, atomic_requests: bool
) -> None:
    def refuse(_connection: Any) -> None:
        raise OperationalError("connection to 10.0.0.1 refused for user s3cret")

    monkeypatch.setattr(BaseDatabaseWrapper, "ensure_connection", refuse)
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", atomic_requests)
    assert visitor.get("/health/live").status_code == 200
    response = visitor.get("/health/ready")
    assert response.status_code == 503
    assert "no-store" in response["Cache-Control"]
    assert b"s3cret" not in response.content
    # And people get the page, although nobody can be asked who they are.
    visitor.cookies["sessionid"] = "x" * 32
    page = visitor.get("/o/northwind/workloads/")
    assert page.status_code == 500
    assert_is_a_page(page, "Something went wrong on our side")
    assert_is_guarded(page)
