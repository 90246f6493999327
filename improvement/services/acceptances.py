"""Accepting the risk of a question for a while: one person asks, another one decides."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from common.clock import current_day, now
from common.errors import Conflict, Forbidden, Invalid, NotFound
from common.risk import Risk
from improvement.models import RiskAcceptance
from improvement.services.refreshing import refresh_plan_of_review
from reviews.models import Answer, LensReview
from reviews.services.questions import lock_question
from tenants import audit
from tenants.actors import Actor
from tenants.permissions import Permission
from tenants.transactions import writing

State = RiskAcceptance.State

LONGEST: Final = 2_000
"""Characters of a reason and of conditions."""

LONGEST_DECISION: Final = 500

MOST_DAYS: Final = 3 * 366
"""How far ahead a risk can be accepted: three years."""

NOTICE_DAYS: Final = (30, 7)
"""How many days before its end people are told of it."""


def request_acceptance(
    *,
    actor: Actor,
    review_id: UUID,
    question_id: str,
    reason: str,
    until: date,
    conditions: str = "",
    workload_id: UUID | None = None,
) -> RiskAcceptance:
    """Ask that the present risk of a question be accepted up to and with the day ``until``.

    Whoever may answer may ask. While one is accepted already another can be asked for: it takes the
    place of the first when it is approved. Raises Forbidden, NotFound; Invalid with each field;
    Conflict where nothing is at risk, or the same is asked for already.
    """
    actor.require(Permission.ANSWER)
    with writing():
        review, question = lock_question(review_id, question_id, workload_id)
        reason, conditions = reason.strip(), conditions.strip()
        _check(reason, conditions, until)
        risk = _risk_now(review, question.id)
        if not risk.is_at_risk:
            raise Conflict(_("This question has no high or medium risk to accept."))
        asked = RiskAcceptance.objects.filter(
            review=review, question_id=question.id, state=State.REQUESTED
        )
        if asked.exists():
            raise Conflict(_("Accepting this risk was asked for already. Decide on that first."))
        acceptance: RiskAcceptance = RiskAcceptance.objects.create(
            workload_id=review.workload_id,
            review=review,
            question_id=question.id,
            question_title=question.title,
            risk=risk.value,
            reason=reason,
            conditions=conditions,
            until=until,
            requested_by_id=actor.user_id,
            requested_by_name=actor.name,
        )
        _record(actor, "acceptance.requested", acceptance)
    return acceptance


def decide_on_acceptance(
    *,
    actor: Actor,
    acceptance_id: UUID,
    is_approved: bool,
    decision: str = "",
    workload_id: UUID | None = None,
) -> RiskAcceptance:
    """Approve or reject what somebody else asked for.

    Owners and admins decide, and never on their own request. An approval makes the question's items
    accepted. Raises Forbidden, NotFound; Invalid with the field ``decision``; Conflict where it was
    decided, withdrawn or its day went by.
    """
    actor.require(Permission.ACCEPT_RISKS)
    with writing():
        acceptance = _lock(acceptance_id, workload_id)
        decision = decision.strip()
        _check_text("decision", decision, LONGEST_DECISION)
        if acceptance.requested_by_id == actor.user_id:
            raise Forbidden(_("Somebody else has to decide on what you asked for yourself."))
        if acceptance.state != State.REQUESTED:
            raise Conflict(_("This was decided on or withdrawn already."))
        if not decision and not is_approved:
            raise Invalid(fields={"decision": [_("Say why it is rejected.")]})
        if is_approved:
            if acceptance.until < current_day():
                raise Conflict(_("Its last day has gone by. Ask for it again with a later one."))
            _end_earlier(acceptance)
            acceptance.notices = notices_past(acceptance.until)
        acceptance.state = State.APPROVED if is_approved else State.REJECTED
        acceptance.decision = decision
        acceptance.decided_at = now()
        acceptance.decided_by_id, acceptance.decided_by_name = actor.user_id, actor.name
        acceptance.save(
            update_fields=[
                *("state", "decision", "notices"),
                *("decided_at", "decided_by", "decided_by_name"),
            ]
        )
        refresh_plan_of_review(review_id=acceptance.review_id)
        _record(actor, "acceptance.approved" if is_approved else "acceptance.rejected", acceptance)
    return acceptance


def withdraw_acceptance(
    *, actor: Actor, acceptance_id: UUID, workload_id: UUID | None = None
) -> RiskAcceptance:
    """End a request or an acceptance before its day: the risk counts again.

    Whoever asked for it may, and whoever may decide on it. Raises Forbidden, NotFound; Conflict
    where it is over already.
    """
    actor.require(Permission.ANSWER)
    with writing():
        acceptance = _lock(acceptance_id, workload_id)
        if acceptance.requested_by_id != actor.user_id:
            actor.require(Permission.ACCEPT_RISKS)
        if acceptance.state not in (State.REQUESTED, State.APPROVED):
            raise Conflict(_("This is over already."))
        before = acceptance.state
        acceptance.state, acceptance.ended_at = State.WITHDRAWN, now()
        acceptance.ended_by_name = actor.name
        acceptance.save(update_fields=["state", "ended_at", "ended_by_name"])
        if before == State.APPROVED:
            refresh_plan_of_review(review_id=acceptance.review_id)
        _record(actor, "acceptance.withdrawn", acceptance)
    return acceptance


def notices_past(until: date) -> list[int]:
    """Return the notices that make no sense any more for what ends on ``until``."""
    left = (until - timezone.localdate()).days
    return [days for days in NOTICE_DAYS if left <= days]


def _check(reason: str, conditions: str, until: date) -> None:
    errors: dict[str, list[str]] = {}
    if not reason:
        errors["reason"] = [_("Say why the risk can be lived with.")]
    for name, text in (("reason", reason), ("conditions", conditions)):
        try:
            _check_text(name, text, LONGEST)
        except Invalid as error:
            errors |= error.fields
    today = timezone.localdate()
    if until <= today:
        errors["until"] = [_("Choose a day to come.")]
    elif until > today + timedelta(days=MOST_DAYS):
        errors["until"] = [_("At most three years ahead: risks are to be looked at again.")]
    if errors:
        raise Invalid(fields=errors)


def _check_text(name: str, text: str, longest: int) -> None:
    if len(text) > longest:
        message = _("%(length)d characters; at most %(longest)d.")
        raise Invalid(fields={name: [message % {"length": len(text), "longest": longest}]})
    if "\x00" in text:
        raise Invalid(fields={name: [_("The text holds a character that cannot be stored.")]})


def _risk_now(review: LensReview, question_id: str) -> Risk:
    answers = Answer.objects.filter(review=review, question_id=question_id)
    risk = answers.values_list("risk", flat=True).first()
    return Risk(risk) if risk else Risk.UNANSWERED


def _lock(acceptance_id: UUID, workload_id: UUID | None) -> RiskAcceptance:
    """Lock an acceptance, after its review: that is the order of all who write about a review."""
    rows = RiskAcceptance.objects.filter(pk=acceptance_id)
    if workload_id is not None:
        rows = rows.filter(workload=workload_id)
    review_id = rows.values_list("review", flat=True).first()
    if review_id is None:
        raise NotFound
    lock_reviews([review_id])
    acceptance: RiskAcceptance | None = rows.select_for_update().first()
    if acceptance is None:
        raise NotFound
    return acceptance


def lock_reviews(review_ids: Collection[UUID]) -> None:
    """Lock reviews until the transaction ends: whoever writes about them takes turns.

    In the order of their ids, as all do who lock several.
    """
    reviews = LensReview.objects.select_for_update().filter(pk__in=review_ids)
    list(reviews.order_by("pk").values_list("pk"))


def _end_earlier(acceptance: RiskAcceptance) -> None:
    RiskAcceptance.objects.filter(
        Q(state=State.APPROVED),
        review=acceptance.review_id,
        question_id=acceptance.question_id,
    ).update(state=State.EXPIRED, ended_at=now())


def _record(actor: Actor, verb: str, acceptance: RiskAcceptance) -> None:
    audit.record(actor=actor, verb=verb, target=acceptance, after=said(acceptance))


def said(acceptance: RiskAcceptance) -> dict[str, object]:
    """Return what the audit log keeps of an acceptance."""
    return {
        "review_id": acceptance.review_id,
        "question_id": acceptance.question_id,
        "risk": acceptance.risk,
        "state": acceptance.state,
        "reason": acceptance.reason,
        "conditions": acceptance.conditions,
        "until": acceptance.until,
        "requested_by": acceptance.requested_by_name,
        "decided_by": acceptance.decided_by_name,
        "decision": acceptance.decision,
    }
