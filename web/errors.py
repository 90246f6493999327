"""Pages for what went wrong; the 500 page needs neither database nor session."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.html import format_html
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400 without the frame: the request could not be understood."""
    return HttpResponse(loader.render_to_string("400.html"), status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 in the frame."""
    return render(request, "403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 in the frame."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 from a template that asks nothing of the application, or without any template.

    The template can fail too, as where the static files were never collected.
    """
    try:
        page = loader.render_to_string("500.html")
    except Exception:  # whatever it is, people get an answer
        logger.exception("The page for errors could not be drawn")
        page = format_html(
            '<!doctype html><html lang="en"><meta charset="utf-8">'
            "<title>{title} · Plumbline</title><h1>{title}</h1><p>{text}</p>",
            title=_("Something went wrong on our side"),
            text=_("The fault is recorded. Nothing you saved before is lost."),
        )
    return HttpResponse(page, status=500)
