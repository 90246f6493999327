"""Home, a new organisation, and its settings."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import UserError
from common.forms import add_errors, submitted
from tenants import services
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission, Role
from tenants.selectors import members, organizations_of
from web.forms import MemberForm, OrganizationForm, OrganizationSettingsForm, RoleForm
from web.organization_limits import limit_rows


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Send a person to their organisation; to a choice when they have several or none."""
    organizations = organizations_of(request.user.pk)  # type: ignore[arg-type]
    if len(organizations) == 1:
        return redirect("portfolio", slug=organizations[0].slug)
    return render(request, "web/home.html", {"own_organizations": organizations})


@require_http_methods(["GET", "POST"])
@login_required
def new_organization(request: HttpRequest) -> HttpResponse:
    """Create an organisation; its maker is the owner."""
    form = OrganizationForm(submitted(request))
    if request.method == "POST" and form.is_valid():
        try:
            organization = services.create_organization(
                user_id=request.user.pk,  # type: ignore[arg-type]
                user_name=str(request.user),
                name=form.cleaned_data["name"],
            )
        except UserError as error:
            add_errors(form, error)
        else:
            return redirect("portfolio", slug=organization.slug)
    return render(
        request, "web/organization_new.html", {"form": form}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
@organization_view(Permission.VIEW, to_change=Permission.MANAGE_ORGANIZATION)
def settings(request: OrganizationRequest) -> HttpResponse:
    """Show the organisation's name, plan and limits; an owner can change it."""
    organization = request.organization
    initial = {"name": organization.name, "colour": organization.colour}
    form = OrganizationSettingsForm(submitted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_organization(
                actor=request.actor,
                name=form.cleaned_data["name"],
                colour=form.cleaned_data["colour"],
            )
        except UserError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The organisation was changed."))
            return redirect("settings", slug=organization.slug)
    context = {
        "form": form,
        "may_change": request.actor.can(Permission.MANAGE_ORGANIZATION),
        "limits": limit_rows(request.organization),
    }
    return render(request, "web/settings.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@organization_view(Permission.VIEW, to_change=Permission.MANAGE_MEMBERS)
def member_list(request: OrganizationRequest) -> HttpResponse:
    """Show who belongs to the organisation; an admin can add a person."""
    form = MemberForm(submitted(request))
    if request.method == "POST" and form.is_valid():
        try:
            membership = services.add_member(
                actor=request.actor,
                email=form.cleaned_data["email"],
                role=Role(form.cleaned_data["role"]),
            )
        except UserError as error:
            add_errors(form, error)
        else:
            messages.success(
                request, _("%(name)s was added.") % {"name": membership.user.display_name}
            )
            return redirect("members", slug=request.organization.slug)
    context = {
        "form": form,
        "members": list(members()),
        "roles": Role,
        "may_manage": request.actor.can(Permission.MANAGE_MEMBERS),
    }
    return render(request, "web/members.html", context, status=422 if form.errors else 200)


@require_POST
@organization_view(Permission.MANAGE_MEMBERS)
def member_role(request: OrganizationRequest, membership_id: UUID) -> HttpResponse:
    """Give a member another role."""
    form = RoleForm(request.POST)
    if form.is_valid():
        services.change_role(
            actor=request.actor,
            membership_id=membership_id,
            role=Role(form.cleaned_data["role"]),
        )
        messages.success(request, _("The role was changed."))
    else:
        messages.error(request, _("There is no such role."))
    return redirect("members", slug=request.organization.slug)


@require_POST
@organization_view(Permission.MANAGE_MEMBERS)
def member_remove(request: OrganizationRequest, membership_id: UUID) -> HttpResponse:
    """Take a member out of the organisation."""
    services.remove_member(actor=request.actor, membership_id=membership_id)
    messages.success(request, _("The member was removed."))
    return redirect("members", slug=request.organization.slug)
