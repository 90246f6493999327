"""The event stream of a workload, of the real server: embedded, and two processes with Redis."""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis

from tests import services
from tests.runtime import commands
from tests.runtime.processes import Process, address, environment, finished, running
from tests.runtime.roles import two_roles
from tests.runtime.streams import Person, Stream

pytestmark = pytest.mark.server

HEARTBEAT = 0.5
SERVE = [*commands.SERVE, "--port", "0"]


@dataclass
class Theatre:
    """A running installation. People listen at ``urls[0]`` and act at the last of them."""

    stage: dict[str, Any]
    servers: list[Process]
    redis_url: str | None = None

    def __post_init__(self) -> None:
        self.urls = [address(server) for server in self.servers]

    def listener(self, name: str) -> Person:
        return Person(self.urls[0], self.stage, name)

    def actor(self, name: str) -> Person:
        return Person(self.urls[-1], self.stage, name)


@contextmanager
def _running(folder: Path, variables: dict[str, str], servers: int) -> Iterator[Theatre]:
    made = finished(["python", "-m", "tests.runtime.stage"], variables, folder / "stage")
    assert made.popen.returncode == 0, made.output
    stage = json.loads(made.output.splitlines()[-1])
    with ExitStack() as stack:
        processes = [
            stack.enter_context(running(SERVE, variables, folder / f"log-{number}"))
            for number in range(servers)
        ]
        yield Theatre(stage, processes, variables.get("PLUMBLINE_REDIS_URL"))
        for process in processes:
            assert "Traceback" not in process.output, process.output


@contextmanager
def _embedded(folder: Path) -> Iterator[Theatre]:
    variables = _variables(folder)
    _prepare(folder, variables)
    with _running(folder, variables, 1) as theatre:
        yield theatre


@contextmanager
def _production(folder: Path) -> Iterator[Theatre]:
    superuser_url = os.environ.get("PLUMBLINE_TEST_POSTGRES_URL")
    redis_url = services.redis_url()
    if not superuser_url or not redis_url:
        pytest.skip("PLUMBLINE_TEST_POSTGRES_URL and PLUMBLINE_TEST_REDIS_URL are not set")
    with two_roles(superuser_url) as url:
        of_role = {
            role: _variables(
                folder,
                PLUMBLINE_DATABASE_URL=url(role),
                PLUMBLINE_REDIS_URL=redis_url,
                PLUMBLINE_SECRET_KEY="only-for-tests" * 4,
            )
            for role in ("owner", "app")
        }
        _prepare(folder, of_role["owner"])
        with _running(folder, of_role["app"], 2) as theatre:
            yield theatre


def _variables(folder: Path, **more: str) -> dict[str, str]:
    return environment(
        folder / "data",
        DJANGO_SETTINGS_MODULE="config.settings",
        PLUMBLINE_EVENTS_HEARTBEAT=str(HEARTBEAT),
        **more,
    )


def _prepare(folder: Path, variables: dict[str, str]) -> None:
    prepare = finished([*commands.PREPARE, "--no-demo"], variables, folder / "prepare")
    assert prepare.popen.returncode == 0, prepare.output


@pytest.fixture(
    params=[
        pytest.param(_embedded, id="embedded"),
        pytest.param(_production, id="redis", marks=pytest.mark.redis),
    ]
)
def theatre(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Theatre]:
    """An installation of each kind."""
    with request.param(tmp_path) as made:
        yield made


def test_the_stream_of_a_review(theatre: Theatre) -> None:
    """One installation serves all the scenes: starting one takes longer than they do."""
    _an_answer_appears(theatre)
    _people_appear_and_disappear(theatre)
    _others_are_not_let_in(theatre)
    _it_gives_signs_of_life_and_is_not_kept_back(theatre)
    _it_ends_where_the_session_does(theatre)
    _it_ends_where_the_membership_does(theatre)
    if theatre.redis_url:
        _it_looks_again_where_redis_was_away(theatre, theatre.redis_url)
    _it_ends_with_the_workload(theatre)
    _it_goes_with_the_server(theatre)


def _an_answer_appears(theatre: Theatre) -> None:
    review, question = theatre.stage["review"], theatre.stage["questions"][0]
    with theatre.listener("viewer").listening() as stream:
        first = stream.events[0]
        assert first.name == "state"
        state = first.data["reviews"][review]
        assert (state["revision"], state["risks"], state["revisions"]) == (0, {}, {})
        assert (state["comments"], state["mine"]) == ({}, [])
        assert theatre.actor("contributor").answer(0, key="first-1") == 200
        event = stream.wait_for("answer")
        assert event.data == {
            "review": review,
            "question": question,
            "risk": "MEDIUM",
            "revision": 1,
            "answers_revision": 1,
            "by": theatre.stage["people"]["contributor"],
            "by_name": "Contributor",
            "key": "first-1",
        }
    with theatre.listener("viewer").listening() as stream:
        state = stream.events[0].data["reviews"][review]
        assert (state["risks"], state["revision"]) == ({question: "MEDIUM"}, 1)


