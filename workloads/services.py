"""Writes about workloads."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from common.clock import now
from common.errors import Conflict, Invalid
from tenants import audit
from tenants.actors import Actor
from tenants.permissions import Permission
from tenants.plans import require_within
from tenants.transactions import writing
from workloads.models import Workload, WorkloadTag
from workloads.properties import (
    Tags,
    WorkloadProperties,
    name_key,
    properties_of,
    require_valid,
    tidied,
    tidied_tags,
)
from workloads.selectors import load_workload, tags_of, what_goes_with
from workloads.topics import look_again_at


class StaleEdit(Conflict):
    """Somebody else saved the workload after the editor opened it.

    ``current`` is what is stored now, ``tags`` the tags with it, ``revision`` what to send to
    replace them knowingly.
    """

    code = "stale_edit"

    def __init__(self, workload: Workload, tags: Tags) -> None:
        super().__init__(_("Somebody else changed this workload while you were editing it."))
        self.current = properties_of(workload)
        self.tags = dict(tags)
        self.revision = workload.revision


def create_workload(
    *, actor: Actor, properties: WorkloadProperties, tags: Tags | None = None
) -> Workload:
    """Create a workload without lenses (reviews.services.reviews.start_reviews adds them).

    Raises Forbidden; Invalid or LimitExceeded by field; Conflict when the name is taken.
    """
    actor.require(Permission.MANAGE_WORKLOADS)
    properties, tags = tidied(properties), tidied_tags(tags or {})
    with writing():
        count = Workload.objects.count() + 1
        require_within(actor.organization, "workloads", count, field="name")
        require_valid(actor.organization, properties, tags)
        workload = Workload(created_by_id=actor.user_id, **_columns(properties))
        _save(workload, force_insert=True)
        _replace_tags(workload, {}, tags)
        audit.record(
            actor=actor,
            verb="workload.created",
            target=workload,
            after=_state(properties, tags),
        )
    return workload


def update_workload(
    *,
    actor: Actor,
    workload_id: UUID,
    revision: int,
    properties: WorkloadProperties,
    tags: Tags,
) -> Workload:
    """Replace all properties and tags of a workload.

    ``revision`` is the one the editor began with: another one stored means StaleEdit, and nothing
    is written. Saving what is stored already changes nothing. Raises Forbidden, NotFound; Invalid
    or LimitExceeded by field; Conflict when the name is taken.
    """
    actor.require(Permission.MANAGE_WORKLOADS)
    properties, tags = tidied(properties), tidied_tags(tags)
    with writing():
        workload = load_workload(workload_id, for_update=True)
        stored_tags = tags_of(workload)
        if workload.revision != revision:
            raise StaleEdit(workload, stored_tags)
        require_valid(actor.organization, properties, tags)
        before, after = audit.changes(
            _state(properties_of(workload), stored_tags), _state(properties, tags)
        )
        if not after:
            return workload
        for name, value in _columns(properties).items():
            setattr(workload, name, value)
        workload.revision += 1
        workload.updated_at = now()
        _save(workload, update_fields=[*_columns(properties), "revision", "updated_at"])
        _replace_tags(workload, stored_tags, tags)
        audit.record(
            actor=actor, verb="workload.updated", target=workload, before=before, after=after
        )
    return workload


def delete_workload(*, actor: Actor, workload_id: UUID, name: str) -> str:
    """Delete a workload with its reviews, answers and milestones; return its name.

    ``name`` is what the person typed to confirm: anything but the workload's name is Invalid. What
    went is in the audit log, in numbers. Raises Forbidden, NotFound.
    """
    actor.require(Permission.MANAGE_WORKLOADS)
    with writing():
        workload = load_workload(workload_id, for_update=True)
        if " ".join(name.split()) != workload.name:
            raise Invalid(fields={"name": [_("This is not the workload's name.")]})
        # Recorded first: afterwards there is nothing left to count.
        audit.record(
            actor=actor,
            verb="workload.deleted",
            target=workload,
            before={
                **_state(properties_of(workload), tags_of(workload)),
                "deleted_with_it": what_goes_with(workload, for_update=True),
            },
        )
        workload.delete()
        look_again_at(workload_id)
    return workload.name


def _columns(properties: WorkloadProperties) -> dict[str, Any]:
    return {**properties.as_mapping(), "name_key": name_key(properties.name)}


def _state(properties: WorkloadProperties, tags: Tags) -> Mapping[str, Any]:
    return {**properties.as_mapping(), "tags": dict(sorted(tags.items()))}


def _save(workload: Workload, **options: Any) -> None:
    """Save; what the unique constraint refuses is a name that is taken, however late it was."""
    try:
        with transaction.atomic():
            workload.save(**options)
    except IntegrityError:
        problem = _("Your organisation has a workload with this name.")
        raise Conflict(fields={"name": [problem]}) from None


def _replace_tags(workload: Workload, stored: Tags, wanted: Tags) -> None:
    if dict(stored) == dict(wanted):
        return
    WorkloadTag.objects.filter(workload=workload).delete()
    WorkloadTag.objects.bulk_create(
        WorkloadTag(workload=workload, key=key, value=value) for key, value in wanted.items()
    )
