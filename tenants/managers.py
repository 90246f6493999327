"""The first wall: managers that fail closed.

Without a bound organisation every query raises ``NothingBound`` before any SQL is made; inside one,
only its rows exist. ``TenantModel`` names this manager as its base manager too, so foreign keys,
``refresh_from_db`` and ``save`` pass through it like everything else.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from django.db import models
from django.db.models.query import RawQuerySet

from tenants.context import NothingBound, current_organization_id, current_scope

M = TypeVar("M", bound=models.Model)


class ForeignRow(RuntimeError):
    """A row of another organisation was about to be written: a programming error."""


def refuse_foreign_parents(row: models.Model, owner: UUID | None) -> None:
    """Raise ForeignRow when ``row`` was given a parent that is not the owner's and not built in.

    Sees the parents that were assigned as objects and asks no query. An id alone is caught by the
    validation of forms, and by PostgreSQL's composite foreign keys.
    """
    for parent in row._state.fields_cache.values():
        _refuse_foreign(parent, owner)


def _refuse_foreign(parent: Any, owner: UUID | None) -> None:
    # A parent without an owner is a person, the organisation itself, or built in.
    if getattr(parent, "__dict__", {}).get("organization_id") not in (None, owner):
        raise ForeignRow(f"{type(parent).__name__} belongs to another organisation.")


class TenantQuerySet(models.QuerySet[M, M]):
    """Rows of the bound organisation."""

    def in_scope(self) -> Self:
        """Narrow to what the bound scope may see; raises NothingBound."""
        return self.filter(organization_id=current_organization_id())

    def owner_of_new_rows(self) -> UUID | None:
        """Return the organisation that rows written now belong to; raises NothingBound.

        Where only reading is allowed (a person is bound, or organisations are listed) it raises, so
        every write asks it.
        """
        return current_organization_id()

    # Django sends every insert (save, create, bulk_create, get_or_create) through _insert and the
    # update half of save() through _update, so these two see all that the public methods can do.

    def _insert(self, objs: Iterable[Any], fields: Any, **kwargs: Any) -> Any:
        owner = self.owner_of_new_rows()
        for row in objs:
            if row.organization_id != owner:
                raise ForeignRow(f"{self.model.__name__} belongs to another organisation.")
        insert = super()._insert  # type: ignore[misc]
        return insert(objs, fields=fields, **kwargs)

    _insert.queryset_only = False  # type: ignore[attr-defined]

    def _update(self, values: Iterable[tuple[Any, Any, Any]]) -> int:
        owner, values = self.owner_of_new_rows(), list(values)
        for field, _model, value in values:
            if field.name == "organization" and value != owner:
                raise ForeignRow(f"{self.model.__name__} cannot move to another organisation.")
        return cast(int, super()._update(values))  # type: ignore[misc]

    _update.queryset_only = False  # type: ignore[attr-defined]

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        rows = list(objs)
        for row in rows:
            refuse_foreign_parents(row, self.owner_of_new_rows())
        found_by: Sequence[str] = kwargs.get("unique_fields") or ()
        if kwargs.get("update_conflicts") and "organization" not in found_by:
            # The row in conflict, which is then overwritten, could be anybody's.
            raise ForeignRow("An upsert names the organisation among its unique fields.")
        return super().bulk_create(rows, *args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        owner = self.owner_of_new_rows()
        if {"organization", "organization_id"} & kwargs.keys():
            raise ForeignRow(f"{self.model.__name__} cannot move to another organisation.")
        for value in kwargs.values():
            _refuse_foreign(value, owner)
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self.owner_of_new_rows()
        return super().delete()

    delete.queryset_only = True  # type: ignore[attr-defined]

    def raw(self, *args: Any, **kwargs: Any) -> "RawQuerySet[Any]":
        raise NothingBound("Raw SQL passes by the tenant's filter; use the query API.")


class TenantManager(models.Manager.from_queryset(TenantQuerySet)):  # type: ignore[misc]
    """The default and base manager of every tenant model."""

    def get_queryset(self) -> TenantQuerySet[Any]:
        queryset = cast("TenantQuerySet[Any]", super().get_queryset())
        return queryset.in_scope()


class OrganizationQuerySet(TenantQuerySet[M]):
    """Organisations: the bound one, those of the bound person, or all when listing."""

    def in_scope(self) -> Self:
        scope = current_scope()
        if scope.organization_id:
            return self.filter(pk=scope.organization_id)
        if scope.user_id:
            return self.filter(memberships__user_id=scope.user_id)
        if scope.lists_organizations:
            return self
        raise NothingBound("Neither an organisation nor a person is bound.")

    def _insert(self, objs: Iterable[Any], fields: Any, **kwargs: Any) -> Any:
        bound = current_organization_id()
        for row in objs:
            if row.pk != bound:
                raise ForeignRow("A new organisation is bound by its own id before it is written.")
        insert = super(TenantQuerySet, self)._insert  # type: ignore[misc]
        return insert(objs, fields=fields, **kwargs)

    _insert.queryset_only = False  # type: ignore[attr-defined]


class MembershipQuerySet(TenantQuerySet[M]):
    """Memberships: of the bound organisation, or of the bound person."""

    def in_scope(self) -> Self:
        scope = current_scope()
        if scope.organization_id is None and scope.user_id is not None:
            return self.filter(user_id=scope.user_id)
        return super().in_scope()


class CatalogueQuerySet(TenantQuerySet[M]):
    """Rows that may be built in (no organisation): readable by all, writable by none."""

    def in_scope(self) -> Self:
        if current_scope().writes_catalogue:
            return self.filter(organization_id=None)
        return self.filter(
            models.Q(organization_id=current_organization_id()) | models.Q(organization_id=None)
        )

    def owner_of_new_rows(self) -> UUID | None:
        if current_scope().writes_catalogue:
            return None
        return current_organization_id()

    def of_ones_own(self) -> Self:
        """Narrow to rows that may be written now."""
        return self.filter(organization_id=self.owner_of_new_rows())

    def update(self, **kwargs: Any) -> int:
        return super(CatalogueQuerySet, self.of_ones_own()).update(**kwargs)

    def _update(self, values: Iterable[tuple[Any, Any, Any]]) -> int:
        return super(CatalogueQuerySet, self.of_ones_own())._update(values)

    _update.queryset_only = False  # type: ignore[attr-defined]

    def delete(self) -> tuple[int, dict[str, int]]:
        return super(CatalogueQuerySet, self.of_ones_own()).delete()

    delete.queryset_only = True  # type: ignore[attr-defined]


class OrganizationManager(TenantManager):
    def get_queryset(self) -> TenantQuerySet[Any]:
        return OrganizationQuerySet(self.model, using=self._db, hints=self._hints).in_scope()


class MembershipManager(TenantManager):
    def get_queryset(self) -> TenantQuerySet[Any]:
        return MembershipQuerySet(self.model, using=self._db, hints=self._hints).in_scope()


class CatalogueManager(TenantManager):
    def get_queryset(self) -> CatalogueQuerySet[Any]:
        return CatalogueQuerySet(self.model, using=self._db, hints=self._hints).in_scope()
