"""A person's browser, as far as it opens event streams and sends forms."""

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

_PATIENCE = 15.0
_SECRET = "a" * 32  # an unmasked secret is a valid token


@dataclass(frozen=True)
class Event:
    """What came: an event with its data, or a comment, whose ``name`` is empty."""

    name: str
    data: Any
    at: float


class Stream:
    """An open stream; a thread reads it."""

    def __init__(self, url: str, path: str, session_key: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        headers = {"Cookie": f"sessionid={session_key}", "Accept-Encoding": "gzip"}
        self._connection.request("GET", path, headers=headers)
        self._socket = self._connection.sock
        self.response = self._connection.getresponse()
        self.status = self.response.status
        self.events: list[Event] = []
        self.has_ended = False
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        if self.status == 200:
            self._reader.start()
        else:
            self.close()

    def _read(self) -> None:
        name = ""
        try:
            for raw in self.response:
                line = raw.decode().rstrip("\n")
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    self._take(Event(name, json.loads(line.removeprefix("data: ")), time.time()))
                elif line.startswith(":"):
                    self._take(Event("", None, time.time()))
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            pass  # hung up, by either side
        with self._changed:
            self.has_ended = True
            self._changed.notify_all()

    def _take(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait_for(self, name: str, which: Callable[[Any], bool] = lambda _data: True) -> Event:
        """Return the first event of that name, of those so described, once it is there."""

        def found() -> Event | None:
            those = (event for event in self.events if event.name == name and which(event.data))
            return next(those, None)

        with self._changed:
            arrived = self._changed.wait_for(found, _PATIENCE)
        assert arrived, f"no {name} in {self.events}"
        event = found()
        assert event
        return event

    def wait_for_the_end(self) -> None:
        """Wait until the server hangs up."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.has_ended, _PATIENCE), self.events

    def names(self) -> list[str]:
        """Return the names of the events that came."""
        return [event.name for event in self.events]

    def close(self) -> None:
        """Hang up."""
        # The reading thread waits at the socket, so closing alone would not hang up.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        if self._reader.ident:
            self._reader.join(_PATIENCE)
        self.response.close()
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Person:
    """Somebody of the stage, at one server."""

    def __init__(self, url: str, stage: dict[str, Any], name: str) -> None:
        self._url = url
        self._stage = stage
        self._session_key = stage["sessions"][name]
        self.id = stage["people"][name]

    def path(self, rest: str) -> str:
        """Return an address under the workload."""
        return f"/o/{self._stage['slug']}/workloads/{self._stage['workload']}/{rest}"

    @contextmanager
    def listening(self, query: str = "") -> Iterator[Stream]:
        """Open the workload's stream, and wait for its first event."""
        with self.ask(query) as stream:
            assert stream.status == 200
            stream.wait_for("state")
            yield stream

    def ask(self, query: str = "") -> Stream:
        """Ask for the workload's stream."""
        return Stream(self._url, self.path(f"events/{query}"), self._session_key)

    def post(self, path: str, **fields: Any) -> int:
        """Send a form, and return the status."""
        connection = http.client.HTTPConnection(urlsplit(self._url).netloc, timeout=60)
        try:
            connection.request(
                "POST",
                path,
                urlencode(fields, doseq=True),
                {
                    "Cookie": f"sessionid={self._session_key}; csrftoken={_SECRET}",
                    "X-CSRFToken": _SECRET,
                    "Content-Type": "application/x-www-form-urlencoded",
                    "HX-Request": "true",
                },
            )
            response = connection.getresponse()
            response.read()
            return response.status
        finally:
            connection.close()

    def answer(self, number: int, *, revision: int = 0, key: str = "", ticks: int = 1) -> int:
        """Tick the first choices of a question."""
        question = self._stage["questions"][number]
        path = self.path(f"review/{self._stage['review']}/{question}/")
        choices = self._stage["choices"][number][:ticks]
        return self.post(path, revision=revision, choice=choices, key=key)
