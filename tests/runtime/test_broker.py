"""The broker inside the database: what Celery relies on, message by message."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from queue import Empty

import pytest
from celery import current_app
from django.db import connection as database
from django.db import transaction
from django.test.utils import CaptureQueriesContext
from kombu import Connection
from kombu.simple import SimpleQueue
from pytest_django import DjangoAssertNumQueries

from common import broker, clock
from common.models import QueuedMessage

pytestmark = pytest.mark.django_db

VISIBILITY = 60  # seconds


class Clock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.moment = clock.now()

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.moment.timestamp()

    def advance(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stopped = Clock()
    monkeypatch.setattr(broker, "now", stopped.now)
    monkeypatch.setattr("common.broker.time.monotonic", stopped.monotonic)
    return stopped


@pytest.fixture
def queue() -> Iterator[SimpleQueue]:
    with _connect() as connection:
        yield connection.SimpleQueue("tests")


@pytest.fixture
def rival() -> Iterator[SimpleQueue]:
    with _connect() as connection:
        yield connection.SimpleQueue("tests")


def _connect() -> Connection:
    return Connection("django-database://", transport_options={"visibility_timeout": VISIBILITY})


def _poll(queue: SimpleQueue) -> None:
    channel = queue.channel
    assert isinstance(channel, broker.Channel)
    with pytest.raises(Empty):
        channel.drain_events()


def _is_empty(queue: SimpleQueue) -> bool:
    try:
        queue.get(block=False).requeue()
    except Empty:
        return True
    return False


def test_a_message_enqueued_in_a_transaction_is_undone_with_it(queue: SimpleQueue) -> None:
    with transaction.atomic():
        queue.put({"number": 1})
        transaction.set_rollback(True)

    assert not QueuedMessage.objects.exists()


def test_messages_come_in_the_order_in_which_they_were_sent(queue: SimpleQueue) -> None:
    for number in range(5):
        queue.put({"number": number})

    assert [queue.get(block=False).payload["number"] for _ in range(5)] == [0, 1, 2, 3, 4]


def test_a_claimed_message_is_not_delivered_to_another_worker(
    queue: SimpleQueue, rival: SimpleQueue
) -> None:
    queue.put({"number": 1})

    queue.get(block=False)

    assert _is_empty(rival)


def test_of_two_workers_that_saw_the_same_message_only_one_gets_it(
    queue: SimpleQueue, rival: SimpleQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.put({"number": 1})
    seen = QueuedMessage.objects.get()
    queue.get(block=False)
    monkeypatch.setattr(rival.channel, "_next", lambda _queue: seen)

    assert _is_empty(rival)


def test_a_message_of_a_dead_worker_is_delivered_again_after_the_visibility_timeout(
    queue: SimpleQueue, rival: SimpleQueue, stopped: Clock
) -> None:
    queue.put({"number": 1})
    first = queue.get(block=False)

    stopped.advance(VISIBILITY + 1)
    second = rival.get(block=False)

    assert second.payload == first.payload
    assert not first.delivery_info["redelivered"]
    assert second.delivery_info["redelivered"]


def test_a_worker_that_polls_keeps_its_claims(
    queue: SimpleQueue, rival: SimpleQueue, stopped: Clock
) -> None:
    queue.put({"number": 1})
    queue.get(block=False)

    for _ in range(5):
        stopped.advance(VISIBILITY / 2)
        _poll(queue)

    assert _is_empty(rival)


def test_an_acknowledged_message_is_gone(queue: SimpleQueue) -> None:
    queue.put({"number": 1})

    queue.get(block=False).ack()

    assert not QueuedMessage.objects.exists()


def test_a_late_acknowledgement_ends_the_second_delivery_too(
    queue: SimpleQueue, rival: SimpleQueue, stopped: Clock
) -> None:
    queue.put({"number": 1})
    late = queue.get(block=False)
    stopped.advance(VISIBILITY + 1)
    rival.get(block=False)

    late.ack()

    assert not QueuedMessage.objects.exists()


def test_a_late_return_does_not_end_the_claim_of_the_second_worker(
    queue: SimpleQueue, rival: SimpleQueue, stopped: Clock
) -> None:
    queue.put({"number": 1})
    late = queue.get(block=False)
    stopped.advance(VISIBILITY + 1)
    rival.get(block=False)

    late.requeue()

    assert _is_empty(queue)


def test_a_returned_message_goes_to_the_front(queue: SimpleQueue) -> None:
    queue.put({"number": 1})
    queue.put({"number": 2})

    queue.get(block=False).requeue()

    assert queue.get(block=False).payload == {"number": 1}


def test_a_rejected_message_is_gone(queue: SimpleQueue) -> None:
    queue.put({"number": 1})

    queue.get(block=False).reject()

    assert not QueuedMessage.objects.exists()


def test_a_worker_that_ends_returns_what_it_did_not_finish(rival: SimpleQueue) -> None:
    rival.put({"number": 1})
    with _connect() as connection:
        connection.SimpleQueue("tests").get(block=False)

    assert rival.get(block=False).payload == {"number": 1}


def test_the_start_of_the_only_worker_returns_what_a_dead_one_had_claimed(
    queue: SimpleQueue, rival: SimpleQueue
) -> None:
    queue.put({"number": 1})
    queue.get(block=False)

    assert broker.release_claims() == 1
    assert rival.get(block=False).payload == {"number": 1}


def test_a_delayed_task_waits_in_the_table(queue: SimpleQueue, stopped: Clock) -> None:
    current_app.send_task("tests.none", countdown=90, queue="tests")
    broker.release_claims()

    assert _is_empty(queue)
    stopped.advance(91)
    assert not _is_empty(queue)


def test_sending_a_task_is_one_insert(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        current_app.send_task("tests.none")


def test_an_idle_poll_only_reads(queue: SimpleQueue) -> None:
    with CaptureQueriesContext(database) as queries:
        assert _is_empty(queue)

    assert [query["sql"].split()[0] for query in queries.captured_queries] == ["SELECT"]


def test_a_message_that_is_never_acknowledged_stops_coming(
    queue: SimpleQueue, caplog: pytest.LogCaptureFixture
) -> None:
    queue.put({"number": 1})

    for _ in range(broker.MAXIMUM_DELIVERIES):
        queue.get(block=False).requeue()

    assert _is_empty(queue)
    assert QueuedMessage.objects.count() == 1
    assert "delivered for the last time" in caplog.text


def test_a_queue_can_be_counted_and_emptied(queue: SimpleQueue) -> None:
    queue.put({"number": 1})
    queue.put({"number": 2})

    assert queue.qsize() == 2
    assert queue.clear() == 2
    assert queue.qsize() == 0
