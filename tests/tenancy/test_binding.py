"""What is open while a person, a list of organisations or one organisation is bound."""

import threading

import pytest
from django.db import transaction

from tenants.context import (
    NothingBound,
    Scope,
    across_organizations,
    acting_as,
    current_organization_id,
    current_scope,
    in_organization,
)
from tenants.managers import ForeignRow
from tenants.models import AuditEvent, Membership, Organization
from tests.builders import make_workload
from tests.conftest import Cast
from workloads.models import Workload


# --- A person, and the list of organisations ------------------------------------------------------
def test_a_person_reads_their_own_memberships_and_changes_none(cast: Cast) -> None:
    with acting_as(cast.viewer.pk):
        [membership] = Membership.objects.all()
        assert membership.user_id == cast.viewer.pk
        assert [o.slug for o in Organization.objects.all()] == ["northwind"]
        organization = Organization.objects.get()
        membership.role = "owner"
        organization.plan = "free of charge"
        for write in (
            membership.save,
            membership.delete,
            organization.save,
            organization.delete,
            lambda: Membership.objects.update(role="owner"),
            lambda: Membership.objects.all().delete(),
            lambda: Membership.objects.create(user=cast.viewer, role="owner"),
            lambda: Membership.objects.bulk_update([membership], ["role"]),
            lambda: Organization.objects.update(plan="free of charge"),
            lambda: Organization.objects.all().delete(),
            Workload.objects.count,
        ):
            with pytest.raises(NothingBound), transaction.atomic():
                write()


def test_listing_organisations_opens_nothing_else_and_changes_nothing(cast: Cast) -> None:
    with across_organizations(reason="a test"):
        assert {o.slug for o in Organization.objects.all()} == {"northwind", "southridge"}
        for use in (
            lambda: Organization.objects.update(plan="free of charge"),
            lambda: Organization.objects.all().delete(),
            lambda: Organization.objects.first().delete(),
            Membership.objects.count,
            AuditEvent.objects.count,
        ):
            with pytest.raises(NothingBound), transaction.atomic():
                use()
    with pytest.raises(ValueError, match="Say why"), across_organizations(reason=""):
        pass


def test_an_organisation_writes_itself_and_no_other(cast: Cast) -> None:
    with in_organization(cast.northwind.pk):
        assert Organization.objects.update(name="North") == 1
        for write in (cast.southridge.save, cast.southridge.delete):
            with pytest.raises(ForeignRow), transaction.atomic():
                write()
        for write in (
            lambda: Organization.objects.create(name="Third", slug="third", account_id="1" * 12),
            lambda: Organization.objects.bulk_create(
                [Organization(pk=cast.northwind.pk, name="x", slug="southridge")],
                update_conflicts=True,
                unique_fields=["slug"],
                update_fields=["name"],
            ),
        ):
            with pytest.raises(ForeignRow), transaction.atomic():
                write()
    with in_organization(cast.southridge.pk):
        assert Organization.objects.get().name == "Southridge"


# --- Binding --------------------------------------------------------------------------------------
def test_a_bind_inside_another_is_taken_back_also_after_an_error(cast: Cast) -> None:
    def names() -> list[str]:
        return [workload.name for workload in Workload.objects.all()]

    southridge = cast.southridge.pk
    with in_organization(cast.northwind.pk):
        make_workload("Northern")
        with in_organization(southridge):
            make_workload("Southern")
            assert names() == ["Southern"]
            with acting_as(cast.viewer.pk), pytest.raises(NothingBound):
                names()
            assert names() == ["Southern"]
        assert names() == ["Northern"]
        # On PostgreSQL an error ends the transaction, so whoever goes on has a savepoint around it.
        with pytest.raises(ZeroDivisionError), transaction.atomic(), in_organization(southridge):
            _ = 1 / 0
        assert names() == ["Northern"]
        assert current_organization_id() == cast.northwind.pk
    assert current_scope() == Scope()


def test_what_was_asked_in_one_organisation_is_not_answered_for_another(cast: Cast) -> None:
    with in_organization(cast.southridge.pk):
        make_workload("Southern")
    with in_organization(cast.northwind.pk):
        asked_for = Workload.objects.all()
    with in_organization(cast.southridge.pk):
        assert list(asked_for) == []


def test_a_thread_starts_with_nothing_bound(cast: Cast) -> None:
    seen: list[Scope] = []
    with in_organization(cast.northwind.pk):
        thread = threading.Thread(target=lambda: seen.append(current_scope()))
        thread.start()
        thread.join()
    assert seen == [Scope()]
