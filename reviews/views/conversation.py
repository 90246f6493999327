"""The comments on a question: read, written, settled."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import Invalid, UserError
from common.forms import add_errors, submitted
from common.htmx import announce, close_modal, wants_partial
from common.ids import new_id
from lenses.definition import Question
from reviews.conversation_forms import CommentForm, ReadForm
from reviews.models import Comment, LensReview
from reviews.selectors import load_question
from reviews.selectors_conversation import (
    conversation,
    load_comment,
    may_delete,
    suggest_people,
    whole_thread,
)
from reviews.services import conversation as services
from tenants.access import organization_view
from tenants.http import OrganizationRequest
from tenants.permissions import Permission
from tenants.plans import limit
from workloads.selectors import load_workload

_LONGEST_SEARCH = 100
_PAGE = "reviews/beside/comments_page.html"


def comments_context(
    request: OrganizationRequest, review: LensReview, question: Question
) -> dict[str, Any]:
    """Return what the list of a question's comments reads."""
    return _about(request, review, question) | {
        "conversation": conversation(
            review, question.id, request.actor, page=request.GET.get("page")
        ),
    }


def _about(request: OrganizationRequest, review: LensReview, question: Question) -> dict[str, Any]:
    return {
        "review": review,
        "question": question,
        "may_answer": request.actor.can(Permission.ANSWER),
        "comment_key": new_id(),
        "comment_limit": limit(request.organization, "comment_characters"),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.VIEW, to_change=Permission.ANSWER)
def comments(
    request: OrganizationRequest, workload_id: UUID, review_id: UUID, question_id: str
) -> HttpResponse:
    """Show a page of a question's threads; begin one, or reply in one."""
    if request.method == "POST":
        return _add(request, workload_id, review_id, question_id)
    review, question = load_question(workload_id, review_id, question_id)
    return _list(request, review, question)


def _add(
    request: OrganizationRequest, workload_id: UUID, review_id: UUID, question_id: str
) -> HttpResponse:
    form = CommentForm(submitted(request))
    if form.is_valid():
        try:
            comment = services.add_comment(
                actor=request.actor,
                workload_id=workload_id,
                review_id=review_id,
                question_id=question_id,
                text=form.cleaned_data["text"],
                thread_id=form.cleaned_data["thread"],
                comment_id=form.cleaned_data["key"],
            )
        except UserError as error:
            if "text" not in error.fields:
                raise
            add_errors(form, error)
        else:
            return _written(request, comment, workload_id, _("Your comment was added."))
    review, question = load_question(workload_id, review_id, question_id)
    return _list(request, review, question, refused=form)


