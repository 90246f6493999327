"""What became of a lens's versions: two of them compared, one withdrawn, all deleted."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import NotFound, UserError
from common.forms import add_errors, submitted
from lenses import selectors, services
from lenses.diff import diff
from lenses.diff_json import as_json
from lenses.diff_texts import pillar_words, sections, shown_texts, summary
from lenses.forms import DeleteLensForm, DiffForm
from lenses.models import Lens, LensVersion
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission


@require_safe
@organization_view(Permission.VIEW)
def compare(request: OrganizationRequest, lens_id: UUID) -> HttpResponse:
    """Compare two versions of a lens: ``?from=<id>&to=<id>``; ``format=json`` for programs."""
    lens = selectors.load_lens(lens_id)
    versions = selectors.versions_of(lens)
    context: dict[str, Any] = {"lens": lens, "versions": versions}
    if len(versions) > 1:
        context |= _compared(request, versions)
    if request.GET.get("format") == "json":
        return _as_json(context)
    form = context.get("form")
    status = 422 if form is not None and not form.is_valid() else 200
    return render(request, "lenses/diff.html", context, status=status)


def _compared(request: OrganizationRequest, versions: list[LensVersion]) -> dict[str, Any]:
    """Return what the page shows of the two that were asked for, or what is wrong with them."""
    after = versions[0]
    before = selectors.before(after, versions) or versions[1]
    form = DiffForm(
        {
            "from": request.GET.get("from", str(before.pk)),
            "to": request.GET.get("to", str(after.pk)),
        },
        versions=versions,
    )
    if not form.is_valid():
        return {"form": form}
    before, after = form.sides()
    address = request.build_absolute_uri(f"{request.path}?from={before.pk}&to={after.pk}")
    return {"form": form, "address": address, **_diff_context(before, after, versions)}


def _as_json(context: dict[str, Any]) -> JsonResponse:
    """Answer a program: with the difference, or with what keeps it from being told."""
    if "diff" in context:
        return JsonResponse(_json(context["lens"], context["before"], context["after"], context))
    form = context.get("form")
    if form is None:
        errors = {"": [_("This lens has one version only.")]}
    elif form.errors:
        errors = {name: list(found) for name, found in form.errors.items()}
    else:
        errors = {"": [_("The draft has errors and cannot be compared before they are mended.")]}
    return JsonResponse({"errors": errors}, status=422)


def _diff_context(
    before: LensVersion, after: LensVersion, versions: list[LensVersion]
) -> dict[str, Any]:
    was, became = selectors.readable_definition(before), selectors.readable_definition(after)
    if was is None or became is None:
        return {"before": before, "after": after}
    renames = selectors.renames_on_the_way(before, after, versions)
    found = diff(was, became, renames)
    return {
        "before": before,
        "after": after,
        "diff": found,
        "renames": renames,
        "sentences": summary(found),
        "sections": sections(found),
        "pillars": [(pillar, pillar_words(pillar)) for pillar in found.pillars],
        "texts": shown_texts(found.texts),
    }


def _json(
    lens: Lens, before: LensVersion, after: LensVersion, context: dict[str, Any]
) -> dict[str, Any]:
    return {
        "lens": lens.name,
        "from": {"id": str(before.pk), "version": before.version, "sha256": before.sha256},
        "to": {"id": str(after.pk), "version": after.version, "sha256": after.sha256},
        "renames": context["renames"],
        **as_json(context["diff"]),
    }


@require_POST
@organization_view(Permission.MANAGE_LENSES)
def deprecate(request: OrganizationRequest, lens_id: UUID) -> HttpResponse:
    """Withdraw the published version: new reviews do not begin with it any more."""
    withdrawn = services.deprecate_version(actor=request.actor, lens_id=lens_id)
    messages.success(
        request,
        _("Version %(version)s is deprecated: it is offered to no new review.")
        % {"version": withdrawn.version},
    )
    return redirect("lens", slug=request.organization.slug, lens_id=lens_id)


@require_http_methods(["GET", "POST"])
@organization_view(Permission.MANAGE_LENSES)
def delete(request: OrganizationRequest, lens_id: UUID) -> HttpResponse:
    """Delete a lens of one's own, once its name was typed."""
    lens = selectors.load_lens(lens_id)
    if lens.is_built_in:
        raise NotFound
    form = DeleteLensForm(submitted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.delete_lens(
                actor=request.actor, lens_id=lens.pk, name=form.cleaned_data["name"]
            )
        except UserError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("“%(name)s” was deleted.") % {"name": lens.name})
            return redirect("lenses", slug=request.organization.slug)
    context = {"lens": lens, "form": form, "versions": selectors.versions_of(lens)}
    return render(request, "lenses/delete.html", context, status=422 if form.errors else 200)
