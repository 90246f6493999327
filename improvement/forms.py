"""Forms of the plan: an item, several items, a risk to accept."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from improvement.efforts import MOST_HALF_DAYS
from improvement.models import IMPROVEMENT_STATUS_WORDS, STATUS_WORDS, ImprovementItem
from improvement.services.acceptances import LONGEST, LONGEST_DECISION
from improvement.statuses import SET_BY_HAND, Status
from tenants.models import Membership

NOBODY: Final = "none"

_STATUSES: Final = [(each.value, STATUS_WORDS[each]) for each in SET_BY_HAND]


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget)


def _effort() -> forms.DecimalField:
    return forms.DecimalField(
        label=_("Effort in days"),
        required=False,
        min_value=Decimal("0.5"),
        max_value=Decimal(MOST_HALF_DAYS) / 2,
        step_size=Decimal("0.5"),
        max_digits=5,
        decimal_places=1,
        widget=forms.NumberInput(attrs={"step": "0.5", "inputmode": "decimal"}),
    )


def half_days(days: Decimal | None) -> int | None:
    """Return days as half days."""
    return None if days is None else int(days * 2)


def days(half: int) -> str:
    """Return half days as days, as a form shows them: "1", "2.5"."""
    whole, rest = divmod(half, 2)
    return f"{whole}.5" if rest else str(whole)


def _people(members: Sequence[Membership]) -> list[tuple[str, str]]:
    return [(str(row.user_id), row.user.display_name) for row in members]


class ItemForm(forms.Form):
    """What people say about an item, and the revision that they saw."""

    status = forms.ChoiceField(label=_("Status"))
    reason = forms.CharField(
        label=_("Why it is dismissed"),
        required=False,
        max_length=500,
        help_text=_("Needed for the status Dismissed."),
    )
    owner = forms.ChoiceField(label=pgettext_lazy("improvement item", "Owner"), required=False)
    due = _day(_("Due"))
    effort = _effort()
    ticket_key = forms.CharField(label=_("Ticket"), required=False, max_length=100)
    ticket_url = forms.CharField(
        label=_("Link of the ticket"),
        required=False,
        max_length=2048,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    notes = forms.CharField(
        label=_("Notes"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    scope = forms.ChoiceField(
        choices=[("workload", ""), ("organization", "")],
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(
        self, data: Any, *, item: ImprovementItem, members: Sequence[Membership], **kwargs: Any
    ) -> None:
        initial = {
            "status": item.status,
            "reason": item.reason,
            "owner": str(item.owner_id or ""),
            "due": item.due,
            "effort": None if item.team_effort is None else days(item.team_effort),
            "ticket_key": item.ticket_key,
            "ticket_url": item.ticket_url,
            "notes": item.notes,
            "revision": item.revision,
            **kwargs.pop("initial", {}),
        }
        super().__init__(data, auto_id=f"item-{item.pk}-%s", initial=initial, **kwargs)
        is_accepted = item.status == Status.ACCEPTED
        accepted = [(Status.ACCEPTED.value, STATUS_WORDS[Status.ACCEPTED])]
        _choose(self.fields["status"], accepted if is_accepted else _STATUSES)
        people = _people(members)
        if item.owner_id and str(item.owner_id) not in dict(people):
            people.append((str(item.owner_id), str(item.owner)))
        _choose(self.fields["owner"], [("", _("Nobody")), *people])
        self.fields["effort"].widget.attrs["placeholder"] = days(item.lens_effort)

    def changes(self) -> dict[str, Any]:
        """Return the fields as the service takes them."""
        said = self.cleaned_data
        names = ("status", "reason", "due", "ticket_key", "ticket_url", "notes")
        return {
            **{name: said[name] for name in names},
            "owner_id": UUID(said["owner"]) if said["owner"] else None,
            "team_effort": half_days(said["effort"]),
        }


class BulkForm(forms.Form):
    """What to set on several items; a field that is left empty stays as it is on each."""

    items = forms.MultipleChoiceField(
        widget=forms.MultipleHiddenInput,
        error_messages={"required": _("Select the items to change first.")},
    )
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Status: as it is")), *_STATUSES]
    )
    reason = forms.CharField(label=_("Why it is dismissed"), required=False, max_length=500)
    owner = forms.ChoiceField(label=pgettext_lazy("improvement item", "Owner"), required=False)
    due = _day(_("Due"))
    no_due = forms.BooleanField(label=_("No due date"), required=False)
    effort = _effort()

    def __init__(self, data: Any, *, members: Sequence[Membership]) -> None:
        super().__init__(data, auto_id="bulk-%s")
        people = [("", _("Owner: as it is")), (NOBODY, _("Nobody")), *_people(members)]
        _choose(self.fields["owner"], people)
        # Which there are is for the service to say.
        items = self.fields["items"]
        items.valid_value = lambda _value: True  # type: ignore[attr-defined]

    def clean_items(self) -> dict[UUID, int]:
        """Return the revisions that the person saw, by item."""
        try:
            pairs = (text.split(".", 1) for text in self.cleaned_data["items"])
            return {UUID(key): int(revision) for key, revision in pairs}
        except ValueError:
            raise forms.ValidationError(_("Select the items to change first.")) from None

    def clean(self) -> dict[str, Any]:
        """Refuse a form that says nothing."""
        said: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.changes():
            raise forms.ValidationError(_("Say what to change."))
        return said

    def changes(self) -> dict[str, Any]:
        """Return what to set, as the service takes it."""
        said = self.cleaned_data
        changes: dict[str, Any] = {}
        if said.get("status"):
            changes |= {"status": said["status"], "reason": said["reason"]}
        if said.get("owner"):
            changes["owner_id"] = None if said["owner"] == NOBODY else UUID(said["owner"])
        if said.get("due") or said.get("no_due"):
            changes["due"] = said["due"]
        if said.get("effort") is not None:
            changes["team_effort"] = half_days(said["effort"])
        return changes


class AcceptanceForm(forms.Form):
    """Why a risk can be lived with, and until when."""

    reason = forms.CharField(
        label=_("Why the risk can be lived with"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    until = forms.DateField(
        label=_("Accepted until"),
        help_text=_("The risk counts again on the day after."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    conditions = forms.CharField(
        label=_("Conditions"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DecisionForm(forms.Form):
    """What somebody says who decides."""

    verdict = forms.ChoiceField(choices=[("approve", ""), ("reject", "")])
    decision = forms.CharField(
        label=_("What you say to it"),
        required=False,
        max_length=LONGEST_DECISION,
        help_text=_("Needed to reject."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class StatusForm(forms.Form):
    """How far the improvement of a workload is."""

    status = forms.ChoiceField(
        label=_("Improvement status"),
        required=False,
        choices=[
            ("", _("As the plan says")),
            *((each.value, word) for each, word in IMPROVEMENT_STATUS_WORDS.items()),
        ],
    )


def _choose(field: forms.Field, choices: Sequence[tuple[Any, Any]]) -> None:
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
    field.choices = list(choices)
