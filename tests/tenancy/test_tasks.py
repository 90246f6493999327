"""Celery tasks: bound to the organisation they were sent for, and to nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest
from celery import Celery, current_app

from config.celery import app
from tenants.context import NothingBound, Scope, current_scope, in_organization
from tenants.tasks import TenantTask
from tests.builders import make_workload
from tests.conftest import Cast
from workloads.models import Workload

UNBOUND_TASKS = {
    "reviews.tasks.requeue_stale_summaries": "lists organisations and sends one task for each",
    "reviews.tasks.sweep_files": "asks for each organisation's files in a scope of its own",
    "improvement.tasks.requeue_stale_plans": "lists organisations and sends one task for each",
    "improvement.tasks.see_to_acceptances": "lists organisations and sends one task for each",
    "reviews.tasks.apply_built_in_version": "lists organisations and sends one task for each",
}
"""The tasks that are no TenantTask, with the reason."""


@pytest.fixture
def names() -> Iterator[Any]:
    """A task that returns the names of the workloads it sees; fails when told to."""
    own = Celery("tests", set_as_current=False)

    @own.task(base=TenantTask, name="tests.names", shared=False)
    def names_of(*, organization_id: str, fail: bool = False) -> list[str]:
        if fail:
            raise ZeroDivisionError
        return list(Workload.objects.values_list("name", flat=True))

    yield names_of
    own.close()


@pytest.fixture
def workloads(cast: Cast) -> None:
    """One workload in each organisation."""
    for organization in (cast.northwind, cast.southridge):
        with in_organization(organization.pk):
            make_workload(f"Of {organization.name}")


@pytest.mark.usefixtures("workloads")
def test_a_task_sees_the_rows_of_the_organisation_it_is_sent_for(cast: Cast, names: Any) -> None:
    assert names(organization_id=str(cast.northwind.pk)) == ["Of Northwind"]
    assert names.apply(kwargs={"organization_id": str(cast.southridge.pk)}).get() == [
        "Of Southridge"
    ]
    assert current_scope() == Scope()


@pytest.mark.usefixtures("workloads")
def test_a_task_that_runs_inside_another_binding_gives_it_back(cast: Cast, names: Any) -> None:
    with in_organization(cast.northwind.pk):
        assert names(organization_id=str(cast.southridge.pk)) == ["Of Southridge"]
        assert list(Workload.objects.values_list("name", flat=True)) == ["Of Northwind"]


def test_a_task_that_fails_leaves_nothing_bound(cast: Cast, names: Any) -> None:
    result = names.apply(kwargs={"organization_id": str(cast.northwind.pk), "fail": True})
    assert isinstance(result.result, ZeroDivisionError)
    assert current_scope() == Scope()


def test_a_task_without_an_organisation_does_not_run(cast: Cast, names: Any) -> None:
    with pytest.raises(TypeError, match="organization_id"):
        names()
    assert isinstance(names.apply().result, TypeError)
    with pytest.raises(ValueError, match="hexadecimal"):
        names(organization_id="northwind")


def test_a_task_that_is_run_past_its_base_finds_nothing_bound(names: Any) -> None:
    with pytest.raises(NothingBound):
        names.run(organization_id="")


def test_every_task_of_the_product_is_bound_or_listed_with_a_reason() -> None:
    app.loader.import_default_modules()
    own = {name: task for name, task in current_app.tasks.items() if not name.startswith("celery.")}
    tasks = {name: task for name, task in own.items() if not name.startswith("tests.")}
    assert any(isinstance(task, TenantTask) for task in tasks.values())
    unbound = {name for name, task in tasks.items() if not isinstance(task, TenantTask)}
    assert unbound == set(UNBOUND_TASKS)
