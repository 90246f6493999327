"""What to write a report about, and which."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from reviews.models import LensReview
from reviews.reports.kinds import ReportKind
from reviews.selectors_milestones import NOW
from reviews.services.reports import Subject
from workloads.models import Workload


class ReportForm(forms.Form):
    """Which report, and what its kind needs to know beside the workload."""

    kind = forms.ChoiceField(
        label=_("Report"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the reports.")},
    )
    review = forms.UUIDField(
        label=_("Lens"),
        required=False,
        error_messages={"invalid": _("Choose the lens that the report is about.")},
    )
    before = forms.CharField(label=_("From"), required=False)
    after = forms.CharField(label=_("To"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, required=False)

    def __init__(
        self,
        data: Any,
        *,
        kinds: Sequence[ReportKind[Any]],
        workload: Workload | None,
        reviews: Sequence[LensReview] = (),
        moments: Sequence[tuple[str, str]] = (),
        initial: dict[str, Any] | None = None,
    ) -> None:
        """Ask only for what one of the kinds needs; ``moments`` are keys and names."""
        super().__init__(data, initial=initial, auto_id="report_%s")
        self.workload = workload
        self.fields["kind"].choices = [(kind.key, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        if reviews:
            lenses = [(str(review.pk), str(review.lens.name)) for review in reviews]
            self.fields["review"].widget = forms.Select(choices=lenses)
        else:
            del self.fields["review"]
        if moments:
            now = (NOW, _("Now"))
            self.fields["before"].widget = forms.Select(choices=[*moments, now])
            self.fields["after"].widget = forms.Select(choices=[now, *moments])
        else:
            del self.fields["before"], self.fields["after"]
        if len(settings.LANGUAGES) == 1:
            del self.fields["language"]

    @property
    def subject(self) -> Subject:
        """What the report is to be about; the form is valid."""
        values = self.cleaned_data
        return Subject(
            workload_id=self.workload.pk if self.workload else None,
            review_id=values.get("review"),
            before=values.get("before", ""),
            after=values.get("after") or NOW,
        )
