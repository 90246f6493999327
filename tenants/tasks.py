"""Celery tasks that work inside one organisation."""

import logging
from typing import Any
from uuid import UUID

from celery import Task
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from tenants.context import across_organizations, in_organization
from tenants.models import Organization

logger = logging.getLogger(__name__)


class TenantTask(Task):  # type: ignore[type-arg]
    """Binds the organisation named by the keyword ``organization_id`` around the task.

    The task takes ids, is idempotent, and may find that what it was sent for is gone.
    """

    abstract = True

    def __call__(self, *args: Any, organization_id: str, **kwargs: Any) -> Any:
        with in_organization(UUID(organization_id)):
            return super().__call__(*args, organization_id=organization_id, **kwargs)


def enqueue(task: Any, *, organization_id: UUID, wait: float = 0, **kwargs: Any) -> None:
    """Send ``task`` so that it runs if, and only if, the current transaction commits.

    ``wait`` is how many seconds the worker leaves it alone, for what is better done once after
    several changes.

    With the database as the broker the message is a row of the same transaction and survives any
    crash. With Redis it is sent on commit; what a crash in between loses, the minutely sweep finds.
    """
    enqueue_unbound(task, wait=wait, organization_id=str(organization_id), **kwargs)


def enqueue_unbound(task: Any, *, wait: float = 0, **message: Any) -> None:
    """Send a task that belongs to no organisation, as ``enqueue`` sends one that does."""
    if settings.EMBEDDED:
        task.apply_async(kwargs=message, countdown=wait or None)
    else:
        transaction.on_commit(lambda: _send(task, message, wait))


def send_to_each_organization(task: Any, **message: Any) -> None:
    """Send a TenantTask once for every organisation, each bound to its own."""
    with across_organizations(reason="each organisation gets a bound task of its own"):
        organization_ids = list(Organization.objects.values_list("pk", flat=True))
    for organization_id in organization_ids:
        task.apply_async(kwargs={"organization_id": str(organization_id), **message})


def _send(task: Any, message: dict[str, Any], wait: float) -> None:
    try:
        task.apply_async(kwargs=message, countdown=wait or None)
    except OperationalError:
        # The user's change is saved; that its figures wait for the sweep is no reason to fail it.
        logger.exception("The broker did not take %s; the sweep will send it again.", task.name)
