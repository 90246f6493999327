"""The report on what became of a workload between two moments."""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reviews.reports.kinds import ReportContext, Scope
from reviews.reports.paper import pdf_kind
from reviews.selectors_comparing import comparison_of


def _read(context: ReportContext) -> dict[str, Any]:
    workload = context.subject
    compared = comparison_of(workload, context.before, context.after)
    contents = [("summary", _("Summary"), 1)]
    contents += [(section.id, section.title, 1) for section in compared.sections]
    contents += [("notes", _("Notes on lenses and pillars"), 1)] if compared.text_changes else []
    contents += [("evidence", _("Evidence"), 1)] if compared.evidence else []
    return {
        "subject": workload.name,
        "about": workload.description,
        "contents": contents,
        "compared": compared,
        "comparison": compared.comparison,
    }


COMPARISON_PDF: Final = pdf_kind(
    key="comparison-pdf",
    label=gettext_lazy("Comparison"),
    description=gettext_lazy("What improved, what got worse and what changed, to the last word."),
    scope=Scope.COMPARISON,
    template="comparison.html",
    read=_read,
)
