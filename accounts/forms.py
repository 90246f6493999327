"""What sign-up asks beyond address and password."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class SignUpForm(forms.Form):
    """Mixed by allauth into its own form."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=100,
        help_text=_("Colleagues see it beside what you write."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    field_order = ["name", "email", "password1", "password2"]

    def signup(self, request: HttpRequest, user: Any) -> None:
        """Nothing left to do: the adapter saved the name with the person."""
