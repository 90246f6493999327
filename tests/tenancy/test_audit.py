"""The audit log: written with the change, never changed, and a chain."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tenants import audit
from tenants.actors import system_actor
from tenants.context import in_organization
from tenants.models import AuditEvent, Organization
from tenants.services import change_organization
from tests.conftest import Cast


@pytest.fixture
def events(cast: Cast, in_northwind: Organization) -> list[AuditEvent]:
    """Three events of Northwind, its founding before them."""
    actor = cast.actor()
    for name in ("North", "Northwind Ltd", "Northwind"):
        change_organization(actor=actor, name=name, colour="")
    return list(AuditEvent.objects.order_by("sequence"))


def test_an_event_says_who_did_what_to_what(cast: Cast, events: list[AuditEvent]) -> None:
    founded, first, *_ = events
    assert (founded.sequence, founded.verb) == (1, "organization.created")
    assert (first.verb, first.before, first.after) == (
        "organization.changed",
        {"name": "Northwind"},
        {"name": "North"},
    )
    assert (first.actor_id, first.actor_name) == (cast.owner.pk, "Owner")
    assert (first.object_type, first.object_id) == ("tenants.organization", str(cast.northwind.pk))


def test_the_events_of_an_organisation_are_a_chain_of_its_own(
    cast: Cast, events: list[AuditEvent]
) -> None:
    assert [event.sequence for event in events] == [1, 2, 3, 4]
    assert [event.previous_hash for event in events] == ["", *(event.hash for event in events[:-1])]
    assert all(event.hash == audit.event_hash(event) for event in events)
    assert audit.first_broken_event() is None
    with in_organization(cast.southridge.pk):
        assert AuditEvent.objects.count() == 1
        assert audit.first_broken_event() is None


@pytest.mark.parametrize(
    "field", ["at", "actor_id", "actor_name", "verb", "object_id", "before", "after", "address"]
)
def test_the_hash_covers_all_that_an_event_says(events: list[AuditEvent], field: str) -> None:
    event = events[1]
    value = getattr(event, field)
    setattr(event, field, f"{value}x" if isinstance(value, str) else None)
    assert audit.event_hash(event) != event.hash


def test_an_event_that_does_not_follow_shows_as_the_place_of_the_break(
    events: list[AuditEvent],
) -> None:
    last = events[-1]
    AuditEvent(
        sequence=last.sequence + 2,
        at=last.at,
        verb="test.forged",
        previous_hash=last.hash,
        hash="0" * 64,
    ).save(force_insert=True)
    assert audit.first_broken_event() == last.sequence + 1


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda event: event.save(), id="save"),
        pytest.param(lambda event: event.delete(), id="delete"),
        pytest.param(lambda event: AuditEvent.objects.update(verb="x"), id="update"),
        pytest.param(lambda event: AuditEvent.objects.all().delete(), id="delete all"),
        pytest.param(
            lambda event: AuditEvent.objects.bulk_create(
                [event],
                update_conflicts=True,
                unique_fields=["organization", "sequence"],
                update_fields=["verb"],
            ),
            id="upsert",
        ),
    ],
)
def test_the_database_refuses_to_change_or_delete_an_event(
    events: list[AuditEvent], write: object
) -> None:
    assert callable(write)
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        write(events[1])
    assert AuditEvent.objects.count() == len(events)
    assert audit.first_broken_event() is None


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no such statement")
def test_sqlite_s_replace_does_not_slip_past_the_trigger(events: list[AuditEvent]) -> None:
    statement = (
        "INSERT OR REPLACE INTO tenants_auditevent SELECT * FROM tenants_auditevent"
        " WHERE sequence = 2"
    )
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_what_is_rolled_back_leaves_no_event(cast: Cast, in_northwind: Organization) -> None:
    before = AuditEvent.objects.count()
    with transaction.atomic():
        change_organization(actor=cast.actor(), name="North", colour="")
        transaction.set_rollback(True)
    assert AuditEvent.objects.count() == before


def test_the_system_is_named_as_such(in_northwind: Organization) -> None:
    event = audit.record(actor=system_actor(in_northwind), verb="test.made", target=in_northwind)
    assert (event.actor_id, event.actor_name) == (None, "Plumbline")
