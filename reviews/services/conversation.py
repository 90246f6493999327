"""Writing comments: threads on a question, and who has read them."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common.clock import now
from common.errors import Conflict, Forbidden, Invalid, NotFound
from common.ids import new_id
from reviews.events import announce
from reviews.models import Comment, CommentsRead, LensReview
from reviews.selectors_conversation import (
    count_open_threads,
    load_comment,
    may_delete,
    mentioned_in,
)
from reviews.services.questions import lock_question
from tenants import audit
from tenants.actors import Actor
from tenants.permissions import Permission
from tenants.plans import require_within
from tenants.transactions import writing

FIELD = "text"
"""The form's field that errors about a comment are shown beside."""


def add_comment(
    *,
    actor: Actor,
    review_id: UUID,
    question_id: str,
    text: str,
    thread_id: UUID | None = None,
    comment_id: UUID | None = None,
    workload_id: UUID | None = None,
) -> Comment:
    """Say something about a question: in a new thread, or as a reply in ``thread_id``.

    A reply opens its thread again. ``comment_id`` is the id that the comment is to have: sent
    again, it changes nothing and returns the comment that is there. ``workload_id``, when given, is
    the workload that the review must be of. Raises Forbidden, NotFound, Invalid and LimitExceeded
    (field ``text``).
    """
    actor.require(Permission.ANSWER)
    text = _checked(actor, text)
    with writing():
        review, question = lock_question(review_id, question_id, workload_id)
        sent_before = _sent_before(actor, review, comment_id)
        if sent_before is not None:
            return sent_before
        comments = Comment.objects.filter(review=review, question_id=question.id)
        require_within(
            actor.organization, "comments_per_question", comments.count() + 1, field=FIELD
        )
        first = _first_of(review, question.id, thread_id) if thread_id else None
        comment = Comment(
            id=comment_id or new_id(),
            review=review,
            question_id=question.id,
            thread=first,
            text=text,
            author_id=actor.user_id,
            author_name=actor.name,
            mentions=_mentions(text),
        )
        _insert(comment)
        is_reopened = first is not None and _settle(first, None)
        _read(actor, review, question.id, comment.at)
        _record(actor, "comment.added", comment, after={"reopened": True} if is_reopened else None)
        _tell(actor, comment, is_new=True)
    return comment


def edit_comment(*, actor: Actor, review_id: UUID, comment_id: UUID, text: str) -> Comment:
    """Change what one's own comment says. Raises Forbidden, NotFound, Conflict, Invalid."""
    actor.require(Permission.ANSWER)
    text = _checked(actor, text)
    with writing():
        comment = _lock(review_id, comment_id)
        if comment.author_id is None or comment.author_id != actor.user_id:
            raise Forbidden(_("Only its author can edit a comment."))
        _require_there(comment)
        if text == comment.text:
            return comment
        before, comment.text = comment.text, text
        comment.mentions = _mentions(text)
        comment.edited_at = now()
        comment.save(update_fields=["text", "mentions", "edited_at"])
        _record(actor, "comment.edited", comment, before={"text": before}, after={"text": text})
        _tell(actor, comment)
    return comment


def delete_comment(*, actor: Actor, review_id: UUID, comment_id: UUID) -> None:
    """Take a comment away: one's own, or any as an admin.

    It keeps its place in the thread, without its text, while anything else is said there; a thread
    of which nothing is left goes. Deleting twice is no error. Raises Forbidden, NotFound.
    """
    actor.require(Permission.ANSWER)
    with writing():
        comment = _lock(review_id, comment_id)
        if not may_delete(actor, comment):
            raise Forbidden(_("Only its author or an admin can delete a comment."))
        if comment.deleted_at is not None:
            return
        said = {"text": comment.text, "author": comment.author_name}
        _record(actor, "comment.deleted", comment, before=said)
        comment.text, comment.mentions, comment.deleted_at = "", [], now()
        comment.save(update_fields=["text", "mentions", "deleted_at"])
        first_id = comment.thread_id or comment.pk
        left = Comment.objects.filter(deleted_at=None)
        is_empty = (
            not left.filter(pk=first_id).exists() and not left.filter(thread=first_id).exists()
        )
        if is_empty:
            Comment.objects.filter(pk=first_id).delete()
        _tell(actor, comment)


def resolve_thread(*, actor: Actor, review_id: UUID, comment_id: UUID) -> Comment:
    """Settle the thread that a comment begins; again is no error. Raises Forbidden, NotFound."""
    return _set_resolved(actor, review_id, comment_id, is_resolved=True)


