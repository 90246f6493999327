"""A row of every tenant model on either side of the walls, made once for all tests of a module."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

import pytest
from django.db import models
from pytest_django.plugin import DjangoDbBlocker

from tenants.context import in_organization
from tests.conftest import Cast, around_module, make_cast
from tests.tenancy.rows import make_rows

Rows = dict[type[models.Model], models.Model]


@dataclass
class Sides:
    """Both organisations, and a row of each model on either side."""

    cast: Cast
    theirs: Rows
    ours: Rows


@pytest.fixture(scope="module")
def all_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Sides]:
    """Make them, and take them away behind the module's last test."""
    with around_module(django_db_blocker):
        cast = make_cast()
        with in_organization(cast.southridge.pk):
            theirs = make_rows()
        with in_organization(cast.northwind.pk):
            ours = make_rows()
        yield Sides(cast, theirs, ours)


@pytest.fixture
def sides(all_rows: Sides, db: None) -> Sides:
    """The module's rows as they are in the database; the objects are the test's own to change."""
    return deepcopy(all_rows)


@pytest.fixture
def theirs(sides: Sides) -> Rows:
    """Southridge's row of each model."""
    return sides.theirs
