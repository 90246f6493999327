"""axe finds nothing serious on any page: light, dark and on a phone."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.conftest import DESKTOP, Complaints, OpenPage, sign_in
from tests.e2e.sites import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]

PHONE = {"width": 390, "height": 844}
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"viewport": DESKTOP, "color_scheme": "light"},
    "dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "color_scheme": "light"},
}
SIGNED_OUT = (
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/no-such-page/",
)
# Below the organisation; {workload} is one with answers and a milestone, {question} of its review.
SIGNED_IN = (
    "/organizations/new/",
    "/accounts/password/change/",
    "/o/demo/",
    "/o/demo/portfolio/filter/",
    "/o/demo/portfolio/views/",
    "/o/demo/portfolio/risks/",
    "/o/demo/workloads/",
    "/o/demo/workloads/?q=nothing-fits-this",
    "/o/demo/workloads/new/",
    "{workload}",
    "{workload}edit/",
    "{workload}delete/",
    "{workload}lenses/",
    "{workload}review/",
    "{workload}evidence/",
    "{workload}activity/",
    "{workload}activity/restore/",
    "{question}history/",
    "{question}comments/",
    "{question}evidence/",
    "{question}assignment/",
    "{workload}plan/",
    "{workload}milestones/",
    "{workload}milestones/1/",
    "{workload}milestones/compare/?from=1&to=now",
    "{workload}milestones/99/",
    "/o/demo/questions/",
    "/o/demo/search/?q=pay",
    "/o/demo/lenses/",
    "/o/demo/lenses/import/",
    "{lens}",
    "/o/demo/plan/",
    "{workload}plan/accepted/",
    "{workload}plan/next/?days=10",
    "{workload}plan/what-if/?steps=3",
    "{workload}plan/scenarios/",
    "{workload}plan/burn-down/",
    "/o/demo/plan/next/",
    "/o/demo/plan/burn-down/",
    "/o/demo/settings/",
    "/o/demo/settings/members/",
    "/o/nobody/workloads/",
)


def serious_violations(page: Page) -> list[str]:
    """Return axe's serious and critical findings as text."""
    found = Axe().run(page).response["violations"]
    return [
        f"{finding['id']}: {finding['help']} {[node['target'] for node in finding['nodes']][:3]}"
        for finding in found
        if finding["impact"] in {"serious", "critical"}
    ]


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return width


def check(page: Page, address: str) -> list[str]:
    page.goto(address)
    problems = [f"{address} {problem}" for problem in serious_violations(page)]
    if overflow(page) > 0:
        problems.append(f"{address} is {overflow(page)} px wider than the window")
    return problems


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_has_a_serious_violation(
    demo: Server, open_page: OpenPage, complaints: Complaints, look: str
) -> None:
    page = open_page(**LOOKS[look])
    problems = []
    for path in SIGNED_OUT:
        problems += check(page, demo.url + path)
    sign_in(page, demo)
    places = {
        "workload": page.get_by_role("link", name="Payments API").first.get_attribute("href"),
    }
    page.goto(f"{demo.url}{places['workload']}review/")
    places["question"] = urlsplit(page.url).path
    page.goto(f"{demo.url}/o/demo/lenses/")
    lens = page.get_by_role("link", name="Operational Essentials").first
    places["lens"] = lens.get_attribute("href")
    for path in SIGNED_IN:
        problems += check(page, demo.url + path.format(**places))
    complaints.forgive("404")  # two of the pages are meant to be missing
    assert problems == []