def reopen_thread(*, actor: Actor, review_id: UUID, comment_id: UUID) -> Comment:
    """Take a settled thread up again; again is no error. Raises Forbidden, NotFound."""
    return _set_resolved(actor, review_id, comment_id, is_resolved=False)


def _set_resolved(actor: Actor, review_id: UUID, comment_id: UUID, *, is_resolved: bool) -> Comment:
    actor.require(Permission.ANSWER)
    with writing():
        first = _lock(review_id, comment_id)
        if first.thread_id is not None:
            raise NotFound  # a reply: it is its thread that can be resolved
        if _settle(first, actor.name if is_resolved else None):
            verb = "comment.resolved" if is_resolved else "comment.reopened"
            _record(actor, verb, first)
            _tell(actor, first)
    return first


def mark_comments_read(
    *, actor: Actor, review_id: UUID, question_id: str, up_to: datetime | None = None
) -> None:
    """Remember that the actor has read the comments on a question: those until ``up_to``, or all.

    Never takes anything back. It is nobody else's business, so it is neither audited nor told.
    Raises Forbidden, NotFound.
    """
    actor.require(Permission.VIEW)
    if actor.user_id is None:
        return
    with writing():
        review, question = lock_question(review_id, question_id)
        moment = now()
        _read(actor, review, question.id, min(up_to, moment) if up_to else moment)


def _checked(actor: Actor, text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Invalid(fields={FIELD: [_("Write something first.")]})
    if "\x00" in text:
        problem = _("The text holds a character that cannot be stored.")
        raise Invalid(fields={FIELD: [problem]})
    require_within(actor.organization, "comment_characters", len(text), field=FIELD)
    return text


def _mentions(text: str) -> list[str]:
    return [str(user_id) for user_id in mentioned_in(text)]


def _sent_before(actor: Actor, review: LensReview, comment_id: UUID | None) -> Comment | None:
    if comment_id is None:
        return None
    comment: Comment | None = Comment.objects.filter(pk=comment_id, review=review).first()
    return comment if comment is not None and comment.author_id == actor.user_id else None


def _insert(comment: Comment) -> None:
    try:
        with transaction.atomic():
            comment.save(force_insert=True)
    except IntegrityError:
        # Whose id it is cannot be told from here, and need not be.
        problem = _("This page is older than what is stored: reload it, then send it again.")
        raise Conflict(fields={FIELD: [problem]}) from None


def _first_of(review: LensReview, question_id: str, comment_id: UUID) -> Comment:
    found = load_comment(review, question_id, comment_id)
    return found.thread or found


def _lock(review_id: UUID, comment_id: UUID) -> Comment:
    # Like all who write in a review, those who comment take turns: the review's lock covers it.
    review = LensReview.objects.select_for_update().filter(pk=review_id).first()
    comment: Comment | None = Comment.objects.filter(pk=comment_id, review=review_id).first()
    if review is None or comment is None:
        raise NotFound
    comment.review = review
    return comment


def _require_there(comment: Comment) -> None:
    if comment.deleted_at is not None:
        raise Conflict(_("This comment was deleted."), code="comment_deleted")


def _settle(first: Comment, by_name: str | None) -> bool:
    """Resolve a thread in somebody's name, or open it (None); whether that changed anything."""
    if (first.resolved_at is not None) == (by_name is not None):
        return False
    first.resolved_at = None if by_name is None else now()
    first.resolved_by_name = by_name or ""
    first.save(update_fields=["resolved_at", "resolved_by_name"])
    return True


def _read(actor: Actor, review: LensReview, question_id: str, moment: datetime) -> None:
    if actor.user_id is None:
        return
    read, is_new = CommentsRead.objects.get_or_create(
        review=review, question_id=question_id, user_id=actor.user_id, defaults={"at": moment}
    )
    if not is_new and read.at < moment:
        read.at = moment
        read.save(update_fields=["at"])


def _record(
    actor: Actor,
    verb: str,
    comment: Comment,
    *,
    before: audit.State | None = None,
    after: audit.State | None = None,
) -> None:
    # The text is in the log only where it would be gone otherwise.
    place = {"review_id": comment.review_id, "question_id": comment.question_id}
    after = {**place, **(after or {})}
    audit.record(actor=actor, verb=verb, target=comment, before=before, after=after)


def _tell(actor: Actor, comment: Comment, *, is_new: bool = False) -> None:
    announce(
        comment.review,
        "comments",
        question=comment.question_id,
        open=count_open_threads(comment.review, comment.question_id),
        by=str(actor.user_id or ""),
        is_new=is_new,
    )
