"""The transaction of one use-case."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from uuid import UUID

from django.db import connection, transaction


@contextmanager
def writing() -> Iterator[None]:
    """Run the body as one unit: all of it is kept, or nothing.

    Services open it around their reads too, so that what they decide on cannot change under them:
    on SQLite it takes the write lock at once (IMMEDIATE), on PostgreSQL the rows are locked where
    they are read (``select_for_update``).
    """
    with transaction.atomic():
        yield


def own_transaction() -> AbstractContextManager[object]:
    """Let what fails in the body take back the body alone, where it is bound outside a view.

    To bind an organisation on PostgreSQL is a transaction, and one that is open already, as a
    test's, would fail with it. On SQLite a transaction would hold the write lock while the body
    reads, and none is needed.
    """
    return transaction.atomic() if connection.vendor == "postgresql" else nullcontext()


def take_turn(organization_id: UUID) -> None:
    """Wait for others who write what an organisation has one of: its audit chain, its counters.

    Held until the transaction ends, so take it last, after every lock on rows: two that have it and
    a row each would wait for each other. SQLite's writers are one at a time already.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
                [f"audit:{organization_id}"],
            )
