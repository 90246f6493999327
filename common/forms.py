"""What forms and services say to each other."""

from django import forms
from django.http import HttpRequest, QueryDict

from common.errors import UserError


def submitted(request: HttpRequest) -> QueryDict | None:
    """Return what a form was sent with, None when it is only shown.

    A body without fields counts as sent too (``request.POST`` is false then): it gets the form's
    errors, as in a request of another content type.
    """
    return request.POST if request.method == "POST" else None


def add_errors(form: forms.BaseForm, error: UserError) -> None:
    """Show a service's error on the form: beside its fields, or above when it names none."""
    placed = False
    for name, texts in error.fields.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, text)
            placed = True
    if not placed:
        form.add_error(None, error.message)
