"""A Celery broker inside the Django database, for installations that run no Redis.

It is a kombu virtual transport over the table `common.models.QueuedMessage`:

- A message is enqueued by an INSERT in the caller's transaction, so a task exists exactly when
  the change it is about was committed.
- A worker claims a message for `visibility_timeout` seconds and prolongs the claim while it
  works. When the worker dies, the claim runs out and the message is delivered again; nothing is
  lost by `kill -9`. Tasks are therefore idempotent (Celery's `acks_late`).
- An acknowledgement deletes the row. A message delivered `MAXIMUM_DELIVERIES` times without one
  stays in the table but is not delivered any more: a task that kills its worker must not keep
  the installation from starting.
- A delayed task (`countdown`, `eta`) waits in the table, not in a worker's memory.

The claim is a compare-and-set UPDATE, which means the same on SQLite and PostgreSQL, and an idle
poll only reads. Broadcasts (fanout) and `no_ack` consumers are not supported, so neither are
Celery's remote control commands.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from queue import Empty
from typing import Any, ClassVar

import django
from amqp.protocol import queue_declare_ok_t
from django.db import Error, InterfaceError, OperationalError, connection
from django.db.models import F
from kombu.transport import virtual
from kombu.utils.json import dumps, loads

from common.clock import now
from common.models import QueuedMessage

logger = logging.getLogger(__name__)

MAXIMUM_DELIVERIES = 20

# How many rivals a worker may lose against in one poll before it waits for the next one.
_CLAIM_ATTEMPTS = 3

# Seconds a worker waits for messages before it looks whether it should stop.
_LONGEST_WAIT = 0.25


def release_claims() -> int:
    """Make every claimed message deliverable at once, and return how many there were.

    To be called when no worker can be running, as at the start of the embedded one: what is
    claimed then was left behind by a process that died.
    """
    return QueuedMessage.objects.filter(deliveries__gt=0, visible_at__gt=now()).update(
        visible_at=F("queued_at")
    )


@contextmanager
def _reconnecting() -> Iterator[None]:
    """Drop the thread's connection after an error, so that the next call opens a new one.

    A worker polls outside of requests and tasks, where nobody else replaces a broken connection.
    """
    try:
        yield
    except Error:
        if not connection.in_atomic_block:
            connection.close()
        raise


def _earliest_delivery(message: dict[str, Any], queued_at: datetime) -> datetime:
    """Return when a message is due: its `eta` header (ISO 8601), or at once."""
    eta = (message.get("headers") or {}).get("eta")
    if eta is None:
        return queued_at
    moment = datetime.fromisoformat(eta)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Channel(virtual.Channel):
    """One conversation with the broker: puts, claims, acknowledges and returns messages.

    A delivery tag is `"<row>.<delivery>"`: it names the row, and which of its deliveries.
    """

    visibility_timeout: float = 60  # seconds
    from_transport_options = (*virtual.Channel.from_transport_options, "visibility_timeout")

    def __init__(self, connection: Any, **kwargs: Any) -> None:
        super().__init__(connection, **kwargs)
        # The tags of what was delivered and not answered yet. Task threads take from it, too.
        self._held: set[str] = set()
        self._prolonged_at = 0.0

    def queue_declare(
        self, queue: str | None = None, passive: bool = False, **kwargs: Any
    ) -> queue_declare_ok_t:
        """Declare a queue. Queues are a column, so there is nothing to create or to count."""
        if passive or queue is None:
            return super().queue_declare(queue, passive=passive, **kwargs)
        return queue_declare_ok_t(queue, 0, 0)

    def drain_events(
        self, timeout: float | None = None, callback: Callable[..., Any] | None = None
    ) -> Any:
        """Deliver a message that is due, or raise `queue.Empty`."""
        self._prolong_claims()
        return super().drain_events(timeout=timeout, callback=callback)

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:
        """Delete the message: its task is done.

        That holds for every delivery, also one whose claim ran out meanwhile.
        """
        try:
            with _reconnecting():
                QueuedMessage.objects.filter(pk=_row(delivery_tag)).delete()
        finally:
            # Even if the row could not be deleted, this worker must not prolong its claim.
            self._held.discard(delivery_tag)
            super().basic_ack(delivery_tag, multiple)

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:
        """Return the message to the front of its queue, or delete it."""
        if requeue:
            super().basic_reject(delivery_tag, requeue=True)
        else:
            self.basic_ack(delivery_tag)

    def _put(self, queue: str, message: dict[str, Any], **kwargs: Any) -> None:
        queued_at = now()
        with _reconnecting():
            QueuedMessage.objects.create(
                queue=queue,
                payload=dumps(message),
                queued_at=queued_at,
                visible_at=_earliest_delivery(message, queued_at),
            )

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        with _reconnecting():
            for _attempt in range(_CLAIM_ATTEMPTS):
                row = self._next(queue)
                if row is None:
                    break
                if self._claim(row):
                    message = _delivery(row)
                    self._held.add(message["properties"]["delivery_tag"])
                    return message
        raise Empty

    def _next(self, queue: str) -> QueuedMessage | None:
        return (
            QueuedMessage.objects.filter(
                queue=queue, visible_at__lte=now(), deliveries__lt=MAXIMUM_DELIVERIES
            )
            .order_by("visible_at", "id")
            .first()
        )

    def _claim(self, row: QueuedMessage) -> bool:
        """Take the row for this worker; false when another worker was faster."""
        claimed = QueuedMessage.objects.filter(pk=row.pk, deliveries=row.deliveries).update(
            deliveries=row.deliveries + 1, visible_at=self._claim_end()
        )
        if not claimed:
            return False
        row.deliveries += 1
        if row.deliveries == MAXIMUM_DELIVERIES:
            logger.error(
                "Message %s in queue %s is delivered for the last time: %s earlier deliveries "
                "were never acknowledged",
                row.pk,
                row.queue,
                row.deliveries - 1,
            )
        return True

    def _claim_end(self) -> datetime:
        return now() + timedelta(seconds=self.visibility_timeout)

    def _prolong_claims(self) -> None:
        """Extend the claims on the messages this worker holds, at a third of their length."""
        moment = time.monotonic()
        if moment - self._prolonged_at < self.visibility_timeout / 3:
            return
        self._prolonged_at = moment
        held = [_row(tag) for tag in list(self._held)]
        if held:
            with _reconnecting():
                QueuedMessage.objects.filter(pk__in=held).update(visible_at=self._claim_end())

    def _restore(self, message: virtual.Message) -> None:
        """Give up the claim on a message, unless it was delivered to somebody else meanwhile."""
        tag = str(message.delivery_tag)
        self._held.discard(tag)
        row, _, delivery = tag.partition(".")
        with _reconnecting():
            QueuedMessage.objects.filter(pk=int(row), deliveries=int(delivery)).update(
                visible_at=F("queued_at")
            )

    def _size(self, queue: str) -> int:
        return QueuedMessage.objects.filter(queue=queue).count()

    def _purge(self, queue: str) -> int:
        deleted, _by_model = QueuedMessage.objects.filter(queue=queue).delete()
        return deleted


def _row(delivery_tag: str) -> int:
    return int(delivery_tag.partition(".")[0])


def _delivery(row: QueuedMessage) -> dict[str, Any]:
    """Return the message of a claimed row under a tag of its own for this delivery."""
    message: dict[str, Any] = loads(row.payload)
    message["properties"]["delivery_tag"] = f"{row.pk}.{row.deliveries}"
    message["properties"]["delivery_info"]["redelivered"] = row.deliveries > 1
    return message


class Transport(virtual.Transport):
    """The transport kombu loads for broker addresses beginning with `django-database://`."""

    Channel = Channel
    driver_type = "database"
    driver_name = "django"
    default_connection_params: ClassVar[dict[str, Any]] = {}  # there is no host to assume
    # A worker meets these by connecting again, not by ending.
    connection_errors = (*virtual.Transport.connection_errors, OperationalError, InterfaceError)

    def driver_version(self) -> str:
        """Return the version of the library that talks to the database."""
        return django.get_version()

    def drain_events(self, connection: Any, timeout: float | None = None, **kwargs: Any) -> None:
        """Deliver one message, or raise `TimeoutError` when none came in time (seconds)."""
        wait = _LONGEST_WAIT if timeout is None else min(timeout, _LONGEST_WAIT)
        super().drain_events(connection, timeout=wait, **kwargs)
