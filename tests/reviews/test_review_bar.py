"""What stands over the panes of a review, and the list of its keys."""

from collections.abc import Callable

import pytest
from django.test import Client

from lenses.definition import letters
from tenants.models import Organization
from tests.builders import make_review

ClientOf = Callable[[str], Client]


@pytest.mark.parametrize(
    ("role", "may"), [("owner", True), ("lead", True), ("contributor", False), ("viewer", False)]
)
def test_who_may_save_a_milestone_is_led_to_it(
    client_of: ClientOf, in_northwind: Organization, role: str, may: bool
) -> None:
    review = make_review()
    workload = f"/o/northwind/workloads/{review.workload_id}"
    page = client_of(role).get(f"{workload}/review/{review.pk}/pillar_1_question_1/")
    assert (f'href="{workload}/milestones/#save-milestone"' in page.content.decode()) is may


def test_the_list_of_keys_names_the_first_and_the_last_letter_of_a_choice(
    client_of: ClientOf, in_northwind: Organization
) -> None:
    review = make_review()
    workload = f"/o/northwind/workloads/{review.workload_id}"
    page = client_of("viewer").get(f"{workload}/review/{review.pk}/pillar_1_question_1/")
    first, *_between, last = letters([f"choice_{number}" for number in range(15)])
    assert f"<kbd>{first}</kbd><kbd>…</kbd><kbd>{last}</kbd>" in page.content.decode()
