"""Forms of comments and assignments."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tenants.models import Membership

ME: Final = "me"
"""What stands for the person who sends the form."""


class CommentForm(forms.Form):
    """What somebody says; ``thread`` when it is a reply, ``key`` the id that it is to have."""

    text = forms.CharField(
        label=_("Comment"), error_messages={"required": _("Write something first.")}
    )
    thread = forms.UUIDField(required=False)
    key = forms.UUIDField(required=False)


class ReadForm(forms.Form):
    """Up to when the comments were read."""

    up_to = forms.DateTimeField(required=False)

    def clean_up_to(self) -> Any:
        """Refuse a moment that no page can have been shown at."""
        return _in_our_times(self.cleaned_data["up_to"])


class AssignmentForm(forms.Form):
    """Who is to answer a question, and by when.

    ``members`` are those to choose from; without any, it is the person themselves.
    """

    assignee = forms.TypedChoiceField(label=_("Who answers it"))
    due = forms.DateField(
        label=_("Until when"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self, data: Any, *, user_id: UUID, members: Iterable[Membership] = (), **kwargs: Any
    ) -> None:
        super().__init__(data, auto_id="assignment_%s", **kwargs)
        self._user_id = user_id
        names = [
            (str(row.user_id), row.user.display_name) for row in members if row.user_id != user_id
        ]
        assignee = self.fields["assignee"]
        assert isinstance(assignee, forms.TypedChoiceField)  # noqa: S101 - declared above
        assignee.choices = [(ME, _("Me")), *names]
        assignee.coerce = self._person
        if not names:
            assignee.widget = forms.HiddenInput()

    def _person(self, value: str) -> UUID:
        return self._user_id if value == ME else UUID(value)

    def clean_due(self) -> Any:
        """Refuse what is no year that anybody plans in."""
        return _in_our_times(self.cleaned_data["due"])


def _in_our_times(day: Any) -> Any:
    if day and not 2000 <= day.year <= 2200:  # noqa: PLR2004 - a slip of the keys
        raise ValidationError(_("Please check the year."))
    return day
