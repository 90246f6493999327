"""The bus of each kind, who is here, and what services tell about reviews."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
import redis
from django.db import transaction
from django.test import Client
from django.urls import reverse

from common import bus as bus_module
from common.bus import Bus, Ended, LocalBus, Message, Resync, Subscription, publish_on_commit
from common.bus_redis import RedisBus, redis_client
from reviews.models import LensReview
from reviews.selectors_live import live_state
from reviews.services.reviews import remove_lens
from reviews.services.upgrades import apply_minor
from tenants.models import Organization
from tenants.services import change_role, remove_member
from tenants.topics import session_mark
from tests import services
from tests.builders import lens_document, make_lens_version, make_review, make_workload
from tests.conftest import Cast
from workloads.services import delete_workload

SOON = 5.0

KINDS = [pytest.param("local"), pytest.param("redis", marks=pytest.mark.redis)]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def bus(kind: str) -> Bus:
    return LocalBus() if kind == "local" else RedisBus(services.redis_url() or "")


def in_a_loop(scene: Callable[[], Any]) -> None:
    """Run a coroutine, and end what listens to Redis in its loop."""

    async def played() -> None:
        await scene()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    asyncio.run(played())


async def publish(bus: Bus, *messages: Message) -> None:
    """Publish as services do: from another thread."""
    await asyncio.to_thread(bus.publish, messages)


class TestBus:
    def test_a_message_reaches_the_readers_of_its_topic_in_order(self, bus: Bus) -> None:
        async def scene() -> None:
            async with bus.subscribe({"a", "b"}) as both, bus.subscribe({"c"}) as other:
                sent = [Message(topic, "answer", {"n": n}) for n, topic in enumerate("abab")]
                await publish(bus, *sent)
                assert [await both.next(SOON) for _message in sent] == sent
                assert await other.next(0.05) is None

        in_a_loop(scene)

    def test_who_has_left_gets_nothing(self, bus: Bus) -> None:
        async def scene() -> None:
            async with bus.subscribe({"a"}) as left:
                pass
            async with bus.subscribe({"a"}) as stayed:
                await publish(bus, Message("a", "answer"))
                assert await stayed.next(SOON) == Message("a", "answer")
            assert await left.next(0.05) is None

        in_a_loop(scene)

    def test_a_topic_is_read_again_after_everybody_left_it(self, bus: Bus) -> None:
        async def scene() -> None:
            for number in range(3):
                async with bus.subscribe({"a"}) as reader:
                    await publish(bus, Message("a", "answer", {"n": number}))
                    assert await reader.next(SOON) == Message("a", "answer", {"n": number})

        in_a_loop(scene)

    def test_a_slow_reader_is_told_to_look_again_and_others_are_not(self, bus: Bus) -> None:
        async def scene() -> None:
            async with bus.subscribe({"a"}) as slow, bus.subscribe({"a"}) as quick:
                for number in range(100):
                    await publish(bus, Message("a", "answer", {"n": number}))
                    message = await quick.next(SOON)
                    assert message == Message("a", "answer", {"n": number})
                assert await slow.next(SOON) == Resync()
                # From there on it is told everything again.
                later = await drained(slow)
                await publish(bus, Message("a", "answer", {"n": 100}))
                assert await slow.next(SOON) == Message("a", "answer", {"n": 100})
                assert later[-1] == Message("a", "answer", {"n": 99})

        async def drained(reader: Subscription) -> list[object]:
            found: list[object] = []
            while (message := await reader.next(0.2)) is not None:
                found.append(message)
            return found

        in_a_loop(scene)

    def test_all_readers_are_let_go_at_the_end_of_the_process(self, bus: Bus) -> None:
        async def scene() -> None:
            async with bus.subscribe({"a"}) as first, bus.subscribe({"b"}) as second:
                await asyncio.to_thread(bus.end)
                for reader in (first, second):
                    with pytest.raises(Ended):
                        await reader.next(SOON)

        in_a_loop(scene)

    def test_ids_and_times_travel_as_text(self, bus: Bus) -> None:
        async def scene() -> None:
            async with bus.subscribe({"a"}) as reader:
                await publish(bus, Message("a", "answer", {"by": UUID(int=1), "name": "Zoë\n"}))
                message = await reader.next(SOON)
                assert isinstance(message, Message)
                assert (
                    message.frame
                    == (
                        'event: answer\ndata: {"by":"00000000-0000-0000-0000-000000000001",'
                        '"name":"Zoë\\n"}\n\n'
                    ).encode()
                )

        in_a_loop(scene)


@pytest.mark.redis
class TestRedisAway:
    def test_messages_of_one_process_reach_another(self) -> None:
        async def scene() -> None:
            here, there = (RedisBus(services.redis_url() or "") for _process in range(2))
            async with here.subscribe({"a"}) as reader:
                await publish(there, Message("a", "answer"))
                assert await reader.next(SOON) == Message("a", "answer")

        in_a_loop(scene)

    def test_a_lost_connection_is_opened_again_and_the_reader_looks_again(self) -> None:
        url = services.redis_url() or ""
        bus = RedisBus(url)

        async def scene() -> None:
            async with bus.subscribe({"a"}) as reader:
                await asyncio.to_thread(_hang_up_on_listeners, url)
                assert await reader.next(SOON) == Resync(hurry=False)
                await publish(bus, Message("a", "answer"))
                assert await reader.next(SOON) == Message("a", "answer")

        in_a_loop(scene)

    def test_without_redis_nothing_fails_and_nobody_waits_long(self) -> None:
        bus = RedisBus("redis://127.0.0.1:1/0")

        async def scene() -> None:
            async with bus.subscribe({"a"}) as reader:
                began = time.monotonic()
                for _time in range(100):
                    await publish(bus, Message("a", "answer"))
                assert time.monotonic() - began < 5
                assert await reader.next(0.05) is None

        in_a_loop(scene)

    def test_what_could_not_be_sent_is_made_good(self, monkeypatch: pytest.MonkeyPatch) -> None:
        url = services.redis_url() or ""
        bus = RedisBus(url)
        monkeypatch.setattr("common.bus_redis._PAUSE", 0.0)

        def refuse(*_arguments: object, **_options: object) -> None:
            raise redis.ConnectionError("away")

        async def scene() -> None:
            async with RedisBus(url).subscribe({"a"}) as reader:
                with monkeypatch.context() as away:
                    away.setattr(redis_client(url), "pipeline", refuse)
                    await publish(bus, Message("a", "answer"))
                await publish(bus, Message("another", "answer"))
                assert await reader.next(SOON) == Resync(hurry=False)

        in_a_loop(scene)


def _hang_up_on_listeners(url: str) -> None:
    with redis.Redis.from_url(url) as server:
        for client in server.client_list(_type="pubsub"):
            server.client_kill_filter(_id=client["id"])


@pytest.mark.django_db
class TestPublishing:
    @pytest.fixture(autouse=True)
    def _commits(self, django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
        # The restricted role cannot empty tables after a test that really commits.
        self.committing = django_capture_on_commit_callbacks

    @pytest.fixture
    def sent(self, monkeypatch: pytest.MonkeyPatch) -> list[Message]:
        messages: list[Message] = []

        class Recorder(LocalBus):
            def publish(self, messages_: Any) -> None:
                messages.extend(messages_)

        monkeypatch.setattr(bus_module, "get_bus", Recorder)
        return messages

    def test_it_waits_for_the_commit(self, sent: list[Message]) -> None:
        with self.committing(execute=True):
            publish_on_commit("a", "answer", {})
            assert sent == []
        assert sent == [Message("a", "answer")]

    def test_what_is_rolled_back_is_not_told(self, sent: list[Message]) -> None:
        with (
            self.committing(execute=True),
            suppress(ZeroDivisionError),
            transaction.atomic(),
        ):
            publish_on_commit("a", "answer", {})
            raise ZeroDivisionError
        assert sent == []

    def test_a_bus_that_fails_does_not_fail_the_change(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Broken(LocalBus):
            def publish(self, messages: Any) -> None:
                raise RuntimeError(messages)

        monkeypatch.setattr(bus_module, "get_bus", Broken)
        with self.committing(execute=True):
            publish_on_commit("a", "answer", {})


class TestWhatIsTold:
    @pytest.fixture
    def review(self, in_northwind: Organization) -> LensReview:
        return make_review()

    def test_a_new_version_of_the_lens(
        self, in_northwind: Organization, announced: list[Message]
    ) -> None:
        document = lens_document()
        before = make_lens_version(document)
        after = make_lens_version(
            document | {"description": "Next."},
            version="1.1",
            lens=before.lens,
            kind="minor",
            predecessor=before,
        )
        review = make_review(make_workload("Checkout"), before)
        apply_minor(review_id=review.pk, to_version_id=after.pk)
        topic = f"workload:{review.workload_id}"
        assert announced == [Message(topic, "upgraded", {"review": str(review.pk)})]

    def test_a_lens_or_a_workload_that_goes(
        self, review: LensReview, cast: Cast, announced: list[Message]
    ) -> None:
        workload = review.workload
        remove_lens(actor=cast.actor(), workload_id=workload.pk, review_id=review.pk)
        delete_workload(actor=cast.actor(), workload_id=workload.pk, name=workload.name)
        assert announced == [Message(f"workload:{workload.pk}", "look")] * 2

    def test_a_member_whose_role_changes_or_who_goes(
        self, in_northwind: Organization, cast: Cast, announced: list[Message]
    ) -> None:
        member = cast.viewer.memberships.get()
        change_role(actor=cast.actor(), membership_id=member.pk, role="lead")  # type: ignore[arg-type]
        remove_member(actor=cast.actor(), membership_id=member.pk)
        assert announced == [Message(f"person:{cast.viewer.pk}", "look")] * 2

    def test_a_session_that_ends_without_its_key(
        self, client_of: Callable[[str], Client], cast: Cast, announced: list[Message]
    ) -> None:
        client = client_of("viewer")
        key = client.session.session_key or ""
        client.post(reverse("account_logout"))
        (message,) = announced
        assert message.topic == f"person:{cast.viewer.pk}"
        assert message.data == {"session": session_mark(key)}
        assert key not in str(message)


class TestTheState:
    def test_it_costs_the_same_for_one_review_and_for_many(
        self,
        in_northwind: Organization,
        cast: Cast,
        query_count: Callable[[Callable[[], Any]], int],
    ) -> None:
        review = make_review()
        one = query_count(lambda: live_state(review.workload_id, cast.viewer.pk))
        for _number in range(3):
            make_review(review.workload, make_lens_version())
        assert len(live_state(review.workload_id, cast.viewer.pk)) == 4
        assert query_count(lambda: live_state(review.workload_id, cast.viewer.pk)) == one == 5


class TestWhereAPageIs:
    @pytest.fixture
    def url(self, in_northwind: Organization) -> str:
        workload = make_workload("Checkout")
        return reverse(
            "workload-presence", kwargs={"slug": "northwind", "workload_id": workload.pk}
        )

    @pytest.mark.parametrize(
        "fields",
        [
            {"tab": "x" * 41},
            {"tab": "<b>"},
            {"review": "not-an-id"},
            {"question": "q" * 129},
            {"question": "a\x00b"},
        ],
    )
    def test_what_cannot_be_a_place_is_refused(
        self, client_of: Callable[[str], Client], url: str, fields: dict[str, str]
    ) -> None:
        client = client_of("viewer")
        assert client.post(url, fields).status_code == 422
        assert client.get(url.replace("presence", "events"), fields).status_code == 422
