"""The first wall, on both databases: what the managers and models themselves refuse."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from common.ids import new_id
from lenses.models import LensVersion
from reviews.models import Answer, LensReview
from tenants.context import (
    NothingBound,
    in_catalogue,
    in_organization,
)
from tenants.managers import ForeignRow
from tenants.models import CatalogueModel, Organization
from tests.builders import make_lens_version
from tests.conftest import Cast
from tests.tenancy.rows import TENANT_MODELS
from tests.tenancy.sides import Rows, Sides
from workloads.models import Workload, WorkloadTag

Model = type[models.Model]

every_tenant_model = pytest.mark.parametrize(
    "model", TENANT_MODELS, ids=lambda model: model._meta.label
)

QUERIES: dict[str, Callable[[Any], Any]] = {
    "all": lambda objects: objects.all(),
    "filter": lambda objects: objects.filter(pk=new_id()),
    "exclude": lambda objects: objects.exclude(pk=new_id()),
    "get": lambda objects: objects.get(pk=new_id()),
    "exists": lambda objects: objects.exists(),
    "count": lambda objects: objects.count(),
    "aggregate": lambda objects: objects.aggregate(models.Max("pk")),
    "first": lambda objects: objects.first(),
    "last": lambda objects: objects.last(),
    "in_bulk": lambda objects: objects.in_bulk(),
    "iterator": lambda objects: list(objects.iterator()),
    "values": lambda objects: objects.values(),
    "values_list": lambda objects: objects.values_list("pk"),
    "none": lambda objects: objects.none(),
    "raw": lambda objects: objects.raw("SELECT 1"),
    "create": lambda objects: objects.create(),
    "get_or_create": lambda objects: objects.get_or_create(pk=new_id()),
    "update_or_create": lambda objects: objects.update_or_create(pk=new_id()),
    "bulk_create": lambda objects: objects.bulk_create([]),
    "bulk_update": lambda objects: objects.bulk_update([], ["organization"]),
    "update": lambda objects: objects.update(organization=None),
    "delete": lambda objects: objects.all().delete(),
    "select_for_update": lambda objects: objects.select_for_update(),
}


@pytest.fixture
def cast(sides: Sides) -> Cast:
    """Who plays, as the rows know them."""
    return sides.cast


@pytest.fixture
def ours(sides: Sides) -> Iterator[Rows]:
    """Northwind's row of each model, with Northwind bound."""
    with in_organization(sides.cast.northwind.pk):
        yield sides.ours


def test_there_is_a_row_of_every_model_to_try(theirs: Rows) -> None:
    assert set(theirs) == set(TENANT_MODELS)


# --- Nothing bound --------------------------------------------------------------------------------
@every_tenant_model
@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("manager", ["_default_manager", "_base_manager"])
def test_without_an_organisation_every_query_is_refused_before_any_sql(
    model: Model, query: str, manager: str
) -> None:
    # No database fixture: SQL would fail with another error.
    with pytest.raises(NothingBound):
        QUERIES[query](getattr(model, manager))


@every_tenant_model
def test_without_an_organisation_a_row_in_hand_cannot_be_used(theirs: Rows, model: Model) -> None:
    row = theirs[model]
    for use in (row.save, row.delete, row.refresh_from_db, model().save):
        with pytest.raises(NothingBound):
            use()


def test_without_an_organisation_parents_and_children_stay_closed(theirs: Rows) -> None:
    tag = theirs[WorkloadTag]
    assert isinstance(tag, WorkloadTag)
    workload = tag.workload
    del tag._state.fields_cache["workload"]
    with pytest.raises(NothingBound):
        _ = tag.workload
    with pytest.raises(NothingBound):
        workload.tags.all()


@pytest.mark.parametrize("query", sorted(QUERIES.keys() - {"create", "bulk_create"}))
def test_without_a_person_or_an_organisation_no_organisation_is_read(query: str) -> None:
    with pytest.raises(NothingBound):
        QUERIES[query](Organization.objects)


