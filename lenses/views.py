"""The catalogue, a lens to read, its import and its publishing."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import replace_url

from common.errors import InvalidDocument, NotFound, UserError
from common.forms import add_errors
from common.htmx import announce, wants_partial
from lenses import selectors, services
from lenses.examination_shown import about_rules, entries_of, groups_of
from lenses.forms import SHOWN_LIMIT, DiscardForm, LensImportForm
from lenses.models import Lens, LensVersion
from lenses.reading import HTML_KEPT, read
from lenses.review_of_document import examine
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission


@require_safe
@organization_view(Permission.VIEW)
def catalogue(request: OrganizationRequest) -> HttpResponse:
    """List the organisation's own lenses and the built-in ones."""
    search = request.GET.get("q", "").strip()
    entries = selectors.catalogue(search)
    context = {
        "search": search,
        "own": [entry for entry in entries if not entry.lens.is_built_in],
        "built_in": [entry for entry in entries if entry.lens.is_built_in],
        "may_import": request.actor.can(Permission.DRAFT_LENSES),
    }
    return render(request, "lenses/catalogue.html", context)


# The middleware reads the whole body to find the token. Here the size is looked at first; what is
# not too large goes through the same check of the token.
@csrf_exempt
@require_http_methods(["GET", "POST"])
@organization_view(Permission.DRAFT_LENSES)
def import_lens(request: OrganizationRequest) -> HttpResponse:
    """Import a lens by upload or paste; 413 for a request that no lens could need."""
    length = str(request.META.get("CONTENT_LENGTH", ""))
    size = int(length) if length.isdecimal() else 0
    if size > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise UserError(
            _("What you sent has %(size)s. A lens has at most %(limit)s characters.")
            % {"size": filesizeformat(size), "limit": SHOWN_LIMIT},
            code="too_large",
            status=413,
        )
    return _import_checked(request)


@csrf_protect
def _import_checked(request: OrganizationRequest) -> HttpResponse:
    is_sent = request.method == "POST"
    form = (
        LensImportForm(request.POST, request.FILES)
        if is_sent
        else LensImportForm(initial={"lens": request.GET.get("lens")})
    )
    refusal: InvalidDocument | None = None
    if is_sent and form.is_valid():
        try:
            draft = services.import_lens(
                actor=request.actor, text=form.source, lens_id=form.cleaned_data["lens"]
            )
        except InvalidDocument as error:
            refusal = error
        except UserError as error:
            add_errors(form, error)
        else:
            message = _("“%(name)s” was imported as a draft.") % {"name": draft.lens.name}
            messages.success(request, message)
            return redirect(
                "lens-version",
                slug=request.organization.slug,
                lens_id=draft.lens_id,
                version_id=draft.pk,
            )
    context = {
        "form": form,
        "refusal": refusal,
        "limit": SHOWN_LIMIT,
        "lens": _lens_to_import_into(form),
    }
    return render(request, "lenses/import.html", context, status=422 if is_sent else 200)


def _lens_to_import_into(form: LensImportForm) -> Lens | None:
    """Return the lens whose draft the file is to become; raises NotFound for another's."""
    value = form["lens"].value()
    if not value:
        return None
    try:
        return selectors.load_lens(UUID(str(value)))
    except ValueError:
        raise NotFound from None


@require_safe
@organization_view(Permission.VIEW)
def lens(request: OrganizationRequest, lens_id: UUID) -> HttpResponse:
    """Show a lens: the version that new reviews use, or the draft where there is no other."""
    found = selectors.load_lens(lens_id)
    return _lens_page(request, found, selectors.versions_of(found))


@require_safe
@organization_view(Permission.VIEW)
def version(request: OrganizationRequest, lens_id: UUID, version_id: UUID) -> HttpResponse:
    """Show one version of a lens."""
    found = selectors.load_lens(lens_id)
    versions = selectors.versions_of(found)
    shown = next((version for version in versions if version.pk == version_id), None)
    if shown is None:
        raise NotFound
    return _lens_page(request, found, versions, shown=shown)


@require_POST
@organization_view(Permission.DRAFT_LENSES)
def discard(request: OrganizationRequest, lens_id: UUID) -> HttpResponse:
    """Throw the draft away; the lens too when it was never published."""
    form = DiscardForm(request.POST)
    draft_sha256 = form.cleaned_data["draft_sha256"] if form.is_valid() else ""
    left = services.discard_draft(actor=request.actor, lens_id=lens_id, draft_sha256=draft_sha256)
    messages.success(request, _("The draft was discarded."))
    if left is None:
        return redirect("lenses", slug=request.organization.slug)
    return redirect("lens", slug=request.organization.slug, lens_id=lens_id)


def _lens_page(
    request: OrganizationRequest,
    found: Lens,
    versions: list[LensVersion],
    *,
    shown: LensVersion | None = None,
) -> HttpResponse:
    draft = selectors.draft_among(versions)
    current = selectors.current_among(versions)
    shown = shown or current or versions[0]
    may_publish = draft is not None and request.actor.can(Permission.MANAGE_LENSES)
    may_import = request.actor.can(Permission.DRAFT_LENSES)
    definition = selectors.readable_definition(shown)
    # None for a draft with errors: its findings say what keeps it from being read.
    reading = read(shown, request.GET) if definition else None
    if reading is not None and wants_partial(request):
        part = render(request, "lenses/lens.html#found", {"reading": reading, "is_part": True})
        return announce(replace_url(part, reading.own_address), reading.summary)
    context = {
        "lens": found,
        "version": shown,
        "definition": reading.definition if reading else None,
        "reading": reading,
        "versions": versions,
        "current": current,
        "draft": draft,
        "history": [(row, selectors.before(row, versions)) for row in versions],
        "may_publish": may_publish,
        "may_manage": not found.is_built_in and request.actor.can(Permission.MANAGE_LENSES),
        "findings": _findings(shown, is_author=may_import),
        "may_import": may_import,
        # In the studio: a draft of one's own.
        "may_edit": draft is not None and may_import,
        "may_discard": draft is not None and may_import,
    }
    return render(request, "lenses/lens.html", context)


def _findings(version: LensVersion, *, is_author: bool) -> SafeString:
    """Return what was found in the version as HTML, from the cache where it has it.

    What the format says is for authors: a reader can do nothing about it.
    """
    key = f"lens-findings:{get_language()}:{is_author:d}:{version.sha256}"
    html: str | None = cache.get(key)
    if html is None:
        entries = entries_of(examine(version.document))
        groups = groups_of(entries if is_author else about_rules(entries))
        context = {"groups": groups, "is_author": is_author}
        html = render_to_string("lenses/findings_section.html", context)
        cache.set(key, html, HTML_KEPT)
    return mark_safe(html)  # noqa: S308 - a template made it
