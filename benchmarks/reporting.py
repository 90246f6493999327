"""Reports on a workload of four lenses, or on all: time, memory. Runs inside an installation."""

import io
import resource
import time
from typing import Any
from uuid import UUID

from benchmarks.filling import answer_each_second_otherwise
from benchmarks.milestones import reviewed_workload
from common.clock import now
from common.pdf import write_pdf
from reviews.models import LensReview
from reviews.reports.kinds import ReportContext, find_kind
from reviews.services.milestones import save_milestone
from tenants.actors import Actor
from tenants.context import in_organization
from tenants.models import Membership, Organization
from tenants.permissions import Role

KINDS = ("workload-pdf", "lens-pdf", "plan-pdf", "comparison-pdf", "portfolio-pdf")
OF_PORTFOLIO = ("portfolio-csv", "portfolio-xlsx", "portfolio-pdf")


def measure(*, organization_id: str) -> list[dict[str, Any]]:
    """Write each report once, after a first page that loads the library."""
    with in_organization(UUID(organization_id)):
        context = _context(Organization.objects.get(pk=organization_id))
        page = "<html lang='en'><head><title>x</title></head><body><p>x</p></body></html>"
        write_pdf(page, io.BytesIO(), progress=_nobody)
        return [_measured(key, context) for key in KINDS]


def measure_portfolio(*, organization_id: str) -> list[dict[str, Any]]:
    """Write each report on all workloads once, as a worker does that writes its first."""
    found = []
    with in_organization(UUID(organization_id)):
        organization = Organization.objects.get(pk=organization_id)
        context = ReportContext(organization=organization, created_at=now(), created_by_name="")
        for key in OF_PORTFOLIO:
            kind, file = find_kind(key), io.BytesIO()
            if kind is None:
                raise LookupError(key)
            began = time.process_time()
            kind.write(kind.prepare(context), file, _nobody)
            found.append(
                {
                    "key": key,
                    "seconds": time.process_time() - began,
                    "bytes": len(file.getvalue()),
                    "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                }
            )
    return found


def _context(organization: Organization) -> ReportContext:
    member = Membership.objects.select_related("user").get()
    actor = Actor(
        organization=organization, user_id=member.user_id, name=str(member.user), role=Role.OWNER
    )
    workload = reviewed_workload(actor, "Reports")
    save_milestone(actor=actor, workload_id=workload.pk, name="First")
    answer_each_second_otherwise(actor, workload)
    review = LensReview.objects.select_related("lens", "lens_version").filter(workload=workload)
    return ReportContext(
        organization=organization,
        created_at=now(),
        created_by_name=actor.name,
        workload=workload,
        review=review.order_by("position").first(),
        before="1",
        after="now",
    )


def _measured(key: str, context: ReportContext) -> dict[str, Any]:
    kind = find_kind(key)
    if kind is None:
        raise LookupError(key)
    began = time.perf_counter()
    paper = kind.prepare(context)
    prepared = time.perf_counter()
    file = io.BytesIO()
    pages = write_pdf(paper.html, file, progress=_nobody)
    return {
        "key": key,
        "html": prepared - began,
        "seconds": time.perf_counter() - began,
        "pages": pages,
        "bytes": len(file.getvalue()),
        # The most this process ever had: kinds come in the order of their size.
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _nobody(_done: int, _total: int) -> None:
    pass
