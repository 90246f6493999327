"""Reads about reports: those of an organisation, one by itself, and which there may be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from common.clock import now
from common.errors import NotFound
from reviews.models import Report
from reviews.reports.kinds import ReportKind, Scope, find_kind, kinds_for
from tenants.actors import Actor
from tenants.jobs import UNFINISHED, is_late


def reports(workload_id: UUID | None = None) -> QuerySet[Report]:
    """Return the reports that are kept, with their jobs, the newest first."""
    kept: QuerySet[Report] = Report.objects.filter(expires_at__gt=now())
    if workload_id:
        kept = kept.filter(Q(workload=workload_id) | Q(other_workload=workload_id))
    return kept.select_related("job").order_by("-created_at", "-pk")


def load_report(report_id: UUID) -> Report:
    """Return a report that is kept, with its job; raises NotFound."""
    found = reports().filter(pk=report_id).first()
    if found is None:
        raise NotFound
    return found


OF_ORGANIZATION: Final = (Scope.ORGANIZATION,)
OF_WORKLOAD: Final = (Scope.WORKLOAD, Scope.LENS, Scope.COMPARISON)
OF_TWO_WORKLOADS: Final = (Scope.WORKLOADS,)


def kinds_of(actor: Actor, scopes: Sequence[Scope]) -> list[ReportKind[Any]]:
    """Return the kinds of some scopes that somebody may ask for."""
    return [kind for kind in kinds_for(scopes) if actor.can(kind.permission)]


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report as the list shows it; ``kind`` is None when there is no such kind any more."""

    report: Report
    kind: ReportKind[Any] | None

    @property
    def is_unfinished(self) -> bool:
        """Whether it waits or is being written."""
        return self.report.job.status in UNFINISHED

    @property
    def is_late(self) -> bool:
        """Whether no worker seems to be there to write it."""
        return is_late(self.report.job)

    @property
    def is_ready(self) -> bool:
        """Whether there is a file to download."""
        return bool(self.report.file.name) and not self.is_unfinished

    @property
    def words(self) -> list[str]:
        """What it is narrowed down to, as was said when it was asked for."""
        found: list[str] = self.report.parameters.get("words", [])
        return found

    @property
    def percent(self) -> int:
        """How much of it is written, in per cent; 0 until that is known."""
        job = self.report.job
        return 100 * job.done // job.total if job.total else 0


def report_row(report: Report) -> ReportRow:
    """Return a report as the list shows it."""
    return ReportRow(report, find_kind(report.kind))
