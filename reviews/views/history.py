"""The history of a question: each change, undoing one, making the answer what it was."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.errors import Conflict, Invalid, NotFound
from common.htmx import wants_partial
from common.pagination import paginate
from lenses.definition import Question
from reviews.answer_form import text_conflicts
from reviews.models import AnswerChange, LensReview
from reviews.selectors import answer_to, load_question
from reviews.selectors_history import History, history_of, latest_context
from reviews.services.history import Undoing, restore_answer, undo_change
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from workloads.selectors import load_workload

PAGE_SIZE = 20

_CHOSEN = "keep."
_MAX_REVISION = 2**31 - 1


@require_safe
@organization_view(Permission.VIEW)
def history(
    request: OrganizationRequest, workload_id: UUID, review_id: UUID, question_id: str
) -> HttpResponse:
    """Show the changes of an answer, the newest first; for htmx the latest few of them."""
    review, question = load_question(workload_id, review_id, question_id)
    if wants_partial(request):
        context = {
            "review": review,
            "question": question,
            "may_answer": request.actor.can(Permission.ANSWER),
            **latest_context(review, question),
        }
        return render(request, "reviews/beside/history.html", context)
    return _page(request, history_of(review, question))


def _page(
    request: OrganizationRequest, found: History, *, problem: str = "", status: int = 200
) -> HttpResponse:
    review, question = found.review, found.question
    page = paginate(request, found.changes, size=PAGE_SIZE)
    start = (page.number - 1) * PAGE_SIZE
    answer = answer_to(review, question.id)
    context = {
        "workload": load_workload(review.workload_id),
        "review": review,
        "question": question,
        "answer": answer,
        "page": page,
        "entries": found.entries(start, start + PAGE_SIZE),
        "may_answer": request.actor.can(Permission.ANSWER),
        "problem": problem,
    }
    return render(request, "reviews/history.html", context, status=status)


@require_POST
@organization_view(Permission.ANSWER)
def undo(
    request: OrganizationRequest, workload_id: UUID, review_id: UUID, question_id: str
) -> HttpResponse:
    """Undo one change; where a text was changed again since, ask what it is to say."""
    review, question = load_question(workload_id, review_id, question_id)
    try:
        undone = undo_change(
            actor=request.actor,
            workload_id=workload_id,
            review_id=review_id,
            question_id=question.id,
            change_id=_change_id(request.POST),
            chosen=_chosen(request.POST),
            seen_revision=_revision(request.POST),
        )
    except (Conflict, Invalid) as error:
        return _refused(request, review, question, error)
    if undone.conflicts:
        return _asked(request, review, question, undone)
    if undone.outcome is None:
        text = _("There was nothing left to undo: the answer is already without that change.")
        messages.info(request, text)
    else:
        _say_undone(request, undone.entry.change)
    return redirect(_way_back(request, review, question))


def _say_undone(request: OrganizationRequest, change: AnswerChange) -> None:
    name = change.by_name or _("Plumbline")
    messages.success(request, _("The change of %(name)s was undone.") % {"name": name})


@require_POST
@organization_view(Permission.ANSWER)
def restore(
    request: OrganizationRequest, workload_id: UUID, review_id: UUID, question_id: str
) -> HttpResponse:
    """Make an answer what it was right after one of its changes."""
    review, question = load_question(workload_id, review_id, question_id)
    try:
        outcome = restore_answer(
            actor=request.actor,
            workload_id=workload_id,
            review_id=review_id,
            question_id=question.id,
            change_id=_change_id(request.POST),
            seen_revision=_revision(request.POST) or 0,
        )
    except (Conflict, Invalid) as error:
        return _refused(request, review, question, error)
    if outcome is None:
        messages.info(request, _("The answer is already as it was then."))
    else:
        messages.success(request, _("The answer is as it was then. Its history goes on."))
    return redirect(_way_back(request, review, question))


def _change_id(data: QueryDict) -> UUID:
    try:
        return UUID(data.get("change", ""))
    except ValueError:
        raise NotFound from None


def _revision(data: QueryDict) -> int | None:
    text = data.get("revision", "")
    if not (text.isascii() and text.isdigit()) or int(text[:11]) > _MAX_REVISION:
        return None
    return int(text[:11])


def _chosen(data: QueryDict) -> dict[str, str]:
    return {
        name.removeprefix(_CHOSEN): data.get(name, "") for name in data if name.startswith(_CHOSEN)
    }


def _way_back(request: OrganizationRequest, review: LensReview, question: Question) -> str:
    # Only the two pages that have the buttons: nothing that is sent becomes an address.
    name = "question" if request.POST.get("from") == "review" else "question-history"
    ids = {"workload_id": review.workload_id, "review_id": review.pk, "question_id": question.id}
    return reverse(name, kwargs={"slug": request.organization.slug, **ids})


def _refused(
    request: OrganizationRequest, review: LensReview, question: Question, error: Conflict | Invalid
) -> HttpResponse:
    texts = [text for found in error.fields.values() for text in found]
    problem = " ".join(texts) or error.message
    return _page(request, history_of(review, question), problem=problem, status=error.status)


def _asked(
    request: OrganizationRequest, review: LensReview, question: Question, undone: Undoing
) -> HttpResponse:
    context: dict[str, Any] = {
        "workload": load_workload(review.workload_id),
        "review": review,
        "question": question,
        "entry": undone.entry,
        "revision": undone.revision,
        "conflicts": [
            (conflict.field, shown)
            for conflict, shown in zip(
                undone.conflicts, text_conflicts(question, undone.conflicts), strict=True
            )
        ],
        "from": request.POST.get("from", ""),
    }
    return render(request, "reviews/history_conflict.html", context, status=409)
