"""Jobs: long work that is begun, seen to go on, finished or failed, once."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from celery import Celery
from django.test import Client

from common.clock import now
from common.errors import Invalid, NotFound
from common.models import QueuedMessage
from tenants.context import Scope, current_scope, in_organization
from tenants.jobs import JobTask, is_late, load_job, resend_lost_jobs, start_job
from tenants.models import Job, Organization
from tests.conftest import Cast

SignIn = Callable[[str], Client]

STEPS = 4


class Watched(JobTask):
    """Writes every step, so that a test can look at each."""

    abstract = True
    progress_interval = 0.0


@pytest.fixture
def tasks() -> Iterator[dict[str, Any]]:
    """Tasks that count, refuse and break; `seen` is what stood in the row at each step."""
    own = Celery("tests", set_as_current=False, broker="memory://")
    seen: list[tuple[str, int, int]] = []

    @own.task(base=Watched, name="tests.count", bind=True, shared=False)
    def count(self: JobTask, *, organization_id: str, job_id: str, steps: int) -> None:
        assert current_scope() == Scope()
        for step in range(1, steps + 1):
            with self.bound():
                assert current_scope().organization_id == UUID(organization_id)
            self.progress(step, steps)
            with self.bound():
                job = Job.objects.get(pk=job_id)
                seen.append((job.status, job.done, job.total))
        self.finish({"counted": steps})

    @own.task(base=Watched, name="tests.refuse", bind=True, shared=False)
    def refuse(self: JobTask, *, organization_id: str, job_id: str, steps: int) -> None:
        self.progress(1, steps)
        raise Invalid("The lens has no draft any more.")

    @own.task(base=Watched, name="tests.break", bind=True, shared=False)
    def break_down(self: JobTask, *, organization_id: str, job_id: str, steps: int) -> None:
        with self.bound():
            raise ZeroDivisionError("secret detail")

    yield {"count": count, "refuse": refuse, "break": break_down, "seen": seen}
    own.close()


def new_job(cast: Cast, task: Any) -> tuple[Job, dict[str, Any]]:
    """Start a job and return it with the keywords that its message has."""
    with in_organization(cast.northwind.pk):
        job = start_job(
            actor=cast.actor("lead"), kind="test", task=task, parameters={"steps": STEPS}
        )
    return job, {
        "organization_id": str(cast.northwind.pk),
        "job_id": str(job.pk),
        "steps": STEPS,
    }


def stored(cast: Cast, job: Job) -> Job:
    with in_organization(cast.northwind.pk):
        found: Job = Job.objects.get(pk=job.pk)
        return found


def test_a_job_waits_with_what_it_was_asked(cast: Cast, tasks: dict[str, Any]) -> None:
    job, _message = new_job(cast, tasks["count"])
    found = stored(cast, job)
    assert (found.status, found.kind, found.parameters) == ("queued", "test", {"steps": STEPS})
    assert found.created_by_id == cast.lead.pk


def test_starting_a_job_of_the_product_sends_its_task_with_the_transaction(cast: Cast) -> None:
    from tests.tenancy.sample_jobs import counting

    if not counting.app.conf.broker_url.startswith("django-database"):
        pytest.skip("NOT TESTED with Redis: the message is sent on commit")
    new_job(cast, counting)
    assert QueuedMessage.objects.filter(payload__contains="counting").count() == 1


def test_the_task_runs_unbound_and_shows_each_step(cast: Cast, tasks: dict[str, Any]) -> None:
    job, message = new_job(cast, tasks["count"])
    tasks["count"].apply(kwargs=message).get()
    assert tasks["seen"] == [("running", step, STEPS) for step in range(1, STEPS + 1)]
    found = stored(cast, job)
    assert (found.status, found.done, found.total) == ("done", STEPS, STEPS)
    assert found.result == {"counted": STEPS}
    assert found.started_at is not None
    assert found.finished_at is not None
    assert current_scope() == Scope()


def test_progress_is_written_now_and_then_and_always_at_the_end(
    cast: Cast, tasks: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Watched, "progress_interval", 3600.0)
    _job, message = new_job(cast, tasks["count"])
    tasks["count"](**message)
    assert [done for _status, done, _total in tasks["seen"]] == [1, 1, 1, STEPS]


def test_a_second_delivery_of_a_finished_job_does_nothing(
    cast: Cast, tasks: dict[str, Any]
) -> None:
    job, message = new_job(cast, tasks["count"])
    tasks["count"](**message)
    tasks["count"](**message)
    assert len(tasks["seen"]) == STEPS
    assert stored(cast, job).status == "done"


def test_a_job_that_a_dead_worker_left_is_done_from_the_beginning(
    cast: Cast, tasks: dict[str, Any]
) -> None:
    job, message = new_job(cast, tasks["count"])
    with in_organization(cast.northwind.pk):
        Job.objects.filter(pk=job.pk).update(status="running", done=3, total=STEPS)
    tasks["count"](**message)
    assert stored(cast, job).status == "done"


def test_a_job_that_is_gone_is_no_error(cast: Cast, tasks: dict[str, Any]) -> None:
    job, message = new_job(cast, tasks["count"])
    with in_organization(cast.northwind.pk):
        job.delete()
    tasks["count"](**message)
    assert tasks["seen"] == []


def test_what_a_person_can_mend_is_said_in_its_own_words(cast: Cast, tasks: dict[str, Any]) -> None:
    job, message = new_job(cast, tasks["refuse"])
    tasks["refuse"](**message)
    found = stored(cast, job)
    assert (found.status, found.error) == ("failed", "The lens has no draft any more.")
    assert (found.done, found.total) == (1, STEPS)
    assert found.finished_at is not None


def test_a_breakdown_is_logged_and_shown_without_its_traceback(
    cast: Cast, tasks: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    job, message = new_job(cast, tasks["break"])
    tasks["break"](**message)
    found = stored(cast, job)
    assert found.status == "failed"
    assert "secret detail" not in found.error
    assert str(job.pk) in found.error
    assert "secret detail" in caplog.text
    tasks["break"](**message)
    assert stored(cast, job).finished_at == found.finished_at


def test_a_job_of_another_organisation_is_not_there(cast: Cast, tasks: dict[str, Any]) -> None:
    job, message = new_job(cast, tasks["count"])
    with in_organization(cast.southridge.pk), pytest.raises(NotFound):
        load_job(job.pk)
    tasks["count"](**message | {"organization_id": str(cast.southridge.pk)})
    assert stored(cast, job).status == "queued"


def test_a_job_that_nobody_takes_is_late(cast: Cast, in_northwind: Organization) -> None:
    job = Job.objects.create(kind="test")
    assert not is_late(job)
    job.created_at = now().replace(year=2020)
    assert is_late(job)
    job.status = Job.Status.RUNNING
    assert not is_late(job)


def queued(text: str) -> int:
    return QueuedMessage.objects.filter(payload__contains=text).count()


def test_a_job_whose_message_was_lost_is_sent_again_once_in_a_while(
    cast: Cast, in_northwind: Organization
) -> None:
    from tests.tenancy.sample_jobs import counting

    if not counting.app.conf.broker_url.startswith("django-database"):
        pytest.skip("NOT TESTED with Redis: the message is sent on commit")
    job, _message = new_job(cast, counting)
    QueuedMessage.objects.all().delete()
    assert resend_lost_jobs() == 0, "it may still be on its way"

    Job.objects.update(sent_at=now() - timedelta(minutes=3))
    assert resend_lost_jobs() == 1
    assert queued(str(job.pk)) == 1
    assert resend_lost_jobs() == 0

    Job.objects.update(sent_at=now() - timedelta(minutes=3), status=Job.Status.RUNNING)
    assert resend_lost_jobs() == 0, "a worker has it"


def test_a_job_whose_task_no_longer_exists_is_left_alone(in_northwind: Organization) -> None:
    Job.objects.create(kind="test", task="gone.task", sent_at=now() - timedelta(days=1))
    assert resend_lost_jobs() == 0
