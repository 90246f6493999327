"""Bodies that are too large are refused before they are read, and read no further than allowed.

Two doors, since Django under ASGI takes the whole body to disk before any view is asked:
``LimitedBody`` stands before the application, ``LimitedUploadHandler`` before Django's own handlers
of files.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest
from django.template import loader

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

# A browser that still sends would not read the answer if the connection broke under it; so what it
# sends is thrown away for a while.
_PATIENCE: Final = 10.0  # seconds
_THROWN_AWAY: Final = 100_000_000  # bytes


def was_too_large(request: HttpRequest) -> bool:
    """Whether a file of the request was larger than any may be, and was therefore left out."""
    return bool(getattr(request, "upload_was_too_large", False))


class LimitedUploadHandler(FileUploadHandler):
    """Stops reading where the files of a request are larger than any file may be."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the chunk on to the handlers that keep it."""
        self._received += len(raw_data)
        if self._received > settings.LARGEST_UPLOAD:
            self.request.upload_was_too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers after this one."""


class _TooLarge(Exception):
    """A body without a declared length went on for too long."""


class LimitedBody:
    """An ASGI application that answers 413 where a body is larger than any may be."""

    def __init__(self, application: Application, *, limit: int) -> None:
        self._application = application
        self._limit = limit

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        if _declared_length(scope) > self._limit:
            await _refuse(receive, send)
            return
        received = 0
        has_answered = False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._limit and not has_answered:
                raise _TooLarge
            return message

        async def watched(message: Message) -> None:
            nonlocal has_answered
            has_answered = True
            await send(message)

        try:
            await self._application(scope, counted, watched)
        except _TooLarge:
            await _refuse(receive, send)


def _declared_length(scope: MutableMapping[str, Any]) -> int:
    for name, value in scope.get("headers", ()):
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


async def _refuse(receive: Receive, send: Send) -> None:
    page = _page()
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(page)).encode()),
        (b"content-security-policy", b"default-src 'none'; style-src 'self'; img-src 'self'"),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": page, "more_body": True})
    with suppress(TimeoutError):
        await asyncio.wait_for(_throw_away(receive), _PATIENCE)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _throw_away(receive: Receive) -> None:
    thrown = 0
    while thrown < _THROWN_AWAY:
        message = await receive()
        thrown += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return


@cache
def _page() -> bytes:
    return loader.render_to_string("413.html", {"limit": settings.LARGEST_UPLOAD}).encode()
