"""The whole Framework review by keyboard alone, the palette, the keys, and what is read out."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenPage, sign_in
from tests.e2e.looks import come_to_rest, keep_picture
from tests.e2e.sites import Server
from tests.e2e.test_accessibility import PHONE, overflow, serious_violations

pytestmark = [pytest.mark.browser, pytest.mark.server]

ZOOMED = {"width": 720, "height": 450}  # 1440 × 900 at 200 %
QUESTIONS = 57

Reviewing = Callable[..., Page]


@pytest.fixture
def reviewing(demo: Server, open_page: OpenPage) -> Reviewing:
    """Return a function that opens the review of a workload of the demo by the palette."""

    def start(workload: str = "Payments API", **options: Any) -> Page:
        page = open_page(**options)
        sign_in(page, demo)
        go(page, workload)
        page.wait_for_url("**/workloads/*/")
        go(page, "go to the review")
        page.wait_for_url("**/review/**")
        return page

    return start


def palette(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Find or do anything")


def go(page: Page, words: str) -> None:
    """Find something by the palette, and take the first that fits."""
    page.keyboard.press("Control+k")
    expect(palette(page)).to_be_visible()
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    expect(palette(page)).not_to_be_visible()


def question(page: Page) -> str:
    return page.locator("#question").get_attribute("data-question") or ""


def press_and_arrive(page: Page, key: str) -> None:
    here = question(page)
    page.keyboard.press(key)
    expect(page.locator("#question")).not_to_have_attribute("data-question", here)


def test_the_whole_framework_review_by_keyboard_alone(demo: Server, open_page: OpenPage) -> None:
    page = open_page()
    sign_in(page, demo)
    go(page, "new workload")
    page.wait_for_url("**/workloads/new/")
    page.get_by_role("textbox", name="Name").focus()
    page.keyboard.type("By keyboard")
    page.get_by_role("textbox", name="Description").focus()
    page.keyboard.type("Nobody touched the mouse.")
    for box in page.locator("input[name=lenses]:checked").all():
        box.press("Space")
    page.get_by_role("checkbox", name="Well-Architected Framework").press("Space")
    page.get_by_role("textbox", name="Name").press("Enter")
    page.wait_for_url("**/workloads/*-*/")
    go(page, "go to the review")
    page.wait_for_url("**/review/**")

    for number in range(1, QUESTIONS + 1):
        # What is read out on arrival: the title, with the place and the risk as its description.
        if number in (2, 30):
            expect(page.locator("#question-title")).to_be_focused()
        page.keyboard.press("a")
        expect(page.locator("#question-risk")).not_to_contain_text("Unanswered")
        if number < QUESTIONS:
            press_and_arrive(page, "n")
    expect(page.locator("#navigator-head")).to_contain_text(f"{QUESTIONS} of {QUESTIONS}")
    expect(page.locator("[data-show=unanswered] [data-count]")).to_have_text("0")


def test_no_key_fires_while_somebody_types_or_behind_a_dialog(reviewing: Reviewing) -> None:
    page = reviewing()
    here, ticked = question(page), page.locator("input[name=choice]:checked").count()
    page.keyboard.press("m")
    page.keyboard.type("abjknxc.?/gp")
    expect(page.locator("#notes")).to_have_value("abjknxc.?/gp")
    page.locator("#notes").fill("")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("jkn")
    expect(page.locator("#find")).to_have_value("jkn")
    page.locator("#find").fill("")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.keyboard.type("abjkn")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Account of").press("Enter")
    page.keyboard.type("jkna")
    page.keyboard.press("Escape")
    assert question(page) == here
    assert page.locator("input[name=choice]:checked").count() == ticked


def test_the_help_sheet_lists_every_key_on_every_page(reviewing: Reviewing) -> None:
    page = reviewing()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet.get_by_role("heading", level=3)).to_have_text(
        ["Answer", "Write", "Go", "On every page"]
    )
    keys = sheet.locator("dt").all_inner_texts()
    listed = {key for line in keys for key in line.split()}
    assert {*"axmcjkn./?gp", "Enter", "Ctrl", "K"} <= listed
    page.keyboard.press("Escape")
    go(page, "go to members")
    page.wait_for_url("**/members/")
    page.keyboard.press("?")
    expect(sheet).to_contain_text("Find or do anything")


def test_j_and_k_go_along_the_filter(reviewing: Reviewing) -> None:
    page = reviewing("Order platform")
    page.locator("[data-show=high]").press("Enter")
    high = page.locator(".review-entry:visible, li:not([hidden]) > .review-entry")
    names = high.evaluate_all(
        "all => all.filter(each => !each.closest('[hidden]')).map(each => each.dataset.question)"
    )
    assert len(names) > 2
    seen = []
    for _time in range(3):
        press_and_arrive(page, "j")
        seen.append(question(page))
    assert set(seen) <= set(names)
    press_and_arrive(page, "k")
    assert question(page) == seen[1]


def test_the_review_opens_where_one_was(reviewing: Reviewing) -> None:
    page = reviewing("Order platform")
    press_and_arrive(page, "j")
    press_and_arrive(page, "j")
    here = question(page)
    go(page, "go to the plan")
    page.wait_for_url("**/plan/")
    page.get_by_role("link", name="Review", exact=True).press("Enter")
    expect(page.locator("#question")).to_have_attribute("data-question", here)


def test_the_palette_says_what_it_is_and_what_is_chosen(reviewing: Reviewing) -> None:
    page = reviewing()
    page.keyboard.press("Control+k")
    page.keyboard.type("go to")
    field = palette(page).get_by_role("combobox")
    options = palette(page).get_by_role("option")
    expect(options.first).to_contain_text("Go to")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    second = options.nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", second.get_attribute("id") or "")
    expect(field).to_be_focused()
    expect(page.locator("#palette-said")).to_contain_text("results")
    snapshot = palette(page).aria_snapshot()
    assert 'combobox "Workloads, questions, practices, lenses, people, actions"' in snapshot
    assert 'listbox "Results"' in snapshot
    assert 'group "Actions"' in snapshot
    assert "[selected]" in snapshot
    assert serious_violations(page) == []
    keep_picture(page, "palette")
    page.keyboard.press("Control+k")
    expect(palette(page)).not_to_be_visible()


def test_the_palette_remembers_what_was_used(reviewing: Reviewing) -> None:
    page = reviewing()
    page.keyboard.press("Control+k")
    options = palette(page).get_by_role("group", name="Used lately").get_by_role("option")
    expect(options.first).to_contain_text("Go to the review")


def test_a_question_is_gone_to_without_losing_what_was_typed(reviewing: Reviewing) -> None:
    page = reviewing("Order platform")
    here = question(page)
    page.keyboard.press("m")
    page.keyboard.type("Not yet saved.")
    title = page.locator(".review-entry-title").nth(9).text_content() or ""
    go(page, title)
    expect(page.locator("#question-title")).to_have_text(title)
    expect(page.locator("#question-title")).to_be_focused()
    page.goto(page.url.replace(question(page), here))
    expect(page.locator("#notes")).to_have_value("Not yet saved.")


def test_what_a_screen_reader_finds_on_the_page_of_a_question(reviewing: Reviewing) -> None:
    page = reviewing("Order platform")
    press_and_arrive(page, "j")
    title = page.locator("#question-title")
    expect(title).to_have_accessible_description(_place_and_risk(page))
    snapshot = page.locator("body").aria_snapshot()
    for part in (
        'link "Skip to content"',
        'navigation "Breadcrumbs"',
        'navigation "Main"',
        'complementary "Questions"',
        'complementary "Insight"',
        'region "Question"',
        "heading",
        'group "Choices"',
        'textbox "Notes"',
        'searchbox "Find a question"',
    ):
        assert part in snapshot, part
    assert page.get_by_role("heading", level=1).count() == 1


def _place_and_risk(page: Page) -> str:
    number = " ".join((page.locator("#question-number").text_content() or "").split())
    risk = " ".join((page.locator("#question-risk").text_content() or "").split())
    return f"{number} {risk}"


def test_the_focus_goes_from_the_title_through_the_choices_to_the_ways_on(
    reviewing: Reviewing,
) -> None:
    page = reviewing("Order platform")
    press_and_arrive(page, "j")
    expect(page.locator("#question-title")).to_be_focused()
    met: list[str] = []
    for _time in range(60):
        page.keyboard.press("Tab")
        met.append(
            page.evaluate(
                "() => { const e = document.activeElement;"
                " return e.name || e.dataset.key || e.tagName; }"
            )
        )
        if met[-1] == "j":
            break
    order = [met.index(name) for name in ("choice", "does_not_apply", "notes", "k", "j")]
    assert order == sorted(order)


@pytest.mark.parametrize("viewport", [PHONE, ZOOMED], ids=["phone", "zoomed"])
def test_keys_palette_and_lists_on_a_small_screen(
    reviewing: Reviewing, viewport: dict[str, int]
) -> None:
    page = reviewing("Order platform", viewport=viewport)
    press_and_arrive(page, "j")
    assert overflow(page) <= 0
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page.locator("#comment-text")).to_be_focused()
    page.keyboard.press("Escape")
    opener = page.get_by_role("link", name="Find or do anything")
    opener.press("Enter")
    expect(palette(page).get_by_role("option").first).to_be_visible()
    come_to_rest(page)
    assert serious_violations(page) == []
    assert overflow(page) <= 0
    keep_picture(page, f"palette-{viewport['width']}")
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
