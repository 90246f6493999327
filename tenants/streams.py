"""The way into an organisation for event streams: the rules of ``organization_view``, and after.

A stream lasts for hours. It is let in once, then it holds nothing: no transaction, no connection to
the database, no bound organisation. ``Listener`` says later whether it would still be let in.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from asgiref.sync import SyncToAsync, sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from common.errors import Forbidden
from tenants.access import load_actor, load_membership
from tenants.actors import Actor
from tenants.context import in_organization
from tenants.permissions import Permission, Role, is_allowed
from tenants.topics import session_mark
from tenants.transactions import own_transaction

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Listener:
    """Who opened a stream, and where."""

    actor: Actor
    permission: Permission
    session_key: str

    @property
    def user_id(self) -> UUID:
        """The person."""
        assert self.actor.user_id is not None  # noqa: S101 - a stream is opened by a person
        return self.actor.user_id

    @property
    def session_mark(self) -> str:
        """The name of their session in messages."""
        return session_mark(self.session_key)

    def may_listen(self) -> bool:
        """Whether the session, the membership and the permission are all still there."""
        request = HttpRequest()
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(self.session_key)
        if get_user(request).pk != self.user_id:
            return False
        membership = load_membership(self.user_id, self.actor.organization.slug)
        return (
            membership is not None
            and membership.organization_id == self.actor.organization.pk
            and is_allowed(Role(membership.role), self.permission)
        )


class StreamRequest(HttpRequest):
    """A request for a stream, after ``organization_stream`` has let it through."""

    listener: Listener


StreamView = Callable[Concatenate[StreamRequest, P], Awaitable[HttpResponseBase]]
PlainView = Callable[Concatenate[HttpRequest, P], Coroutine[Any, Any, HttpResponseBase]]
Check = Callable[..., object]


def organization_stream(
    permission: Permission, *, finds: Check
) -> Callable[[StreamView[P]], PlainView[P]]:
    """Let a member with ``permission`` open a stream.

    ``finds`` is called inside the organisation with what the address names, and raises NotFound.
    Signed out: 401, since whoever asks for a stream cannot be led to a page. Not a member, or no
    such organisation: 404. Without the permission: 403.
    """

    def admit(request: HttpRequest, slug: str, named: dict[str, Any]) -> Listener | None:
        if not request.user.is_authenticated:
            return None
        actor = load_actor(request, slug)
        if not actor.can(permission):
            raise Forbidden
        with own_transaction(), in_organization(actor.organization.pk):
            finds(**named)
        return Listener(actor, permission, request.session.session_key or "")

    def decorate(view: StreamView[P]) -> PlainView[P]:
        @wraps(view)
        async def entrance(
            request: HttpRequest, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            slug = str(kwargs.pop("slug"))
            listener = await sync_to_async(admit)(request, slug, kwargs)
            if listener is None:
                return HttpResponse(status=401)
            stream_request = cast(StreamRequest, request)
            stream_request.listener = listener
            return await view(stream_request, *args, **kwargs)

        entrance.organization_permission = permission  # type: ignore[attr-defined]
        # Django refuses to run an async view in a transaction; `admit` opens its own.
        return cast("PlainView[P]", transaction.non_atomic_requests(entrance))

    return decorate


async def let_go() -> None:
    """Give back what let the request in: the connection to the database, and the thread.

    Django keeps a thread for each request as long as it lasts, which for 300 streams would be 300.
    It makes another one where it needs it again, at the end of the stream.
    """
    await sync_to_async(connections.close_all)()
    context = SyncToAsync.thread_sensitive_context.get(None)
    if context is not None:
        executor = SyncToAsync.context_to_thread_executor.pop(context, None)
        if executor is not None:
            executor.shutdown(wait=False)


def event_stream(frames: AsyncIterator[bytes]) -> StreamingHttpResponse:
    """Return the response that sends frames as they come, past whatever would keep them back."""
    response = StreamingHttpResponse(frames, content_type="text/event-stream")
    response["Cache-Control"] = "no-cache, no-transform"
    response["X-Accel-Buffering"] = "no"  # nginx
    return response
