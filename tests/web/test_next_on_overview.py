"""The page of a workload says what to do next."""

from collections.abc import Callable

from django.test import Client

from tenants.models import Organization
from tests.builders import make_review
from tests.conftest import Cast
from tests.improvement.plans import QUESTION, address, planned


def test_the_overview_has_the_first_five_steps(
    in_northwind: Organization, cast: Cast, client_of: Callable[[str], Client]
) -> None:
    review = make_review()
    url = address("workload", workload_id=review.workload_id)
    client = client_of("viewer")
    assert "Next best" not in client.get(url).content.decode()
    for pillar in (1, 2):
        for number in (1, 2, 3):
            planned(cast.actor(), review, f"pillar_{pillar}_question_{number}")
    page = client.get(url).content.decode()
    assert page.count("workload-next-figures") == 5
    assert "High risk to medium risk: 7 points, for 3 days: 2.33 points a day." in page
    assert address("plan-next", workload_id=review.workload_id) in page
    assert f"/review/{review.pk}/{QUESTION}/" in page
