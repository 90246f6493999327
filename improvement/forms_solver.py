"""Forms about what to do next: a budget, a scenario's name, the pace of its due dates."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from improvement.efforts import in_half_days
from improvement.services.scenarios import NAME_LENGTHS
from tenants.models import Membership

MOST_DAYS: Final = 5_000


class BudgetForm(forms.Form):
    """How many days there are; empty means that nothing is left out."""

    days = forms.DecimalField(
        label=_("Budget in days"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(MOST_DAYS),
        decimal_places=1,
        step_size=Decimal("0.5"),
        widget=forms.NumberInput(
            attrs={"class": "input", "step": "0.5", "min": "0", "inputmode": "decimal"}
        ),
    )

    def half_days(self) -> int | None:
        """Return the budget in half days; None where there is none, or it makes no sense."""
        if not self.is_valid() or self.cleaned_data["days"] is None:
            return None
        return in_half_days(self.cleaned_data["days"])


class ScenarioNameForm(forms.Form):
    """What a scenario is called."""

    name = forms.CharField(
        label=_("Name of the scenario"),
        min_length=NAME_LENGTHS[0],
        max_length=NAME_LENGTHS[1],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    revision = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class DueDatesForm(forms.Form):
    """When the work of a scenario begins, how fast it goes and who does it."""

    start = forms.DateField(
        label=_("Work begins on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    pace = forms.DecimalField(
        label=_("Days of work a week"),
        help_text=_("Of everybody together who works on it."),
        min_value=Decimal("0.5"),
        max_value=Decimal(1_000),
        decimal_places=1,
        step_size=Decimal("0.5"),
        widget=forms.NumberInput(attrs={"step": "0.5", "min": "0.5", "inputmode": "decimal"}),
    )
    owner = forms.ChoiceField(label=pgettext_lazy("improvement item", "Owner"), required=False)
    replace = forms.BooleanField(
        label=_("Replace dates and owners that are set already"), required=False
    )

    def __init__(self, data: Any, *, members: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.ChoiceField)  # noqa: S101 - declared above
        people = [(str(row.user_id), row.user.display_name) for row in members]
        owner.choices = [("", _("As it is")), *people]

    def owner_id(self) -> UUID | None:
        """Return the user id of the chosen owner."""
        said = self.cleaned_data["owner"]
        return UUID(said) if said else None
