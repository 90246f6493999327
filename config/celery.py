"""The Celery app: what every worker does, whichever broker the settings name.

Workers run `celery -A config worker`, the clock `celery -A config beat`; without Redis,
`manage.py serve` runs both inside the web process.
"""

import os
from typing import Any

from celery import Celery, signals
from django.core.exceptions import ImproperlyConfigured
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

TASK_TIME_LIMIT = 600  # seconds; the brokers' visibility timeouts must be longer

TRANSPORT_ALIASES["django-database"] = "common.broker:Transport"

app = Celery("plumbline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    # Messages are ids and plain values, and nobody waits for a result: what a task found is in
    # the database.
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    # A task is done when it is done, not when it was taken: a worker that dies loses nothing.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    task_soft_time_limit=TASK_TIME_LIMIT - 60,
    task_time_limit=TASK_TIME_LIMIT,
    broker_connection_retry_on_startup=True,
    worker_hijack_root_logger=False,
    enable_utc=True,
    timezone="UTC",
    # The schedule is code, and every entry may run once too often or once too rarely: no state
    # of the clock has to survive a restart.
    beat_scheduler="celery.beat:Scheduler",
    beat_schedule={
        "requeue-stale-summaries": {
            "task": "reviews.tasks.requeue_stale_summaries",
            "schedule": 60.0,
        },
        "requeue-stale-plans": {
            "task": "improvement.tasks.requeue_stale_plans",
            "schedule": 60.0,
        },
        "see-to-acceptances": {
            "task": "improvement.tasks.see_to_acceptances",
            "schedule": 3600.0,
        },
        # The clock forgets at a restart when it last ran: an hour comes about, a day might not.
        "sweep-files": {"task": "reviews.tasks.sweep_files", "schedule": 3600.0},
    },
)
app.autodiscover_tasks()


@signals.worker_init.connect
def refuse_unsafe_role(**_signal: Any) -> None:
    """Keep a worker from starting as a database role that row-level security does not bind."""
    from tenants.rls import refuse_unsafe_role as refuse  # noqa: PLC0415  # models are loaded now

    try:
        refuse()
    except ImproperlyConfigured as problem:
        # Celery logs what a signal's receiver raises and goes on, unless it is an exit.
        raise SystemExit(str(problem)) from None