@require_safe
@organization_view(Permission.VIEW)
def comment(
    request: OrganizationRequest,
    workload_id: UUID,
    review_id: UUID,
    question_id: str,
    comment_id: UUID,
) -> HttpResponse:
    """Show the whole thread that a comment is in, its replies in pages."""
    review, question = load_question(workload_id, review_id, question_id)
    found = load_comment(review, question.id, comment_id)
    whole = whole_thread(review, found.thread or found, request.actor, page=request.GET.get("page"))
    context = _about(request, review, question) | {"whole": whole, "thread": whole.thread}
    if wants_partial(request):
        return render(request, "reviews/beside/comments_thread.html#comments", context)
    return _page(request, workload_id, context | {"show": "thread"})


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.ANSWER)
def comment_edit(
    request: OrganizationRequest,
    workload_id: UUID,
    review_id: UUID,
    question_id: str,
    comment_id: UUID,
) -> HttpResponse:
    """Change one's own comment; whoever did not write it is led to its thread."""
    review, question = load_question(workload_id, review_id, question_id)
    found = load_comment(review, question.id, comment_id)
    is_own = found.author_id == request.actor.user_id
    if request.method != "POST" and (not is_own or found.deleted_at):
        return redirect(request.path.removesuffix("edit/"))
    form = CommentForm(submitted(request), initial={"text": found.text})
    if request.method == "POST" and form.is_valid():
        try:
            found = services.edit_comment(
                actor=request.actor,
                review_id=review.pk,
                comment_id=comment_id,
                text=form.cleaned_data["text"],
            )
        except UserError as error:
            if "text" not in error.fields:
                raise
            add_errors(form, error)
        else:
            return _written(request, found, workload_id, _("Your comment was changed."))
    context = _about(request, review, question) | {"comment": found, "form": form, "show": "edit"}
    status = 422 if form.errors else 200
    if wants_partial(request):
        template = "reviews/beside/comments_edit.html"
        return render(request, template, context, status=status)
    return _page(request, workload_id, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@organization_view(Permission.ANSWER)
def comment_delete(
    request: OrganizationRequest,
    workload_id: UUID,
    review_id: UUID,
    question_id: str,
    comment_id: UUID,
) -> HttpResponse:
    """Ask whether a comment is to go, and delete it."""
    review, question = load_question(workload_id, review_id, question_id)
    found = load_comment(review, question.id, comment_id)
    if request.method == "POST":
        services.delete_comment(actor=request.actor, review_id=review.pk, comment_id=comment_id)
        response = _written(request, found, workload_id, _("The comment was deleted."))
        return close_modal(response)
    if not may_delete(request.actor, found) or found.deleted_at:
        return redirect(request.path.removesuffix("delete/"))
    context = _about(request, review, question) | {"comment": found, "show": "delete"}
    if wants_partial(request):
        return render(request, "reviews/beside/comments_delete.html", context)
    return _page(request, workload_id, context)


@require_POST
@organization_view(Permission.ANSWER)
def comment_resolve(
    request: OrganizationRequest,
    workload_id: UUID,
    review_id: UUID,
    question_id: str,
    comment_id: UUID,
) -> HttpResponse:
    """Settle the thread that a comment begins; with ``reopen``, take it up again."""
    review, question = load_question(workload_id, review_id, question_id)
    load_comment(review, question.id, comment_id)
    act: Callable[..., Comment]
    if "reopen" in request.POST:
        act, done = services.reopen_thread, _("The thread is open again.")
    else:
        act, done = services.resolve_thread, _("The thread was resolved.")
    first = act(actor=request.actor, review_id=review.pk, comment_id=comment_id)
    return _written(request, first, workload_id, done)


@require_POST
@organization_view(Permission.VIEW)
def comments_read(
    request: OrganizationRequest, workload_id: UUID, review_id: UUID, question_id: str
) -> HttpResponse:
    """Remember that the comments were read."""
    review, question = load_question(workload_id, review_id, question_id)
    form = ReadForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("This page is older than what is stored: reload it."))
    services.mark_comments_read(
        actor=request.actor,
        review_id=review.pk,
        question_id=question.id,
        up_to=form.cleaned_data["up_to"],
    )
    if wants_partial(request):
        return HttpResponse(status=204)
    return _beside(request, workload_id, review.pk, question.id)


@require_safe
@organization_view(Permission.VIEW)
def people(request: OrganizationRequest) -> JsonResponse:
    """Return the members whose name or address begins with ``q``, to be mentioned."""
    words = request.GET.get("q", "")[:_LONGEST_SEARCH]
    found = [
        {"name": each.name, "email": each.email, "handle": each.handle}
        for each in suggest_people(words)
    ]
    return JsonResponse({"people": found})


def _list(
    request: OrganizationRequest,
    review: LensReview,
    question: Question,
    *,
    refused: CommentForm | None = None,
) -> HttpResponse:
    context = comments_context(request, review, question)
    if refused is not None:
        # Beside the reply that it was to be, where that can be seen.
        shown = {
            str(thread.first.comment.pk)
            for thread in context["conversation"].threads
            if not thread.is_resolved
        }
        thread_id = refused.data.get("thread", "")
        context |= {"refused": refused, "refused_thread": thread_id if thread_id in shown else ""}
    status = 422 if refused is not None else 200
    if wants_partial(request):
        return render(request, "reviews/beside/comments.html", context, status=status)
    context["show"] = "list"
    return _page(request, review.workload_id, context, status=status)


def _page(
    request: OrganizationRequest, workload_id: UUID, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    context = context | {"workload": load_workload(workload_id), "tab": "review"}
    return render(request, _PAGE, context, status=status)


def _written(
    request: OrganizationRequest, comment: Comment, workload_id: UUID, message: str
) -> HttpResponse:
    """Show the list as it is now; without htmx, go to where the comment stands."""
    question_id = comment.question_id
    if not wants_partial(request):
        return _beside(
            request, workload_id, comment.review_id, question_id, f"#comment-{comment.pk}"
        )
    review, question = load_question(workload_id, comment.review_id, question_id)
    return announce(_list(request, review, question), message)


def _beside(
    request: OrganizationRequest,
    workload_id: UUID,
    review_id: UUID,
    question_id: str,
    place: str = "",
) -> HttpResponse:
    response = redirect(
        "beside",
        slug=request.organization.slug,
        workload_id=workload_id,
        review_id=review_id,
        question_id=question_id,
    )
    response["Location"] += place or "#comments"
    return response
