"""The browser tells its time zone, and the next page goes by it."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage, sign_in
from tests.e2e.sites import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]


def test_times_are_those_of_the_browser_s_zone(demo: Server, open_page: OpenPage) -> None:
    page = open_page(timezone_id="Asia/Kathmandu")
    sign_in(page, demo)
    page.goto(f"{demo.url}/o/demo/workloads/")

    expect(page.locator("td time[title$='+0545']").first).to_be_visible()
