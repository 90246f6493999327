"""The second wall: PostgreSQL itself, asked in raw SQL by the role that the product connects as."""

import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Any
from uuid import UUID

import psycopg2
import pytest
from django.apps import apps
from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    ProgrammingError,
    connection,
    models,
    transaction,
)

from common.ids import new_id
from improvement.models import ImprovementItem, RiskAcceptance
from reviews.models import LensReview, Report
from tenants.constraints import CatalogueReference, TenantReference
from tenants.context import LISTING_SETTING, ORGANIZATION_SETTING, USER_SETTING, in_organization
from tenants.models import AuditEvent, CatalogueModel, Job, Membership, Organization
from tenants.rls import protected_tables, refuse_unsafe_role
from tests.conftest import Cast
from tests.tenancy.rows import TENANT_MODELS
from tests.tenancy.sides import Rows, Sides

pytestmark = pytest.mark.postgres

Model = type[models.Model]

every_tenant_model = pytest.mark.parametrize(
    "model", TENANT_MODELS, ids=lambda model: model._meta.label
)


def sql(statement: str, values: Sequence[Any] = ()) -> tuple[int, list[Any]]:
    """Run a statement past Django's managers; return how many rows it met, and its rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount, cursor.fetchall() if cursor.description else []


def bind(name: str = ORGANIZATION_SETTING, value: object = "") -> None:
    """Set what the policies compare with, and nothing else, until the test ends."""
    for setting in (ORGANIZATION_SETTING, USER_SETTING, LISTING_SETTING):
        sql("SELECT set_config(%s, %s, true)", [setting, str(value) if setting == name else ""])


def column_values(row: models.Model, **changes: Any) -> dict[str, Any]:
    return {
        str(field.column): field.get_db_prep_save(
            changes.get(field.attname, getattr(row, field.attname)), connection
        )
        for field in row._meta.concrete_fields
    }


def insert(row: models.Model, **changes: Any) -> None:
    values = column_values(row, **changes)
    columns = ", ".join(f'"{column}"' for column in values)
    places = ", ".join(["%s"] * len(values))
    sql(f"INSERT INTO {row._meta.db_table} ({columns}) VALUES ({places})", list(values.values()))


@pytest.fixture
def cast(sides: Sides) -> Cast:
    """Who plays, as the rows know them."""
    return sides.cast


@pytest.fixture
def ours(sides: Sides) -> Rows:
    """Northwind's row of each model; nothing is bound in the database."""
    bind()
    return sides.ours


def test_the_suite_itself_connects_as_a_role_that_the_walls_hold(db: None) -> None:
    refuse_unsafe_role()


def test_every_protected_table_has_its_four_policies_enabled_and_forced(db: None) -> None:
    _, rows = sql(
        "SELECT tablename, array_agg(cmd || ' ' || policyname ORDER BY cmd) FROM pg_policies"
        " GROUP BY tablename"
    )
    policies = ["DELETE deletes", "INSERT inserts", "SELECT reads", "UPDATE updates"]
    expected = [policy.replace(" ", " tenant_") for policy in policies]
    assert dict(rows) == dict.fromkeys(protected_tables(), expected)
    tables = {model._meta.db_table for model in TENANT_MODELS}
    assert set(protected_tables()) == {*tables, Organization._meta.db_table}


# --- Reading --------------------------------------------------------------------------------------
@every_tenant_model
@pytest.mark.parametrize("value", ["", "00000000-0000-0000-0000-000000000000"])
def test_without_an_organisation_nobody_s_row_is_read(ours: Rows, model: Model, value: str) -> None:
    bind(value=value)
    table = model._meta.db_table
    assert sql(f"SELECT id FROM {table} WHERE organization_id IS NOT NULL")[1] == []
    assert sql("SELECT id FROM tenants_organization")[1] == []


@every_tenant_model
def test_only_the_bound_organisation_s_rows_are_read(
    cast: Cast, ours: Rows, theirs: Rows, model: Model
) -> None:
    table, both = model._meta.db_table, [str(ours[model].pk), str(theirs[model].pk)]
    question = f"SELECT id FROM {table} WHERE id = ANY(%s::uuid[])"
    for organization, rows in ((cast.northwind, ours), (cast.southridge, theirs)):
        bind(value=organization.pk)
        assert sql(question, [both])[1] == [(rows[model].pk,)]


def test_a_setting_that_is_no_key_is_an_error_and_no_row(ours: Rows) -> None:
    bind(value="everything")
    with pytest.raises(DataError):
        sql("SELECT id FROM workloads_workload")


