"""Keeping the items of reviews true to their answers.

Celery does it, and a page that cannot wait for Celery. Locks are taken in one order everywhere:
review, plan state, items, audit log. What refers to a review is checked against it by PostgreSQL,
so even who only writes items has to begin with the review.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from common.clock import current_day, now
from common.risk import Risk
from improvement.models import ImprovementItem, PlanState, RiskAcceptance
from improvement.plan import ReviewedLens
from improvement.services.recording import (
    NOTHING,
    Author,
    Change,
    Kind,
    Left,
    changed_fields,
    kind_of,
    record_changes,
)
from improvement.services.renaming import follow_renames
from improvement.statuses import LEFT, ClosedAs, Standing, Status, standing_after
from improvement.wanted import WantedItem, wanted_items
from reviews.merge import AnswerState, state_from
from reviews.models import Answer, LensReview
from tenants.transactions import writing

_STATE: Final = ("selected", "choice_details", "is_applicable", "reason", "notes")

# What an item tells of its lens: brought up to date, but no change that anybody made.
_TOLD: Final = (
    "pillar_id",
    "pillar_name",
    "question_title",
    "practice_title",
    "rank",
    "lens_effort",
)
_HISTORY: Final = ("status", "risk", "closed_as")
_WRITTEN: Final = (
    *_TOLD,
    "question_id",
    "choice_id",
    "risk",
    "status",
    "closed_as",
    "reopened",
    "revision",
    "closed_at",
    "changed_at",
)


def refresh_plans(review_ids: Iterable[UUID]) -> None:
    """Bring the items of reviews up to their answers, one review after the other.

    Idempotent, and late or repeated calls do no harm. What people said about an item stays. A
    review that is gone is passed over.
    """
    # In one order: two that refresh the same reviews wait for each other instead of for ever.
    for review_id in sorted(set(review_ids)):
        refresh_plan_of_review(review_id=review_id)


def refresh_plan_of_review(*, review_id: UUID) -> None:
    """Make, open and close the items of one review as its answers ask for it."""
    with writing():
        review = (
            LensReview.objects.select_for_update(of=("self",))
            .select_related("lens_version", "workload")
            .defer("lens_version__document")
            .filter(pk=review_id)
            .first()
        )
        if review is None:
            return
        state = _state_of(review)
        items = _lock_items(review)
        follow_renames(review, state.lens_version_id, items)
        _bring_up(review, items)
        PlanState.objects.filter(pk=state.pk).update(
            answers_revision=review.answers_revision,
            workload_revision=review.workload.revision,
            lens_version_id=review.lens_version_id,
        )


def _state_of(review: LensReview) -> PlanState:
    """Return up to where the items are true; only whoever has the review's lock makes the row."""
    state, _is_new = PlanState.objects.get_or_create(review=review)
    return state  # type: ignore[no-any-return]


def _lock_items(review: LensReview) -> list[ImprovementItem]:
    rows = ImprovementItem.objects.select_for_update().filter(review=review)
    return list(rows.order_by("pk"))


@dataclass(frozen=True, slots=True)
class _Answers:
    """The answers of a review, with who gave each last."""

    states: Mapping[str, AnswerState]
    authors: Mapping[str, Author]

    @classmethod
    def of(cls, review: LensReview) -> "_Answers":
        names = ("question_id", *_STATE, "updated_by", "updated_by__name", "updated_by__email")
        states, authors = {}, {}
        for row in Answer.objects.filter(review=review).values(*names):
            states[row["question_id"]] = state_from(row)
            name = row["updated_by__name"] or (row["updated_by__email"] or "").split("@")[0]
            authors[row["question_id"]] = Author(row["updated_by"], name)
        return cls(states, authors)

    def is_followed(self, item: ImprovementItem) -> bool:
        state = self.states.get(item.question_id)
        return state is not None and item.choice_id in state.selected


