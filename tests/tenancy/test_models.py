"""What every model of a tenant declares. A new model that forgets one of these fails here."""

import pytest
from django.apps import apps
from django.db import models

from tenants.constraints import CatalogueReference, OrganizationKey, TenantPolicy, TenantReference
from tenants.managers import TenantManager, TenantQuerySet
from tenants.models import CatalogueModel, Organization, TenantModel
from tests.tenancy.rows import TENANT_MODELS

SHARED_MODELS = {
    "account.EmailAddress": "a person's, who may belong to several organisations",
    "account.EmailConfirmation": "a person's",
    "accounts.User": "a person may belong to several organisations",
    "accounts.User_groups": "Django's own; no page reads it",
    "accounts.User_user_permissions": "Django's own; no page reads it",
    "auth.Group": "Django's own; no page reads it",
    "auth.Group_permissions": "Django's own; no page reads it",
    "auth.Permission": "Django's own; no page reads it",
    "common.QueuedMessage": "tasks that wait: ids only, each bound when it runs",
    "contenttypes.ContentType": "Django's own",
    "sessions.Session": "a browser's",
    "tenants.Organization": "the tenant itself; its policy compares the key",
}
"""The models whose rows no organisation owns, with the reason."""

REACHED_FROM_SHARED = {
    ("accounts.User", "memberships"): "read only where an organisation or the person is bound",
    ("tenants.Organization", "memberships"): "read only where an organisation or person is bound",
}
"""Ways from a shared model to tenants' rows, which a filter could follow past the managers."""

REFERENCES = (TenantReference, CatalogueReference)


def label(model: type[models.Model]) -> str:
    return model._meta.label


def constraints_of(model: type[models.Model], kind: type) -> list[models.BaseConstraint]:
    return [one for one in model._meta.constraints if isinstance(one, kind)]


every_tenant_model = pytest.mark.parametrize("model", TENANT_MODELS, ids=label)


def test_every_model_is_a_tenant_s_or_is_listed_with_a_reason() -> None:
    found = {label(model) for model in apps.get_models(include_auto_created=True)}
    assert found - {label(model) for model in TENANT_MODELS} == set(SHARED_MODELS)


def test_no_other_model_has_an_organization_field() -> None:
    for model in apps.get_models(include_auto_created=True):
        has_field = "organization" in {field.name for field in model._meta.get_fields()}
        assert has_field == (model in TENANT_MODELS), label(model)


@every_tenant_model
def test_the_organization_of_a_row_cannot_be_missing_or_edited(model: type[models.Model]) -> None:
    field = model._meta.get_field("organization")
    assert isinstance(field, models.ForeignKey)
    assert field.related_model is Organization
    assert field.null == issubclass(model, CatalogueModel)
    assert not field.editable


@every_tenant_model
def test_the_key_is_a_uuid_that_is_no_secret_and_no_counter(model: type[models.Model]) -> None:
    assert isinstance(model._meta.pk, models.UUIDField)


@every_tenant_model
def test_every_manager_fails_closed(model: type[models.Model]) -> None:
    managers = [*model._meta.managers, model._base_manager, model._default_manager]
    for manager in managers:
        assert isinstance(manager, TenantManager)
        assert issubclass(manager._queryset_class, TenantQuerySet)
    assert model._meta.base_manager_name == "objects"


@every_tenant_model
def test_the_row_policy_is_declared(model: type[models.Model]) -> None:
    [policy] = constraints_of(model, TenantPolicy)
    assert isinstance(policy, TenantPolicy)
    kind = {"tenants.Membership": "membership"}.get(
        label(model), "catalogue" if issubclass(model, CatalogueModel) else "tenant"
    )
    assert policy.kind == kind


def test_the_organization_s_own_policy_is_declared() -> None:
    [policy] = constraints_of(Organization, TenantPolicy)
    assert isinstance(policy, TenantPolicy)
    assert policy.kind == "organization"


@every_tenant_model
def test_the_pair_that_references_point_at_is_unique(model: type[models.Model]) -> None:
    if issubclass(model, TenantModel):
        [key] = constraints_of(model, OrganizationKey)
        assert isinstance(key, OrganizationKey)
        assert key.fields == ("organization", "id")


@every_tenant_model
def test_every_foreign_key_to_tenants_rows_is_held_inside_the_organisation(
    model: type[models.Model],
) -> None:
    declared = {
        (type(one), one.field, apps.get_model(one.to))
        for one in constraints_of(model, REFERENCES)  # type: ignore[arg-type]
        if isinstance(one, REFERENCES)
    }
    needed = {
        (
            TenantReference if issubclass(field.related_model, TenantModel) else CatalogueReference,
            field.name,
            field.related_model,
        )
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model in TENANT_MODELS
    }
    assert declared == needed


@every_tenant_model
def test_the_database_cascades_nothing_past_the_walls(model: type[models.Model]) -> None:
    assert not model._meta.many_to_many, "a table between two has no organisation"


@every_tenant_model
def test_what_is_unique_is_unique_inside_the_organisation(model: type[models.Model]) -> None:
    # Otherwise one organisation could tell by an error what another has. The rows of a lens's
    # versions belong to the lens, which belongs to an organisation.
    within = ("organization", "lens")
    for field in model._meta.concrete_fields:
        assert field.primary_key or not field.unique, field.name
    for one in constraints_of(model, models.UniqueConstraint):
        assert isinstance(one, models.UniqueConstraint)
        assert one.fields[0] in within or one.name == "lenses_lens_alias", one.name


def test_a_filter_can_reach_tenants_rows_from_shared_ones_only_where_listed() -> None:
    ways = {
        (label(model), relation.get_accessor_name())
        for model in apps.get_models()
        if model not in TENANT_MODELS
        for relation in model._meta.related_objects
        if relation.related_model in TENANT_MODELS
    }
    named = {(name, accessor) for name, accessor in ways if accessor}
    assert named == set(REACHED_FROM_SHARED)
