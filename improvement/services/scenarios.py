"""Scenarios: ticks that somebody supposes, kept under a name. The answers stay as they are."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from common.clock import now
from common.errors import Conflict, Invalid, NotFound
from common.names import checked_name, name_key
from improvement.models import Scenario
from improvement.ticks import MOST_TICKS, as_values
from improvement.whatif import Tick
from tenants import audit
from tenants.actors import Actor
from tenants.permissions import Permission
from tenants.plans import require_within
from tenants.transactions import writing
from workloads.selectors import load_workload

NAME_LENGTHS: Final = (3, 100)


def save_scenario(*, actor: Actor, workload_id: UUID, name: str, ticks: Sequence[Tick]) -> Scenario:
    """Keep ticks under a name.

    ``name`` has 3 to 100 characters; no other of the workload is the same but for case and blanks.
    Whether the ticks are of anything that is there is not asked: what is not is told when they are
    shown. Raises Forbidden, NotFound, Invalid, LimitExceeded.
    """
    actor.require(Permission.ANSWER)
    name = checked_name(name, NAME_LENGTHS)
    key = name_key(name)
    if not ticks:
        raise Invalid(_("Nothing is ticked: there is nothing to save."))
    _require_few(ticks)
    with writing():
        # Scenarios of one workload take turns: their names are each the only ones.
        workload = load_workload(workload_id, for_update=True)
        keys = set(Scenario.objects.filter(workload=workload).values_list("name_key", flat=True))
        require_within(actor.organization, "scenarios_per_workload", len(keys) + 1, field="name")
        _require_free(key, keys)
        scenario: Scenario = Scenario.objects.create(
            workload=workload,
            name=name,
            name_key=key,
            ticks=as_values(ticks),
            created_by_id=actor.user_id,
            created_by_name=actor.name,
        )
        audit.record(
            actor=actor,
            verb="scenario.saved",
            target=scenario,
            after={"workload_id": workload_id, "name": name, "ticks": len(scenario.ticks)},
        )
    return scenario


def change_scenario(
    *,
    actor: Actor,
    workload_id: UUID,
    scenario_id: UUID,
    expected_revision: int,
    name: str | None = None,
    ticks: Sequence[Tick] | None = None,
) -> Scenario:
    """Give a scenario another name or other ticks; None leaves what is there.

    Raises Forbidden, NotFound, Invalid; Conflict where somebody else changed it since
    ``expected_revision``.
    """
    actor.require(Permission.ANSWER)
    named = None if name is None else checked_name(name, NAME_LENGTHS)
    _require_few(ticks or ())
    with writing():
        load_workload(workload_id, for_update=True)
        scenario = _lock(workload_id, scenario_id)
        if scenario.revision != expected_revision:
            raise Conflict(_("Somebody else changed this scenario while you were editing it."))
        changed: dict[str, Any] = {}
        if named and named != scenario.name:
            others = Scenario.objects.filter(workload=workload_id).exclude(pk=scenario.pk)
            _require_free(name_key(named), set(others.values_list("name_key", flat=True)))
            changed |= {"name": named, "name_key": name_key(named)}
        if ticks and as_values(ticks) != scenario.ticks:
            changed["ticks"] = as_values(ticks)
        if changed:
            _write(actor, scenario, changed)
    return scenario


def _write(actor: Actor, scenario: Scenario, changed: dict[str, Any]) -> None:
    before = {name: _told(name, getattr(scenario, name)) for name in changed}
    for name, value in changed.items():
        setattr(scenario, name, value)
    scenario.revision += 1
    scenario.changed_at = now()
    scenario.save(update_fields=[*changed, "revision", "changed_at"])
    after = {name: _told(name, value) for name, value in changed.items()}
    audit.record(actor=actor, verb="scenario.changed", target=scenario, before=before, after=after)


def _told(name: str, value: Any) -> Any:
    return len(value) if name == "ticks" else value


def delete_scenario(*, actor: Actor, workload_id: UUID, scenario_id: UUID) -> None:
    """Delete a scenario; answers and items stay as they are. Raises Forbidden, NotFound."""
    actor.require(Permission.ANSWER)
    with writing():
        load_workload(workload_id, for_update=True)
        scenario = _lock(workload_id, scenario_id)
        audit.record(
            actor=actor,
            verb="scenario.deleted",
            target=scenario,
            before={"workload_id": workload_id, "name": scenario.name},
        )
        scenario.delete()


def _lock(workload_id: UUID, scenario_id: UUID) -> Scenario:
    rows = Scenario.objects.select_for_update().filter(workload=workload_id)
    scenario: Scenario | None = rows.filter(pk=scenario_id).first()
    if scenario is None:
        raise NotFound
    return scenario


def _require_free(key: str, taken: set[str]) -> None:
    if key in taken:
        raise Invalid(fields={"name": [_("This workload has a scenario with that name.")]})


def _require_few(ticks: Sequence[Tick]) -> None:
    if len(ticks) > MOST_TICKS:
        raise Invalid(_("At most %(n)d ticks.") % {"n": MOST_TICKS})
