"""The cast and the database of every test.

Northwind has an owner, an admin, a lead, a contributor and a viewer. Southridge is another
organisation, with a person of its own; the outsider belongs to none. A test that touches rows
itself binds an organisation, as the product does; one that speaks HTTP need not.
"""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from common.bus import Message
from tenants.actors import Actor
from tenants.context import in_organization
from tenants.models import Membership, Organization
from tenants.permissions import Role
from tenants.services import create_organization
from tests.postgres import restricted_database

# How long an example takes says something of the machine only. A full run (.ci/run) tries as many
# examples as hypothesis would; by hand a part of them finds most mistakes in a part of the time.
EXAMPLES = int(os.environ.get("PLUMBLINE_TEST_EXAMPLES", "25"))
hypothesis.settings.register_profile("plumbline", deadline=None, max_examples=EXAMPLES)
hypothesis.settings.load_profile("plumbline")

ROOT = Path(__file__).resolve().parent.parent


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what is there for the whole run: it is most of it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 50)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Set up SQLite as pytest-django does, and PostgreSQL so that tests are the restricted role."""
    from django.test.utils import setup_databases, teardown_databases

    worker = getattr(request.config, "workerinput", {}).get("workerid", "")
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with restricted_database(f"_{worker}" if worker else ""):
                yield
            return
        # Nothing is serialised: no test rolls back to it, and tenant rows can't be read unbound.
        aliases = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
    yield
    with django_db_blocker.unblock():
        teardown_databases(aliases, verbosity=0)


@contextmanager
def around_module(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let a fixture of a module write what its tests begin with; each has its own savepoint."""
    with django_db_blocker.unblock():
        around = transaction.atomic()
        # As those of Django's own tests: code under test may insist on being the outermost.
        around._from_testcase = True  # type: ignore[attr-defined]
        with around:
            yield
            transaction.set_rollback(True)


@dataclass(frozen=True)
class Cast:
    """Who plays."""

    northwind: Organization
    southridge: Organization
    owner: User
    admin: User
    lead: User
    contributor: User
    viewer: User
    stranger: User
    outsider: User

    def actor(self, role: Role | str = Role.OWNER) -> Actor:
        """Return a member of Northwind as services know them."""
        user: User = getattr(self, str(role))
        return Actor(
            organization=self.northwind, user_id=user.pk, name=str(user), role=Role(str(role))
        )

    @property
    def southridge_actor(self) -> Actor:
        """The owner of the other organisation, as services know them."""
        return Actor(
            organization=self.southridge,
            user_id=self.stranger.pk,
            name=str(self.stranger),
            role=Role.OWNER,
        )


@pytest.fixture
def cast(db: None) -> Cast:
    """Two organisations with all their people, and one person of neither."""
    return make_cast()


def make_cast() -> Cast:
    """Sign everybody up and make the two organisations."""
    names = ("owner", "admin", "lead", "contributor", "viewer", "stranger", "outsider")
    password = make_password("correct horse")
    people = {
        name: User(email=f"{name}@example.com", name=name.title(), password=password)
        for name in names
    }
    User.objects.bulk_create(people.values())
    northwind = create_organization(user_id=people["owner"].pk, user_name="Owner", name="Northwind")
    southridge = create_organization(
        user_id=people["stranger"].pk, user_name="Stranger", name="Southridge"
    )
    with in_organization(northwind.pk):
        Membership.objects.bulk_create(
            Membership(user=people[name], role=Role(name))
            for name in ("admin", "lead", "contributor", "viewer")
        )
    return Cast(northwind=northwind, southridge=southridge, **people)


@pytest.fixture
def in_northwind(cast: Cast) -> Iterator[Organization]:
    """Bind Northwind for a test that calls services and reads rows."""
    with in_organization(cast.northwind.pk):
        yield cast.northwind


@pytest.fixture
def client_of(cast: Cast) -> Callable[[str], Client]:
    """Return a function that signs one of the cast in: ``client_of("viewer")``."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(getattr(cast, name))
        return client

    return sign_in


@pytest.fixture
def query_count() -> Callable[[Callable[[], Any]], int]:
    """Return a function that counts the queries of a call, savepoints and settings left out."""
    from django.test.utils import CaptureQueriesContext

    def count(call: Callable[[], Any]) -> int:
        with CaptureQueriesContext(connection) as captured:
            call()
        ignored = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "SELECT set_config")
        return sum(not query["sql"].startswith(ignored) for query in captured.captured_queries)

    return count


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """What was published so far. A test's transaction never commits, so it counts as committed."""
    messages: list[Message] = []
    monkeypatch.setattr("common.bus._on_commit", messages.extend)
    return messages
