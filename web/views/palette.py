"""Find or do anything: the command palette's answers, and the same as a page."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from web.palette import MAX_QUERY, MAX_RECENT, Kind, ranked
from web.palette_entries import address, palette_entries

_LONGEST_KEY = 400


@require_safe
@organization_view(Permission.VIEW)
def palette(request: OrganizationRequest) -> HttpResponse:
    """Return what fits ``?q=`` as the options of the palette.

    ``?workload=`` is the one that the page is about, ``?recent=`` (several) the keys of what was
    used lately, the latest first.
    """
    recent = [key[:_LONGEST_KEY] for key in request.GET.getlist("recent")[:MAX_RECENT]]
    return render(request, "web/palette_results.html", _results(request, recent))


@require_safe
@organization_view(Permission.VIEW)
def search(request: OrganizationRequest) -> HttpResponse:
    """Show what fits ``?q=`` as a page of links: the palette for browsers without script."""
    return render(request, "web/palette_search.html", _results(request, []))


def _results(request: OrganizationRequest, recent: list[str]) -> dict[str, Any]:
    query = request.GET.get("q", "").replace("\x00", "")[:MAX_QUERY]
    entries = palette_entries(request.actor, _uuid(request.GET.get("workload", "")))
    labels = _labels()
    groups = [
        {
            "kind": group.kind,
            "label": labels[group.kind],
            "entries": [
                {"entry": entry, "url": address(entry, request.organization.slug)}
                for entry in group.entries
            ],
        }
        for group in ranked(query, entries, recent)
    ]
    count = sum(len(group["entries"]) for group in groups)
    return {"query": query.strip(), "groups": groups, "count": count}


def _labels() -> dict[Kind, str]:
    return {
        Kind.RECENT: _("Used lately"),
        Kind.WORKLOAD: _("Workloads"),
        Kind.ACTION: _("Actions"),
        Kind.QUESTION: _("Questions"),
        Kind.PRACTICE: _("Practices"),
        Kind.LENS: _("Lenses"),
        Kind.PERSON: _("People"),
        Kind.ORGANIZATION: _("Switch organisation"),
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
