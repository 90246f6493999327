"""The plan as a part of a workload's JSON (reviews/exchange/parts.py)."""

from typing import Any, Final
from uuid import UUID

from improvement.plan_file import check_kept_plan, check_plan, read_plan
from improvement.selectors_kept import Values, milestone_plan_of, plan_values
from improvement.services.restoring import restore_plan
from improvement.services.staleness import bring_up_to_date
from reviews.exchange.parts import Part, Reviews
from tenants.actors import Actor
from workloads.models import Workload


def _write(workload: Workload, reviews: Reviews) -> Any:
    # Items that still bear the ids of the version before an upgrade would be left out.
    bring_up_to_date(workload_id=workload.pk)
    return plan_values(workload, reviews)


def kept_plan(workload_id: UUID) -> list[Values] | None:
    """Return what a milestone keeps of a plan, true to the answers that it keeps beside it."""
    bring_up_to_date(workload_id=workload_id)
    return milestone_plan_of(workload_id)


def _restore(actor: Actor, workload: Workload, reviews: Reviews, value: Any) -> None:
    restore_plan(actor=actor, workload=workload, reviews=reviews, plan=read_plan(value))


PLAN: Final = Part(
    name="plan", write=_write, check=check_plan, restore=_restore, check_kept=check_kept_plan
)
