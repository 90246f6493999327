"""Forms of lenses: what to import, and under which name to publish."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lenses.models import LensVersion
from lenses.rename_texts import rename_messages
from lenses.renames import read_renames
from lenses.schema import MAX_DOCUMENT_BYTES, MAX_DOCUMENT_CHARACTERS
from lenses.services import MAX_NOTES
from lenses.versions import MAX_VERSION_LENGTH

SHOWN_LIMIT = f"{MAX_DOCUMENT_CHARACTERS:,}"


class LensImportForm(forms.Form):
    """A lens in a file or as text, exactly one of the two; ``lens`` is whose draft it becomes."""

    lens = forms.UUIDField(required=False, widget=forms.HiddenInput)

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )
    # Not stripped: the problems of a text name its lines.
    text = forms.CharField(
        label=gettext_lazy("Text"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off", "class": "lens-text"}
        ),
    )

    def clean_file(self) -> "UploadedFile[bytes] | None":
        """Refuse by the size that the upload has, before a byte of it is read."""
        upload: UploadedFile[bytes] | None = self.cleaned_data["file"]
        size = (upload.size if upload else None) or 0
        if size > MAX_DOCUMENT_BYTES:
            raise ValidationError(
                _("The file has %(size)s; a lens has at most %(limit)s characters.")
                % {"size": filesizeformat(size), "limit": SHOWN_LIMIT},
                code="too_large",
            )
        return upload

    def clean_text(self) -> str:
        """Undo what browsers do to line ends, which would count as two characters."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one source."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        has_text = bool(cleaned["text"].strip())
        if cleaned["file"] and has_text:
            raise ValidationError(_("Choose a file or paste a text, not both."), code="both")
        if not cleaned["file"] and not has_text:
            raise ValidationError(_("Choose a file, or paste the text of a lens."), code="none")
        return cleaned

    @property
    def source(self) -> str | bytes:
        """What is to be imported, when the form is valid."""
        upload: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if upload is None:
            text: str = self.cleaned_data["text"]
            return text
        content: bytes = upload.read()
        return content

    @property
    def source_name(self) -> str:
        """The file's name; empty for a pasted text."""
        upload: UploadedFile[bytes] | None = self.cleaned_data.get("file")
        return (upload.name or "") if upload else ""


class PublishForm(forms.Form):
    """The name of the new version, how reviews come to it, and what is new in it."""

    version = forms.CharField(
        label=gettext_lazy("Version"),
        max_length=MAX_VERSION_LENGTH,
        help_text=gettext_lazy("Letters, digits and dots."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    # The first version is major, and is not asked for.
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=LensVersion.Kind.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    notes = forms.CharField(
        label=gettext_lazy("What is new"),
        max_length=MAX_NOTES,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    # As they were when the consequences were shown.
    renames = forms.CharField(required=False, widget=forms.HiddenInput)
    # The draft that was read: nobody publishes what a colleague has put in its place.
    draft_sha256 = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def clean_kind(self) -> str:
        """Major unless somebody said minor: then nothing happens by itself."""
        return self.cleaned_data["kind"] or LensVersion.Kind.MAJOR

    def clean_renames(self) -> dict[str, str]:
        """Read the renames; names what cannot be read."""
        return _renames(self.cleaned_data["renames"])


class RenamesForm(forms.Form):
    """Ids of the version before that have another name in the draft."""

    renames = forms.CharField(
        label=gettext_lazy("Renamed ids"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def clean_renames(self) -> dict[str, str]:
        """Read one rename a line."""
        return _renames(self.cleaned_data["renames"])


def _renames(text: str) -> dict[str, str]:
    renames, problems = read_renames(text)
    if problems:
        raise ValidationError(rename_messages(problems))
    return renames


class DiffForm(forms.Form):
    """Two versions of a lens; the fields are called ``from`` and ``to``."""

    def __init__(self, *args: Any, versions: Collection[LensVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._versions = {str(version.pk): version for version in versions}
        choices = [(key, _version_option(version)) for key, version in self._versions.items()]
        for name, label in (("from", gettext_lazy("From")), ("to", gettext_lazy("To"))):
            self.fields[name] = forms.ChoiceField(
                label=label, choices=choices, widget=forms.Select(attrs={"class": "input"})
            )

    def sides(self) -> tuple[LensVersion, LensVersion]:
        """The versions that were chosen, when the form is valid."""
        cleaned = self.cleaned_data
        return self._versions[cleaned["from"]], self._versions[cleaned["to"]]


def _version_option(version: LensVersion) -> str:
    return version.version or str(version.get_status_display())


class DeleteLensForm(forms.Form):
    """The name of a lens, typed to confirm that it may go."""

    name = forms.CharField(
        label=gettext_lazy("Name of the lens"),
        max_length=128,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class DiscardForm(forms.Form):
    """Which draft to throw away."""

    draft_sha256 = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
