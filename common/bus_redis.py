"""The bus of several processes: Redis pub/sub.

A process listens on one connection, whatever the number of its streams, and to the topics that one
of them reads. When the connection was lost, all its streams look again (pub/sub keeps nothing); so
do all streams everywhere after a message could not be sent.
"""

import asyncio
import json
import logging
import random
import time
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from common.bus import Hub, Message, Subscription, as_json

logger = logging.getLogger(__name__)

PREFIX = "plumbline:"
_EVENTS = f"{PREFIX}events:"
_LOST = f"{PREFIX}lost"  # the channel on which every process hears that messages were lost

_SOCKET_TIMEOUT = 1.0  # seconds; a page waits for the sending
_PAUSE = 1.0  # seconds without a try after one that failed, so that not every page waits
_QUIET = 15.0  # seconds without a word after which the connection is tried
_SUBSCRIBING = 2.0  # seconds; a stream that waited longer begins, and looks again when it works
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 5.0  # seconds between two tries to connect


@cache
def redis_client(url: str) -> redis.Redis:
    """Return the process's client of Redis, for any of its threads."""
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=_SOCKET_TIMEOUT,
        socket_timeout=_SOCKET_TIMEOUT,
        # A connection that lay in the pool may be dead: once more, at once.
        retry=Retry(NoBackoff(), 1),
        retry_on_error=[redis.ConnectionError],
    )


class RedisBus:
    """Messages between processes."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._hubs: dict[asyncio.AbstractEventLoop, RedisHub] = {}
        self._has_lost = False
        self._next_try = 0.0

    def publish(self, messages: Sequence[Message]) -> None:
        """Send messages now, from any thread; what Redis does not take is made good later."""
        if time.monotonic() < self._next_try:
            self._has_lost = True
            return
        try:
            pipeline = redis_client(self._url).pipeline(transaction=False)
            for message in messages:
                pipeline.publish(_EVENTS + message.topic, as_json([message.event, message.data]))
            if self._has_lost:
                pipeline.publish(_LOST, "")
            pipeline.execute()
            self._has_lost = False
        except redis.RedisError as error:
            self._has_lost = True
            self._next_try = time.monotonic() + _PAUSE
            logger.warning("Redis did not take an event: %s. Open pages learn of it later.", error)

    def subscribe(self, topics: Iterable[str]) -> Subscription:
        """Return a subscription to enter with ``async with``."""
        loop = asyncio.get_running_loop()
        hub = self._hubs.get(loop)
        if hub is None:
            hub = self._hubs[loop] = RedisHub(self._url)
        return Subscription(hub, topics)

    def end(self) -> None:
        """Let all readers of this process go."""
        for hub in list(self._hubs.values()):
            hub.end()


class RedisHub(Hub):
    """The readers of one event loop, and the one connection that serves them all."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self._task: asyncio.Task[None] | None = None
        self._pubsub: Any = None
        # Topics that Redis was asked for; an event each, set once it has confirmed.
        self._asked: dict[str, asyncio.Event] = {}
        self._asking = asyncio.Lock()

    async def add(self, subscription: Subscription) -> None:
        """Let a reader have the messages of its topics from now on."""
        await super().add(subscription)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen(), name="events-from-redis")
        try:
            async with asyncio.timeout(_SUBSCRIBING):
                await self._ask_for(subscription.topics)
                for topic in subscription.topics:
                    await self._asked.setdefault(topic, asyncio.Event()).wait()
        except (TimeoutError, redis.RedisError, OSError):
            # The listener is connecting again; it has every reader look again when it is through.
            pass
        except asyncio.CancelledError:
            self.discard(subscription)  # who left while waiting is not left behind
            raise

    async def _ask_for(self, topics: Iterable[str]) -> None:
        async with self._asking:
            new = [topic for topic in topics if topic not in self._asked]
            if self._pubsub is not None and new:
                await self._pubsub.subscribe(*(_EVENTS + topic for topic in new))
                for topic in new:
                    self._asked[topic] = asyncio.Event()

    async def _listen(self) -> None:
        """Hand over what comes; connect again for ever, waiting longer from time to time."""
        wait, is_first = _FIRST_WAIT, True
        while True:
            client = redis.asyncio.Redis.from_url(
                self._url,
                socket_connect_timeout=_SUBSCRIBING,
                retry=AsyncRetry(NoBackoff(), 0),
            )
            try:
                async with client, client.pubsub() as pubsub:
                    await self._begin(pubsub)
                    if not is_first:
                        self.resync()
                    wait, is_first = _FIRST_WAIT, False
                    await self._hand_over(pubsub)
            except (redis.RedisError, OSError) as error:
                is_first = False
                logger.warning("Redis does not send events: %s. Trying again.", error)
            finally:
                self._pubsub = None
                self._asked.clear()
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311  # no secret
            wait = min(wait * 2, _LONGEST_WAIT)

    async def _begin(self, pubsub: Any) -> None:
        async with self._asking:
            topics = self.topics
            await pubsub.subscribe(_LOST, *(_EVENTS + topic for topic in topics))
            # Those who wait already wait for these very events.
            self._asked = {topic: self._asked.get(topic, asyncio.Event()) for topic in topics}
            self._pubsub = pubsub

    async def _hand_over(self, pubsub: Any) -> None:
        is_quiet = False
        while True:
            heard = await pubsub.get_message(timeout=_QUIET)
            if heard is not None:
                is_quiet = False
                self._take(heard)
            elif is_quiet:
                raise redis.ConnectionError("no answer to a ping")
            else:
                is_quiet = True
                await self._leave_unread(pubsub)
                await pubsub.ping()

    async def _leave_unread(self, pubsub: Any) -> None:
        async with self._asking:
            unread = self._asked.keys() - self.topics
            for topic in unread:
                del self._asked[topic]
            if unread:
                await pubsub.unsubscribe(*(_EVENTS + topic for topic in unread))

    def _take(self, heard: dict[str, Any]) -> None:
        channel = _text(heard["channel"])
        topic = channel.removeprefix(_EVENTS)
        if heard["type"] == "subscribe":
            if confirmed := self._asked.get(topic):
                confirmed.set()
        elif heard["type"] != "message":
            return
        elif channel == _LOST:
            self.resync()
        else:
            event, data = json.loads(heard["data"])
            self.deliver(Message(topic, event, data))


def _text(value: bytes | str | None) -> str:
    return value.decode() if isinstance(value, bytes) else value or ""
