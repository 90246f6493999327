"""How far the improvement of a whole workload is, when somebody says so."""

from uuid import UUID

from django.utils.translation import gettext as _

from common.clock import now
from common.errors import Invalid
from improvement.models import WorkloadImprovement
from improvement.statuses import ImprovementStatus
from tenants import audit
from tenants.actors import Actor
from tenants.permissions import Permission
from tenants.transactions import writing
from workloads.models import Workload
from workloads.selectors import load_workload


def set_improvement_status(*, actor: Actor, workload_id: UUID, status: str) -> Workload:
    """Set a workload's improvement status by hand; an empty one lets the items say it again.

    ``status`` is one of ImprovementStatus, or empty. Raises Forbidden, NotFound; Invalid with the
    field ``status``.
    """
    actor.require(Permission.MANAGE_WORKLOADS)
    if status and status not in list(ImprovementStatus):
        raise Invalid(fields={"status": [_("There is no such status.")]})
    with writing():
        workload = load_workload(workload_id, for_update=True)
        rows = WorkloadImprovement.objects.filter(workload=workload)
        before = rows.values_list("status", flat=True).first() or ""
        if before == status:
            return workload
        if not status:
            rows.delete()
        elif before:
            rows.update(status=status, set_at=now(), set_by_name=actor.name)
        else:
            WorkloadImprovement.objects.create(
                workload=workload, status=status, set_by_name=actor.name
            )
        audit.record(
            actor=actor,
            verb="workload.improvement_status",
            target=workload,
            before={"improvement_status": before},
            after={"improvement_status": status},
        )
    return workload
