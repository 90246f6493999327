"""The cast and a place for each of its organisations, made once for all tests of a module.

For tests that try every address: making it anew for each of hundreds would take longer than they
do. It stands in a transaction around the module, and each test in one of its own within it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from tenants.context import in_organization
from tests.conftest import Cast, around_module, make_cast
from tests.tenancy.places import Place, client_for


@dataclass
class World:
    """Two organisations with something at every address, and everybody's browser."""

    cast: Cast
    northwind: Place
    southridge: Place
    clients: dict[str, Client] = field(default_factory=dict)

    def client(self, visitor: str) -> Client:
        """Return the browser of one of the matrix's visitors."""
        if visitor not in self.clients:
            self.clients[visitor] = client_for(self.cast, visitor)
        return self.clients[visitor]


@pytest.fixture(scope="module")
def whole_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Make the world, and take it away behind the module's last test."""
    with around_module(django_db_blocker):
        yield _make_world()


def _make_world() -> World:
    cast = make_cast()
    with in_organization(cast.northwind.pk):
        northwind = Place.make(cast.actor(), 1)
    with in_organization(cast.southridge.pk):
        southridge = Place.make(cast.southridge_actor, 2)
    world = World(cast, northwind, southridge)
    for visitor in ("outsider", "stranger", "viewer", "contributor", "lead", "admin", "owner"):
        world.client(visitor)
    return world


@pytest.fixture
def world(whole_world: World, db: None) -> World:
    """Return the module's world; what a test changes in it is taken back."""
    return whole_world


@pytest.fixture
def bare_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer 404 without a page, for tests that ask a thousand times whether the status is 404.

    Drawing the page takes longer than finding nothing; tests of the page itself are elsewhere
    (tests/web/test_bad_input.py, tests/web/test_hostile_forms.py).
    """
    monkeypatch.setattr("config.urls.handler404", _not_found)


def _not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(status=404)
