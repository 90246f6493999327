"""Events from whoever changes something to the pages that are open: `publish_on_commit`.

Two buses behave alike. Embedded, the one process holds every open stream and hands messages over by
itself (LocalBus). With Redis they travel by its pub/sub (common/bus_redis.py), on one connection a
process, and are handed over there in the same way.

A message is a hint that something changed, never the only copy of it: what a stream missed (it
read too slowly, Redis was away) it makes good by looking again, which `Resync` tells it to do.
"""

import asyncio
import json
import threading
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from types import TracebackType
from typing import Any, Protocol, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

LOOK_AGAIN = "look"
"""An event for streams alone: look at what is stored, and at whether this person may listen."""

_WAITING_AT_MOST = 64  # messages that a slow stream may be behind before it must look again


@dataclass(frozen=True)
class Message:
    """One event on a topic; ``data`` holds ids, counts and names that JSON can say."""

    topic: str
    event: str
    data: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def frame(self) -> bytes:
        """The message as an event stream writes it, made once for all who read it."""
        return event_frame(self.event, self.data)


@dataclass(frozen=True)
class Resync:
    """Messages were lost: look at what is stored, and go on from there.

    ``hurry`` is False where everybody was told at once: then each waits a moment of its own.
    """

    hurry: bool = True


class Ended(Exception):
    """The process is about to end: no more messages will come."""


def event_frame(event: str, data: dict[str, Any]) -> bytes:
    """Return one server-sent event. JSON has no line breaks, so one line holds it."""
    return f"event: {event}\ndata: {as_json(data)}\n\n".encode()


def as_json(data: Any) -> str:
    """Return data as JSON, ids and times in it as text."""
    return json.dumps(data, cls=DjangoJSONEncoder, separators=(",", ":"), ensure_ascii=False)


class Subscription:
    """The messages of some topics, in order, for one reader in one event loop."""

    def __init__(self, hub: "Hub", topics: Iterable[str]) -> None:
        self.topics = frozenset(topics)
        self.loop = asyncio.get_running_loop()
        self._hub = hub
        self._waiting: deque[Message] = deque()
        self._resync: Resync | None = None
        self._has_ended = False
        self._wake = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self._hub.add(self)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._hub.discard(self)

    async def next(self, timeout: float) -> Message | Resync | None:
        """Return the next message, or None when none came for ``timeout`` seconds.

        Raises Ended.
        """
        if not (self._waiting or self._resync or self._has_ended):
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), timeout)
            except TimeoutError:
                return None
        if self._has_ended:
            raise Ended
        if self._resync:
            resync, self._resync = self._resync, None
            return resync
        return self._waiting.popleft()

    def put(self, message: Message) -> None:
        """Take a message; in the reader's own event loop."""
        if len(self._waiting) < _WAITING_AT_MOST:
            self._waiting.append(message)
            self._wake.set()
        else:
            self.lose(Resync())

    def lose(self, resync: Resync) -> None:
        """Forget what waits: the reader looks again instead."""
        self._waiting.clear()
        self._resync = resync
        self._wake.set()

    def end(self) -> None:
        """Let the reader go."""
        self._has_ended = True
        self._wake.set()


class Hub:
    """Who reads what in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers: dict[str, set[Subscription]] = defaultdict(set)

    async def add(self, subscription: Subscription) -> None:
        """Let a reader have the messages of its topics from now on."""
        with self._lock:
            for topic in subscription.topics:
                self._readers[topic].add(subscription)

    def discard(self, subscription: Subscription) -> None:
        """Let a reader have no more messages."""
        with self._lock:
            for topic in subscription.topics:
                readers = self._readers.get(topic, set())
                readers.discard(subscription)
                if not readers:
                    self._readers.pop(topic, None)

    @property
    def topics(self) -> frozenset[str]:
        """The topics that somebody reads."""
        with self._lock:
            return frozenset(self._readers)

    def deliver(self, message: Message) -> None:
        """Hand a message to the readers of its topic; from any thread."""
        with self._lock:
            readers = list(self._readers.get(message.topic, ()))
        _in_their_loops(readers, lambda reader: reader.put(message))

    def resync(self) -> None:
        """Have every reader look again; from any thread."""
        _in_their_loops(self._everybody(), lambda reader: reader.lose(Resync(hurry=False)))

    def end(self) -> None:
        """Let every reader go; from any thread."""
        _in_their_loops(self._everybody(), lambda reader: reader.end())

    def _everybody(self) -> list[Subscription]:
        with self._lock:
            return list({reader for readers in self._readers.values() for reader in readers})


def _in_their_loops(readers: list[Subscription], act: Any) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[Subscription]] = defaultdict(list)
    for reader in readers:
        by_loop[reader.loop].append(reader)
    for loop, those in by_loop.items():
        try:
            # One call a loop, not one a reader: waking the loop is what costs.
            loop.call_soon_threadsafe(_for_each, those, act)
        except RuntimeError:
            continue  # the loop has closed, and its readers are gone with it


def _for_each(readers: list[Subscription], act: Any) -> None:
    for reader in readers:
        act(reader)


class Bus(Protocol):
    """What both buses can do."""

    def publish(self, messages: Sequence[Message]) -> None:
        """Send messages now, from any thread; never fails."""

    def subscribe(self, topics: Iterable[str]) -> Subscription:
        """Return a subscription to enter with ``async with``; what comes from then on is kept."""

    def end(self) -> None:
        """Let all readers of this process go."""


class LocalBus:
    """Messages within the one process of an embedded installation."""

    def __init__(self) -> None:
        self._hub = Hub()

    def publish(self, messages: Sequence[Message]) -> None:
        """Send messages now, from any thread."""
        for message in messages:
            self._hub.deliver(message)

    def subscribe(self, topics: Iterable[str]) -> Subscription:
        """Return a subscription to enter with ``async with``."""
        return Subscription(self._hub, topics)

    def end(self) -> None:
        """Let all readers go."""
        self._hub.end()


@cache
def get_bus() -> Bus:
    """Return the bus of this installation."""
    if settings.REDIS_URL:
        from common.bus_redis import RedisBus  # noqa: PLC0415  # embedded mode needs no redis

        return RedisBus(settings.REDIS_URL)
    return LocalBus()


def publish_on_commit(topic: str, event: str, data: dict[str, Any]) -> None:
    """Tell the readers of ``topic`` once the current transaction has committed.

    Ids, counts, risks and names only, no text that people wrote: a reader fetches what it may see.
    """
    _on_commit([Message(topic, event, data)])


def publish_all_on_commit(messages: Sequence[Message]) -> None:
    """Tell the readers of several topics at once, as ``publish_on_commit`` does."""
    _on_commit(messages)


def _on_commit(messages: Sequence[Message]) -> None:
    def publish() -> None:
        get_bus().publish(messages)

    # Robust: what is saved is saved, whether or not the news of it travels.
    transaction.on_commit(publish, robust=True)
