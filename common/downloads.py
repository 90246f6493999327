"""Sending files that people gave us: to be saved, never to be shown or run by the browser."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, BinaryIO, Final

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header

_CHUNK: Final = 256 * 1024


def download(
    request: HttpRequest, file: Any, *, name: str, content_type: str, size: int
) -> StreamingHttpResponse:
    """Return a response that sends ``file`` in pieces and closes it.

    The browser saves it under ``name``, believes the type that is given, and would run nothing
    in it even if it were shown: the policy's sandbox has no origin and no scripts.
    """
    is_async = isinstance(request, ASGIRequest)
    response = StreamingHttpResponse(
        _pieces_async(file) if is_async else _pieces(file), content_type=content_type
    )
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    # Sent as it is: most of these files are compressed already, and the length stays known.
    response["Content-Encoding"] = "identity"
    return response


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_CHUNK):
            yield piece


async def _pieces_async(file: BinaryIO) -> AsyncIterator[bytes]:
    # Each piece is read in a thread: a disk or a bucket that is slow holds nobody else up.
    read = sync_to_async(file.read, thread_sensitive=False)
    try:
        while piece := await read(_CHUNK):
            yield piece
    finally:
        await sync_to_async(file.close, thread_sensitive=False)()