# --- Writing --------------------------------------------------------------------------------------
@every_tenant_model
def test_a_row_cannot_be_inserted_for_another(
    cast: Cast, ours: Rows, theirs: Rows, model: Model
) -> None:
    for value in ("", cast.northwind.pk):
        bind(value=value)
        # A catalogue's reference is looked up by a trigger, which may be the first to refuse.
        with pytest.raises((ProgrammingError, IntegrityError), match=r"row-level security|not of"):
            insert(theirs[model], id=new_id())


@every_tenant_model
def test_another_s_row_is_neither_updated_nor_deleted(
    cast: Cast, ours: Rows, theirs: Rows, model: Model
) -> None:
    table, foreign = model._meta.db_table, theirs[model].pk
    for value in ("", cast.northwind.pk):
        bind(value=value)
        assert sql(f"UPDATE {table} SET id = id WHERE id = %s", [foreign])[0] == 0
        assert sql(f"DELETE FROM {table} WHERE id = %s", [foreign])[0] == 0


@every_tenant_model
def test_a_row_cannot_be_moved_to_another(cast: Cast, ours: Rows, model: Model) -> None:
    bind(value=cast.northwind.pk)
    with pytest.raises(DatabaseError, match=r"row-level security|append-only|never changed|not of"):
        sql(
            f"UPDATE {model._meta.db_table} SET organization_id = %s WHERE id = %s",
            [cast.southridge.pk, ours[model].pk],
        )


REFERENCES = [
    pytest.param((model, one), id=one.name)
    for model in TENANT_MODELS
    for one in model._meta.constraints
    if isinstance(one, TenantReference | CatalogueReference)
]


APART: dict[Model, Callable[[], dict[str, Any]]] = {
    ImprovementItem: lambda: {"choice_id": "another"},
    RiskAcceptance: lambda: {"question_id": "another"},
    Report: lambda: {"job_id": Job.objects.create(kind="test").pk},
}
"""What tells a second row from the first, where the reference is no part of what is unique."""


@pytest.mark.parametrize("reference", REFERENCES)
def test_a_row_cannot_be_hung_under_another_s(
    cast: Cast,
    ours: Rows,
    theirs: Rows,
    reference: tuple[Model, TenantReference | CatalogueReference],
) -> None:
    bind(value=cast.northwind.pk)
    model, one = reference
    foreign = theirs[apps.get_model(one.to)].pk

    def update() -> None:
        statement = f'UPDATE {model._meta.db_table} SET "{one.field}_id" = %s WHERE id = %s'
        sql(statement, [foreign, ours[model].pk])
        sql("SET CONSTRAINTS ALL IMMEDIATE")

    def add() -> None:
        with in_organization(cast.northwind.pk):
            values = APART[model]() if model in APART else {}
        bind(value=cast.northwind.pk)
        insert(ours[model], id=new_id(), **{**values, f"{one.field}_id": foreign})
        sql("SET CONSTRAINTS ALL IMMEDIATE")

    for write in (update, add):
        # A milestone is never changed at all, and says so first.
        refused = pytest.raises(DatabaseError, match=r"foreign key|not of|never changed")
        with refused, transaction.atomic():
            write()


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE workloads_workload DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE workloads_workload NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY tenant_reads ON workloads_workload",
        "CREATE POLICY everything ON workloads_workload USING (true)",
        "DROP TRIGGER tenants_auditevent_append_only ON tenants_auditevent",
        "TRUNCATE tenants_auditevent",
        "TRUNCATE workloads_workload CASCADE",
    ],
)
def test_the_role_cannot_take_the_wall_down(db: None, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"must be owner|permission denied"):
        sql(statement)


# --- The audit log --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "verb", ["UPDATE tenants_auditevent SET verb = 'x'", "DELETE FROM tenants_auditevent"]
)
def test_one_s_own_audit_events_are_append_only(cast: Cast, ours: Rows, verb: str) -> None:
    bind(value=cast.northwind.pk)
    with pytest.raises(DatabaseError, match="append-only"):
        sql(f"{verb} WHERE id = %s", [ours[AuditEvent].pk])


# --- The catalogue --------------------------------------------------------------------------------
@pytest.fixture
def built_in(cast: Cast, ours: Rows) -> Iterator[UUID]:
    """A built-in lens, committed by the superuser, who alone can."""
    key, name = new_id(), secrets.token_hex(8)
    url, database = os.environ["PLUMBLINE_TEST_POSTGRES_URL"], connection.settings_dict["NAME"]
    with closing(psycopg2.connect(url, dbname=database)) as superuser:
        superuser.autocommit = True
        with superuser.cursor() as cursor:
            cursor.execute(
                "INSERT INTO lenses_lens (id, name, name_key, alias, created_at)"
                " VALUES (%s, %s, %s, %s, now())",
                [str(key), name, name, name],
            )
            yield key
            cursor.execute("DELETE FROM lenses_lens WHERE id = %s", [str(key)])


