"""The document of a version: as a file, and what there is to say about it."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.errors import NotFound
from lenses.examination_shown import about_rules, entries_of
from lenses.export import export_document, export_for_aws, filename
from lenses.models import LensVersion
from lenses.review_of_document import examine
from lenses.selectors import load_lens
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission


@require_safe
@organization_view(Permission.VIEW)
def export(request: OrganizationRequest, lens_id: UUID, version_id: UUID) -> HttpResponse:
    """Send a version as a file in the custom-lens format; ``for=aws`` adapts it to the service."""
    version = _load(lens_id, version_id)
    if request.GET.get("for") != "aws":
        return _file(export_document(version), filename(version))
    exported = export_for_aws(version)
    if exported.refused:
        context = {"lens": version.lens, "version": version, "problems": exported.refused}
        return render(request, "lenses/export_refused.html", context, status=422)
    return _file(exported.text, filename(version, suffix="-aws"))


def _file(text: str, name: str) -> HttpResponse:
    return HttpResponse(
        text,
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_safe
@organization_view(Permission.VIEW)
def findings(request: OrganizationRequest, lens_id: UUID, version_id: UUID) -> JsonResponse:
    """Say in JSON what was found in a version; about its format to authors only."""
    version = _load(lens_id, version_id)
    entries = entries_of(examine(version.document))
    if not request.actor.can(Permission.DRAFT_LENSES):
        entries = about_rules(entries)
    return JsonResponse(
        {
            "lens": version.lens.name,
            "version": version.version or None,
            "sha256": version.sha256,
            "findings": [entry.as_json() for entry in entries],
        }
    )


def _load(lens_id: UUID, version_id: UUID) -> LensVersion:
    lens = load_lens(lens_id)
    version: LensVersion | None = LensVersion.objects.filter(lens=lens, pk=version_id).first()
    if version is None:
        raise NotFound
    version.lens = lens
    return version
