"""The reports on what differs: between two moments of a workload, or between two workloads."""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Invalid, NotFound
from reviews.reports.kinds import ReportContext, Scope
from reviews.reports.paper import pdf_kind
from reviews.selectors_comparing import (
    Compared,
    comparison_of,
    comparison_of_workloads,
    side_of,
)


def _read_moments(context: ReportContext) -> dict[str, Any]:
    workload = context.subject
    compared = comparison_of(workload, context.before, context.after)
    return {"subject": workload.name, "about": workload.description, **_values(compared)}


def _read_workloads(context: ReportContext) -> dict[str, Any]:
    workload, other = context.subject, context.other_workload
    if other is None or context.lens_id is None:
        raise NotFound
    before, after = side_of(workload, context.before), side_of(other, context.after)
    try:
        compared = comparison_of_workloads(before, after, context.lens_id)
    except Invalid as error:
        # It was shared when the report was asked for; a job has no field to show an error beside.
        problems = [text for texts in error.fields.values() for text in texts]
        raise Invalid(" ".join(problems)) from error
    return {"subject": f"{workload.name} – {other.name}", **_values(compared)}


def _values(compared: Compared) -> dict[str, Any]:
    contents = [("summary", _("Summary"), 1)]
    contents += [(section.id, section.title, 1) for section in compared.sections]
    contents += [("notes", _("Notes on lenses and pillars"), 1)] if compared.text_changes else []
    contents += [("evidence", _("Evidence"), 1)] if compared.evidence else []
    return {
        "contents": contents,
        "compared": compared,
        "comparison": compared.comparison,
        "of_workloads": compared.is_of_workloads,
    }


COMPARISON_PDF: Final = pdf_kind(
    key="comparison-pdf",
    label=gettext_lazy("Comparison"),
    description=gettext_lazy("What improved, what got worse and what changed, to the last word."),
    scope=Scope.COMPARISON,
    template="comparison.html",
    read=_read_moments,
)

WORKLOADS_PDF: Final = pdf_kind(
    key="workloads-comparison-pdf",
    label=gettext_lazy("Comparison of two workloads"),
    description=gettext_lazy("Where the second stands better and where worse than the first."),
    scope=Scope.WORKLOADS,
    template="comparison.html",
    read=_read_workloads,
)
