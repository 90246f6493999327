"""Which newer version of its lens a review is offered."""

import pytest
from django.db import connection

from lenses.models import LensVersion
from reviews.models import LensReview
from reviews.selectors import reviews_of
from reviews.selectors_versions import available_upgrade, news_of
from tenants.models import Organization
from tests.builders import make_lens_version, make_review
from tests.reviews.versions import loosen, next_version, reword


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    return make_review()


def test_a_minor_version_that_will_come_by_itself_is_not_offered(review: LensReview) -> None:
    next_version(review.lens_version, loosen)
    assert available_upgrade(review) is None


def test_a_minor_version_behind_a_major_one_is_offered(review: LensReview) -> None:
    major = next_version(review.lens_version, reword, version="2.0", kind="major")
    minor = next_version(major, loosen, version="2.1")
    found = available_upgrade(review)
    assert found is not None
    assert found.version == minor


def test_a_version_of_a_deleted_lens_is_not_offered(review: LensReview) -> None:
    next_version(review.lens_version, reword, version="2.0", kind="major")
    review.lens.deleted_at = review.created_at
    review.lens.save()
    (found,) = reviews_of(review.workload_id)
    assert available_upgrade(found) is None
    assert news_of([found]) == []


def test_versions_from_before_predecessors_were_kept_are_offered(review: LensReview) -> None:
    version = next_version(review.lens_version, reword, version="2.0", kind="major")
    if connection.vendor == "sqlite":
        later = make_lens_version(version="3.0", lens=version.lens, kind="")
        LensVersion.objects.filter(pk=version.pk).update(status="superseded")
        found = available_upgrade(review)
        assert found is not None
        assert found.version == later
