"""A Celery worker and its clock inside the web process, for installations without Redis."""

import logging
import threading
from typing import Any

from celery import Celery
from celery.beat import EmbeddedService
from celery.worker import state
from django.db import connection

from common.broker import release_claims

logger = logging.getLogger(__name__)

_CONCURRENCY = 2
_BEAT_INTERVAL = 0.25  # seconds


class EmbeddedWorker:
    """A worker with two task threads, and beat, each in a daemon thread of this process.

    There must be one per database: starting takes over every message another process had
    claimed.
    """

    def __init__(self, app: Celery) -> None:
        self._controller: Any = app.WorkController(
            pool_cls="threads",
            concurrency=_CONCURRENCY,
            hostname="embedded@localhost",
            without_gossip=True,
            without_heartbeat=True,
            without_mingle=True,
        )
        self._worker = threading.Thread(
            target=self._controller.start, name="celery-worker", daemon=True
        )
        # `max_interval`: how long it sleeps at most, and so how long it takes to stop.
        options: dict[str, Any] = {
            "max_interval": _BEAT_INTERVAL,
            "scheduler_cls": app.conf.beat_scheduler,
        }
        self._beat: Any = EmbeddedService(app, thread=True, **options)

    def start(self) -> None:
        """Return what a dead process had claimed to the queue, and begin to work."""
        released = release_claims()
        connection.close()
        if released:
            logger.warning("%s tasks were interrupted and start again", released)
        self._worker.start()
        self._beat.start()

    def stop(self, timeout: float) -> bool:
        """Take no more tasks and wait for the running ones, at most `timeout` seconds.

        Return whether all of them ended. Those that did not are delivered again at the next
        start, provided the process ends now.
        """
        self._beat.service.stop()
        # The worker looks at this between two polls, as it does for a signal.
        setattr(state, "should_stop", 0)  # noqa: B010  # its stubs know it as None only
        self._worker.join(timeout)
        self._beat.join(2 * _BEAT_INTERVAL)
        return not self._worker.is_alive()
