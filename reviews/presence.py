"""Who is here: the people whose page on a workload is open, and the question each looks at.

A stream enters when it opens, renews at each heartbeat and leaves when it closes; a process that
dies without leaving is forgotten when its entries run out. Each change is told to the workload's
pages, several at once as one: when 300 people come in a second, nobody is sent 300 lists.
"""

import json
import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any, Protocol
from uuid import UUID

import redis
from django.conf import settings

from common.bus import Message, get_bus
from common.bus_redis import PREFIX, redis_client
from common.people import initials
from workloads.topics import workload_topic

logger = logging.getLogger(__name__)

_MOST_NAMED = 50
_PAUSE = 0.2  # seconds between two lists that are sent to the same pages
_MISSED_BEATS = 3


@dataclass(frozen=True, slots=True)
class Here:
    """One open page."""

    person_id: str
    tab: str
    name: str
    review: str = ""
    question: str = ""
    # When they came to the question: of a person's several pages the last one counts.
    at: float = 0.0

    @property
    def key(self) -> str:
        """What no other open page is called."""
        return f"{self.person_id}:{self.tab}"


class Store(Protocol):
    """Where it is kept who is here."""

    def put(self, workload_id: UUID, here: Here, until: float) -> None:
        """Keep an open page, or where it is now."""

    def renew(self, workload_id: UUID, key: str, until: float) -> bool:
        """Keep an open page longer; False where it was not kept any more."""

    def drop(self, workload_id: UUID, key: str) -> None:
        """Forget an open page."""

    def expire(self, workload_id: UUID) -> bool:
        """Forget what has run out, and say whether anything had."""

    def everybody(self, workload_id: UUID) -> list[Here]:
        """Return the open pages."""


class MemoryStore:
    """In the one process of an embedded installation."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[UUID, dict[str, tuple[float, Here]]] = defaultdict(dict)

    def put(self, workload_id: UUID, here: Here, until: float) -> None:
        """See Store."""
        with self._lock:
            self._kept[workload_id][here.key] = (until, here)

    def renew(self, workload_id: UUID, key: str, until: float) -> bool:
        """See Store."""
        with self._lock:
            kept = self._kept.get(workload_id, {}).get(key)
            if kept is not None:
                self._kept[workload_id][key] = (until, kept[1])
            return kept is not None

    def drop(self, workload_id: UUID, key: str) -> None:
        """See Store."""
        with self._lock:
            pages = self._kept.get(workload_id, {})
            pages.pop(key, None)
            if not pages:
                self._kept.pop(workload_id, None)

    def expire(self, workload_id: UUID) -> bool:
        """See Store."""
        with self._lock:
            kept = self._kept.get(workload_id, {})
            gone = [key for key, (until, _here) in kept.items() if until < time.time()]
            for key in gone:
                del kept[key]
            return bool(gone)

    def everybody(self, workload_id: UUID) -> list[Here]:
        """See Store."""
        with self._lock:
            pages = self._kept.get(workload_id, {}).values()
            return [here for until, here in pages if until > time.time()]


class RedisStore:
    """In Redis, for all processes: a sorted set by when each entry runs out, and what they hold."""

    def __init__(self, url: str) -> None:
        self._redis = redis_client(url)

    def put(self, workload_id: UUID, here: Here, until: float) -> None:
        """See Store."""
        times, pages = _keys(workload_id)
        pipeline = self._redis.pipeline()
        pipeline.zadd(times, {here.key: until})
        pipeline.hset(pages, here.key, json.dumps(asdict(here)))
        # All of it goes by itself, whatever happens to those who wrote it.
        for key in (times, pages):
            pipeline.expire(key, int(2 * _lasting()) + 1)
        pipeline.execute()

    def renew(self, workload_id: UUID, key: str, until: float) -> bool:
        """See Store."""
        times, pages = _keys(workload_id)
        pipeline = self._redis.pipeline()
        pipeline.hexists(pages, key)
        pipeline.zadd(times, {key: until}, xx=True)
        for each in (times, pages):
            pipeline.expire(each, int(2 * _lasting()) + 1)
        return bool(pipeline.execute()[0])

    def drop(self, workload_id: UUID, key: str) -> None:
        """See Store."""
        times, pages = _keys(workload_id)
        pipeline = self._redis.pipeline()
        pipeline.zrem(times, key)
        pipeline.hdel(pages, key)
        pipeline.execute()

    def expire(self, workload_id: UUID) -> bool:
        """See Store."""
        times, pages = _keys(workload_id)
        gone: Any = self._redis.zrangebyscore(times, "-inf", time.time())
        if gone:
            pipeline = self._redis.pipeline()
            pipeline.zrem(times, *gone)
            pipeline.hdel(pages, *gone)
            pipeline.execute()
        return bool(gone)

    def everybody(self, workload_id: UUID) -> list[Here]:
        """See Store."""
        times, pages = _keys(workload_id)
        pipeline = self._redis.pipeline()
        pipeline.zrangebyscore(times, time.time(), "+inf")
        pipeline.hgetall(pages)
        keys, kept = pipeline.execute()
        return [Here(**json.loads(kept[key])) for key in keys if key in kept]


def _keys(workload_id: UUID) -> tuple[str, str]:
    return f"{PREFIX}presence:{workload_id}", f"{PREFIX}presence:{workload_id}:pages"


class NobodyKnown:
    """What is known while Redis is away: nothing, and nothing fails of it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._store, name)
        nothing: Any = [] if name == "everybody" else False

        def guarded(*arguments: Any) -> Any:
            try:
                return method(*arguments)
            except redis.RedisError as error:
                logger.warning("Redis does not say who is here: %s", error)
                return nothing

        return guarded


