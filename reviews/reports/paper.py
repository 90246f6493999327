"""Reports on paper: a template, in the organisation's name and colour, made into a PDF."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language

from common.pdf import obstacle, write_pdf
from reviews.reports.kinds import PDF, Options, Progress, ReportContext, ReportKind, Scope

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Paper:
    """A document as HTML, and the colour it is set in."""

    html: str
    colour: str


Read = Callable[[ReportContext], Mapping[str, Any]]
"""Reads what the template of a report needs; ``title`` and ``subject`` are among it."""


def pdf_kind(
    *,
    key: str,
    label: "_StrPromise",
    description: "_StrPromise",
    scope: Scope,
    template: str,
    read: Read,
    options: Options | None = None,
) -> ReportKind[Paper]:
    """Return the kind of a report that is a template under templates/reports/pdf."""

    def prepare(context: ReportContext) -> Paper:
        values = {
            "organization": context.organization,
            "context": context,
            "language": get_language() or settings.LANGUAGE_CODE,
            "kind_label": label,
            **read(context),
        }
        html = render_to_string(f"reports/pdf/{template}", values)
        return Paper(html, context.organization.colour)

    return ReportKind(
        key=key,
        label=label,
        description=description,
        format=PDF,
        scope=scope,
        prepare=prepare,
        write=_write,
        obstacle=obstacle,
        options=options,
    )


def _write(paper: Paper, file: BinaryIO, progress: Progress) -> None:
    write_pdf(paper.html, file, colour=paper.colour, progress=progress)
