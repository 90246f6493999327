"""Who is here, kept in memory and in Redis."""

import time
from typing import Any
from uuid import UUID

import pytest

from common.bus import Bus, LocalBus
from common.bus_redis import RedisBus
from common.ids import new_id
from reviews import presence
from reviews.presence import Here, MemoryStore, NobodyKnown, RedisStore, Store
from tests import services

SOON = 5.0

KINDS = [pytest.param("local"), pytest.param("redis", marks=pytest.mark.redis)]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def bus(kind: str) -> Bus:
    return LocalBus() if kind == "local" else RedisBus(services.redis_url() or "")


def here(name: str, **more: Any) -> Here:
    return Here(person_id=f"id-of-{name}", tab=more.pop("tab", "t1"), name=name, **more)


class TestPresence:
    @pytest.fixture
    def store(self, kind: str, monkeypatch: pytest.MonkeyPatch) -> Store:
        url = services.redis_url() or ""
        made: Store = MemoryStore() if kind == "local" else NobodyKnown(RedisStore(url))
        monkeypatch.setattr(presence, "_store", lambda: made)
        monkeypatch.setattr(presence, "get_bus", LocalBus)
        return made

    @pytest.fixture
    def workload(self) -> UUID:
        return new_id()

    def names(self, workload: UUID) -> list[str]:
        return [person["name"] for person in presence.who_is_here(workload)["people"]]

    def test_people_come_and_go(self, store: Store, workload: UUID) -> None:
        bob, ann = here("Bob"), here("Ann", review="r", question="q")
        presence.enter(workload, bob)
        presence.enter(workload, ann)
        assert presence.who_is_here(workload)["people"][0] == {
            "id": "id-of-Ann",
            "name": "Ann",
            "initials": "AN",
            "review": "r",
            "question": "q",
        }
        assert self.names(workload) == ["Ann", "Bob"]
        presence.leave(workload, bob)
        assert self.names(workload) == ["Ann"]
        assert presence.who_is_here(new_id()) == {"people": [], "count": 0}

    def test_a_person_with_two_pages_is_one_at_the_question_they_saw_last(
        self, store: Store, workload: UUID
    ) -> None:
        first, second = here("Ann", question="q1"), here("Ann", tab="t2", question="q2")
        presence.enter(workload, first)
        presence.enter(workload, second)
        assert presence.who_is_here(workload)["people"][0]["question"] == "q2"
        presence.move(workload, "id-of-Ann", tab="t1", review="r", question="q3")
        assert presence.who_is_here(workload)["people"][0]["question"] == "q3"
        presence.leave(workload, first)
        assert presence.who_is_here(workload)["people"][0]["question"] == "q2"

    def test_nobody_moves_another_or_is_here_without_a_page(
        self, store: Store, workload: UUID
    ) -> None:
        presence.enter(workload, here("Ann", question="q1"))
        assert not presence.move(workload, "id-of-Bob", tab="t1", review="r", question="q2")
        assert presence.who_is_here(workload)["people"][0]["question"] == "q1"
        assert self.names(workload) == ["Ann"]

    def test_who_does_not_renew_is_forgotten(
        self, store: Store, workload: UUID, settings: Any
    ) -> None:
        settings.EVENTS_HEARTBEAT = 0.1
        ann, bob = here("Ann"), here("Bob")
        presence.enter(workload, ann)
        presence.enter(workload, bob)
        for _beat in range(5):
            time.sleep(0.1)
            presence.renew(workload, ann)
        assert self.names(workload) == ["Ann"]
        assert [page.name for page in store.everybody(workload)] == ["Ann"]

    def test_who_was_forgotten_is_known_again_at_the_next_heartbeat(
        self, store: Store, workload: UUID
    ) -> None:
        ann = here("Ann")
        presence.enter(workload, ann)
        store.drop(workload, ann.key)
        presence.renew(workload, ann)
        assert self.names(workload) == ["Ann"]

    def test_many_are_counted_and_not_all_named(self, store: Store, workload: UUID) -> None:
        for number in range(60):
            presence.enter(workload, here(f"Person {number:02}"))
        told = presence.who_is_here(workload)
        assert (len(told["people"]), told["count"]) == (50, 60)

    def test_many_changes_at_once_are_told_a_few_times(
        self, store: Store, workload: UUID, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        told: list[int] = []

        class Recorder(LocalBus):
            def publish(self, messages: Any) -> None:
                mine = (message for message in messages if str(workload) in message.topic)
                told.extend(message.data["count"] for message in mine)

        monkeypatch.setattr(presence, "get_bus", Recorder)
        for number in range(50):
            presence.enter(workload, here(f"Person {number:02}"))
        deadline = time.monotonic() + SOON
        while told[-1] != 50 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert told[-1] == 50
        assert len(told) < 10


@pytest.mark.redis
def test_without_redis_nobody_is_known_and_nothing_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    away = NobodyKnown(RedisStore("redis://127.0.0.1:1/0"))
    monkeypatch.setattr(presence, "_store", lambda: away)
    monkeypatch.setattr(presence, "get_bus", LocalBus)
    workload = new_id()
    presence.enter(workload, here("Ann"))
    presence.renew(workload, here("Ann"))
    presence.leave(workload, here("Ann"))
    assert presence.who_is_here(workload) == {"people": [], "count": 0}
