"""The audit log: who did what, when; append-only, a chain of hashes per organisation."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from common.clock import now
from tenants.actors import Actor
from tenants.models import AuditEvent
from tenants.transactions import take_turn

State = Mapping[str, Any]

_HASHED_FIELDS = (
    "organization_id",
    "sequence",
    "at",
    "actor_id",
    "actor_name",
    "verb",
    "object_type",
    "object_id",
    "object_name",
    "before",
    "after",
    "address",
    "request_id",
    "previous_hash",
)


def record(
    *,
    actor: Actor,
    verb: str,
    target: models.Model,
    before: State | None = None,
    after: State | None = None,
) -> AuditEvent:
    """Append one event, in the transaction of the service that calls it, as its last step.

    ``verb`` is namespaced, in the past: ``workload.created``. ``before`` and ``after`` hold only
    what changed, as plain values.
    """
    (event,) = record_all(actor=actor, events=[Event(verb, target, before, after)])
    return event


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done, as ``record`` takes it."""

    verb: str
    target: models.Model
    before: State | None = None
    after: State | None = None


def record_all(*, actor: Actor, events: Iterable[Event]) -> list[AuditEvent]:
    """Append events in their order, as ``record`` does one, with as many queries as for one."""
    # Two at once would fork the chain.
    take_turn(actor.organization.pk)
    last = AuditEvent.objects.order_by("-sequence").values("sequence", "hash").first()
    sequence, previous_hash = (last["sequence"], last["hash"]) if last else (0, "")
    recorded = []
    for event in events:
        sequence += 1
        row = _row(actor, event, sequence, previous_hash)
        previous_hash = row.hash
        recorded.append(row)
    AuditEvent.objects.bulk_create(recorded)
    return recorded


def _row(actor: Actor, event: Event, sequence: int, previous_hash: str) -> AuditEvent:
    row = AuditEvent(
        organization=actor.organization,
        sequence=sequence,
        at=now(),
        actor_id=actor.user_id,
        actor_name=actor.name,
        verb=event.verb,
        object_type=event.target._meta.label_lower,
        object_id=str(event.target.pk),
        object_name=str(event.target)[:255],
        before=_plain(event.before),
        after=_plain(event.after),
        address=actor.address,
        request_id=actor.request_id,
        previous_hash=previous_hash,
    )
    row.hash = event_hash(row)
    return row


def event_hash(event: AuditEvent) -> str:
    """Return the SHA-256 over all that the event says, its predecessor's hash included."""
    values = {name: getattr(event, name) for name in _HASHED_FIELDS}
    text = json.dumps(values, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def first_broken_event() -> int | None:
    """Return the sequence number at which the bound organisation's chain breaks, or None."""
    previous_hash = ""
    for expected, event in enumerate(AuditEvent.objects.order_by("sequence").iterator(), start=1):
        intact = (
            event.sequence == expected
            and event.previous_hash == previous_hash
            and event.hash == event_hash(event)
        )
        if not intact:
            return expected
        previous_hash = event.hash
    return None


def changes(before: State, after: State) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return ``before`` and ``after`` reduced to the keys whose values differ."""
    differing = [key for key in after if before.get(key) != after[key]]
    return {key: before.get(key) for key in differing}, {key: after[key] for key in differing}


def _plain(state: State | None) -> dict[str, Any] | None:
    # Through JSON and back, so that the hash is taken over exactly what will be read again.
    if state is None:
        return None
    plain: dict[str, Any] = json.loads(json.dumps(state, cls=DjangoJSONEncoder))
    return plain
