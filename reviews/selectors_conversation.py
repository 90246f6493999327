"""Reads about comments: the threads of a question, what is open, what somebody has not read."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber
from django.utils.safestring import SafeString

from common.errors import NotFound
from common.markdown import render_markdown
from common.mentions import Person, handles_of, mark_mentions
from reviews.models import Comment, CommentsRead, LensReview
from tenants.actors import Actor
from tenants.models import Membership
from tenants.permissions import Permission
from tenants.selectors import members

THREADS_PER_PAGE: Final = 20
"""Threads on a page, the newest first; in each the oldest comment first."""
LATEST_REPLIES: Final = 5
"""Replies that a list shows of each thread; the others are a page of their own away."""
REPLIES_PER_PAGE: Final = 50
MOST_SUGGESTIONS: Final = 8

ByQuestion = dict[str, int]


# --- Counts, for the navigator and the stream ----------------------------------------------------
def open_threads(reviews: Iterable[UUID]) -> dict[UUID, ByQuestion]:
    """Return how many threads of each question nobody has resolved; only what is not 0."""
    threads = Comment.objects.filter(review__in=list(reviews), thread=None, resolved_at=None)
    return _by_question(threads)


def unread_comments(reviews: Iterable[UUID], user_id: UUID | None) -> dict[UUID, ByQuestion]:
    """Return how many comments of others a person has not read, by question; only what is not 0."""
    return _by_question(_unread(user_id).filter(review__in=list(reviews)))


def count_open_threads(review: LensReview, question_id: str) -> int:
    """Return how many threads of a question nobody has resolved."""
    threads = Comment.objects.filter(review=review, question_id=question_id, thread=None)
    return int(threads.filter(resolved_at=None).count())


def _by_question(comments: QuerySet[Comment]) -> dict[UUID, ByQuestion]:
    rows = comments.order_by().values_list("review", "question_id").annotate(Count("pk"))
    found: dict[UUID, ByQuestion] = {}
    for review_id, question_id, count in rows:
        found.setdefault(review_id, {})[question_id] = count
    return found


def _unread(user_id: UUID | None) -> QuerySet[Comment]:
    read = CommentsRead.objects.filter(
        review=OuterRef("review"), question_id=OuterRef("question_id"), user=user_id
    )
    comments: QuerySet[Comment] = Comment.objects.filter(deleted_at=None).alias(
        read_up_to=Subquery(read.values("at")[:1])
    )
    is_new = Q(read_up_to=None) | Q(at__gt=F("read_up_to"))
    # Not exclude(author=…): a comment whose author has no account any more is another's too.
    is_others = Q(author=None) | ~Q(author=user_id)
    return comments.filter(is_new, is_others)


# --- The threads of one question -----------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class CommentShown:
    """One comment as somebody sees it."""

    comment: Comment
    html: SafeString
    is_unread: bool
    may_edit: bool
    may_delete: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread: its first comment, and of its replies the latest, the oldest of them first."""

    first: CommentShown
    replies: tuple[CommentShown, ...]
    total: int

    @property
    def earlier(self) -> int:
        """How many replies are not shown."""
        return self.total - len(self.replies)

    @property
    def is_resolved(self) -> bool:
        """Whether somebody settled it."""
        return self.first.comment.resolved_at is not None

    @property
    def has_unread(self) -> bool:
        """Whether anything that is shown is new to the reader."""
        return any(shown.is_unread for shown in (self.first, *self.replies))


@dataclass(frozen=True, slots=True)
class Conversation:
    """A page of a question's threads. ``read_up_to`` is the newest comment that is among them."""

    page: Page[Any]
    threads: tuple[Thread, ...]
    comments: int
    unread: int
    newest_at: datetime | None


def conversation(review: LensReview, question_id: str, actor: Actor, *, page: Any) -> Conversation:
    """Return a page of a question's threads. The same number of queries for any number of them."""
    everything = Comment.objects.filter(review=review, question_id=question_id)
    figures = everything.aggregate(
        said=Count("pk", filter=Q(deleted_at=None)), threads=Count("pk", filter=Q(thread=None))
    )
    counted = Paginator(everything.filter(thread=None).order_by("-at", "-pk"), THREADS_PER_PAGE)
    counted.count = figures["threads"]
    shown = counted.get_page(page)
    firsts = list(shown.object_list)
    replies = _latest_replies(firsts)
    unread = _unread(actor.user_id).filter(review=review, question_id=question_id)
    new = dict(unread.order_by("at").values_list("pk", "at"))
    reader = _Reader.of([*firsts, *replies], actor, new.keys())
    threads = []
    for first in firsts:
        own = [reply for reply in replies if reply.thread_id == first.pk]
        total = own[0].total if own else 0
        threads.append(Thread(reader.shown(first), tuple(map(reader.shown, own)), total))
    newest = everything.order_by("-at").values_list("at", flat=True).first()
    return Conversation(shown, tuple(threads), figures["said"], len(new), newest)


