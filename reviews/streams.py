"""The stream of one open page: the state first, then each event, until the person may not listen.

What it sends and when is in reviews/events.py and docs/architecture.md. It runs in the event loop
and holds no connection to the database: what has to be looked up, few threads do for all streams.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connections

from common.bus import LOOK_AGAIN, Ended, Resync, Subscription, event_frame, get_bus
from reviews import presence
from reviews.presence import Here
from reviews.selectors_live import live_state
from tenants.context import in_organization
from tenants.streams import Listener, let_go
from tenants.topics import SIGNED_OUT, person_topic
from workloads.models import Workload
from workloads.topics import workload_topic

T = TypeVar("T")

_RETRY = b"retry: 2000\n\n"  # milliseconds until a browser whose stream broke opens another
_HEARTBEAT = b": here\n\n"
_BEATS_A_LOOK = 4  # a net below the messages: at each fourth heartbeat the stream looks by itself
_SPREAD = 1.0  # seconds over which streams look that were all told to at once

# So few threads, since each look has a connection to the database while it lasts.
_threads = ThreadPoolExecutor(max_workers=4, thread_name_prefix="streams")


class _NoLonger(Exception):
    """The person may not listen any more, or there is nothing left to listen to."""


async def stream_of(listener: Listener, workload_id: UUID, here: Here) -> AsyncIterator[bytes]:
    """Yield the frames of a page's stream."""
    await let_go()
    yield _RETRY
    topics = {workload_topic(workload_id), person_topic(listener.user_id)}
    # From here on nothing is missed: what happens while the state is read comes after it.
    async with get_bus().subscribe(topics) as subscription:
        await _in_thread(lambda: presence.enter(workload_id, here))
        try:
            async for frame in _frames(listener, workload_id, here, subscription):
                yield frame
        except Ended:
            return  # the browser opens another stream, of the process that comes next
        except _NoLonger:
            yield event_frame("ended", {})
        finally:
            await _in_thread(lambda: presence.leave(workload_id, here))


async def _frames(
    listener: Listener, workload_id: UUID, here: Here, subscription: Subscription
) -> AsyncIterator[bytes]:
    yield await _state(listener, workload_id)
    clock = asyncio.get_running_loop().time
    beats, next_beat = 0, clock() + settings.EVENTS_HEARTBEAT
    while True:
        message = await subscription.next(max(0.0, next_beat - clock()))
        if isinstance(message, Resync):
            if not message.hurry:
                await asyncio.sleep(random.uniform(0, _SPREAD))  # noqa: S311  # no secret
            yield await _state(listener, workload_id)
        elif message is not None:
            if message.event == SIGNED_OUT:
                if message.data["session"] == listener.session_mark:
                    raise _NoLonger
            elif message.event == LOOK_AGAIN:
                yield await _state(listener, workload_id)
            else:
                yield message.frame
        if clock() >= next_beat:
            yield _HEARTBEAT
            next_beat = clock() + settings.EVENTS_HEARTBEAT
            await _in_thread(lambda: presence.renew(workload_id, here))
            beats += 1
            if beats % _BEATS_A_LOOK == 0:
                yield await _state(listener, workload_id)


async def _state(listener: Listener, workload_id: UUID) -> bytes:
    """Return the state as an event; raises _NoLonger."""
    state = await _in_thread(lambda: _look(listener, workload_id))
    if state is None:
        raise _NoLonger
    return event_frame("state", state)


def _look(listener: Listener, workload_id: UUID) -> dict[str, Any] | None:
    try:
        if not listener.may_listen():
            return None
        with in_organization(listener.actor.organization.pk):
            if not Workload.objects.filter(pk=workload_id).exists():
                return None
            reviews = live_state(workload_id, listener.user_id)
        return {"reviews": reviews, **presence.who_is_here(workload_id)}
    finally:
        connections.close_all()


async def _in_thread(call: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_threads, call)