def test_what_is_built_in_is_read_by_all_and_written_by_none(cast: Cast, built_in: UUID) -> None:
    for value in ("", cast.northwind.pk, cast.southridge.pk):
        bind(value=value)
        assert sql("SELECT id FROM lenses_lens WHERE id = %s", [built_in])[1] == [(built_in,)]
        assert sql("UPDATE lenses_lens SET name = 'x' WHERE id = %s", [built_in])[0] == 0
        assert sql("DELETE FROM lenses_lens WHERE id = %s", [built_in])[0] == 0


@pytest.mark.parametrize(
    "model", [model for model in TENANT_MODELS if issubclass(model, CatalogueModel)]
)
def test_nothing_is_added_to_the_catalogue(cast: Cast, ours: Rows, model: Model) -> None:
    for value in ("", cast.northwind.pk):
        bind(value=value)
        with pytest.raises(DatabaseError, match=r"row-level security|not of"):
            insert(ours[model], id=new_id(), organization_id=None)
    bind(value=cast.northwind.pk)
    with pytest.raises(DatabaseError, match=r"row-level security|not of|never changed"):
        sql(
            f"UPDATE {model._meta.db_table} SET organization_id = NULL WHERE id = %s",
            [ours[model].pk],
        )


def test_a_review_can_use_what_is_built_in(cast: Cast, ours: Rows, built_in: UUID) -> None:
    bind(value=cast.northwind.pk)
    with transaction.atomic():
        statement = "UPDATE reviews_lensreview SET lens_id = %s WHERE id = %s"
        assert sql(statement, [built_in, ours[LensReview].pk])[0] == 1
        # Or the superuser would wait for this transaction before it takes its lens away again.
        transaction.set_rollback(True)


# --- A person, and the list of organisations ------------------------------------------------------
def test_a_person_reads_their_own_memberships_and_changes_none(cast: Cast) -> None:
    bind(USER_SETTING, cast.viewer.pk)
    assert sql("SELECT user_id FROM tenants_membership")[1] == [(cast.viewer.pk,)]
    assert sql("SELECT slug FROM tenants_organization")[1] == [("northwind",)]
    assert sql("UPDATE tenants_membership SET role = 'owner'")[0] == 0
    assert sql("DELETE FROM tenants_membership")[0] == 0
    assert sql("UPDATE tenants_organization SET plan = 'free of charge'")[0] == 0
    assert sql("DELETE FROM tenants_organization")[0] == 0
    assert sql("SELECT id FROM tenants_auditevent")[1] == []
    row = Membership(user=cast.viewer, role="owner", organization_id=cast.southridge.pk)
    with pytest.raises(ProgrammingError, match="row-level security"):
        insert(row)


def test_listing_organisations_opens_nothing_else_and_changes_nothing(cast: Cast) -> None:
    bind(LISTING_SETTING, "on")
    assert {slug for (slug,) in sql("SELECT slug FROM tenants_organization")[1]} == {
        "northwind",
        "southridge",
    }
    assert sql("UPDATE tenants_organization SET plan = 'free of charge'")[0] == 0
    assert sql("DELETE FROM tenants_organization")[0] == 0
    for table in set(protected_tables()) - {"tenants_organization"}:
        assert sql(f"SELECT id FROM {table} WHERE organization_id IS NOT NULL")[1] == []


def test_an_organisation_writes_itself_and_no_other(cast: Cast) -> None:
    bind(value=cast.northwind.pk)
    assert sql("UPDATE tenants_organization SET name = 'North'")[0] == 1
    with pytest.raises(ProgrammingError, match="row-level security"):
        insert(cast.northwind, id=new_id(), slug="third", account_id="3" * 12)


# --- Binding --------------------------------------------------------------------------------------
def test_python_s_binding_is_the_database_s_and_ends_with_it(cast: Cast) -> None:
    def bound() -> str:
        return str(sql("SELECT current_setting(%s, true)", [ORGANIZATION_SETTING])[1][0][0] or "")

    southridge = cast.southridge.pk
    with in_organization(cast.northwind.pk):
        assert bound() == str(cast.northwind.pk)
        with in_organization(southridge):
            assert bound() == str(southridge)
        assert bound() == str(cast.northwind.pk)
        with pytest.raises(ZeroDivisionError), transaction.atomic(), in_organization(southridge):
            _ = 1 / 0
        assert bound() == str(cast.northwind.pk)
    assert bound() == ""
