"""Forms of the portfolio: its filter, and a name to keep one under."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from web.selectors import lenses_in_use
from workloads.forms import INDUSTRY_TYPES
from workloads.models import Workload
from workloads.selectors import tags_in_use, values_in_use

_SUGGESTIONS: Final = 200


class PortfolioFilterForm(forms.Form):
    """What to look at. ``suggestions`` are what is in use, by field, for lists to choose from."""

    tag = forms.CharField(
        label=_("Tag"),
        required=False,
        max_length=385,
        help_text=_("A key, or a key and a value: team=payments"),
        widget=forms.TextInput(attrs={"list": "filter-tags", "autocomplete": "off"}),
    )
    owner = forms.CharField(
        label=_("Review owner"),
        required=False,
        max_length=255,
        widget=forms.TextInput(attrs={"list": "filter-owners", "autocomplete": "off"}),
    )
    environment = forms.ChoiceField(label=_("Environment"), required=False)
    lens = forms.ChoiceField(label=_("Lens"), required=False)
    industry = forms.CharField(
        label=_("Industry"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"list": "filter-industries", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        environments = [("", _("All environments")), *Workload.Environment.choices]
        self.fields["environment"].choices = environments  # type: ignore[attr-defined]
        lenses = [(str(lens.pk), lens.name) for lens in lenses_in_use()]
        self.fields["lens"].choices = [("", _("All lenses")), *lenses]  # type: ignore[attr-defined]
        types = values_in_use("industry_type", most=_SUGGESTIONS)
        names = [*types, *values_in_use("industry", most=_SUGGESTIONS), *map(str, INDUSTRY_TYPES)]
        self.suggestions = {
            "filter-tags": tags_in_use(most=_SUGGESTIONS),
            "filter-owners": values_in_use("review_owner", most=_SUGGESTIONS),
            "filter-industries": list(dict.fromkeys(names)),
        }


class SaveViewForm(forms.Form):
    """The name of a view, and whether everybody sees it."""

    name = forms.CharField(label=_("Name"), max_length=60)
    is_shared = forms.BooleanField(
        label=_("Share with the organisation"),
        required=False,
        help_text=_("Every member sees it beside their own."),
    )

    def __init__(self, *args: Any, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["is_shared"]