def _people_appear_and_disappear(theatre: Theatre) -> None:
    review, questions = theatre.stage["review"], theatre.stage["questions"]

    def names(data: Any) -> list[str]:
        return [person["name"] for person in data["people"]]

    with theatre.listener("viewer").listening() as stream:
        lead = theatre.actor("lead")
        with lead.listening(f"?tab=t1&review={review}&question={questions[0]}") as theirs:
            theirs.wait_for("state", lambda data: names(data) == ["Lead", "Viewer"])
            came = stream.wait_for("presence", lambda data: names(data) == ["Lead", "Viewer"])
            assert came.data["people"][0] == {
                "id": lead.id,
                "name": "Lead",
                "initials": "LE",
                "review": review,
                "question": questions[0],
            }
            here = {"tab": "t1", "review": review, "question": questions[1]}
            assert lead.post(lead.path("presence/"), **here) == 204
            stream.wait_for("presence", lambda data: data["people"][0]["question"] == questions[1])
            # Long enough for an entry to run out that nobody renews.
            time.sleep(4 * HEARTBEAT)
            assert names(_last(stream, "presence")) == ["Lead", "Viewer"]
        before = len(stream.events)
        stream.wait_for("presence", lambda data: names(data) == ["Viewer"])
        assert before


def _last(stream: Stream, name: str) -> Any:
    return [event.data for event in stream.events if event.name == name][-1]


def _others_are_not_let_in(theatre: Theatre) -> None:
    assert theatre.listener("outsider").ask().status == 404
    nobody = theatre.listener("viewer")
    nobody._session_key = "nobody-s"
    assert nobody.ask().status == 401


def _it_gives_signs_of_life_and_is_not_kept_back(theatre: Theatre) -> None:
    with theatre.listener("viewer").listening() as stream:
        headers = stream.response.headers
        assert headers["Content-Type"] == "text/event-stream"
        assert "no-cache" in headers["Cache-Control"]
        assert headers["X-Accel-Buffering"] == "no"
        assert headers["Content-Encoding"] is None
        stream.wait_for("")
        # The net below the messages: it looks by itself from time to time.
        stream.wait_for("state", lambda data: data is not stream.events[0].data)


def _it_ends_where_the_session_does(theatre: Theatre) -> None:
    with (
        theatre.listener("contributor").listening() as stream,
        theatre.listener("lead").listening() as another,
    ):
        assert theatre.actor("contributor").post("/accounts/logout/") in {200, 302}
        stream.wait_for("ended")
        stream.wait_for_the_end()
        assert not another.has_ended
    assert theatre.listener("contributor").ask().status == 401


def _it_ends_where_the_membership_does(theatre: Theatre) -> None:
    slug, member = theatre.stage["slug"], theatre.stage["members"]["lead"]
    with theatre.listener("lead").listening() as stream:
        path = f"/o/{slug}/settings/members/{member}"
        owner = theatre.actor("owner")
        assert owner.post(f"{path}/role/", role="viewer") < 400
        stream.wait_for("state", lambda data: data is not stream.events[0].data)
        assert "ended" not in stream.names()
        assert owner.post(f"{path}/remove/") < 400
        stream.wait_for("ended")
        stream.wait_for_the_end()
    assert theatre.listener("lead").ask().status == 404


def _it_looks_again_where_redis_was_away(theatre: Theatre, redis_url: str) -> None:
    review, question = theatre.stage["review"], theatre.stage["questions"][1]
    with (
        theatre.listener("viewer").listening() as stream,
        redis.Redis.from_url(redis_url) as server,
    ):
        seen = len(stream.events)
        for client in server.client_list(_type="pubsub"):
            server.client_kill_filter(_id=client["id"])
        assert theatre.actor("owner").answer(1) == 200

        def knows(data: Any) -> bool:
            return question in data["reviews"][review]["risks"]

        assert stream.wait_for("state", knows)
        assert len(stream.events) > seen


def _it_ends_with_the_workload(theatre: Theatre) -> None:
    with theatre.listener("viewer").listening() as stream:
        owner = theatre.actor("owner")
        assert owner.post(owner.path("delete/"), name=theatre.stage["workload_name"]) < 400
        stream.wait_for("ended")
        stream.wait_for_the_end()
    assert theatre.listener("viewer").ask().status == 404


def _it_goes_with_the_server(theatre: Theatre) -> None:
    theatre.stage["workload"] = theatre.stage["another_workload"]
    with theatre.listener("viewer").listening() as stream:
        assert theatre.servers[0].end(signal.SIGTERM) == 0
        stream.wait_for_the_end()
        # The server did not have to wait for it, and then cut it off.
        assert "graceful shutdown exceeded" not in theatre.servers[0].output
        # Not for ever: the browser opens another one.
        assert "ended" not in stream.names()