def _bring_up(review: LensReview, items: Sequence[ImprovementItem]) -> None:
    answers = _Answers.of(review)
    lens = ReviewedLens(review.pk, review.lens_version.definition, answers.states)
    wanted = wanted_items(lens, review.position, review.workload.pillar_priorities)
    accepted = accepted_risks(review)
    known = {(item.question_id, item.choice_id): item for item in items}
    changes: list[Change] = []
    changed: list[ImprovementItem] = []
    for item in items:
        key = item.question_id, item.choice_id
        change = _change(item, wanted.get(key), accepted, answers)
        if change is not None:
            changed.append(item)
            changes += [change] if change.changes else []
    made = [
        _new(review, each, accepted, answers) for key, each in wanted.items() if key not in known
    ]
    ImprovementItem.objects.bulk_create([change.item for change in made])
    ImprovementItem.objects.bulk_update(changed, _WRITTEN, batch_size=200)
    if made or changes:
        record_changes([*made, *changes])


def accepted_risks(review: LensReview) -> dict[str, Risk]:
    """Return the worst risk that is accepted today, by question id. One query."""
    rows = RiskAcceptance.objects.filter(
        review=review, state=RiskAcceptance.State.APPROVED, until__gte=current_day()
    )
    return {
        question_id: Risk(risk) for question_id, risk in rows.values_list("question_id", "risk")
    }


def _is_accepted(question_id: str, risk: Risk, accepted: Mapping[str, Risk]) -> bool:
    # A risk that got worse than the one that was accepted is not.
    covered = accepted.get(question_id)
    return covered is not None and risk.severity <= covered.severity


def _new(
    review: LensReview, wanted: WantedItem, accepted: Mapping[str, Risk], answers: _Answers
) -> Change:
    is_accepted = _is_accepted(wanted.question_id, wanted.risk, accepted)
    standing = standing_after(None, is_wanted=True, is_accepted=is_accepted, is_followed=False)
    assert standing is not None  # noqa: S101 - a wanted item has a standing
    item = ImprovementItem(
        workload_id=review.workload_id,
        review=review,
        question_id=wanted.question_id,
        choice_id=wanted.choice_id,
        risk=wanted.risk.value,
        risk_at_opening=wanted.risk.value,
        status=standing.status.value,
        **{name: getattr(wanted, name) for name in _TOLD},
    )
    author = answers.authors.get(wanted.question_id, Author())
    changes = {"status": [None, item.status], "risk": [None, item.risk]}
    return Change(item, kind_of(None, standing.status), NOTHING, author, changes)


def _change(
    item: ImprovementItem,
    wanted: WantedItem | None,
    accepted: Mapping[str, Risk],
    answers: _Answers,
) -> Change | None:
    """Bring one item up; return what changed (nothing that is told, or something), or None."""
    before, left = _facts(item), Left.of(item)
    was = Status(item.status)
    if wanted is not None:
        for name in _TOLD:
            setattr(item, name, getattr(wanted, name))
        item.risk = wanted.risk.value
    after = standing_after(
        Standing(was, ClosedAs(item.closed_as)),
        is_wanted=wanted is not None,
        is_accepted=wanted is not None and _is_accepted(item.question_id, wanted.risk, accepted),
        is_followed=answers.is_followed(item),
    )
    assert after is not None  # noqa: S101 - an item that is there keeps standing
    stand(item, after)
    facts = _facts(item)
    if facts == before:
        return None
    told = changed_fields(before, facts)
    # Another effort is told where it changes the work that is left: the burn-down sums it up.
    names = [*_HISTORY, *(["lens_effort"] if Left.of(item) != left else [])]
    changes: dict[str, Any] = {name: told[name] for name in names if name in told}
    if changes:
        item.revision += 1
        item.changed_at = now()
    kind = kind_of(was, after.status) if was is not after.status else Kind.EDITED
    author = answers.authors.get(item.question_id, Author())
    return Change(item, kind, left, author, changes)


def stand(item: ImprovementItem, after: Standing) -> None:
    """Give an item, in memory, another standing, with what goes with that."""
    before = Status(item.status)
    if after.status in LEFT and before not in LEFT:
        item.reopened += 1
    if before is not after.status:
        is_closed = after.status in (Status.DONE, Status.DISMISSED)
        item.closed_at = now() if is_closed else None
    item.status, item.closed_as = after.status.value, after.closed_as.value


def _facts(item: ImprovementItem) -> dict[str, Any]:
    names = (*_TOLD, "risk", "status", "closed_as")
    return {name: getattr(item, name) for name in names}
