"""The second wall: what PostgreSQL itself enforces, declared beside the model as constraints.

Each class here is a Django constraint, so the declaration stands in ``Meta.constraints``, travels
in migrations both ways, and is a no-op on SQLite, which has neither row policies nor roles. Use
``tenant_constraints()`` and ``catalogue_constraints()``; tests/tenancy walks all models and fails
on one without them.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement, Table

from tenants.context import LISTING_SETTING, ORGANIZATION_SETTING, USER_SETTING

# After a transaction-local setting ends PostgreSQL reads it as '' and not as NULL.
CURRENT_ORGANIZATION = f"NULLIF(current_setting('{ORGANIZATION_SETTING}', true), '')::uuid"
CURRENT_USER = f"NULLIF(current_setting('{USER_SETTING}', true), '')::uuid"
LISTS_ORGANIZATIONS = f"current_setting('{LISTING_SETTING}', true) = 'on'"


class PostgreSQLConstraint(models.BaseConstraint, ABC):
    """A constraint made of PostgreSQL statements; ``violation_error_message`` plays no part."""

    @abstractmethod
    def statements(self, model: type[models.Model]) -> tuple[str, str]:
        """Return the SQL that makes and the SQL that removes it; ``%(table)s`` is the table."""

    def constraint_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> Any:
        # In CREATE TABLE there is no room for it: it follows when the table stands.
        statement = self.create_sql(model, schema_editor)
        if statement is not None and schema_editor is not None:
            schema_editor.deferred_sql.append(statement)

    def create_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> Any:
        return self._statement(model, schema_editor, 0)

    def remove_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> Any:
        return self._statement(model, schema_editor, 1)

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Nothing to say about one row in Python: the managers are the wall there."""

    def _statement(
        self,
        model: type[models.Model] | None,
        schema_editor: BaseDatabaseSchemaEditor | None,
        which: int,
    ) -> Statement | None:
        if model is None or schema_editor is None:
            return None
        if schema_editor.connection.vendor != "postgresql":
            return None
        table = Table(model._meta.db_table, schema_editor.quote_name)
        return Statement(self.statements(model)[which], table=table)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((type(self), self.name))


class TenantPolicy(PostgreSQLConstraint):
    """Row-level security, enabled and forced.

    ``kind`` says who sees and writes a row:

    - ``tenant``: the bound organisation.
    - ``membership``: the same; a bound person may read their own.
    - ``organization``: the bound organisation itself; a bound person reads theirs, a lister all.
    - ``catalogue``: the bound organisation; rows of none are read by all and written only by the
      owner of the table (who runs migrations, never the web).
    """

    KINDS = ("tenant", "membership", "organization", "catalogue")

    def __init__(self, *, name: str, kind: str = "tenant") -> None:
        if kind not in self.KINDS:
            raise ValueError(f"No such kind of policy: {kind}")
        super().__init__(name=name)
        self.kind = kind

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, tuple(args), {**kwargs, "kind": self.kind}

    def statements(self, model: type[models.Model]) -> tuple[str, str]:
        reads, writes = self._conditions(model)
        create = [
            "ALTER TABLE %(table)s ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE %(table)s FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY tenant_reads ON %(table)s FOR SELECT USING ({reads})",
            f"CREATE POLICY tenant_inserts ON %(table)s FOR INSERT WITH CHECK ({writes})",
            f"CREATE POLICY tenant_updates ON %(table)s FOR UPDATE"
            f" USING ({writes}) WITH CHECK ({writes})",
            f"CREATE POLICY tenant_deletes ON %(table)s FOR DELETE USING ({writes})",
        ]
        remove = [
            f"DROP POLICY IF EXISTS tenant_{verb} ON %(table)s"
            for verb in ("reads", "inserts", "updates", "deletes")
        ] + [
            "ALTER TABLE %(table)s NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE %(table)s DISABLE ROW LEVEL SECURITY",
        ]
        return "; ".join(create), "; ".join(remove)

    def _conditions(self, model: type[models.Model]) -> tuple[str, str]:
        own = f"organization_id = {CURRENT_ORGANIZATION}"
        if self.kind == "membership":
            return f"{own} OR user_id = {CURRENT_USER}", own
        if self.kind == "organization":
            own = f"id = {CURRENT_ORGANIZATION}"
            theirs = (
                "id IN (SELECT organization_id FROM tenants_membership"
                f" WHERE user_id = {CURRENT_USER})"
            )
            return f"{own} OR {theirs} OR {LISTS_ORGANIZATIONS}", own
        if self.kind == "catalogue":
            owner = (
                "(SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class"
                f" WHERE oid = '{model._meta.db_table}'::regclass)"
            )
            return (
                f"organization_id IS NULL OR {own}",
                f"{own} OR (organization_id IS NULL AND {owner})",
            )
        return own, own


