"""Requests as views of an organisation see them."""

from django.http import HttpRequest

from tenants.actors import Actor
from tenants.models import Organization


class OrganizationRequest(HttpRequest):
    """A request under ``/o/<slug>/``, after ``organization_view`` has let it through."""

    organization: Organization
    actor: Actor


def request_id(request: HttpRequest) -> str:
    """Return the id that this request has in logs, audit events and the response's header."""
    identifier: str = getattr(request, "request_id", "")
    return identifier


def address(request: HttpRequest) -> str:
    """Return the peer's address as the server sees it (uvicorn resolves trusted proxies)."""
    return str(request.META.get("REMOTE_ADDR", ""))[:45]
