"""No page of workloads, lenses or settings has a link that leads nowhere."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tenants.models import Organization
from tests.builders import make_review
from tests.workloads.pages import LIST, NEW, page_of

ClientOf = Callable[[str], Client]


@pytest.mark.parametrize("role", ["owner", "viewer"])
def test_every_link_of_these_pages_leads_to_a_page(
    client_of: ClientOf, in_northwind: Organization, role: str
) -> None:
    client = client_of(role)
    review = make_review()
    workload = review.workload
    pages = [LIST, page_of(workload), page_of(workload, "lenses"), "/o/northwind/settings/"]
    pages += ["/o/northwind/settings/members/"]
    if role == "owner":
        remove = page_of(workload, f"lenses/{review.pk}/remove")
        pages += [NEW, page_of(workload, "edit"), page_of(workload, "delete"), remove]
    seen = set()
    for address in pages:
        page = client.get(address).content.decode()
        targets = re.findall(r'(?:href|action)="([^"]*)"', page)
        assert all(targets), f"{address} has a link without an address"
        seen |= {link for link in targets if link.startswith("/o/")}
    for link in sorted(seen):
        assert client.get(link).status_code in {200, 302, 405}, link
