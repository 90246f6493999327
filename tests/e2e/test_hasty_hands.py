"""Hands that are quicker than the network: nothing is lost, and nothing else is done instead."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.people import ticked
from tests.e2e.sites import Server
from tests.e2e.test_two_editors import open_question

pytestmark = [pytest.mark.browser, pytest.mark.server]

PORTAL = "Customer portal"


@contextmanager
def held(page: Page, address: str | re.Pattern[str], method: str) -> Iterator[None]:
    """Hold back the first request of a kind while the block runs."""
    waiting: list[Route] = []
    is_through = False

    def hold(route: Route) -> None:
        if is_through or route.request.method != method:
            route.continue_()
        else:
            waiting.append(route)

    page.route(address, hold)
    yield
    for _ in range(500):
        if not waiting:
            page.wait_for_timeout(20)
    assert waiting, f"no {method} to {address}"
    is_through = True
    for route in waiting:
        route.continue_()


def test_who_goes_on_before_a_question_came_ends_where_they_went_last(
    demo: Server, open_page: OpenPage
) -> None:
    page = open_page()
    open_question(page, demo, PORTAL, "ownership")
    entries = page.locator(".review-entry")
    with held(page, "**/review/**", "GET"):
        entries.nth(1).click()
        entries.nth(3).click()
    wanted = entries.nth(3)
    title = wanted.locator(".review-entry-title").text_content() or ""
    expect(page.locator("#question-title")).to_have_text(title)
    expect(page.locator("#question-title")).to_be_focused()
    expect(wanted).to_have_attribute("aria-current", "page")
    assert page.url.endswith(wanted.get_attribute("href") or "nowhere")


def test_who_types_on_while_a_comment_is_sent_stays_in_the_field(
    demo: Server, open_page: OpenPage
) -> None:
    page = open_page()
    open_question(page, demo, PORTAL, "ownership")
    before = ticked(page)
    field = page.locator("#comment-text")
    field.fill("First.")
    with held(page, re.compile(r"/comments/\?"), "POST"):
        field.press("Control+Enter")
        field.fill("Second")
    expect(page.locator("#comments")).to_contain_text("First.")
    expect(field).to_be_focused()
    page.keyboard.type(" abc")
    expect(field).to_have_value("Second abc")
    assert ticked(page) == before
