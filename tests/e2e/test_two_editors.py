"""Two people in one review, and a network that fails: nothing is overwritten, nothing is lost."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Complaints, OpenPage, sign_in
from tests.e2e.sites import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]


def open_question(page: Page, site: Server, workload: str, question: str) -> None:
    """Sign in and go to a question of the demo through its links."""
    sign_in(page, site)
    page.get_by_role("link", name=workload).first.click()
    page.get_by_role("navigation", name="Workload", exact=True).get_by_role(
        "link", name="Review"
    ).click()
    page.wait_for_url("**/review/**")
    if page.locator("#question").get_attribute("data-question") != question:
        page.locator(f'.review-entry[href*="/{question}/"]').click()
    expect(page.locator("#question")).to_have_attribute("data-question", question)


def saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_contain_text("Saved")


def test_ticks_of_two_people_are_both_kept(demo: Server, open_page: OpenPage) -> None:
    ann, ben = open_page(), open_page()
    for page in (ann, ben):
        open_question(page, demo, "Reporting warehouse", "ownership")

    ann.keyboard.press("a")
    saved(ann)
    ben.keyboard.press("b")
    saved(ben)

    expect(ben.locator("#choice-ownership_named_team")).to_be_checked()
    ann.reload()
    expect(ann.locator("#choice-ownership_dependencies")).to_be_checked()
    expect(ann.locator("#choice-ownership_named_team")).to_be_checked()


def test_two_texts_are_both_shown_and_one_chooses(
    demo: Server, open_page: OpenPage, complaints: Complaints
) -> None:
    ann, ben = open_page(), open_page()
    for page in (ann, ben):
        open_question(page, demo, "Reporting warehouse", "incident")

    # Otherwise Ann's text would stand in Ben's page before he writes his own.
    ben.context.set_offline(True)
    ann.locator("#notes").fill("Ann was here.")
    saved(ann)
    ben.locator("#notes").fill("Ben was here.")
    expect(ben.locator("#save-state")).to_contain_text("Not saved")
    ben.context.set_offline(False)
    expect(ben.get_by_text("A colleague changed this text too")).to_be_visible()
    complaints.forgive("409")  # the browser reports the answer's status; the page shows the texts
    expect(ben.locator("[data-mine]")).to_have_text("Ben was here.")
    expect(ben.locator("#notes")).to_have_value("Ann was here.")
    # Further changes do not take the text away, and nobody leaves without having chosen.
    ben.locator("[data-key=a]").click()
    expect(ann.locator("[data-key=a]")).to_be_checked()
    ben.keyboard.press("j")
    expect(ben.locator("[data-mine]")).to_have_text("Ben was here.")

    ben.get_by_role("button", name="Keep both").click()
    saved(ben)
    ann.reload()
    expect(ann.locator("#notes")).to_have_value("Ann was here.\n\nBen was here.")


def test_a_key_pressed_the_moment_a_question_appears_is_saved(
    demo: Server, open_page: OpenPage
) -> None:
    page = open_page()
    open_question(page, demo, "Customer portal", "change")
    page.evaluate(
        """document.addEventListener("htmx:afterSwap", (event) => {
            if (event.detail.target.id === "question-pane") {
                document.dispatchEvent(new KeyboardEvent("keydown", { key: "b", bubbles: true }));
            }
        }, { once: true })"""
    )

    page.keyboard.press("j")

    expect(page.locator("#question")).not_to_have_attribute("data-question", "change")
    saved(page)


def test_a_change_made_while_the_network_is_away_is_saved_when_it_returns(
    demo: Server, open_page: OpenPage, complaints: Complaints
) -> None:
    page = open_page()
    open_question(page, demo, "Customer portal", "change")

    page.context.set_offline(True)
    page.keyboard.press("a")
    expect(page.locator("#save-state")).to_contain_text("Not saved")
    page.keyboard.press("b")
    page.context.set_offline(False)

    saved(page)
    page.reload()
    expect(page.locator("#choice-change_version_control")).to_be_checked()
    expect(page.locator("#choice-change_automatic_tests")).to_be_checked()


def test_a_note_typed_just_before_leaving_is_kept(demo: Server, open_page: OpenPage) -> None:
    page = open_page()
    open_question(page, demo, "Customer portal", "learning")

    page.locator("#notes").press_sequentially("Half a sentence")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Lenses").click()
    page.wait_for_url("**/lenses/")
    page.go_back()

    expect(page.locator("#notes")).to_have_value("Half a sentence")


def test_a_note_is_kept_when_the_tab_is_closed_at_once(demo: Server, open_page: OpenPage) -> None:
    page = open_page()
    open_question(page, demo, "Customer portal", "recovery")
    address = page.url

    page.locator("#notes").press_sequentially("Closed in a hurry")
    page.goto("about:blank")

    # The browser sends it behind the closed page; how fast is up to the browser.
    for _attempt in range(20):
        page.goto(address)
        if page.locator("#notes").input_value():
            break
    expect(page.locator("#notes")).to_have_value("Closed in a hurry")
