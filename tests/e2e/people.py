"""Two people in one review: what the tests of working together begin with."""

import json
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.builders import lens_document
from tests.e2e.conftest import OpenPage
from tests.e2e.sites import PASSWORD, Server
from tests.e2e.test_first_review import create_workload, enter, import_and_publish

BEN = "ben@example.com"


def sign_up_ben(page: Page, site: Server) -> None:
    """Sign Ben up on his own browser."""
    page.goto(f"{site.url}/accounts/signup/")
    page.locator("input[name=name]").fill("Ben Builder")
    page.locator("input[name=email]").fill(BEN)
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator("input[name=password2]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "signup" not in url)


def sign_in_as(page: Page, site: Server, email: str, password: str) -> None:
    """Sign somebody in; the page ends where the site leads them."""
    page.goto(f"{site.url}/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)


def add_ben(page: Page, site: Server) -> None:
    """Make Ben a contributor of the organisation whose page is open."""
    organization = page.url.split("/o/")[1].split("/")[0]
    page.goto(f"{site.url}/o/{organization}/settings/members/")
    page.locator("input[name=email]").fill(BEN)
    page.locator("select[name=role]").first.select_option(label="Contributor")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text(BEN).first).to_be_visible()


def review_of_two(site: Server, open_page: OpenPage) -> tuple[Page, Page]:
    """Return Ann's and Ben's pages, both at the first question of a review."""
    ann, ben = open_page(), open_page()
    enter(ann, site)
    import_and_publish(ann, json.dumps(lens_document(name="For two")))
    create_workload(ann, "For two")
    address = ann.url
    sign_up_ben(ben, site)
    add_ben(ann, site)
    for page in (ann, ben):
        page.goto(address)
        listening(page)
    return ann, ben


def listening(page: Page) -> None:
    """Wait until the page's stream tells it who is here."""
    expect(page.locator("#question")).to_be_visible()
    expect(page.locator("#review")).to_have_attribute("data-listening", "")


def question_at(page: Page, number: int) -> str:
    """Return the address of another question of the first pillar."""
    return page.url.replace("question_1/", f"question_{number}/")


def saved(page: Page) -> None:
    """Wait until all is saved."""
    expect(page.locator("#save-state")).to_contain_text("Saved")


def leave(page: Page) -> None:
    """Go elsewhere while offline, and wait until the document is gone: it holds the tab's lock.

    While it lives it sends what it kept once it can, and it may outlive its place on the screen.
    """
    tab = page.evaluate("plumbline.review.queue.tab")
    # Of the same site, so that its locks can be seen; answered without the network.
    elsewhere = page.evaluate("`${location.origin}/elsewhere`")
    page.route(elsewhere, lambda route: route.fulfill(body="", content_type="text/html"))
    page.goto(elsewhere)
    page.wait_for_function(
        "async (name) => !(await navigator.locks.query()).held.some((lock) => lock.name === name)",
        arg=f"plumbline.tab.{tab}",
    )


def tick(page: Page, letter: str) -> None:
    """Tick a choice, or take its tick away."""
    page.locator(f"#question [data-key={letter}]").click()


def ticked(page: Page) -> list[str]:
    """Return the letters of what is ticked."""
    script = "boxes => boxes.filter((box) => box.checked).map((box) => box.dataset.key)"
    return sorted(page.locator("input[name=choice]").evaluate_all(script))


def is_ticked(page: Page, letters: str) -> None:
    """Wait until exactly these choices are ticked."""
    for box in page.locator("#question input[name=choice]").all():
        letter = box.get_attribute("data-key") or ""
        expect(box).to_be_checked(checked=letter in letters)


def state_of_review(page: Page, addresses: list[str]) -> list[dict[str, Any]]:
    """Return all that the questions' pages show of their answers, as the server has them."""
    states = []
    for address in addresses:
        page.goto(address)
        states.append(
            {
                "ticked": ticked(page),
                "notes": page.locator("#notes").input_value(),
                "revision": page.locator("#revision").input_value(),
                "risk": page.locator("#question-risk").inner_text(),
            }
        )
    return states


def sign_out(context: BrowserContext) -> None:
    """End the session as if it had expired; what the browser keeps for the site stays."""
    context.clear_cookies(name="sessionid")
