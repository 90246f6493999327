"""Forms of organisations and members."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tenants.permissions import Role


class OrganizationForm(forms.Form):
    """An organisation's name."""

    name = forms.CharField(
        label=_("Name"),
        min_length=2,
        max_length=100,
        help_text=_("Your company, department or client."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )


class OrganizationSettingsForm(OrganizationForm):
    """What an owner can change about an organisation."""

    colour = forms.CharField(
        label=_("Colour of reports"),
        required=False,
        max_length=7,
        help_text=_("As in #3b48c9: covers and headings of PDF reports are set in it."),
    )


class MemberForm(forms.Form):
    """Whom to add, as what."""

    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.CONTRIBUTOR)


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