class OrganizationKey(models.UniqueConstraint):
    """The unique pair ``(organization_id, id)`` that composite foreign keys point at."""

    def __init__(self, *, name: str, fields: Sequence[str] = ("organization", "id")) -> None:
        super().__init__(fields=fields, name=name)

    def remove_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> Any:
        if model is None or schema_editor is None or schema_editor.connection.vendor == "sqlite":
            return super().remove_sql(model, schema_editor)
        # A migration undone drops this key before the tables whose references need it.
        return Statement(
            f'ALTER TABLE %(table)s DROP CONSTRAINT IF EXISTS "{self.name}" CASCADE',
            table=Table(model._meta.db_table, schema_editor.quote_name),
        )


class TenantReference(PostgreSQLConstraint):
    """A composite foreign key ``(organization_id, <field>_id) → (organization_id, id)``.

    PostgreSQL checks plain foreign keys past the row policies, so without it a row could point at
    another organisation's.
    """

    def __init__(self, *, name: str, field: str, to: str) -> None:
        super().__init__(name=name)
        self.field = field
        self.to = to

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, tuple(args), {**kwargs, "field": self.field, "to": self.to}

    def statements(self, model: type[models.Model]) -> tuple[str, str]:
        target = apps.get_model(self.to)._meta.db_table
        create = (
            f'ALTER TABLE %(table)s ADD CONSTRAINT "{self.name}"'
            f' FOREIGN KEY (organization_id, "{self.field}_id")'
            f' REFERENCES "{target}" (organization_id, id) DEFERRABLE INITIALLY DEFERRED'
        )
        return create, f'ALTER TABLE %(table)s DROP CONSTRAINT IF EXISTS "{self.name}"'


class CatalogueReference(PostgreSQLConstraint):
    """A reference to a row that is the organisation's own or built in.

    A composite key cannot say "or NULL", so a trigger does. It runs with the writer's rights, under
    the writer's row policies, and so sees what the writer may see.
    """

    def __init__(self, *, name: str, field: str, to: str) -> None:
        super().__init__(name=name)
        self.field = field
        self.to = to

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, tuple(args), {**kwargs, "field": self.field, "to": self.to}

    def statements(self, model: type[models.Model]) -> tuple[str, str]:
        target = apps.get_model(self.to)._meta.db_table
        column = f"{self.field}_id"
        create = f"""
            CREATE FUNCTION "{self.name}"() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NEW."{column}" IS NOT NULL AND NOT EXISTS (
                    SELECT 1 FROM "{target}" WHERE id = NEW."{column}" AND
                    (organization_id IS NULL OR organization_id = NEW.organization_id)
                ) THEN
                    RAISE EXCEPTION '{self.name}: %% is not of this organisation', NEW."{column}"
                    USING ERRCODE = 'foreign_key_violation';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER "{self.name}" BEFORE INSERT OR UPDATE OF organization_id, "{column}"
            ON %(table)s FOR EACH ROW EXECUTE FUNCTION "{self.name}"()
        """
        remove = (
            f'DROP TRIGGER IF EXISTS "{self.name}" ON %(table)s;'
            f' DROP FUNCTION IF EXISTS "{self.name}"()'
        )
        return create, remove


def tenant_constraints(**parents: str) -> list[models.BaseConstraint]:
    """Return what every tenant model declares.

    ``parents`` maps each foreign key to the tenant model behind it:
    ``workload="workloads.Workload"``.
    """
    return [
        TenantPolicy(name="%(app_label)s_%(class)s_policy"),
        OrganizationKey(name="%(app_label)s_%(class)s_in_organization"),
        *(
            TenantReference(name=f"%(app_label)s_%(class)s_{field}", field=field, to=to)
            for field, to in parents.items()
        ),
    ]


def catalogue_constraints(**parents: str) -> list[models.BaseConstraint]:
    """Return what every model of the catalogue declares; ``parents`` as in tenant_constraints."""
    return [
        TenantPolicy(name="%(app_label)s_%(class)s_policy", kind="catalogue"),
        *(
            CatalogueReference(name=f"%(app_label)s_%(class)s_{field}", field=field, to=to)
            for field, to in parents.items()
        ),
    ]
