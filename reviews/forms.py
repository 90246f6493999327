"""Forms of milestones."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from common.clock import now
from common.errors import NotFound
from reviews.models import LensReview
from reviews.selectors_milestones import NOW
from reviews.services.milestones import NAME_LENGTHS

_OLDEST_YEAR = 2000
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


class MilestoneForm(forms.Form):
    """The name of a new milestone."""

    name = forms.CharField(
        label=_("Name"),
        min_length=NAME_LENGTHS[0],
        max_length=NAME_LENGTHS[1],
        help_text=_("Say what this moment was: a quarter, a release, an audit."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class SaveMilestoneForm(MilestoneForm):
    """The name of a new milestone, and what else there is to say about it."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        help_text=_("What was decided, what comes next. Markdown."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class UpgradeForm(MilestoneForm):
    """The milestone to save first, and the preview that was read: version and answers."""

    version = forms.UUIDField(widget=forms.HiddenInput)
    answers_revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the milestone")


class RestoreForm(MilestoneForm):
    """The moment that a review is to go back to, and the milestone to save first."""

    review = forms.ChoiceField(label=_("Lens"))
    at = forms.DateTimeField(
        label=_("Moment"),
        widget=forms.DateTimeInput(
            format="%Y-%m-%dT%H:%M:%S", attrs={"type": "datetime-local", "step": 1}
        ),
    )
    answers_revision = forms.IntegerField(
        min_value=0, max_value=2**62, required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, reviews: Iterable[LensReview], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the milestone")
        chosen = cast(forms.ChoiceField, self.fields["review"])
        chosen.choices = [(str(review.pk), review.lens.name) for review in reviews]

    def clean_at(self) -> Any:
        """Accept what has been."""
        moment = self.cleaned_data["at"]
        if moment > now():
            raise ValidationError(_("This moment is yet to come."))
        if moment.year < _OLDEST_YEAR:
            raise ValidationError(_("No review is that old."))
        return moment


class MomentField(forms.ChoiceField):
    """A milestone's number, or ``now``."""

    def validate(self, value: Any) -> None:
        """Accept what can be chosen; raise NotFound for a number that no milestone has."""
        if value and not self.valid_value(value):
            if _NUMBER.fullmatch(value):
                raise NotFound
            raise ValidationError(
                _("“%(value)s” is neither a milestone’s number nor “now”."),
                params={"value": value[:40]},
            )
        super().validate(value)


class CompareForm(forms.Form):
    """The two moments to compare, as the address has them: ``?from=1&to=now``."""

    def __init__(self, data: Any, *, milestones: Iterable[tuple[str, str]]) -> None:
        super().__init__(data, auto_id="compare_%s")
        choices = [*milestones, (NOW, _("Now"))]
        for name, label in (("from", _("From")), ("to", _("To"))):
            widget = forms.Select(attrs={"class": "input"})
            self.fields[name] = MomentField(label=label, choices=choices, widget=widget)


class CompareWorkloadsForm(CompareForm):
    """Two workloads, each at a moment of its own, and the lens to compare them through.

    Without ``lenses`` any is accepted: which there are is known when the moments are.
    """

    def __init__(
        self,
        data: Any,
        *,
        milestones: Iterable[tuple[str, str]],
        other_milestones: Iterable[tuple[str, str]],
        names: tuple[str, str],
        lenses: Mapping[UUID, str] | None = None,
    ) -> None:
        super().__init__(data, milestones=milestones)
        of_other = cast(forms.ChoiceField, self.fields["to"])
        of_other.choices = [*other_milestones, (NOW, _("Now"))]
        self.fields["from"].label, self.fields["to"].label = names
        if lenses is not None:
            self.fields["lens"] = forms.ChoiceField(
                label=_("Lens"),
                choices=[(str(lens_id), name) for lens_id, name in lenses.items()],
                widget=forms.Select(attrs={"class": "input"}),
                error_messages={
                    "required": _("The two share no lens at these moments."),
                    "invalid_choice": _("The two do not share this lens at these moments."),
                },
            )
