"""Giving what the plan keeps the ids that questions and practices have in a later version."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F

from common.errors import NotFound
from improvement.models import ImprovementItem, RiskAcceptance, Scenario
from improvement.ticks import as_values, from_values
from improvement.whatif import Tick
from reviews.carry_over import Passage
from reviews.models import LensReview
from reviews.selectors_versions import passage_between


def follow_renames(
    review: LensReview, from_version_id: UUID | None, items: list[ImprovementItem]
) -> None:
    """Rename what is kept of a locked review, from the version whose ids it bears so far.

    ``items`` are the review's, locked. What is gone keeps its old id: an item of it is closed like
    anything that is asked for no more, and a scenario names its ticks as gone.
    """
    if from_version_id in {None, review.lens_version_id}:
        return
    acceptances = list(RiskAcceptance.objects.filter(review=review))
    scenarios = _scenarios_about(review)
    if not (items or acceptances or scenarios):
        return
    try:
        way = passage_between(from_version_id, review.lens_version)
    except NotFound:
        return  # a version that was deleted since: ids that are the same still match
    for acceptance in acceptances:
        acceptance.question_id = (
            way.question_after(acceptance.question_id) or acceptance.question_id
        )
    RiskAcceptance.objects.bulk_update(acceptances, ["question_id"], batch_size=200)
    _rename_ticks(way, review, scenarios)
    moved = [item for item in items if _move(item, way)]
    _write_ids(moved, items)


def _scenarios_about(review: LensReview) -> list[Scenario]:
    rows = Scenario.objects.select_for_update().filter(workload=review.workload_id).order_by("pk")
    own = str(review.pk)
    return [row for row in rows if any(tick[0] == own for tick in row.ticks)]


def _rename_ticks(way: Passage, review: LensReview, scenarios: Sequence[Scenario]) -> None:
    changed = []
    for scenario in scenarios:
        ticks = as_values(_renamed(way, review, tick) for tick in from_values(scenario.ticks))
        if ticks != scenario.ticks:
            scenario.ticks = ticks
            # Who is editing it has the old ids before them.
            scenario.revision = F("revision") + 1
            changed.append(scenario)
    Scenario.objects.bulk_update(changed, ["ticks", "revision"], batch_size=200)


def _renamed(way: Passage, review: LensReview, tick: Tick) -> Tick:
    if tick.review_id != review.pk:
        return tick
    return tick._replace(
        question_id=way.question_after(tick.question_id) or tick.question_id,
        choice_id=way.choice_after(tick.question_id, tick.choice_id) or tick.choice_id,
    )


def _move(item: ImprovementItem, way: Passage) -> bool:
    question_id = way.question_after(item.question_id)
    if question_id is None:
        return False
    choice_id = way.choice_after(item.question_id, item.choice_id) or item.choice_id
    before = item.question_id, item.choice_id
    item.question_id, item.choice_id = question_id, choice_id
    return before != (question_id, choice_id)


def _write_ids(moved: list[ImprovementItem], items: list[ImprovementItem]) -> None:
    """Write new ids in two steps: practices may change places, and no two have the same."""
    taken = {(item.question_id, item.choice_id) for item in moved}
    # What stands at a new id without moving itself is of a practice that is gone: it gives way.
    for item in items:
        if item not in moved and (item.question_id, item.choice_id) in taken:
            item.choice_id = f"{item.choice_id[:90]}~{item.pk.hex}"
            moved = [*moved, item]
    aside = [(item.question_id, item.choice_id) for item in moved]
    for item in moved:
        item.choice_id = f"~{item.pk.hex}"
    ImprovementItem.objects.bulk_update(moved, ["choice_id"], batch_size=200)
    for item, (question_id, choice_id) in zip(moved, aside, strict=True):
        item.question_id, item.choice_id = question_id, choice_id
    ImprovementItem.objects.bulk_update(moved, ["question_id", "choice_id"], batch_size=200)
