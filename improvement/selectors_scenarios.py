"""Reads about scenarios."""

from uuid import UUID

from django.db.models import QuerySet

from common.errors import NotFound
from improvement.models import Scenario


def scenarios_of(workload_id: UUID) -> QuerySet[Scenario]:
    """Return a workload's scenarios, by name."""
    rows: QuerySet[Scenario] = Scenario.objects.filter(workload=workload_id)
    return rows.order_by("name_key", "pk")


def load_scenario(workload_id: UUID, scenario_id: UUID) -> Scenario:
    """Return one scenario of a workload; raises NotFound."""
    scenario = scenarios_of(workload_id).filter(pk=scenario_id).first()
    if scenario is None:
        raise NotFound
    return scenario
