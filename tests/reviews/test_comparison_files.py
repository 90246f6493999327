"""A comparison as CSV: all that the page says, one line for each thing, and no formulas."""

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client

from reviews.merge import ChoiceDetail
from reviews.models import Evidence, LensReview
from tenants.models import Organization
from tests.builders import make_review, make_workload
from tests.conftest import Cast
from tests.reviews.milestones import QUESTION, A, B, C, Save, saving, say

ClientOf = Callable[[str], Client]


@pytest.fixture
def review(in_northwind: Organization) -> LensReview:
    """A review of Payments, nothing answered."""
    return make_review()


@pytest.fixture
def save(cast: Cast) -> Save:
    return saving(cast)


def url(review: LensReview, query: str = "from=1&to=now") -> str:
    return f"/o/northwind/workloads/{review.workload_id}/milestones/compare/csv/?{query}"


def table(client: Client, review: LensReview) -> list[list[str]]:
    response = client.get(url(review))
    assert response.status_code == 200
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def of_kind(rows: list[list[str]], kind: str) -> list[list[str]]:
    return [row[1:] for row in rows if row[0] == kind]


def test_every_line_says_what_it_is_and_how_it_stood_at_both_moments(
    cast: Cast, review: LensReview, save: Save, client_of: ClientOf
) -> None:
    lens = review.lens.name
    say(cast, review, A, B, C, notes="Before.")
    save(review, "First")
    excluded = {B: ChoiceDetail(not_applicable=True, reason="OUT_OF_SCOPE", notes="None here.")}
    say(cast, review, A, details=excluded, notes="After.")
    review.pillar_notes = {"pillar_2": "Seen."}
    review.save(update_fields=["pillar_notes"])
    piece = {"review": review, "question_id": QUESTION, "choice_id": A}
    Evidence.objects.create(**piece, kind="link", title="The runbook", url="https://example.com")
    rows = table(client_of("viewer"), review)
    assert rows[0][-2:] == ["First", "now"]
    assert {len(row) for row in rows} == {9}
    pillars = of_kind(rows, "Pillar")
    assert [lens, "Keeping it running", "", "", "", "No risk", "1", "0"] in pillars
    assert len(pillars) == 2 * 5
    place = [lens, "Keeping it running", "1", "How do you care for part 1?"]
    assert of_kind(rows, "Question") == [[*place, "", "Got worse", "No risk", "Medium risk"]]
    title = "Practice {} of part 1".format
    assert of_kind(rows, "Choice") == [
        [*place, title(2), "ticked", "yes", "no"],
        [*place, title(2), "not applicable", "", "Out of scope"],
        [*place, title(3), "ticked", "yes", "no"],
    ]
    assert of_kind(rows, "Notes") == [
        [*place, title(2), "notes", "", "None here."],
        [*place, "", "notes", "Before.", "After."],
        [f"{lens}, Keeping it safe", "", "", "", "", "notes", "", "Seen."],
    ]
    assert of_kind(rows, "Evidence") == [
        [lens, "", "", place[-1], title(1), "added", "", "The runbook"]
    ]


@pytest.mark.parametrize("text", ["=cmd()", "@SUM(A1)", "+1", "-1"])
def test_no_text_of_a_person_becomes_a_formula(
    cast: Cast, review: LensReview, save: Save, client_of: ClientOf, text: str
) -> None:
    save(review, f"{text}  First")
    detail = {B: ChoiceDetail(notes=text)}
    say(cast, review, A, details=detail, notes=text)
    piece = {"review": review, "question_id": QUESTION, "choice_id": A}
    Evidence.objects.create(**piece, kind="link", title=text, url="https://example.com")
    rows = table(client_of("viewer"), review)
    cells = [cell for row in rows for cell in row if text in cell]
    assert len(cells) == 4
    assert all(cell.startswith("'") for cell in cells)


def test_what_cannot_be_compared_is_no_file(
    review: LensReview, save: Save, client_of: ClientOf
) -> None:
    viewer = client_of("viewer")
    assert viewer.get(url(review)).status_code == 404
    save(review)
    assert viewer.get(url(review, "from=9&to=now")).status_code == 404
    assert viewer.get(url(review, "from=yesterday")).status_code == 422


def test_the_file_is_named_after_workload_and_moments(
    review: LensReview, save: Save, client_of: ClientOf
) -> None:
    save(review, "First review")
    response = client_of("viewer").get(url(review))
    assert response["Content-Disposition"] == 'attachment; filename="payments-first-review-now.csv"'


def test_a_workload_of_another_organisation_has_no_file(
    review: LensReview, save: Save, client_of: ClientOf
) -> None:
    save(review)
    make_workload("Ledger")
    for person in ("stranger", "outsider"):
        assert client_of(person).get(url(review)).status_code == 404
