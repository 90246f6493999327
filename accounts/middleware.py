"""Times in the reader's zone; scripts that were sent to sign in."""

import zoneinfo
from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone

from common.htmx import wants_partial

COOKIE = "time_zone"


class ReaderTimeZoneMiddleware:
    """Activate the zone of the person's browser (a cookie that static/js/theme.js sets)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        zone = _zone(request.COOKIES.get(COOKIE, ""))
        if zone is None:
            return self.get_response(request)
        with timezone.override(zone):
            return self.get_response(request)


class SignedInMeanwhileMiddleware:
    """Answer 401 to a script that was led to the page for signing in when somebody is signed in.

    Its request was not done, because at that time nobody was. That page would lead it on to where
    it came from, which would look as if what it sent had been saved.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponseBase | None:
        """See Django's hook of that name: the address is resolved by now."""
        match = request.resolver_match
        if match is None or match.view_name != "account_login" or not wants_partial(request):
            return None
        return HttpResponse(status=401) if request.user.is_authenticated else None


def _zone(name: str) -> zoneinfo.ZoneInfo | None:
    # The cookie is the visitor's to write: anything but a known zone counts as none.
    return zoneinfo.ZoneInfo(name) if name in _known_zones() else None


@cache
def _known_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
