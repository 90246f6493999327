"""A review on a phone and at high zoom: its panes are sheets that hold the focus."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Complaints, OpenPage, sign_in
from tests.e2e.sites import Server
from tests.e2e.test_accessibility import overflow, serious_violations

pytestmark = [pytest.mark.browser, pytest.mark.server]

PHONE = {"width": 390, "height": 844}
NARROW = {"width": 360, "height": 640}
ZOOMED = {"width": 720, "height": 450}  # 1440 × 900 at 200 %


def open_review(page: Page, site: Server) -> None:
    """Open a question at risk of the demo's answered review."""
    sign_in(page, site)
    page.goto(f"{site.url}/o/demo/workloads/")
    page.get_by_role("link", name="Order platform").first.click()
    page.get_by_role("link", name="Review", exact=True).first.click()
    link = page.locator(".review-entry:has([data-risk=HIGH])").first.get_attribute("href")
    page.goto(f"{site.url}{link}")
    expect(page.locator("#since")).to_be_attached()


def test_the_panes_are_sheets_on_a_phone(demo: Server, open_page: OpenPage) -> None:
    page = open_page(viewport=PHONE)
    open_review(page, demo)
    a_sheet_holds_the_focus(page)
    a_tick_in_the_sheet_ticks_the_practice(page)
    a_question_is_chosen_in_the_sheet(page)
    nothing_overflows(page)
    axe_finds_nothing_in_a_sheet(page)


def a_sheet_holds_the_focus(page: Page) -> None:
    opener = page.locator(".review-panel-button[data-panel=insight]")
    opener.press("Enter")
    sheet = page.get_by_role("dialog", name="Insight")
    expect(sheet).to_have_attribute("aria-modal", "true")
    expect(sheet.locator(".review-panel-close")).to_be_focused()
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('#insight') !== null")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.closest('#insight') !== null")
    before = page.evaluate("scrollY")
    page.mouse.move(20, 40)
    page.mouse.wheel(0, 600)
    assert page.evaluate("scrollY") == before
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(opener).to_be_focused()
    assert page.evaluate("document.querySelectorAll('[inert]').length") == 0


def a_tick_in_the_sheet_ticks_the_practice(page: Page) -> None:
    page.locator(".review-panel-button[data-panel=insight]").press("Enter")
    tick = page.locator("#lower [data-tick]").first
    practice = tick.get_attribute("data-tick")
    tick.press("Space")
    expect(page.locator(f'#lower [data-tick="{practice}"]')).to_have_count(0)
    assert page.evaluate("document.activeElement.closest('#insight') !== null")
    expect(page.locator("#since")).to_contain_text("Now ticked:")
    page.locator(".sheet-backdrop").click(position={"x": 20, "y": 20})
    expect(page.locator(f"#choice-{practice}")).to_be_checked()


def a_question_is_chosen_in_the_sheet(page: Page) -> None:
    page.locator(".review-panel-button[data-panel=navigator]").press("Enter")
    sheet = page.get_by_role("dialog", name="Questions")
    expect(sheet.locator("[aria-current=page]")).to_be_focused()
    other = sheet.locator(".review-entry:not([aria-current]):visible").first
    title = other.locator(".review-entry-title").inner_text()
    other.press("Enter")
    expect(sheet).to_have_count(0)
    expect(page.locator("#question-title")).to_have_text(title)
    expect(page.locator("#question-title")).to_be_focused()


def nothing_overflows(page: Page) -> None:
    for size in (PHONE, NARROW, ZOOMED):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert overflow(page) <= 0


def axe_finds_nothing_in_a_sheet(page: Page) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.locator(".review-panel-button[data-panel=insight]").press("Enter")
    expect(page.get_by_role("dialog", name="Insight")).to_be_visible()
    assert serious_violations(page) == []


def listen(page: Page) -> None:
    """Note all that is announced from here on: one announcement soon takes the other's place."""
    page.evaluate("""() => {
        const live = document.getElementById("live");
        window.announced = [];
        new MutationObserver(() => window.announced.push(live.textContent)).observe(live, {
            childList: true, characterData: true, subtree: true,
        });
    }""")


def heard(page: Page, words: str) -> None:
    """Wait until words were announced."""
    for _attempt in range(300):
        if words in page.evaluate("window.announced.join(' | ')"):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never announced: {words}")


def test_notes_are_seen_as_they_will_look_and_counted(
    demo: Server, open_page: OpenPage, complaints: Complaints
) -> None:
    page = open_page()
    open_review(page, demo)
    notes = page.locator("#notes")
    notes.fill("- [x] **done**")
    page.get_by_role("button", name="Preview").press("Enter")
    expect(page.locator("#notes-preview strong")).to_have_text("done")
    expect(notes).to_be_hidden()
    page.get_by_role("button", name="Write").press("Enter")
    expect(notes).to_be_focused()
    listen(page)
    notes.fill("x" * 2_000)
    heard(page, "84 characters left")
    notes.fill("x" * 2_090)
    expect(page.locator("#notes-count")).to_contain_text("6 characters too many")
    expect(page.locator("#notes")).to_have_attribute("aria-invalid", "true")
    notes.fill("As it was.")
    # Where the machine is slow, what is too long was sent before it was mended, and refused.
    complaints.forgive("422")


def test_notes_on_a_pillar_survive_a_slip(demo: Server, open_page: OpenPage) -> None:
    page = open_page()
    open_review(page, demo)
    page.locator("#pillar-notes-link").press("Enter")
    page.locator("#review-notes").fill("Seen with the team.")
    page.keyboard.press("Escape")
    expect(page.locator("#modal")).to_be_visible()
    expect(page.locator(".notes-unsaved")).to_be_visible()
    page.locator(".notes-form [type=submit]").press("Enter")
    expect(page.locator("#modal")).to_be_hidden()
    expect(page.locator("#pillar-notes-link")).to_contain_text("written")
