"""Long work that somebody may watch, leave and come back to: a Job and the task that does it.

A task of ``JobTask`` is not one transaction. ``TenantTask`` binds the organisation around the whole
task, which on PostgreSQL is a transaction (the binding is a setting local to it): nobody would see
progress before the end, and an hour's work would be lost by its last second. So a job's task runs
unbound and binds for each piece of work:

    @shared_task(base=JobTask, bind=True)
    def recount(self: JobTask, *, organization_id: str, job_id: str, lens_id: str) -> None:
        for done, chunk in enumerate(chunks, start=1):
            with self.bound():           # one transaction on PostgreSQL
                work(chunk)
            self.progress(done, total)   # between the pieces, in a small transaction of its own
        self.finish({"seen": total})

Deliveries may be repeated (Celery's ``acks_late``): a job that is done or failed is not run again,
one that a dead worker left running is, from the beginning. The task is idempotent, as all are.
"""

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from billiard.exceptions import SoftTimeLimitExceeded
from celery import Task, current_app
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from common.clock import now
from common.errors import NotFound, UserError
from tenants.actors import Actor
from tenants.context import in_organization
from tenants.models import Job
from tenants.tasks import TenantTask, enqueue
from tenants.transactions import own_transaction, writing

logger = logging.getLogger(__name__)

Status = Job.Status

UNFINISHED = (Status.QUEUED, Status.RUNNING)

_LATE = timedelta(minutes=1)

# A message that waits this long is sent again: it was lost, or the queue is that long, and then one
# more message is found to be done already.
_LOST = timedelta(minutes=2)


def start_job(*, actor: Actor, kind: str, task: Any, parameters: Mapping[str, Any]) -> Job:
    """Make a job and send its task, which runs if the current transaction commits.

    ``task`` is of JobTask and gets ``parameters`` as keywords, beside ``organization_id`` and
    ``job_id``; they are plain values. ``kind`` is what pages know the job by (web/jobs.py). Whether
    the actor may is for the calling service to ask.
    """
    with writing():
        job: Job = Job.objects.create(
            kind=kind, task=task.name, parameters=dict(parameters), created_by_id=actor.user_id
        )
        _send(job, task)
    return job


def resend_lost_jobs() -> int:
    """Send the tasks of the bound organisation's jobs again that no worker took; their number.

    With Redis a message can be lost between the commit and the broker. Run each minute.
    """
    with writing():
        waiting = Job.objects.filter(status=Status.QUEUED, sent_at__lt=now() - _LOST)
        lost = [job for job in waiting if job.task in current_app.tasks]
        for job in lost:
            _send(job, current_app.tasks[job.task])
        Job.objects.filter(pk__in=[job.pk for job in lost]).update(sent_at=now())
    return len(lost)


def _send(job: Job, task: Any) -> None:
    enqueue(task, organization_id=job.organization_id, job_id=str(job.pk), **job.parameters)


def load_job(job_id: UUID) -> Job:
    """Return a job of the bound organisation; raises NotFound."""
    job: Job | None = Job.objects.select_related("created_by").filter(pk=job_id).first()
    if job is None:
        raise NotFound
    return job


def is_late(job: Job) -> bool:
    """Whether a job has waited so long that no worker seems to be running."""
    return job.status == Status.QUEUED and job.created_at < now() - _LATE


class JobTask(TenantTask):
    """The base of a job's task; see the module."""

    abstract = True

    # Seconds between two writes of the progress: pages ask about once a second.
    progress_interval = 0.3

    def __call__(self, *args: Any, organization_id: str, **kwargs: Any) -> Any:
        job_id: str = kwargs["job_id"]
        with in_organization(UUID(organization_id)):
            if not _begin(UUID(job_id)):
                return None
        try:
            # Past TenantTask, which would bind around everything.
            return Task.__call__(self, *args, organization_id=organization_id, **kwargs)
        except UserError as error:
            self._fail(organization_id, job_id, error.message)
        except SoftTimeLimitExceeded:
            logger.exception("Job %s took too long.", job_id)
            self._fail(organization_id, job_id, _("It took too long and was stopped."))
        except Exception:
            logger.exception("Job %s failed.", job_id)
            message = _("Something went wrong on the server. Whoever runs it finds more in the log")
            self._fail(organization_id, job_id, f"{message}: {job_id}.")
        return None

    @contextmanager
    def bound(self) -> Iterator[None]:
        """Bind the job's organisation for one piece of work: a transaction on PostgreSQL."""
        with own_transaction(), in_organization(UUID(self._keyword("organization_id"))):
            yield

    def progress(self, done: int, total: int) -> None:
        """Say how far the job is. Call it outside ``bound()``, or nobody sees it until later.

        Writes at most every ``progress_interval`` seconds, and always at the end.
        """
        # The task object is one for all threads of a worker; the request is this run's own.
        run: Any = self.request
        last = getattr(run, "progress_written", None)
        if done < total and last and time.monotonic() - last < self.progress_interval:
            return
        run.progress_written = time.monotonic()
        self._update(done=done, total=total)

    def finish(self, result: Mapping[str, Any] | None = None) -> None:
        """Say that the job is done, and what came of it (plain values)."""
        values = {"status": Status.DONE, "result": dict(result or {}), "finished_at": now()}
        self._update(**values, done=F("total"))

    def _update(self, **values: Any) -> None:
        with self.bound(), writing():
            _unfinished(UUID(self._keyword("job_id"))).update(**values)

    def _keyword(self, name: str) -> str:
        keywords: Any = self.request.kwargs
        return str(keywords[name])

    def _fail(self, organization_id: str, job_id: str, message: str) -> None:
        with in_organization(UUID(organization_id)), writing():
            _unfinished(UUID(job_id)).update(status=Status.FAILED, error=message, finished_at=now())


def _unfinished(job_id: UUID) -> QuerySet[Job]:
    # What a second delivery of the same job says about a finished one is not written.
    return Job.objects.filter(pk=job_id, status__in=UNFINISHED)  # type: ignore[no-any-return]


def _begin(job_id: UUID) -> bool:
    """Mark a job as running; False for one that is finished, or gone."""
    with writing():
        started = _unfinished(job_id).update(status=Status.RUNNING, started_at=now(), done=0)
    return bool(started)
