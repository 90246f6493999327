"""The plan by keyboard: through the rows, one edited in place, several changed at once."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Complaints, OpenPage, sign_in
from tests.e2e.sites import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]


@pytest.fixture
def page(demo: Server, open_page: OpenPage) -> Page:
    opened = open_page()
    sign_in(opened, demo)
    opened.goto(f"{demo.url}/o/demo/workloads/")
    workload = opened.get_by_role("link", name="Order platform").get_attribute("href")
    # Until it is loaded: keys that come before the script are nobody's.
    opened.goto(f"{demo.url}{workload}plan/")
    expect(opened.locator("[data-item]").first).to_be_visible()
    return opened


def test_a_row_is_edited_in_place_and_keeps_the_focus(page: Page) -> None:
    keys = page.keyboard
    keys.press("j")
    keys.press("j")
    row = page.locator("[data-item]").nth(1)
    expect(row).to_be_focused()
    keys.press("e")
    form = page.locator("[data-edit-form]")
    expect(form.locator("[name=status]")).to_be_focused()
    keys.press("Escape")
    expect(form).to_have_count(0)
    expect(row).to_be_focused()
    keys.press("e")
    form.locator("[name=ticket_key]").fill("OPS-42")
    keys.press("Enter")
    expect(form).to_have_count(0)
    expect(row).to_contain_text("OPS-42")
    expect(row).to_be_focused()


def test_what_makes_no_sense_is_said_in_the_row(page: Page, complaints: Complaints) -> None:
    page.keyboard.press("j")
    page.keyboard.press("e")
    form = page.locator("[data-edit-form]")
    form.locator("[name=status]").select_option("dismissed")
    form.get_by_role("button", name="Save").click()
    expect(form).to_contain_text("Say why it is dismissed.")
    expect(form.locator("[name=reason]")).to_be_focused()
    complaints.forgive("422")


def test_selected_rows_are_changed_at_once(page: Page) -> None:
    bar = page.locator("#bulk")
    expect(bar.get_by_role("button", name="Change")).to_be_hidden()
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    expect(bar).to_contain_text("2 selected")
    bar.locator("[name=status]").select_option("in_progress")
    bar.get_by_role("button", name="Change").click()
    expect(page.locator(".toast")).to_contain_text("changed.")
    expect(page.locator("[data-item]").nth(1)).to_contain_text("In progress")


def test_filters_and_keys_are_told(page: Page) -> None:
    page.locator(".plan-filters [name=group]").select_option("owner")
    expect(page.locator(".plan-group").first).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_contain_text("Edit the item")
