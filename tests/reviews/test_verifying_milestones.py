"""`manage.py verify_milestones`: every milestone of every organisation, each broken one named."""

import io

import pytest
from django.core.management import CommandError, call_command

from lenses.services import delete_lens, deprecate_version
from reviews.models import LensReview
from reviews.services.milestones import save_milestone
from tenants.context import in_organization
from tenants.models import Organization
from tenants.permissions import Role
from tests.builders import make_review
from tests.conftest import Cast
from tests.reviews.milestones import A, Save, flipped, saving, say, tamper


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    """A review of Payments, nothing answered."""
    return make_review()


@pytest.fixture
def save(cast: Cast) -> Save:
    return saving(cast)


def verify() -> tuple[str, str]:
    """Return what the command says, and what it complains of."""
    said, complained = io.StringIO(), io.StringIO()
    try:
        call_command("verify_milestones", stdout=said, stderr=complained)
    except CommandError as error:
        complained.write(str(error))
    return said.getvalue(), complained.getvalue()


def test_milestones_that_are_what_was_saved_are_counted(
    cast: Cast, review: LensReview, save: Save
) -> None:
    say(cast, review, A)
    save(review, "First"), save(review, "Second")
    assert verify() == ("2 milestones are what was saved.\n", "")


def test_they_are_so_after_their_lens_was_deprecated_and_deleted(
    cast: Cast, review: LensReview, save: Save
) -> None:
    save(review)
    deprecate_version(actor=cast.actor(Role.ADMIN), lens_id=review.lens_id)
    delete_lens(actor=cast.actor(Role.ADMIN), lens_id=review.lens_id, name=review.lens.name)
    assert verify() == ("1 milestone is what was saved.\n", "")


def test_a_flipped_byte_is_named_with_its_place_whoever_it_belongs_to(
    cast: Cast, review: LensReview, save: Save
) -> None:
    save(review, "First")
    second = save(review, "Second")
    tamper(second, snapshot=flipped(second))
    with in_organization(cast.southridge.pk):
        theirs = save_milestone(
            actor=cast.southridge_actor, workload_id=make_review().workload_id, name="Theirs"
        )
        tamper(theirs, snapshot=flipped(theirs))
    said, complained = verify()
    assert said == ""
    assert "northwind: workload “Payments”, milestone 2 “Second”: " in complained
    assert "southridge: workload “Payments”, milestone 1 “Theirs”: " in complained
    assert "“First”" not in complained
    assert "2 of 3 milestones are broken" in complained


def test_a_broken_milestone_ends_the_command_with_an_error(review: LensReview, save: Save) -> None:
    tamper(save(review), sha256="0" * 64)
    with pytest.raises(CommandError, match="1 of 1 milestones is broken") as refused:
        call_command("verify_milestones", stderr=io.StringIO())
    assert refused.value.returncode == 1


@pytest.mark.parametrize("values", [{"counts": {"HIGH": 9}}, {"lens_counts": []}])
def test_counts_that_are_not_those_of_the_snapshot_are_named(
    review: LensReview, save: Save, values: dict[str, object]
) -> None:
    tamper(save(review), **values)
    assert "the counts beside the snapshot are not those" in verify()[1]
