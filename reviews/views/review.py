"""The review: one question at a time, beside its lens and its risk."""

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from common.errors import Invalid, NotFound
from common.htmx import wants_partial
from common.risk import Risk
from lenses.definition import Pillar, Question, UnknownQuestion
from reviews.answer_form import (
    choice_rows,
    submitted_key,
    submitted_revision,
    submitted_state,
    submitted_version,
    text_conflicts,
)
from reviews.merge import AnswerState
from reviews.models import Answer, LensReview
from reviews.navigator import FILTERS, SHOW_ALL, first_unanswered, navigator, passes
from reviews.rules import rules_in_words
from reviews.selectors import answer_to, load_question, load_review, reviews_of, risks_of
from reviews.selectors_assignments import assignment_of
from reviews.selectors_versions import present_name
from reviews.services.answers import AnswerOutcome, answer_question, state_of
from reviews.services.notes import notes_on
from reviews.to_no_risk import ways_from
from reviews.views.navigating import kept_query, picked_questions, questions_url
from reviews.views.upgrades import news_for
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from tenants.plans import limit
from workloads.selectors import load_workload

_LONGEST_SEARCH = 100
_LONGEST_ID = 128
# What a page asks for that has seen somebody else's change (templates/reviews/review.html).
_PARTS = frozenset({"fields", "progress"})


@require_safe
@organization_view(Permission.VIEW)
def start(request: OrganizationRequest, workload_id: UUID) -> HttpResponse:
    """Go to the workload's first review; a workload without lenses says how to choose one.

    ``?review=`` and ``?question=`` name where the reader was last (static/js/place.js).
    """
    workload = load_workload(workload_id)
    reviews = reviews_of(workload_id)
    if not reviews:
        return render(request, "reviews/no_lens.html", {"workload": workload, "tab": "review"})
    last = request.GET.get("review", "")
    review = next((each for each in reviews if str(each.pk) == last), reviews[0])
    return redirect(_resumed(request, review, request.GET.get("question", "")))


@require_safe
@organization_view(Permission.VIEW)
def resume(request: OrganizationRequest, workload_id: UUID, review_id: UUID) -> HttpResponse:
    """Go to ``?question=``, else to the first that waits for an answer, or to the first of all.

    ``?pillar=`` leads to the pillar's first question that passes the filter ``?show=``.
    """
    review = load_review(workload_id, review_id)
    pillar_id = request.GET.get("pillar", "")
    pillars = {pillar.id: pillar for pillar in review.lens_version.definition.pillars}
    if pillar_id in pillars:
        return redirect(_first_in(request, review, pillars[pillar_id]))
    return redirect(_resumed(request, review, request.GET.get("question", "")))


def _first_in(request: OrganizationRequest, review: LensReview, pillar: Pillar) -> str:
    show = request.GET.get("show", SHOW_ALL)
    risks = risks_of(review)
    shown = (q for q in pillar.questions if passes(risks.get(q.id, Risk.UNANSWERED), show))
    first = next(shown, pillar.questions[0])
    return question_url(request, review, first) + kept_query(show if show in FILTERS else "", "")


def _resumed(request: OrganizationRequest, review: LensReview, last: str) -> str:
    """Return the address of a question by its present or earlier id, else of where to go on."""
    definition = review.lens_version.definition
    questions = definition.questions
    known = {question.id for question in questions}
    name = last if last in known else (last and present_name(review, last[:_LONGEST_ID]))
    if name:
        return question_url(request, review, definition.question(name))
    shown = first_unanswered(questions, risks_of(review), default=questions[0])
    return question_url(request, review, shown)  # type: ignore[arg-type]


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.VIEW, to_change=Permission.ANSWER)
def question(
    request: OrganizationRequest, workload_id: UUID, review_id: UUID, question_id: str
) -> HttpResponse:
    """Show one question, and save its answer."""
    if request.method == "POST":
        return _save(request, workload_id, review_id, question_id)
    review = load_review(workload_id, review_id)
    try:
        shown = review.lens_version.definition.question(question_id)
    except UnknownQuestion:
        return _renamed(request, review, question_id)
    part = request.GET.get("part")
    partial = part if part in _PARTS else "another_question"
    return _render(request, _view(review, shown), partial=partial)


def _renamed(request: OrganizationRequest, review: LensReview, question_id: str) -> HttpResponse:
    """Lead an address of an earlier lens version to where the question is now."""
    name = present_name(review, question_id)
    if name is None:
        raise NotFound
    shown = review.lens_version.definition.question(name)
    return redirect(question_url(request, review, shown))


def question_url(request: OrganizationRequest, review: LensReview, shown: Question) -> str:
    """Return the address of a question of a review."""
    return reverse(
        "question",
        kwargs={
            "slug": request.organization.slug,
            "workload_id": review.workload_id,
            "review_id": review.pk,
            "question_id": shown.id,
        },
    )


