"""The form of a new workload: its properties and its first lenses."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reviews.lens_options import LensOption, lens_options
from workloads.forms import WorkloadForm


class NewWorkloadForm(WorkloadForm):
    """All of a workload, and the lenses to review it through."""

    lenses = forms.MultipleChoiceField(
        label=gettext_lazy("Review it through"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": gettext_lazy("There is no such lens, or it is not published.")
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = lens_options()
        field = self.fields["lenses"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 - narrows for mypy
        field.choices = [(str(option.lens_id), _label(option)) for option in self.options]
        if len(self.options) == 1:
            field.initial = [str(self.options[0].lens_id)]

    def lens_ids(self) -> list[UUID]:
        """Return the chosen lenses, once the form is valid, in the order they are listed in."""
        chosen = set(self.cleaned_data["lenses"])
        return [option.lens_id for option in self.options if str(option.lens_id) in chosen]


def _label(option: LensOption) -> SafeString:
    questions = ngettext("%(n)d question", "%(n)d questions", option.questions)
    time = _("about %(time)s") % {"time": duration(option.minutes)}
    return format_html(
        '<span><strong>{}</strong> <span class="muted">{} · {}, {}</span></span>',
        option.name,
        option.version,
        questions % {"n": option.questions},
        time,
    )


def duration(minutes: int) -> str:
    """Return minutes as people say them: "12 minutes", "2 hours"."""
    if minutes < 60:  # noqa: PLR2004 - minutes of an hour
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