# --- Another organisation's rows ------------------------------------------------------------------
@every_tenant_model
def test_another_s_row_cannot_be_read(ours: Rows, theirs: Rows, model: Model) -> None:
    manager, foreign, own = model._default_manager, theirs[model].pk, ours[model].pk
    assert set(manager.filter(pk__in=[foreign, own]).values_list("pk", flat=True)) == {own}
    assert not manager.filter(pk=foreign).exists()
    assert manager.filter(pk=foreign).count() == 0
    assert manager.filter(pk=foreign).first() is None
    assert foreign not in manager.in_bulk()
    assert foreign not in {row.pk for row in manager.iterator()}
    assert foreign not in set(manager.values_list("pk", flat=True))
    assert manager.aggregate(n=models.Count("pk", filter=models.Q(pk=foreign))) == {"n": 0}
    with pytest.raises(model.DoesNotExist):  # type: ignore[attr-defined]
        manager.get(pk=foreign)
    with pytest.raises(model.DoesNotExist):  # type: ignore[attr-defined]
        theirs[model].refresh_from_db()


@every_tenant_model
def test_another_s_row_cannot_be_updated(ours: Rows, theirs: Rows, model: Model) -> None:
    foreign = theirs[model]
    field = next(f for f in model._meta.concrete_fields if not f.primary_key and not f.is_relation)
    value = getattr(foreign, field.name)
    assert model._default_manager.filter(pk=foreign.pk).update(**{field.name: value}) == 0
    assert model._default_manager.bulk_update([foreign], [field.name]) == 0
    with pytest.raises((ForeignRow, DatabaseError)), transaction.atomic():
        foreign.save()
    with pytest.raises((ForeignRow, DatabaseError)), transaction.atomic():
        foreign.save(update_fields=[field.name])


@every_tenant_model
def test_another_s_row_cannot_be_deleted(
    cast: Cast, ours: Rows, theirs: Rows, model: Model
) -> None:
    foreign = theirs[model]
    assert model._default_manager.filter(pk=foreign.pk).delete()[0] == 0
    with pytest.raises(ForeignRow):
        foreign.delete()
    with in_organization(cast.southridge.pk):
        assert model._default_manager.filter(pk=foreign.pk).exists()


@every_tenant_model
def test_a_row_cannot_be_made_for_another(ours: Rows, theirs: Rows, model: Model) -> None:
    foreign = theirs[model]
    values = {
        field.attname: getattr(foreign, field.attname)
        for field in model._meta.concrete_fields
        if not field.primary_key
    }
    for make in (
        lambda: model._default_manager.create(**values),
        lambda: model(**values).save(),
        lambda: model(**values).save(force_insert=True),
        lambda: model._default_manager.bulk_create([model(**values)]),
        lambda: model._default_manager.get_or_create(pk=new_id(), defaults=values),
        lambda: model._default_manager.update_or_create(pk=new_id(), defaults=values),
    ):
        with pytest.raises(ForeignRow), transaction.atomic():
            make()


@every_tenant_model
def test_a_row_cannot_be_moved_to_another(
    cast: Cast, ours: Rows, theirs: Rows, model: Model
) -> None:
    own, manager = ours[model], model._default_manager
    for values in (
        {"organization": cast.southridge},
        {"organization_id": cast.southridge.pk},
        {"organization": None},
    ):
        with pytest.raises(ForeignRow), transaction.atomic():
            manager.filter(pk=own.pk).update(**values)
    own.organization_id = cast.southridge.pk  # type: ignore[attr-defined]
    for save in (own.save, partial(own.save_base, update_fields=["organization"])):
        with pytest.raises(ForeignRow), transaction.atomic():
            save()
    with pytest.raises(ForeignRow), transaction.atomic():
        manager.bulk_update([own], ["organization"])
    with pytest.raises(ForeignRow):
        own.delete()


@every_tenant_model
def test_a_row_cannot_take_the_place_of_another_s(ours: Rows, theirs: Rows, model: Model) -> None:
    # An upsert, or an INSERT with a key that is taken, must not overwrite what it cannot see.
    own, field = ours[model], model._meta.concrete_fields[-1].name
    own.pk = theirs[model].pk
    with pytest.raises(ForeignRow), transaction.atomic():
        model._default_manager.bulk_create(
            [own], update_conflicts=True, unique_fields=["id"], update_fields=[field]
        )
    with pytest.raises((IntegrityError, ForeignRow)), transaction.atomic():
        own.save(force_insert=True)
    with pytest.raises((IntegrityError, ForeignRow)), transaction.atomic():
        own.save()


