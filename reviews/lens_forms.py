"""Forms of the page on which lenses are chosen."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LensForm(forms.Form):
    """Which lens to add."""

    # Named as the services name it in their errors (reviews/services/reviews.py).
    lenses = forms.UUIDField(error_messages={"invalid": _("There is no such lens.")})
