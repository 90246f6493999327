"""Turning a scenario into due dates of the plan's items."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from common.errors import Conflict, Invalid
from improvement.models import ImprovementItem, Scenario
from improvement.schedule import Planned, in_order, schedule
from improvement.selectors_scenarios import load_scenario
from improvement.selectors_solver import items_at, problem_of
from improvement.services.items import MOST_AT_ONCE, edit_items
from improvement.services.staleness import bring_up_to_date
from improvement.statuses import LEFT
from improvement.ticks import from_values, sort_ticks
from improvement.whatif import Tick, what_if
from reviews.selectors import reviews_of
from tenants.actors import Actor
from tenants.permissions import Permission
from tenants.transactions import writing
from workloads.selectors import load_workload


@dataclass(frozen=True, slots=True)
class Pace:
    """When work begins, how many half days of it are done a week, and who does it.

    Dates and owners that are set already stay unless ``replaces``; without an owner, all do.
    """

    start: date
    half_days_a_week: int
    owner_id: UUID | None = None
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class DatedChange:
    """A change of a scenario with its day; ``item`` is None where the plan has none of it.

    ``changes`` is what is set on the item, as edit_items takes it: nothing where it stays.
    """

    planned: Planned
    item: ImprovementItem | None
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Dates:
    """What due dates a scenario makes.

    ``seal`` is different where anything of it is; ``gone`` and ``settled`` as in sort_ticks.
    """

    scenario: Scenario
    rows: tuple[DatedChange, ...]
    gone: tuple[Tick, ...]
    settled: tuple[Tick, ...]

    @property
    def to_write(self) -> list[DatedChange]:
        """The rows that set something."""
        return [row for row in self.rows if row.changes]

    @property
    def seal(self) -> str:
        """What whoever looked at the preview sends back."""
        said = [
            (str(row.item.pk), row.item.revision, sorted(map(str, row.changes.items())))
            for row in self.to_write
            if row.item
        ]
        return sha256(repr(said).encode()).hexdigest()


def preview_dates(*, workload_id: UUID, scenario_id: UUID, pace: Pace) -> Dates:
    """Return the due dates that a scenario makes, nothing written.

    The most worth for its effort is done first. Raises NotFound; Invalid for dates beyond reach.
    """
    bring_up_to_date(workload_id=workload_id)
    return _dates(workload_id, scenario_id, pace)


def set_dates(
    *, actor: Actor, workload_id: UUID, scenario_id: UUID, pace: Pace, seal: str
) -> list[ImprovementItem]:
    """Set the due dates that a scenario makes, all of them or none; return the items.

    ``seal`` is that of the preview which was looked at. Raises Forbidden, NotFound, Invalid;
    Conflict where the dates would be others by now.
    """
    actor.require(Permission.ANSWER)
    changed: list[ImprovementItem] = []
    with writing():
        dates = _dates(workload_id, scenario_id, pace)
        if dates.seal != seal:
            raise Conflict(_("The plan changed since you looked at these dates. Look again."))
        _lock_items(dates)
        alike: dict[tuple[Any, ...], list[DatedChange]] = defaultdict(list)
        for row in dates.to_write:
            alike[tuple(sorted(row.changes.items()))].append(row)
        for changes, rows in alike.items():
            revisions = {row.item.pk: row.item.revision for row in rows if row.item}
            changed += _edit(actor, workload_id, revisions, dict(changes))
    return changed


def _lock_items(dates: Dates) -> None:
    """Lock all items before the first is written: each write locks the audit log after them."""
    keys = [row.item.pk for row in dates.to_write if row.item]
    rows = ImprovementItem.objects.select_for_update().filter(pk__in=keys)
    list(rows.order_by("review", "pk").values_list("pk", flat=True))


def _edit(
    actor: Actor, workload_id: UUID, revisions: dict[UUID, int], changes: dict[str, Any]
) -> list[ImprovementItem]:
    edited: list[ImprovementItem] = []
    keys = list(revisions)
    for first in range(0, len(keys), MOST_AT_ONCE):
        part = {key: revisions[key] for key in keys[first : first + MOST_AT_ONCE]}
        outcome = edit_items(actor=actor, revisions=part, changes=changes, workload_id=workload_id)
        if len(outcome.changed) < len(part):
            raise Conflict(_("The plan changed since you looked at these dates. Look again."))
        edited += outcome.changed
    return edited


def _dates(workload_id: UUID, scenario_id: UUID, pace: Pace) -> Dates:
    workload = load_workload(workload_id)
    scenario = load_scenario(workload_id, scenario_id)
    problem = problem_of(workload, reviews_of(workload_id))
    sorted_ticks = sort_ticks(problem.reviewed, from_values(scenario.ticks))
    found = what_if(problem.reviewed, sorted_ticks.known, problem.efforts)
    priorities = problem.subjects[0].priorities if problem.subjects else None
    order = in_order(found, priorities) if priorities else []
    try:
        planned = schedule(order, pace.start, pace.half_days_a_week)
    except (OverflowError, ValueError):
        raise Invalid(fields={"pace": [_("At this pace it is never done.")]}) from None
    return Dates(
        scenario=scenario,
        rows=tuple(_rows(planned, pace)),
        gone=sorted_ticks.gone,
        settled=sorted_ticks.settled,
    )


def _rows(planned: Sequence[Planned], pace: Pace) -> list[DatedChange]:
    items = items_at({(row.affected.review_id, row.affected.question.id) for row in planned})
    rows = []
    for row in planned:
        place = row.affected.review_id, row.affected.question.id, row.effort.choice.id
        item = items.get(place) if row.effort.is_tick else None
        rows.append(DatedChange(row, item, _changes(item, row, pace)))
    return rows


def _changes(item: ImprovementItem | None, row: Planned, pace: Pace) -> dict[str, Any]:
    if item is None or item.status not in LEFT:
        return {}
    changes: dict[str, Any] = {}
    if item.due != row.due and (pace.replaces or item.due is None):
        changes["due"] = row.due
    owner = pace.owner_id
    if owner and item.owner_id != owner and (pace.replaces or item.owner_id is None):
        changes["owner_id"] = owner
    return changes
