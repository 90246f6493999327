"""Answering a question: the write that happens a thousand times."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _

from common.clock import now
from common.errors import Conflict as EditedSince
from common.errors import Invalid, NotFound
from lenses.definition import Question, UnknownQuestion
from reviews.carry_over import Passage
from reviews.events import announce
from reviews.merge import (
    EMPTY,
    REQUEST_KEY,
    AnswerState,
    Conflict,
    Merged,
    keep_exclusive,
    merge,
    risk_of,
    state_from,
)
from reviews.models import Answer, AnswerChange, LensReview
from reviews.reasons import Reason
from reviews.selectors_versions import passage_between
from reviews.services.changed import count_change
from tenants import audit
from tenants.actors import Actor
from tenants.permissions import Permission
from tenants.plans import limit
from tenants.transactions import writing


@dataclass(frozen=True, slots=True)
class AnswerOutcome:
    """What came of saving an answer.

    ``differs`` says that what is stored is not what was sent: it holds a colleague's change too, or
    a rule had its say. ``conflicts`` lists the texts that both changed and that therefore stayed as
    the colleague saved them.
    """

    review: LensReview
    question: Question
    answer: Answer
    differs: bool = False
    conflicts: tuple[Conflict, ...] = ()


def answer_question(
    *,
    actor: Actor,
    review_id: UUID,
    question_id: str,
    state: AnswerState,
    expected_revision: int,
    none_is_exclusive: bool = False,
    workload_id: UUID | None = None,
    seen_version_id: UUID | None = None,
    request_key: str = "",
) -> AnswerOutcome:
    """Save the whole answer to one question.

    ``state`` is the answer as the editor has it, ``expected_revision`` the revision they started
    from; what somebody else saved in between is merged (reviews/merge.py). ``none_is_exclusive``
    lets the newer of "None of these" and other ticks win, as the pages do. ``workload_id``, when
    given, is the workload that the review must be of. ``seen_version_id`` is the lens version in
    whose words the editor speaks: where the review has gone to another since, what they say goes
    the same way (reviews/carry_over.py). Saving what is there already changes nothing. So does
    sending a request again that was saved under its ``request_key``: the answer to it got lost, and
    what others saved since stays. Raises Forbidden, NotFound, Invalid; Conflict where the question
    is gone.
    """
    actor.require(Permission.ANSWER)
    if request_key and not REQUEST_KEY.fullmatch(request_key):
        raise Invalid(_("A request is named by at most 40 letters, digits and hyphens."))
    with writing():
        review = _lock_review(review_id, workload_id)
        way = _way_from(review, seen_version_id)
        seen = _lock_answer(review, question_id)
        if way is not None:
            question_id, state = _carried(way, question_id, state)
        question = _question(review, question_id)
        state = checked_answer(actor, question, state)
        answer = seen if seen.question_id == question_id else _lock_answer(review, question_id)
        theirs = state_of(answer)
        base = _base(answer, seen, expected_revision, way)
        saved = None if base is None else _saved_under(request_key, seen, answer)
        if base is not None and saved is not None:
            after, conflicts = theirs, _conflicts_then(way, base, saved, theirs, state)
        else:
            merged = Merged(state) if base is None else merge(base, theirs, state)
            after, conflicts = merged.state, merged.conflicts
            after = with_rules(question, theirs, after, none_is_exclusive=none_is_exclusive)
        if after != theirs or answer.revision == 0:
            _save(actor, question, answer, after, request_key)
    return AnswerOutcome(
        review=review,
        question=question,
        answer=answer,
        differs=after != state or way is not None,
        conflicts=conflicts,
    )


def _lock_review(review_id: UUID, workload_id: UUID | None) -> LensReview:
    # Writers of one review take turns: its revision counts their changes.
    reviews = (
        LensReview.objects.select_for_update(of=("self",))
        .select_related("lens_version")
        .defer("lens_version__document")
        .filter(pk=review_id)
    )
    # Not first(), here and below: it would have the database sort one row.
    review: LensReview | None = next(iter(reviews), None)
    if review is None or workload_id not in {None, review.workload_id}:
        raise NotFound
    return review


def _question(review: LensReview, question_id: str) -> Question:
    try:
        return review.lens_version.definition.question(question_id)
    except UnknownQuestion:
        raise NotFound from None


def _lock_answer(review: LensReview, question_id: str) -> Answer:
    # The review's lock covers its answers.
    stored = Answer.objects.filter(review=review, question_id=question_id)
    answer: Answer | None = next(iter(stored), None)
    if answer is None:
        return Answer(review=review, question_id=question_id)
    answer.review = review
    return answer


def _way_from(review: LensReview, seen_version_id: UUID | None) -> Passage | None:
    if seen_version_id is None or seen_version_id == review.lens_version_id:
        return None
    return passage_between(seen_version_id, review.lens_version)


def _carried(way: Passage, question_id: str, state: AnswerState) -> tuple[str, AnswerState]:
    name = way.question_after(question_id)
    if name is None:
        raise EditedSince(
            _(
                "The lens of this review has another version now, and this question is not part of "
                "it any more. Copy what you wrote, then reload the page."
            )
        )
    return name, way.carry_answer(question_id, state)


def _base(
    answer: Answer, seen: Answer, expected_revision: int, way: Passage | None
) -> AnswerState | None:
    """Return what the editor began with; None when nobody saved anything since."""
    if way is None:
        is_untouched = expected_revision == answer.revision
        return None if is_untouched else _state_at(seen, expected_revision)
    return way.carry_answer(seen.question_id, _state_at(seen, expected_revision))


def _saved_under(request_key: str, *answers: Answer) -> AnswerChange | None:
    """Return what the same request changed when it came before."""
    if not request_key:
        return None
    changes = AnswerChange.objects.filter(answer__in=answers, request_key=request_key)
    return changes.select_related("answer").order_by("revision").first()  # type: ignore[no-any-return]


def _conflicts_then(
    way: Passage | None,
    base: AnswerState,
    saved: AnswerChange,
    theirs: AnswerState,
    mine: AnswerState,
) -> tuple[Conflict, ...]:
    """Return the texts that the request could not have saved, beside what is there now.

    Whoever did not get the answer to it has not heard of them either.
    """
    then = state_from(saved.state)
    if way is not None:
        then = way.carry_answer(saved.answer.question_id, then)
    unsaved = (
        replace(conflict, theirs=_text_at(theirs, conflict.field))
        for conflict in merge(base, then, mine).conflicts
    )
    return tuple(conflict for conflict in unsaved if conflict.theirs != conflict.mine)


def _text_at(state: AnswerState, field: str) -> str:
    choice_id, _dot, name = field.rpartition(".")
    text: str = getattr(state.detail(choice_id) if choice_id else state, name)
    return text


def with_rules(
    question: Question, theirs: AnswerState, after: AnswerState, *, none_is_exclusive: bool
) -> AnswerState:
    """Return the state as it is kept: of ticks that exclude each other the newer one."""
    if none_is_exclusive:
        none_ids = frozenset(c.id for c in question.choices if c.is_none_of_these)
        after = keep_exclusive(theirs, after, none_ids)
    return _without_excluded_ticks(after)


def _state_at(answer: Answer, revision: int) -> AnswerState:
    if revision == 0:
        return EMPTY
    change = AnswerChange.objects.filter(answer=answer, revision=revision).first()
    if change is None:
        raise EditedSince(_("This page is older than the answer's history: reload it."))
    return state_from(change.state)


def checked_answer(actor: Actor, question: Question, state: AnswerState) -> AnswerState:
    """Return the state in the form it is kept in; raises Invalid naming each field."""
    errors: dict[str, list[str]] = {}
    known = set(question.choice_ids)
    for choice_id in sorted((state.selected | state.details.keys()) - known):
        text = _("This question has no choice “%(id)s”.") % {"id": choice_id[:128]}
        errors.setdefault("selected", []).append(text)
    _check_text(actor, "notes", "notes_characters", state.notes, errors)
    _check_reason("reason", state.reason, errors)
    for choice_id in sorted(state.details.keys() & known):
        detail = state.details[choice_id]
        name = f"{choice_id}.notes"
        _check_text(actor, name, "choice_notes_characters", detail.notes, errors)
        _check_reason(f"{choice_id}.reason", detail.reason, errors)
        if detail.not_applicable and question.choice(choice_id).is_none_of_these:
            text = _("“None of these” cannot be marked as not applicable.")
            errors.setdefault(f"{choice_id}.not_applicable", []).append(text)
    if errors:
        raise Invalid(fields=errors)
    details = {key: detail for key, detail in state.details.items() if detail}
    return replace(state, details=details)


def _check_text(
    actor: Actor, name: str, limit_name: str, text: str, errors: dict[str, list[str]]
) -> None:
    allowed = limit(actor.organization, limit_name)
    if len(text) > allowed:
        message = _("%(length)d characters; your plan allows %(allowed)d.")
        errors.setdefault(name, []).append(message % {"length": len(text), "allowed": allowed})
    if "\x00" in text:
        errors.setdefault(name, []).append(_("The text holds a character that cannot be stored."))


def _check_reason(name: str, reason: str, errors: dict[str, list[str]]) -> None:
    if reason and reason not in Reason.values:
        errors.setdefault(name, []).append(_("There is no such reason."))


def _without_excluded_ticks(state: AnswerState) -> AnswerState:
    # A choice is ticked, not ticked or not applicable: one of the three.
    return replace(state, selected=state.selected - state.not_applicable)


def state_of(answer: Answer) -> AnswerState:
    """Return what a stored answer says."""
    return state_from(
        {
            "selected": answer.selected,
            "choice_details": answer.choice_details,
            "is_applicable": answer.is_applicable,
            "reason": answer.reason,
            "notes": answer.notes,
        }
    )


def _save(
    actor: Actor, question: Question, answer: Answer, after: AnswerState, request_key: str
) -> None:
    before = state_of(answer)
    values = after.as_mapping(question.choice_ids)
    was = {**before.as_mapping(question.choice_ids), "risk": answer.risk}
    for name, value in values.items():
        setattr(answer, name, value)
    answer.risk = risk_of(question, after)
    answer.revision += 1
    answer.updated_at = now()
    answer.updated_by_id = actor.user_id
    if answer.revision == 1:
        answer.save(force_insert=True)
    else:
        answer.save(update_fields=[*values, "risk", "revision", "updated_at", "updated_by"])
    AnswerChange.objects.create(
        answer=answer,
        revision=answer.revision,
        by_id=actor.user_id,
        by_name=actor.name,
        state=values,
        request_key=request_key,
    )
    count_change(answer.review)
    changed_before, changed_after = audit.changes(was, {**values, "risk": answer.risk})
    audit.record(
        actor=actor,
        verb="answer.changed",
        target=answer,
        before=changed_before,
        after=changed_after,
    )
    announce(
        answer.review,
        "answer",
        question=answer.question_id,
        risk=answer.risk,
        revision=answer.revision,
        answers_revision=answer.review.answers_revision,
        by=actor.user_id and str(actor.user_id),
        by_name=actor.name,
        key=request_key,
    )