def _latest_replies(firsts: Sequence[Comment]) -> list[Any]:
    if not firsts:
        return []
    replies = Comment.objects.filter(thread__in=[first.pk for first in firsts]).annotate(
        total=Window(Count("pk"), partition_by=F("thread")),
        place=Window(
            RowNumber(), partition_by=F("thread"), order_by=[F("at").desc(), F("pk").desc()]
        ),
    )
    return list(replies.filter(place__lte=LATEST_REPLIES).order_by("at", "pk"))


@dataclass(frozen=True, slots=True)
class WholeThread:
    """A thread with one page of all its replies."""

    thread: Thread
    page: Page[Any]


def whole_thread(review: LensReview, first: Comment, actor: Actor, *, page: Any) -> WholeThread:
    """Return a thread with a page of its replies: the first page holds the latest."""
    replies = Comment.objects.filter(thread=first).order_by("-at", "-pk")
    shown = Paginator(replies, REPLIES_PER_PAGE).get_page(page)
    rows = list(shown.object_list)[::-1]
    unread = _unread(actor.user_id).filter(Q(pk=first.pk) | Q(thread=first))
    reader = _Reader.of([first, *rows], actor, set(unread.values_list("pk", flat=True)))
    thread = Thread(reader.shown(first), tuple(map(reader.shown, rows)), len(rows))
    return WholeThread(thread, shown)


def load_comment(review: LensReview, question_id: str, comment_id: UUID) -> Comment:
    """Return a comment on the question with the first of its thread; raises NotFound."""
    comment: Comment | None = (
        Comment.objects.select_related("thread")
        .filter(review=review, question_id=question_id, pk=comment_id)
        .first()
    )
    if comment is None:
        raise NotFound
    return comment


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who reads: what they may do, what is new to them, and who of those mentioned is a member."""

    actor: Actor
    new: Collection[UUID]
    people: dict[str, Person]

    @classmethod
    def of(cls, comments: Sequence[Comment], actor: Actor, new: Collection[UUID]) -> "_Reader":
        mentioned = {each for comment in comments for each in comment.mentions}
        found = mentionable().filter(user__in=mentioned) if mentioned else ()
        people = {str(row.user_id): _person(row) for row in found}
        return cls(actor, new, people)

    def shown(self, comment: Comment) -> CommentShown:
        is_there = comment.deleted_at is None
        is_own = comment.author_id is not None and comment.author_id == self.actor.user_id
        may_write = self.actor.can(Permission.ANSWER)
        people = [self.people[key] for key in comment.mentions if key in self.people]
        html = mark_mentions(render_markdown(comment.text), people, me=self.actor.user_id).html
        return CommentShown(
            comment=comment,
            html=html,
            is_unread=comment.pk in self.new,
            may_edit=is_there and is_own and may_write,
            may_delete=is_there and may_delete(self.actor, comment),
        )


def may_delete(actor: Actor, comment: Comment) -> bool:
    """Whether somebody may delete a comment: its author, or an admin."""
    is_own = comment.author_id is not None and comment.author_id == actor.user_id
    return actor.can(Permission.MANAGE_MEMBERS) or (is_own and actor.can(Permission.ANSWER))


# --- Who can be mentioned ------------------------------------------------------------------------
def mentionable() -> QuerySet[Membership]:
    """Return the members who can be mentioned: all of the bound organisation."""
    return members()


def _person(membership: Membership) -> Person:
    user = membership.user
    return Person(id=user.pk, name=user.display_name, email=user.email)


def mentioned_in(text: str) -> list[UUID]:
    """Return the members whom a comment's text mentions."""
    if "@" not in text:
        return []
    people = [_person(row) for row in mentionable()]
    return list(mark_mentions(render_markdown(text), people).ids)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A member to mention: the name to show, and what to write behind the @."""

    name: str
    email: str
    handle: str


def suggest_people(words: str) -> list[Suggestion]:
    """Return the members whose name or address fits what was typed behind an @, a few at most."""
    wanted = words.casefold()
    people = [_person(row) for row in mentionable()]
    handles = handles_of(people)
    fitting = [each for each in people if _fits(each, wanted)]
    # Whose name begins so comes first.
    fitting.sort(key=lambda each: not each.name.casefold().startswith(wanted))
    return [
        Suggestion(each.name, each.email, handles[each.id]) for each in fitting[:MOST_SUGGESTIONS]
    ]


def _fits(person: Person, wanted: str) -> bool:
    name, email = person.name.casefold(), person.email.casefold()
    return (
        email.startswith(wanted)
        or name.startswith(wanted)
        or any(word.startswith(wanted) for word in name.split())
    )
