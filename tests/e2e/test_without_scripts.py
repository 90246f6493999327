"""With JavaScript off the review still works, a Save button appears."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenPage, sign_in
from tests.e2e.sites import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]


def test_a_question_is_answered_without_scripts(demo: Server, open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    sign_in(page, demo)
    page.get_by_role("link", name="Reporting warehouse").first.click()
    page.get_by_role("link", name="Review", exact=True).click()
    expect(page.locator("#question-risk")).to_contain_text("Unanswered")

    page.locator("input[name=choice]").first.check()
    page.locator("#notes").fill("Without scripts.")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator("#question-risk")).not_to_contain_text("Unanswered")
    expect(page.locator("#notes")).to_have_value("Without scripts.")
    expect(page.locator("#navigator-head")).to_contain_text("1 of 6")


def test_the_other_pages_work_without_scripts(demo: Server, open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    sign_in(page, demo)
    page.goto(f"{demo.url}/o/demo/workloads/")
    page.locator("input[name=q]").fill("portal")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Customer portal")).to_be_visible()
    expect(page.get_by_role("link", name="Payments API")).to_have_count(0)

    page.get_by_role("link", name="Customer portal").click()
    page.get_by_role("link", name="Milestones", exact=True).click()
    page.locator("main form:has(input[name=name]) input[name=name]").first.fill("Quiet one")
    page.locator("main form:has(input[name=name]) button[type=submit]").first.click()
    expect(page.get_by_role("link", name="Quiet one", exact=True).first).to_be_visible()
