"""What to write a report about, and which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from reviews.models import LensReview
from reviews.reports.kinds import ReportKind, Scope
from reviews.selectors_milestones import NOW
from reviews.selectors_reports import OF_ORGANIZATION, OF_TWO_WORKLOADS, OF_WORKLOAD
from reviews.services.report_subjects import Subject
from workloads.models import Workload

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class About:
    """What the address says that reports are to be about: the organisation, a workload, or two.

    ``options`` are what it says of the kinds' options, unchecked.
    """

    workload: Workload | None = None
    other: Workload | None = None
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """What kinds of reports there are about it."""
        if self.workload is None:
            return OF_ORGANIZATION
        return OF_TWO_WORKLOADS if self.other else OF_WORKLOAD


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be chosen: reviews of the workload, lenses of two, moments by key and name."""

    reviews: Sequence[LensReview] = ()
    lenses: Choices = ()
    before: Choices = ()
    after: Choices = ()


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
    lens = forms.UUIDField(
        label=_("Lens"),
        required=False,
        error_messages={"invalid": _("Choose the lens to compare the two through.")},
    )
    before = forms.CharField(label=_("From"), required=False)
    after = forms.CharField(label=_("To"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, required=False)

    def __init__(
        self,
        data: Any,
        *,
        kinds: Sequence[ReportKind[Any]],
        about: About,
        offered: Offered,
        initial: dict[str, Any] | None = None,
    ) -> None:
        """Ask only for what one of the kinds needs."""
        super().__init__(data, initial=initial, auto_id="report_%s")
        self.about = about
        self.fields["kind"].choices = [(kind.key, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        lenses = [(str(review.pk), str(review.lens.name)) for review in offered.reviews]
        self._offer("review", lenses)
        self._offer("lens", offered.lenses)
        self._offer("before", offered.before)
        self._offer("after", offered.after)
        if about.workload and about.other:
            self.fields["before"].label = about.workload.name
            self.fields["after"].label = about.other.name
        if len(settings.LANGUAGES) == 1:
            del self.fields["language"]

    def _offer(self, name: str, choices: Choices) -> None:
        if choices:
            self.fields[name].widget = forms.Select(choices=choices)
        else:
            del self.fields[name]

    @property
    def subject(self) -> Subject:
        """What the report is to be about; the form is valid."""
        values, about = self.cleaned_data, self.about
        return Subject(
            workload_id=_id(about.workload),
            review_id=values.get("review"),
            before=values.get("before", ""),
            after=values.get("after") or NOW,
            other_id=_id(about.other),
            lens_id=values.get("lens"),
            options=about.options,
        )


def _id(workload: Workload | None) -> UUID | None:
    return workload.pk if workload else None