# --- Parents and children -------------------------------------------------------------------------
def test_a_forward_key_does_not_lead_to_another_s_row(cast: Cast, theirs: Rows) -> None:
    tag = theirs[WorkloadTag]
    assert isinstance(tag, WorkloadTag)
    del tag._state.fields_cache["workload"]
    with in_organization(cast.northwind.pk), pytest.raises(Workload.DoesNotExist):
        _ = tag.workload


def test_a_parent_s_children_are_read_in_the_bound_organisation(cast: Cast, theirs: Rows) -> None:
    workload = theirs[Workload]
    assert isinstance(workload, Workload)
    with in_organization(cast.northwind.pk):
        assert list(workload.tags.all()) == []
        with pytest.raises(ForeignRow):
            workload.tags.create(key="team", value="stolen")
    with in_organization(cast.southridge.pk):
        assert workload.tags.count() == 1


def test_a_row_cannot_be_hung_under_another_s(ours: Rows, theirs: Rows) -> None:
    own, foreign = ours[Answer], theirs[LensReview]
    assert isinstance(own, Answer)
    assert isinstance(foreign, LensReview)
    fresh = Answer(review=foreign, question_id="q")
    for write in (
        fresh.save,
        lambda: Answer.objects.create(review=foreign, question_id="q"),
        lambda: Answer.objects.bulk_create([Answer(review=foreign, question_id="q")]),
        lambda: Answer.objects.filter(pk=own.pk).update(review=foreign),
    ):
        with pytest.raises(ForeignRow):
            write()
    own.review = foreign
    with pytest.raises(ForeignRow):
        own.save()
    by_id = Answer(review_id=foreign.pk, question_id="q")
    with pytest.raises(ValidationError) as refused:
        by_id.full_clean()
    assert "review" in refused.value.message_dict


def test_a_lens_of_another_cannot_be_used_for_a_review(ours: Rows, theirs: Rows) -> None:
    review, version = ours[LensReview], theirs[LensVersion]
    assert isinstance(review, LensReview)
    assert isinstance(version, LensVersion)
    review.lens_version = version
    with pytest.raises(ForeignRow):
        review.save()


# --- The catalogue --------------------------------------------------------------------------------
@pytest.fixture
def built_in(cast: Cast) -> Rows:
    """A lens that belongs to nobody, with its version."""
    with in_organization(cast.northwind.pk):
        version = make_lens_version(built_in=True)
    return {type(row): row for row in (version.lens, version)}


catalogue_models = pytest.mark.parametrize(
    "model", [model for model in TENANT_MODELS if issubclass(model, CatalogueModel)]
)


@catalogue_models
def test_what_is_built_in_is_read_by_all_and_written_by_none(
    cast: Cast, built_in: Rows, model: Model
) -> None:
    row, manager = built_in[model], model._default_manager
    for organization in (cast.northwind, cast.southridge):
        with in_organization(organization.pk):
            assert manager.get(pk=row.pk) == row
            assert manager.filter(pk=row.pk).update(created_at=None) == 0
            assert manager.filter(pk=row.pk).delete()[0] == 0
            assert manager.bulk_update([row], ["created_at"]) == 0
            with pytest.raises(ForeignRow), transaction.atomic():
                row.save()
            with pytest.raises(ForeignRow):
                row.delete()
    # On PostgreSQL the second wall stands as well: tests are not the owner of the tables.
    changed = 0 if connection.vendor == "postgresql" else 1
    with in_catalogue():
        assert manager.filter(pk=row.pk).update(created_at=row.created_at) == changed  # type: ignore[attr-defined]


@catalogue_models
def test_the_catalogue_s_keeper_does_not_see_the_lenses_of_organisations(
    theirs: Rows, model: Model
) -> None:
    with in_catalogue():
        assert not model._default_manager.filter(pk=theirs[model].pk).exists()
        with pytest.raises(NothingBound):
            Workload.objects.count()
        with pytest.raises(ForeignRow):
            theirs[model].delete()
