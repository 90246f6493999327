"""Giving what the plan keeps the ids that questions and practices have in a later version."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F

from common.errors import NotFound
from improvement.models import ImprovementItem, RiskAcceptance, Scenario
from improvement.ticks import as_values, from_values
from improvement.whatif import Tick
from reviews.models import LensReview
from reviews.selectors_versions import passage_between
from reviews.turns import Turns


def follow_renames(
    review: LensReview, from_version_id: UUID | None, items: list[ImprovementItem]
) -> None:
    """Rename what is kept of a locked review, from the version whose ids it bears so far.

    ``items`` are the review's, locked. What is gone keeps its old id, or, where that was taken
    over, has one that the lens has not: an item of it is closed like anything that is asked for no
    more, and a scenario names its ticks as gone.
    """
    if from_version_id in {None, review.lens_version_id}:
        return
    acceptances = list(RiskAcceptance.objects.filter(review=review))
    scenarios = _scenarios_about(review)
    if not (items or acceptances or scenarios):
        return
    try:
        turns = Turns.of(passage_between(from_version_id, review.lens_version))
    except NotFound:
        return  # a version that was deleted since: ids that are the same still match
    _move_acceptances(turns, acceptances)
    _move_ticks(turns, review, scenarios)
    _move_items(turns, items)


def _scenarios_about(review: LensReview) -> list[Scenario]:
    rows = Scenario.objects.select_for_update().filter(workload=review.workload_id).order_by("pk")
    own = str(review.pk)
    return [row for row in rows if any(tick[0] == own for tick in row.ticks)]


def _move_acceptances(turns: Turns, acceptances: Sequence[RiskAcceptance]) -> None:
    moved = [row for row in acceptances if row.question_id in turns.questions]
    places = [turns.question(row.question_id) for row in moved]
    for row in moved:
        row.question_id = _aside(row)
    RiskAcceptance.objects.bulk_update(moved, ["question_id"], batch_size=200)
    for row, question_id in zip(moved, places, strict=True):
        row.question_id = question_id
    RiskAcceptance.objects.bulk_update(moved, ["question_id"], batch_size=200)


def _move_ticks(turns: Turns, review: LensReview, scenarios: Sequence[Scenario]) -> None:
    changed = []
    for scenario in scenarios:
        ticks = as_values(_moved(turns, review, tick) for tick in from_values(scenario.ticks))
        if ticks != scenario.ticks:
            scenario.ticks = ticks
            # Who is editing it has the old ids before them.
            scenario.revision = F("revision") + 1
            changed.append(scenario)
    Scenario.objects.bulk_update(changed, ["ticks", "revision"], batch_size=200)


def _moved(turns: Turns, review: LensReview, tick: Tick) -> Tick:
    if tick.review_id != review.pk:
        return tick
    question_id, choice_id = _place(turns, tick.question_id, tick.choice_id)
    return tick._replace(question_id=question_id, choice_id=choice_id)


def _move_items(turns: Turns, items: Sequence[ImprovementItem]) -> None:
    places = {item: _place(turns, item.question_id, item.choice_id) for item in items}
    moved = [item for item in items if places[item] != (item.question_id, item.choice_id)]
    for item in moved:
        item.choice_id = _aside(item)
    ImprovementItem.objects.bulk_update(moved, ["choice_id"], batch_size=200)
    for item in moved:
        item.question_id, item.choice_id = places[item]
    ImprovementItem.objects.bulk_update(moved, ["question_id", "choice_id"], batch_size=200)


def _place(turns: Turns, question_id: str, choice_id: str) -> tuple[str, str]:
    return turns.question(question_id), turns.choice(question_id, choice_id)


def _aside(row: ImprovementItem | RiskAcceptance) -> str:
    """Return an id for between two steps: ids change places, and no two rows have the same."""
    return f"~{row.pk.hex}"
