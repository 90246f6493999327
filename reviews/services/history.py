"""Going back: undoing one change of an answer, and making an answer what it was."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from common.errors import Conflict as EditedSince
from common.errors import Invalid
from lenses.definition import Question
from reviews.merge import AnswerState, Conflict, merge
from reviews.models import LensReview
from reviews.selectors import answer_to
from reviews.selectors_history import Entry, History, Said, carried_to_now, history_of
from reviews.services.answers import AnswerOutcome, answer_question, state_of
from reviews.services.questions import lock_question
from tenants import audit
from tenants.actors import Actor
from tenants.permissions import Permission
from tenants.transactions import writing

NOW: Final = "now"
THEN: Final = "then"
BOTH: Final = "both"

MOVED_ON: Final = "answer_moved_on"
"""The code of the Conflict for a page that is older than the answer."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """What came of undoing a change.

    With ``conflicts`` nothing was saved: these texts were changed again since, ``theirs`` is the
    text now and ``mine`` the one before the change. Without ``outcome`` there was nothing to do.
    """

    entry: Entry
    revision: int
    outcome: AnswerOutcome | None = None
    conflicts: tuple[Conflict, ...] = ()


def undo_change(
    *,
    actor: Actor,
    review_id: UUID,
    question_id: str,
    change_id: UUID,
    chosen: Mapping[str, str] | None = None,
    seen_revision: int | None = None,
    workload_id: UUID | None = None,
) -> Undoing:
    """Make an answer what it would be without one of its changes; what came later stays.

    ``chosen`` says, by field, what a text that was changed again since is to be: ``now``, ``then``
    or ``both``; it counts only while the answer is at ``seen_revision``, where these texts were
    shown. Raises Forbidden, NotFound, Invalid; Conflict for a change that the lens made.
    """
    actor.require(Permission.ANSWER)
    with writing():
        history = _lock_history(review_id, question_id, workload_id)
        entry = history.entry(change_id)
        if entry.step is not None:
            problem = _("A version of the lens made this change: it goes with the version.")
            raise EditedSince(problem, code="change_of_lens")
        answer = answer_to(history.review, history.question.id)
        now = state_of(answer)
        base, before = _carried(history, entry.after), _carried(history, entry.before)
        merged = merge(base, now, before)
        choices = chosen or {}
        if answer.revision != seen_revision:
            choices = {}
        left = tuple(item for item in merged.conflicts if item.field not in choices)
        if left:
            return Undoing(entry, answer.revision, conflicts=merged.conflicts)
        state = merged.state
        for conflict in merged.conflicts:
            state = _with_text(state, conflict, choices[conflict.field])
        state = _sound(history.question, now, before, state)
        if state == now:
            return Undoing(entry, answer.revision)
        outcome = _save(actor, history, state, answer.revision)
        _record(actor, "answer.change_undone", entry, outcome)
    return Undoing(entry, outcome.answer.revision, outcome)


def restore_answer(
    *,
    actor: Actor,
    review_id: UUID,
    question_id: str,
    change_id: UUID,
    seen_revision: int,
    workload_id: UUID | None = None,
) -> AnswerOutcome | None:
    """Make an answer what it was right after one of its changes; None where it is so already.

    ``seen_revision`` is the answer's revision on the page: whoever restores overwrites what they
    saw, nothing else. Raises Forbidden, NotFound, Invalid; Conflict (code ``answer_moved_on``).
    """
    actor.require(Permission.ANSWER)
    with writing():
        history = _lock_history(review_id, question_id, workload_id)
        entry = history.entry(change_id)
        answer = answer_to(history.review, history.question.id)
        if answer.revision != seen_revision:
            problem = _("Somebody changed the answer since you opened this page. Look again.")
            raise EditedSince(problem, code=MOVED_ON)
        state = _carried(history, entry.after)
        if state == state_of(answer):
            return None
        outcome = _save(actor, history, state, answer.revision)
        _record(actor, "answer.restored", entry, outcome)
    return outcome


def _lock_history(review_id: UUID, question_id: str, workload_id: UUID | None) -> History:
    review, question = lock_question(review_id, question_id, workload_id)
    return history_of(review, question)


def _carried(history: History, said: Said) -> AnswerState:
    state = carried_to_now(history.course, said)
    if state is None:
        problem = _("What was said then is about a question that this lens version does not have.")
        raise EditedSince(problem)
    return state


def _with_text(state: AnswerState, conflict: Conflict, choice: str) -> AnswerState:
    choice_id, _dot, name = conflict.field.rpartition(".")
    texts = {NOW: conflict.theirs, THEN: conflict.mine}
    if name == "notes":
        texts[BOTH] = "\n\n".join(text for text in (conflict.theirs, conflict.mine) if text)
    if choice not in texts:
        problem = _("Choose which of the two texts it is to be.")
        raise Invalid(fields={conflict.field: [problem]})
    value: dict[str, Any] = {name: texts[choice]}
    if not choice_id:
        return replace(state, **value)
    detail = replace(state.detail(choice_id), **value)
    return replace(state, details={**state.details, choice_id: detail})


def _sound(
    question: Question, now: AnswerState, before: AnswerState, state: AnswerState
) -> AnswerState:
    """Keep "None of these" and other ticks apart where nobody had put them together.

    What undoing would bring back gives way to what stands there now.
    """
    none_ids = frozenset(choice.id for choice in question.choices if choice.is_none_of_these)

    def has_both(any_state: AnswerState) -> bool:
        return bool(any_state.selected & none_ids and any_state.selected - none_ids)

    if not has_both(state) or has_both(now) or has_both(before):
        return state
    stays = now.selected & none_ids or now.selected - none_ids
    is_none = bool(stays & none_ids)
    kept = state.selected & none_ids if is_none else state.selected - none_ids
    return replace(state, selected=kept)


def _save(actor: Actor, history: History, state: AnswerState, revision: int) -> AnswerOutcome:
    # The review is locked: nobody saves between what was read and this.
    return answer_question(
        actor=actor,
        review_id=history.review.pk,
        question_id=history.question.id,
        state=state,
        expected_revision=revision,
    )


def _record(actor: Actor, verb: str, entry: Entry, outcome: AnswerOutcome) -> None:
    review: LensReview = outcome.review
    audit.record(
        actor=actor,
        verb=verb,
        target=outcome.answer,
        after={
            "review_id": review.pk,
            "question_id": outcome.question.id,
            "change_id": entry.change.pk,
            "at": entry.change.at,
            "by": entry.change.by_name,
        },
    )
