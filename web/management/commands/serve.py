"""`manage.py serve`: the web server, and without Redis the Celery worker and beat with it."""

import contextlib
import errno
import os
import signal
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

import uvicorn
from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from common.bus import get_bus
from common.embedded import EmbeddedWorker
from common.lock import LockedError, exclusive_lock

# Seconds that open event streams and running tasks get to end. What runs longer is cut off: a
# page connects again by itself, and a task is delivered again at the next start.
_STREAM_GRACE = 3
_TASK_GRACE = 10


class Server(uvicorn.Server):
    """Uvicorn that says where it can be reached once it can be."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen on the sockets given, and print the address."""
        await super().startup(sockets=sockets)
        if self.started and sockets:
            sys.stdout.write(_("Plumbline is ready at %(address)s") % {"address": _url(sockets[0])})
            sys.stdout.write("\n")
            sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let the event streams go, which would never end by themselves, and end."""
        get_bus().end()
        await super().shutdown(sockets=sockets)


class Command(BaseCommand):
    """Serves until SIGINT or SIGTERM, then ends with exit code 0."""

    help = "Serve the application; without Redis, run its background tasks in the same process."
    # The checks ran in `prepare`, and a start has to be quick.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the address to listen on."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=8000, help="port; 0 takes any free one")

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        """Hold the data folder when embedded, take the port, and serve."""
        with contextlib.ExitStack() as stack:
            if settings.EMBEDDED:
                stack.enter_context(_sole_process())
            listener = stack.enter_context(contextlib.closing(_listen(host, port)))
            _serve(listener)


def _serve(listener: socket.socket) -> None:
    # Loaded here, not by uvicorn: inside its event loop Django lets nobody ask the database.
    application = import_string(settings.ASGI_APPLICATION)
    server = Server(
        uvicorn.Config(
            application,
            lifespan="off",
            log_config=None,
            log_level="warning",
            timeout_graceful_shutdown=_STREAM_GRACE,
        )
    )

    def stop(_signal: int, _frame: object) -> None:
        server.should_exit = True

    # Uvicorn raises a signal again for whoever handled it before: that is this handler, which
    # then has nothing left to do. It also catches a signal that comes before uvicorn listens.
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop)
    worker = EmbeddedWorker(current_app) if settings.EMBEDDED else None
    if worker:
        worker.start()
    server.run(sockets=[listener])
    if worker and not worker.stop(_TASK_GRACE):
        _leave_now()


@contextlib.contextmanager
def _sole_process() -> Iterator[None]:
    try:
        with exclusive_lock(settings.DATA_DIR / "serve.lock"):
            yield
    except LockedError as locked:
        raise CommandError(
            _(
                "Plumbline already runs on the data folder %(folder)s, as process %(process)s. "
                "Stop that process first, or set PLUMBLINE_DATA_DIR to another folder."
            )
            % {"folder": settings.DATA_DIR, "process": locked.holder}
        ) from None


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address; raise CommandError saying why there is none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio asks for it before it switches Nagle's algorithm off;
    # with it on, every page waits 40 ms for the browser to acknowledge the header.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise CommandError(
                _(
                    "Port %(port)s on %(host)s is taken by another program. "
                    "Choose another one: make run PORT=%(other)s"
                )
                % {"port": port, "host": host, "other": port + 1}
            ) from None
        raise CommandError(
            _("Cannot listen on %(host)s port %(port)s: %(reason)s")
            % {"host": host, "port": port, "reason": error.strerror}
        ) from None
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _leave_now() -> None:
    """End without waiting for the task threads, which the interpreter would do at its exit."""
    sys.stderr.write(_("A task was still running; it starts again with the next start.") + "\n")
    sys.stderr.flush()
    sys.stdout.flush()
    os._exit(0)
