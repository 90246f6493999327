"""A number for each request, so that a log line, an audit event and a bug report meet."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from common.ids import new_id


class RequestIdMiddleware:
    """Give the request an id of our own making and say it in ``X-Request-ID``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.request_id = new_id().hex  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        return response