def _save(
    request: OrganizationRequest, workload_id: UUID, review_id: UUID, question_id: str
) -> HttpResponse:
    state = submitted_state(request.POST)
    try:
        outcome = answer_question(
            actor=request.actor,
            workload_id=workload_id,
            review_id=review_id,
            question_id=question_id,
            state=state,
            expected_revision=submitted_revision(request.POST),
            none_is_exclusive=True,
            seen_version_id=submitted_version(request.POST),
            request_key=submitted_key(request.POST),
        )
    except Invalid as error:
        review, shown = load_question(workload_id, review_id, question_id)
        return _refused(request, review, shown, state, error)
    if not wants_partial(request) and not outcome.conflicts:
        return redirect(question_url(request, outcome.review, outcome.question))
    if outcome.question.id != question_id and not outcome.conflicts:
        # The page is of a lens version in which the question had another name.
        return HttpResponseClientRedirect(question_url(request, outcome.review, outcome.question))
    return _saved(request, outcome)


def _saved(request: OrganizationRequest, outcome: AnswerOutcome) -> HttpResponse:
    answer = outcome.answer
    if answer.updated_by_id == request.user.pk:
        # Known already: the page that names them need not ask.
        answer.updated_by = request.user  # type: ignore[assignment]
    view = QuestionView(
        review=outcome.review,
        question=outcome.question,
        answer=answer,
        state=state_of(answer),
        risks=risks_of(outcome.review),
        outcome=outcome,
    )
    status = 409 if outcome.conflicts else 200
    return _render(request, view, partial="saved", status=status)


def _refused(
    request: OrganizationRequest,
    review: LensReview,
    shown: Question,
    state: AnswerState,
    error: Invalid,
) -> HttpResponse:
    """Show what was refused beside its field, with all that was sent still there."""
    revision = request.POST.get("revision", "")
    view = replace(_view(review, shown), state=state, revision=revision, errors=error.fields)
    return _render(request, view, partial="refused", status=error.status)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionView:
    """One question as it is shown: what is stored, what the form holds, how the others stand.

    ``state`` is what the form shows: the stored answer, or what was sent and refused.
    """

    review: LensReview
    question: Question
    answer: Answer
    state: AnswerState
    risks: dict[str, Risk]
    revision: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict)
    outcome: AnswerOutcome | None = None

    def context(self) -> dict[str, Any]:
        """Return what the templates of the question read."""
        question, answer = self.question, self.answer
        fired = self._fired_rule()
        return {
            "review": self.review,
            "definition": self.review.lens_version.definition,
            "pillar": self.review.lens_version.definition.pillar(question.pillar_id),
            "pillar_has_notes": bool(notes_on(self.review, question.pillar_id).strip()),
            "question": question,
            "answer": answer,
            "revision": self.revision or answer.revision,
            "state": self.state,
            "risk": Risk(answer.risk),
            "fired_rule": fired,
            "rules": rules_in_words(question, fired),
            "lower": ways_from(question, state_of(answer)),
            "changed_by": str(answer.updated_by or ""),
            "rows": choice_rows(question, self.state, self.errors),
            "errors": self.errors,
            "outcome": self.outcome,
            "conflicts": text_conflicts(question, self.outcome.conflicts if self.outcome else ()),
        }

    def _fired_rule(self) -> int | None:
        stored = state_of(self.answer)
        if not stored.is_applicable:
            return None
        return self.question.fired_rule(stored.selected, stored.not_applicable)


def _view(review: LensReview, shown: Question) -> QuestionView:
    answer = answer_to(review, shown.id)
    return QuestionView(
        review=review,
        question=shown,
        answer=answer,
        state=state_of(answer),
        risks=risks_of(review),
    )


def _render(
    request: OrganizationRequest, view: QuestionView, *, partial: str, status: int = 200
) -> HttpResponse:
    """Render the whole page, or for htmx the part of it that ``partial`` names."""
    show = request.GET.get("show", SHOW_ALL)
    show = show if show in FILTERS else SHOW_ALL
    find = request.GET.get("find", "")[:_LONGEST_SEARCH]
    picked = picked_questions(request, view.review, show)
    definition = view.review.lens_version.definition
    context = view.context() | {
        "tab": "review",
        "questions_url": questions_url(request, view.review),
        "may_answer": request.actor.can(Permission.ANSWER),
        "notes_limit": limit(request.organization, "notes_characters"),
        "choice_notes_limit": limit(request.organization, "choice_notes_characters"),
        "show": show,
        "find": find,
        "kept": kept_query(show, find),
        "picked": picked,
        "navigator": navigator(
            definition, view.risks, view.question, show=show, find=find, picked=picked
        ),
    }
    template = "reviews/review.html"
    if not wants_partial(request) or partial == "another_question":
        context["assignment"] = assignment_of(view.review, view.question.id)
    if wants_partial(request):
        return render(request, f"{template}#{partial}", context, status=status)
    context |= {
        "workload": load_workload(view.review.workload_id),
        "reviews": reviews_of(view.review.workload_id),
        "news": news_for(request, [view.review]),
        "may_manage": request.actor.can(Permission.MANAGE_WORKLOADS),
        "may_save_milestone": request.actor.can(Permission.SAVE_MILESTONES),
    }
    return render(request, template, context, status=status)
