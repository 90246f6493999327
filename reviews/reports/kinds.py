"""The kinds of reports there are. Each app registers its own when it is ready:

    class ImprovementConfig(AppConfig):
        def ready(self) -> None:
            from improvement.reports import PLAN_PDF
            from reviews.reports.kinds import register

            register(PLAN_PDF)

A kind is written in two steps. ``prepare`` reads what belongs into the report, with the
organisation bound; ``write`` makes a file of it, with nothing bound and no transaction open,
however long that takes. In both, the language and the time zone are those of whoever asked.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Generic, TypeVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from reviews.models import LensReview
from tenants.models import Organization
from tenants.permissions import Permission
from workloads.models import Workload

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Content = TypeVar("Content")

Progress = Callable[[int, int], None]
"""Called with the steps that are done and all there are."""


class Scope(StrEnum):
    """What a report is about."""

    ORGANIZATION = "organization"
    WORKLOAD = "workload"
    LENS = "lens"
    COMPARISON = "comparison"
    WORKLOADS = "workloads"


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its name for people, how a file's name ends, and its content type."""

    label: str
    ending: str
    content_type: str


PDF: Final = Format("PDF", "pdf", "application/pdf")
XLSX: Final = Format(
    "Excel", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)
CSV: Final = Format("CSV", "csv", "text/csv; charset=utf-8")
MARKDOWN: Final = Format("Markdown", "md", "text/markdown; charset=utf-8")
JSON: Final = Format("JSON", "json", "application/json")


@dataclass(frozen=True, slots=True)
class ReportContext:
    """What a report is about and who asked for it.

    ``workload`` is None for a report on the organisation; ``review`` has its lens and version, and
    is there for the scope LENS; ``before`` and ``after`` are moments of a comparison: a milestone's
    number or ``now`` (reviews.selectors_milestones.load_moments). For the scope WORKLOADS
    ``before`` is one of ``workload``, ``after`` one of ``other_workload``, and ``lens_id`` the lens
    that they are compared through. ``options`` are what the kind's ``Options`` let through.
    """

    organization: Organization
    created_at: datetime
    created_by_name: str
    workload: Workload | None = None
    review: LensReview | None = None
    before: str = ""
    after: str = ""
    other_workload: Workload | None = None
    lens_id: UUID | None = None
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def subject(self) -> Workload:
        """The workload of a report that is about one."""
        if self.workload is None:
            message = "the report is not about a workload"
            raise ValueError(message)
        return self.workload

    @property
    def lens_review(self) -> LensReview:
        """The review of a report that is about one lens."""
        if self.review is None:
            message = "the report is not about a lens"
            raise ValueError(message)
        return self.review


def _nothing_missing() -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Options:
    """What a kind may be asked for beside its subject: a filter, say.

    ``names`` are the parameters of an address that say it. ``check`` takes what they say and
    returns what is kept with the report; it raises Invalid by name. ``words`` says that to people,
    part by part.
    """

    names: tuple[str, ...]
    check: Callable[[Mapping[str, str]], dict[str, str]]
    words: Callable[[Mapping[str, str]], list[str]]


@dataclass(frozen=True, slots=True)
class ReportKind(Generic[Content]):
    """One kind of report.

    ``key`` is stored and part of addresses: ``workload-pdf``. ``prepare`` reads, ``write`` fills
    the binary file and may say how far it is; both raise UserError for what the reader should know.
    ``obstacle`` says why the kind cannot be written on this machine: empty when it can.
    """

    key: str
    label: "str | _StrPromise"
    description: "str | _StrPromise"
    format: Format
    scope: Scope
    prepare: Callable[[ReportContext], Content]
    write: Callable[[Content, BinaryIO, Progress], None]
    permission: Permission = Permission.VIEW
    obstacle: "Callable[[], str]" = _nothing_missing
    options: Options | None = None


_kinds: dict[str, ReportKind[Any]] = {}

SCOPE_LABELS: Final = {
    Scope.ORGANIZATION: _("The whole organisation"),
    Scope.WORKLOAD: _("The workload"),
    Scope.LENS: _("One lens of the workload"),
    Scope.COMPARISON: _("Two moments of the workload"),
    Scope.WORKLOADS: _("Two workloads through one lens"),
}


def register(*kinds: ReportKind[Any]) -> None:
    """Make kinds known; raises ValueError for a key that another kind has."""
    for kind in kinds:
        if _kinds.setdefault(kind.key, kind) is not kind:
            message = f"two kinds of report are called {kind.key}"
            raise ValueError(message)


def find_kind(key: str) -> ReportKind[Any] | None:
    """Return a kind by its key; None for one that is not, or no longer, there."""
    return _kinds.get(key)


def kinds_for(scopes: Iterable[Scope]) -> list[ReportKind[Any]]:
    """Return the kinds of some scopes, in the scopes' order; what is to be read before data."""
    places = {scope: place for place, scope in enumerate(scopes)}
    found = [kind for kind in _kinds.values() if kind.scope in places]
    return sorted(found, key=lambda kind: (places[kind.scope], kind.format != PDF))
