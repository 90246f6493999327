"""What the frame around every page shows."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from tenants.models import Organization
from tenants.selectors import organizations_of


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the organisation, those to switch to and the main navigation.

    Outside an organisation only the list to switch to; nothing is read or made before a template
    asks, as most parts of a page never do.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    organization: Organization | None = getattr(request, "organization", None)
    return {
        "organization": organization,
        "actor": getattr(request, "actor", None),
        "organizations": SimpleLazyObject(lambda: _switcher(user.pk, organization)),
        "new_organization_url": reverse("organization-new"),
        "navigation": SimpleLazyObject(lambda: _navigation(request, organization)),
    }


def _switcher(user_id: Any, organization: Organization | None) -> list[dict[str, Any]]:
    current = organization.pk if organization else None
    return [
        {
            "name": other.name,
            "url": reverse("portfolio", kwargs={"slug": other.slug}),
            "current": other.pk == current,
        }
        for other in organizations_of(user_id)
    ]


def _navigation(request: HttpRequest, organization: Organization | None) -> list[dict[str, Any]]:
    if organization is None:
        return []
    entries = [
        ("portfolio", _("Portfolio"), "layout-dashboard"),
        ("workloads", _("Workloads"), "layers"),
        ("organization-plan", _("Plan"), "list-todo"),
        ("my-questions", _("My questions"), "circle-user-round"),
        ("lenses", _("Lenses"), "glasses"),
        ("reports", _("Reports"), "file-chart-column"),
        ("settings", _("Settings"), "settings"),
    ]
    links = []
    for name, label, icon in entries:
        url = reverse(name, kwargs={"slug": organization.slug})
        # Every address of the organisation begins with the portfolio's.
        own = f"{url}portfolio/" if name == "portfolio" else url
        current = request.path == url or request.path.startswith(own)
        links.append({"label": label, "url": url, "icon": icon, "current": current})
    return links
