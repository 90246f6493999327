"""What stands beside a question: what changed, evidence, conversation, history, who is here."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from common.errors import UserError
from common.htmx import wants_partial
from lenses.definition import Question
from reviews.models import LensReview
from reviews.selectors import answer_to, load_question
from reviews.selectors_history import latest_context
from reviews.selectors_since import change_since
from reviews.views.conversation import comments_context
from reviews.views.events import people_context
from reviews.views.evidence import evidence_context
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from workloads.selectors import load_workload


@require_safe
@organization_view(Permission.VIEW)
def beside(
    request: OrganizationRequest, workload_id: UUID, review_id: UUID, question_id: str
) -> HttpResponse:
    """Show all that is said about a question: for the insight pane, or as a page of its own."""
    review, question = load_question(workload_id, review_id, question_id)
    context = _context(request, review, question)
    if wants_partial(request):
        return render(request, "reviews/beside.html#parts", context)
    context |= {"workload": load_workload(workload_id), "tab": "review"}
    return render(request, "reviews/beside.html", context)


@require_safe
@organization_view(Permission.VIEW)
def since(
    request: OrganizationRequest, workload_id: UUID, review_id: UUID, question_id: str
) -> HttpResponse:
    """Show what changed in a question since the last milestone: a part that refreshes itself."""
    review, question = load_question(workload_id, review_id, question_id)
    if not wants_partial(request):
        return redirect("beside", request.organization.slug, workload_id, review_id, question_id)
    context = {"review": review, "question": question, **_since_context(review, question)}
    return render(request, "reviews/beside/since.html", context)


def _since_context(review: LensReview, question: Question) -> dict[str, Any]:
    answer = answer_to(review, question.id)
    try:
        return {"since": change_since(review, question, answer)}
    except UserError as error:
        # A milestone that cannot be read takes nothing else of the page with it.
        return {"since": None, "since_problem": str(error)}


def _context(
    request: OrganizationRequest, review: LensReview, question: Question
) -> dict[str, Any]:
    """Return what the parts read; each part's owner adds a line."""
    return {
        "review": review,
        "question": question,
        "may_answer": request.actor.can(Permission.ANSWER),
        **_since_context(review, question),
        **latest_context(review, question),
        **evidence_context(request, review, question),
        **comments_context(request, review, question),
        **people_context(request, review, question),
    }
