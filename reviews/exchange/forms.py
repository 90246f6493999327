"""Forms of what is uploaded to be imported, and of its confirmation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class UploadForm(forms.Form):
    """One file. ``most`` is how many bytes it may have, ``accept`` what the browser offers."""

    file = forms.FileField(label=gettext_lazy("File"), allow_empty_file=True)

    def __init__(
        self, *args: Any, most: int, accept: str, was_too_large: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.most = min(most, settings.LARGEST_UPLOAD)
        self._was_too_large = was_too_large
        self.fields["file"].widget.attrs["accept"] = accept

    def clean(self) -> dict[str, Any]:
        """Refuse by size, before a byte is read; what was too large to arrive is told as that."""
        cleaned: dict[str, Any] = super().clean() or {}
        upload: UploadedFile[bytes] | None = cleaned.get("file")
        if self._was_too_large or (upload is not None and (upload.size or 0) > self.most):
            # Instead of what the form says of a file that was left out.
            self.errors.pop("file", None)
            message = _("This file is too large: %(limit)s is the most that is taken.")
            error = ValidationError(message % {"limit": filesizeformat(self.most)}, "too_large")
            self.add_error("file", error)
        return cleaned

    @property
    def content(self) -> bytes:
        """What was uploaded, once the form is valid."""
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        content: bytes = upload.read()
        return content

    @property
    def filename(self) -> str:
        """What the file is called, empty where there is none."""
        upload: UploadedFile[bytes] | None = getattr(self, "cleaned_data", {}).get("file")
        return (upload.name or "") if upload else ""

    @property
    def is_too_large(self) -> bool:
        """Whether that is what is wrong with it."""
        return self.has_error("file", "too_large")


class WorkloadNameForm(forms.Form):
    """What the imported workload is to be called."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        min_length=3,
        max_length=100,
        help_text=gettext_lazy("No other workload of your organisation may have it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ConfirmForm(forms.Form):
    """What was looked at."""

    fingerprint = forms.CharField(max_length=64, widget=forms.HiddenInput)
