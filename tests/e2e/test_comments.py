"""Two people talk about a question, by keyboard; what is being written is never lost."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Complaints, OpenPage
from tests.e2e.looks import problems_of_looks
from tests.e2e.people import review_of_two
from tests.e2e.sites import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]


def comment(page: Page, text: str) -> None:
    """Write a comment by keyboard alone."""
    expect(page.locator("#comment-text")).to_be_visible()
    page.keyboard.press("c")
    expect(page.locator("#comment-text")).to_be_focused()
    page.keyboard.type(text)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#comment-text")).to_have_value("")


def test_two_people_talk_and_nothing_being_written_is_lost(
    demo: Server, open_page: OpenPage, complaints: Complaints
) -> None:
    ann, ben = review_of_two(demo, open_page)

    # Ben mentions Ann by keyboard: what is offered is the name of a member.
    comment(ben, "Who owns this?")
    ben.keyboard.press("Escape")
    ben.keyboard.press("c")
    ben.keyboard.type("I think @dem")
    options = ben.get_by_role("listbox", name="People to mention").get_by_role("option")
    expect(options).to_have_count(1)
    ben.keyboard.press("Enter")
    expect(ben.locator("#comment-text")).to_have_value("I think @Demo Owner ")
    ben.keyboard.type("does. <img src=x onerror=alert(1)>")
    ben.reload()
    expect(ben.locator("#comment-text")).to_have_value(
        "I think @Demo Owner does. <img src=x onerror=alert(1)>"
    )
    ben.locator("#comment-text").press("Control+Enter")

    # Ann sees it without doing anything, while she writes herself.
    ann.locator("#comment-text").fill("Half a sent")
    expect(ann.locator(".mention-me")).to_have_text("@Demo Owner")
    expect(ann.locator("#comments img")).to_have_count(0)
    expect(ann.locator("#comment-text")).to_have_value("Half a sent")

    # A reply that is being written outlasts what comes in, in its own thread too.
    first = ann.locator("[data-thread]").last
    first.get_by_text("Reply", exact=True).first.click()
    ann.keyboard.type("It is us")
    ben.locator("[data-thread]").last.get_by_text("Reply", exact=True).first.click()
    ben.keyboard.type("Anybody?")
    ben.keyboard.press("Control+Enter")
    expect(first.get_by_text("Anybody?")).to_be_visible()
    expect(first.locator("textarea")).to_have_value("It is us")
    ann.keyboard.type(".")
    ann.keyboard.press("Control+Enter")
    expect(ben.get_by_text("It is us.")).to_be_visible()
    expect(ann.locator("#comment-text")).to_have_value("Half a sent")

    # Settled by one, folded for both.
    first.get_by_role("button", name="Resolve").click()
    expect(ben.get_by_text("Resolved by Demo Owner")).to_be_visible()

    # Assigned in the head, seen by both.
    ben.get_by_role("link", name="Assign…").click()
    ben.locator("#modal").get_by_role("button", name="Assign", exact=True).click()
    expect(ben.locator("#assignment")).to_contain_text("assigned to you")
    expect(ann.locator("#assignment")).to_contain_text("assigned to Ben Builder")

    assert problems_of_looks(ann, "comments") == []
    ben.goto(f"{demo.url}/o/{ben.url.split('/o/')[1].split('/')[0]}/questions/")
    expect(ben.locator(".row-link")).to_have_count(1)
    assert problems_of_looks(ben, "my-questions") == []
