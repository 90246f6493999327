"""What views and htmx say to each other beside the HTML."""

from __future__ import annotations

from typing import Literal, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

Level = Literal["info", "success", "warning", "error"]
_Response = TypeVar("_Response", bound=HttpResponseBase)


def wants_partial(request: HttpRequest) -> bool:
    """Whether the answer is to be a part of a page: an htmx request that is no boosted link.

    Restoring history asks for the whole page, whatever else the request says.
    """
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def toast(response: _Response, message: str, level: Level = "success") -> _Response:
    """Lets the page show and announce `message`; the counterpart of `messages` for a partial."""
    return trigger_client_event(response, "toast", {"message": str(message), "level": level})


def announce(response: _Response, message: str) -> _Response:
    """Lets the page say `message` to screen readers without showing it."""
    return trigger_client_event(response, "announce", {"message": str(message)})


def close_modal(response: _Response) -> _Response:
    """Lets the page close its `#modal` dialog."""
    return trigger_client_event(response, "close-modal", {})


def redirect_after_post(request: HttpRequest, url: str) -> HttpResponse:
    """Goes to another page: 303-like for a form, `HX-Redirect` for an htmx request.

    A plain redirect would be followed by htmx itself and swapped into the page.
    """
    if wants_partial(request):
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)
