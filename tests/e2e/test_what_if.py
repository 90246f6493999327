"""What if in a browser: figures move while one ticks, and a scenario is kept with Enter."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage, sign_in
from tests.e2e.sites import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]


@pytest.fixture
def page(demo: Server, open_page: OpenPage) -> Page:
    opened = open_page()
    sign_in(opened, demo)
    opened.goto(f"{demo.url}/o/demo/workloads/")
    workload = opened.get_by_role("link", name="Order platform").get_attribute("href")
    opened.goto(f"{demo.url}{workload}plan/what-if/")
    return opened


def test_a_tick_moves_the_figures_and_is_in_the_address(page: Page) -> None:
    result = page.locator("#what-if-result")
    expect(result).to_contain_text("Nothing changes yet.")
    box = page.locator("[name=tick]").first
    box.check()
    expect(result).to_contain_text("What you would do")
    expect(page).to_have_url(re.compile(r"\?tick="))
    page.reload()
    expect(box).to_be_checked()
    expect(result).to_contain_text("What you would do")


def test_enter_in_the_name_keeps_the_scenario(page: Page) -> None:
    page.locator("[name=tick]").first.check()
    expect(page.locator("#what-if-result")).to_contain_text("What you would do")
    page.locator("[name=name]").fill("Kept with Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kept with Enter")
    expect(page.locator("[name=tick]").first).to_be_checked()
