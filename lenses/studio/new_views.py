"""A new lens: from a skeleton, or as a copy."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from common.errors import NotFound, UserError
from common.forms import add_errors, submitted
from lenses.models import LensVersion
from lenses.schema.models import MAX_NAME
from lenses.studio import services
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission

NEW, NEXT = "new", "next"


class NewLensForm(forms.Form):
    """What a new lens is called."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=MAX_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CopyForm(forms.Form):
    """What a copy is to be: a lens of another name, or the next draft of the same lens."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("What the copy is for"),
        choices=[
            (NEXT, gettext_lazy("The next version of this lens")),
            (NEW, gettext_lazy("A new lens")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the new lens"),
        max_length=MAX_NAME,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a name where the copy needs one."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("purpose") != NEXT and not cleaned.get("name"):
            self.add_error("name", _("A new lens needs a name."))
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.DRAFT_LENSES)
def new(request: OrganizationRequest) -> HttpResponse:
    """Begin a lens from a skeleton."""
    form = NewLensForm(submitted(request))
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            draft = services.new_lens(actor=request.actor, name=form.cleaned_data["name"])
        except UserError as error:
            add_errors(form, error)
        else:
            return _to_studio(request, draft)
    return render(request, "lenses/studio/new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.DRAFT_LENSES)
def copy(request: OrganizationRequest, lens_id: UUID, version_id: UUID) -> HttpResponse:
    """Copy a version of a lens into a draft."""
    version = LensVersion.objects.select_related("lens").filter(pk=version_id, lens=lens_id).first()
    if version is None or version.lens.deleted_at is not None:
        raise NotFound
    has_draft = LensVersion.objects.filter(lens=lens_id, status=LensVersion.Status.DRAFT).exists()
    may_be_next = not version.lens.is_built_in and not has_draft
    initial = {
        "purpose": NEXT if may_be_next else NEW,
        "name": _("%(name)s (copy)") % {"name": version.lens.name[: MAX_NAME - 10]},
    }
    is_sent = request.method == "POST"
    form = CopyForm(request.POST, initial=initial) if is_sent else CopyForm(initial=initial)
    if is_sent and form.is_valid():
        is_next = may_be_next and form.cleaned_data["purpose"] == NEXT
        name = "" if is_next else form.cleaned_data["name"]
        try:
            draft = services.copy_lens(actor=request.actor, version_id=version_id, name=name)
        except UserError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("This is your copy. Nothing else has changed."))
            return _to_studio(request, draft)
    context = {
        "form": form,
        "lens": version.lens,
        "version": version,
        "may_be_next": may_be_next,
        "has_draft": has_draft,
    }
    return render(request, "lenses/studio/copy.html", context, status=422 if is_sent else 200)


def _to_studio(request: OrganizationRequest, draft: LensVersion) -> HttpResponse:
    return redirect("lens-studio", slug=request.organization.slug, lens_id=draft.lens_id)
