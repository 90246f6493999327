"""What changed in a question since the last milestone, beside the question."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from lenses.models import LensVersion
from reviews.models import LensReview, Milestone
from reviews.services.upgrades import apply_minor
from tenants.models import Organization
from tests.builders import make_lens_version, make_review
from tests.conftest import Cast
from tests.reviews.milestones import NONE_OF_THESE, QUESTION, A, B, C, Save, saving, say
from tests.reviews.versions import loosen, next_version

Shown = Callable[..., str]


@pytest.fixture
def version(in_northwind: Organization) -> LensVersion:
    return make_lens_version()


@pytest.fixture
def review(version: LensVersion) -> LensReview:
    return make_review(version=version)


@pytest.fixture
def save(cast: Cast) -> Save:
    return saving(cast)


@pytest.fixture
def shown(client_of: Callable[[str], Client], review: LensReview) -> Shown:
    """Return a function that asks for the part alone, as the page does."""

    def ask(question: str = QUESTION) -> str:
        ids = {"workload_id": review.workload_id, "review_id": review.pk, "question_id": question}
        url = reverse("question-since", kwargs={"slug": "northwind", **ids})
        response = client_of("viewer").get(url, headers={"HX-Request": "true"})
        assert response.status_code == 200
        return " ".join(response.content.decode().split())

    return ask


def test_ticks_that_came_and_went_and_the_risk_are_shown(
    cast: Cast, review: LensReview, save: Save, shown: Shown
) -> None:
    say(cast, review, A, B)
    save(review, "2026-Q1")
    say(cast, review, B, C)
    page = shown()
    assert "2026-Q1" in page
    assert "Now ticked:</span> Practice 3 of part 1" in page
    assert "No longer ticked:</span> Practice 1 of part 1" in page
    assert "Practice 2" not in page
    assert page.index("Medium risk") < page.index("became") < page.index("High risk")


def test_statuses_reasons_and_notes_are_shown(
    cast: Cast, review: LensReview, save: Save, shown: Shown
) -> None:
    save(review)
    say(cast, review, is_applicable=False, reason="OUT_OF_SCOPE", notes="Not <b>ours</b>.")
    page = shown()
    assert "This question does not apply: " in page
    assert "The notes changed" in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page


def test_a_question_that_stayed_says_so(
    cast: Cast, review: LensReview, save: Save, shown: Shown
) -> None:
    say(cast, review, NONE_OF_THESE)
    save(review)
    say(cast, review, "pillar_1_question_2_no", question="pillar_1_question_2")
    assert "Nothing changed." in shown()


def test_only_the_latest_milestone_counts(
    cast: Cast, review: LensReview, save: Save, shown: Shown
) -> None:
    save(review, "First")
    say(cast, review, A)
    save(review, "Second")
    page = shown()
    assert "Second" in page
    assert "Nothing changed." in page


def test_without_a_milestone_the_way_to_one_is_shown(shown: Shown) -> None:
    assert "No milestone yet." in shown()


def test_a_lens_that_was_added_since_is_named_so(
    version: LensVersion, review: LensReview, save: Save, shown: Shown
) -> None:
    other = make_review(review.workload)
    LensReview.objects.filter(pk=review.pk).delete()
    save(other)
    LensReview.objects.bulk_create([review])
    assert "The lens was added since." in shown()


def test_a_risk_that_a_lens_version_moved_is_told_from_an_answer(
    cast: Cast, version: LensVersion, review: LensReview, save: Save, shown: Shown
) -> None:
    say(cast, review, A)
    save(review)
    newer = next_version(version, loosen)
    assert apply_minor(review_id=review.pk, to_version_id=newer.pk)
    page = shown()
    assert "The answer stayed; version 1.1 of the lens judges it differently." in page
    assert "Nothing changed." not in page


def test_a_milestone_that_cannot_be_read_is_named_and_nothing_else_breaks(
    cast: Cast, review: LensReview, save: Save, shown: Shown
) -> None:
    milestone = save(review, "Torn")
    Milestone.objects.filter(pk=milestone.pk).delete()
    milestone.pk, milestone.sha256 = None, "0" * 64
    milestone.save()
    assert "The milestone “Torn” cannot be read" in shown()