@cache
def _store() -> Store:
    if settings.REDIS_URL:
        return NobodyKnown(RedisStore(settings.REDIS_URL))
    return MemoryStore()


def enter(workload_id: UUID, here: Here) -> None:
    """Let a page that opened be seen."""
    _store().put(workload_id, replace(here, at=time.time()), time.time() + _lasting())
    _teller.tell(workload_id)


def renew(workload_id: UUID, here: Here) -> None:
    """Let a page be seen for longer; ``here`` is where it was when it opened."""
    until = time.time() + _lasting()
    is_kept = _store().renew(workload_id, here.key, until)
    if not is_kept:
        _store().put(workload_id, here, until)
    if _store().expire(workload_id) or not is_kept:
        _teller.tell(workload_id)


def leave(workload_id: UUID, here: Here) -> None:
    """Let a page that closed be seen no more."""
    _store().drop(workload_id, here.key)
    _teller.tell(workload_id)


def move(workload_id: UUID, person_id: UUID | str, *, tab: str, review: str, question: str) -> bool:
    """Say which question a person looks at now, in one tab or wherever they have a page open.

    False where they have none: whoever listens to nothing is not here either.
    """
    mine = [
        here
        for here in _store().everybody(workload_id)
        if here.person_id == str(person_id) and tab in {"", here.tab}
    ]
    for here in mine:
        moved = replace(here, review=review, question=question, at=time.time())
        _store().put(workload_id, moved, time.time() + _lasting())
    if mine:
        _teller.tell(workload_id)
    return bool(mine)


def who_is_here(workload_id: UUID) -> dict[str, Any]:
    """Return ``people``, each once with where they looked last, in their names' order.

    ``count`` is how many there are, where that is more than are named.
    """
    return _as_data(_store().everybody(workload_id))


def _as_data(pages: Iterable[Here]) -> dict[str, Any]:
    last: dict[str, Here] = {}
    for here in sorted(pages, key=lambda page: page.at):
        last[here.person_id] = here
    people = sorted(last.values(), key=lambda here: (here.name.casefold(), here.person_id))
    return {
        "people": [
            {
                "id": here.person_id,
                "name": here.name,
                "initials": initials(here.name),
                "review": here.review,
                "question": here.question,
            }
            for here in people[:_MOST_NAMED]
        ],
        "count": len(people),
    }


def _lasting() -> float:
    seconds: float = _MISSED_BEATS * settings.EVENTS_HEARTBEAT
    return seconds


class _Teller:
    """Tells pages who is here: at once, and then not again before a pause is over."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._told: dict[UUID, float] = {}
        self._waiting: set[UUID] = set()

    def tell(self, workload_id: UUID) -> None:
        """Send the list now or, if one was just sent, soon."""
        now = time.monotonic()
        with self._lock:
            if workload_id in self._waiting:
                return
            wait = self._told.get(workload_id, 0.0) + _PAUSE - now
            if wait > 0:
                self._waiting.add(workload_id)
                timer = threading.Timer(wait, self._send, [workload_id])
                timer.daemon = True
                timer.start()
                return
            self._told = {key: at for key, at in self._told.items() if at + _PAUSE > now}
            self._told[workload_id] = now
        self._send(workload_id)

    def _send(self, workload_id: UUID) -> None:
        with self._lock:
            self._waiting.discard(workload_id)
            self._told[workload_id] = time.monotonic()
        data = who_is_here(workload_id)
        get_bus().publish([Message(workload_topic(workload_id), "presence", data)])


_teller = _Teller()
