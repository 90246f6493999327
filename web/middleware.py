"""One answer to everything a user can do wrong."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from common.errors import UserError
from common.htmx import wants_partial


class UserErrorMiddleware:
    """Turn a UserError that a view let through into its page, or into a notice for htmx."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer with the error's own status; other exceptions are Django's to handle."""
        if not isinstance(error, UserError):
            return None
        template = "components/error_notice.html" if wants_partial(request) else "user_error.html"
        return render(request, template, {"error": error}, status=error.status)
