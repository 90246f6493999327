"""Forms of workloads. The rules are the services' (workloads/properties.py): a form only reads."""

import re
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workloads.models import Workload
from workloads.properties import PROPERTY_NAMES, Tags, WorkloadProperties

_BETWEEN_ITEMS: Final = re.compile(r"[\s,;]+")
_BETWEEN_NAMES: Final = re.compile(r"[\r\n,;]+")

# What the field of a workload's business is called; others can be typed.
INDUSTRY_TYPES: Final = (
    gettext_lazy("Agriculture"),
    gettext_lazy("Automotive"),
    gettext_lazy("Construction and real estate"),
    gettext_lazy("Consulting and professional services"),
    gettext_lazy("Education"),
    gettext_lazy("Energy and utilities"),
    gettext_lazy("Financial services"),
    gettext_lazy("Games"),
    gettext_lazy("Government"),
    gettext_lazy("Healthcare"),
    gettext_lazy("Hospitality and travel"),
    gettext_lazy("Life sciences"),
    gettext_lazy("Logistics and transport"),
    gettext_lazy("Manufacturing"),
    gettext_lazy("Media and entertainment"),
    gettext_lazy("Non-profit"),
    gettext_lazy("Retail"),
    gettext_lazy("Software and internet"),
    gettext_lazy("Telecommunications"),
)


class ItemsField(forms.CharField):
    """Codes, one a line or with commas between them; its value is a tuple of strings."""

    separator = _BETWEEN_ITEMS

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
            **options,
        )

    def to_python(self, value: Any) -> Any:
        """Return the items in order."""
        text = super().to_python(value) or ""
        return tuple(item.strip() for item in self.separator.split(text) if item.strip())

    def prepare_value(self, value: Any) -> Any:
        """Return stored items as lines; what was typed stays as it was."""
        return "\n".join(value) if isinstance(value, list | tuple) else value


class NamesField(ItemsField):
    """As ItemsField, for names that may hold blanks."""

    separator = _BETWEEN_NAMES


class CodesField(ItemsField):
    """As ItemsField, for codes that are written in small letters."""

    def to_python(self, value: Any) -> Any:
        """Return the items in order, in small letters."""
        return tuple(item.lower() for item in super().to_python(value))


class TagsField(forms.CharField):
    """Tags, ``key = value`` on a line each; its value is a dict."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
            **options,
        )

    def to_python(self, value: Any) -> Any:
        """Return values by key; raises ValidationError for a key that comes twice or is missing."""
        tags: dict[str, str] = {}
        for number, line in enumerate((super().to_python(value) or "").splitlines(), start=1):
            if not line.strip():
                continue
            # A key may hold a "=", as keys of other tools do: then blanks tell which one divides.
            key, _sign, text = line.partition(" = " if " = " in line else "=")
            key = key.strip()
            if not key:
                raise forms.ValidationError(_("Line %(n)d has no key.") % {"n": number})
            if key in tags:
                raise forms.ValidationError(
                    _("Line %(n)d: the key “%(key)s” is there already.") % {"n": number, "key": key}
                )
            tags[key] = text.strip()
        return tags

    def prepare_value(self, value: Any) -> Any:
        """Return stored tags as lines; what was typed stays as it was."""
        if isinstance(value, dict):
            return "\n".join(f"{key} = {text}" for key, text in value.items())
        return value


class WorkloadForm(forms.Form):
    """All properties and tags of a workload."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        min_length=3,
        max_length=100,
        help_text=gettext_lazy("As people in your organisation call it. 3 to 100 characters."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    description = forms.CharField(
        label=gettext_lazy("Description"),
        min_length=3,
        max_length=250,
        help_text=gettext_lazy("What it does and for whom, in a sentence or two."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    environment = forms.ChoiceField(
        label=gettext_lazy("Environment"),
        choices=Workload.Environment.choices,
        initial=Workload.Environment.PRODUCTION,
    )
    review_owner = forms.CharField(
        label=gettext_lazy("Review owner"),
        required=False,
        min_length=3,
        max_length=255,
        help_text=gettext_lazy("Who answers for the review: a person or a team."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    next_review_on = forms.DateField(
        label=gettext_lazy("Next review"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    industry_type = forms.CharField(
        label=gettext_lazy("Industry type"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"list": "industry-types", "autocomplete": "off"}),
    )
    industry = forms.CharField(
        label=gettext_lazy("Industry"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Within the type, as in “Payments”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    account_ids = ItemsField(
        label=gettext_lazy("Account ids"),
        help_text=gettext_lazy("Twelve digits each, one a line or with commas between them."),
    )
    regions = CodesField(
        label=gettext_lazy("Regions"),
        help_text=gettext_lazy("The cloud's own codes, as in eu-west-1."),
    )
    other_regions = NamesField(
        label=gettext_lazy("Other regions"),
        help_text=gettext_lazy("Data centres and the like, one a line, 3 to 25 characters."),
    )
    architectural_design = forms.CharField(
        label=gettext_lazy("Architecture diagram"),
        required=False,
        max_length=2048,
        help_text=gettext_lazy("A link that begins with https://."),
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
    pillar_priorities = ItemsField(
        label=gettext_lazy("Pillar priorities"),
        help_text=gettext_lazy("Pillar ids, the most important first: security, reliability."),
    )
    tags = TagsField(
        label=gettext_lazy("Tags"),
        help_text=gettext_lazy("One a line: key = value."),
    )
    notes = forms.CharField(
        label=gettext_lazy("Notes"),
        required=False,
        help_text=gettext_lazy("Markdown works here."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def properties(self) -> WorkloadProperties:
        """Return what the form says, once it is valid, without the tags."""
        return WorkloadProperties(**{name: self.cleaned_data[name] for name in PROPERTY_NAMES})

    def tags_said(self) -> Tags:
        """Return the tags the form says, once it is valid."""
        tags: Tags = self.cleaned_data["tags"]
        return tags


class EditWorkloadForm(WorkloadForm):
    """The properties with the revision that the editor began with."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class DeleteWorkloadForm(forms.Form):
    """The name, typed to confirm."""

    name = forms.CharField(
        label=gettext_lazy("Name of the workload"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
