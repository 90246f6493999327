"""Forms of evidence."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenses.definition import Choice
from reviews.models import Evidence
from reviews.services.evidence import LONGEST_TITLE


class EvidenceForm(forms.Form):
    """A file or a link for one of a question's practices, exactly one of the two."""

    practice = forms.ChoiceField(label=gettext_lazy("Practice"))
    url = forms.CharField(
        label=gettext_lazy("Link"),
        required=False,
        widget=forms.TextInput(
            attrs={
                "inputmode": "url",
                "placeholder": "https://",
                "autocomplete": "off",
                "spellcheck": "false",
            }
        ),
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        required=False,
        max_length=LONGEST_TITLE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    # Last: where reading stops at a file that is too large, the other fields have been read.
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,  # the service says what is wrong with it
        max_length=None,
        widget=forms.FileInput,
    )

    def __init__(
        self, *args: Any, practices: Sequence[Choice], was_too_large: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **{"auto_id": "evidence_%s", **kwargs})
        practice = self.fields["practice"]
        assert isinstance(practice, forms.ChoiceField)  # noqa: S101 - declared above
        practice.choices = [(choice.id, f"{choice.letter}  {choice.title}") for choice in practices]
        self._was_too_large = was_too_large

    def clean(self) -> dict[str, Any]:
        """Require one of the two; a file that was not read is named by the view."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        upload: UploadedFile[bytes] | None = cleaned.get("file")
        url = cleaned.get("url")
        if self._was_too_large or self.errors:
            return cleaned
        if upload and url:
            raise ValidationError(_("Add the file and the link one after the other."))
        if not upload and not url:
            raise ValidationError(_("Choose a file, or write the address of a link."))
        return cleaned


class EvidenceEditForm(forms.Form):
    """The title of a piece of evidence, and a link's address."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=LONGEST_TITLE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    url = forms.CharField(
        label=gettext_lazy("Link"),
        widget=forms.TextInput(
            attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "evidence_edit_%s", **kwargs})
        if kind != Evidence.Kind.LINK:
            del self.fields["url"]
