"""A lens lives in the browser: 1.0, a minor 1.1, a major 2.0 with a rename, an upgrade, undo."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.builders import lens_document
from tests.e2e.conftest import OpenPage, sign_in
from tests.e2e.looks import problems_of_looks
from tests.e2e.sites import Server
from tests.reviews.versions import QUESTION, RENAMED, loosen, rebuild

pytestmark = [pytest.mark.browser, pytest.mark.server]

NAME = "Living lens"
Edit = Callable[[dict[str, Any]], None]


def test_a_lens_lives_from_publishing_to_undo(demo: Server, open_page: OpenPage) -> None:
    page = open_page()
    sign_in(page, demo)
    problems: list[str] = []

    import_draft(page, demo)
    publish(page, "1.0", problems)
    workload = review_three_questions(page, demo)

    import_draft(page, demo, loosen)
    measure_impact(page, problems)
    publish(page, "1.1", problems, kind="Minor")
    see_the_minor_version_arrive(page, workload, problems)

    import_draft(page, demo, rebuild)
    tell_of_the_rename(page, problems)
    publish(page, "2.0", problems, kind="Major")
    upgrade(page, workload, problems)
    undo(page, workload)
    upgrade(page, workload, [])
    an_answer_ends_the_undo(page, workload)
    assert problems == []


def import_draft(page: Page, site: Server, *edits: Edit) -> None:
    document = lens_document(name=NAME)
    for edit in edits:
        edit(document)
    page.goto(f"{site.url}/o/demo/lenses/import/")
    page.get_by_label("Paste the text").fill(json.dumps(document))
    page.get_by_role("button", name="Import as draft").press("Enter")


def publish(page: Page, version: str, problems: list[str], *, kind: str = "") -> None:
    if "/publish/" not in page.url:
        page.get_by_role("link", name="Publish").first.press("Enter")
    expect(page.get_by_role("textbox", name="Version")).to_be_visible()
    problems += problems_of_looks(page, f"publish-{version}")
    page.get_by_role("textbox", name="Version").fill(version)
    if kind:
        page.get_by_role("radio", name=kind).check()
    page.get_by_role("button", name="Publish").first.press("Enter")
    expect(page.get_by_text(f"Version {version} is published.").first).to_be_visible()
    problems += problems_of_looks(page, f"lens-{version}")


def review_three_questions(page: Page, site: Server) -> str:
    page.goto(f"{site.url}/o/demo/workloads/new/")
    page.get_by_role("textbox", name="Name").fill("Ticket office")
    page.get_by_role("textbox", name="Description").fill("Sells tickets to those who queue.")
    for box in page.locator("input[name=lenses]").all():
        box.uncheck()
    page.get_by_role("checkbox", name=NAME).check()
    page.get_by_role("button", name="Create the workload").press("Enter")
    expect(page.get_by_role("heading", name="Ticket office", level=1)).to_be_visible()
    workload = page.url
    page.get_by_role("link", name="review").first.press("Enter")
    page.wait_for_url("**/review/**")
    for number in (1, 2, 3):
        expect(page.locator("#question")).to_have_attribute(
            "data-question", f"pillar_1_question_{number}"
        )
        page.keyboard.press("a")
        expect(page.locator("#question-risk")).to_contain_text("Medium")
        page.keyboard.press("j")
    expect(page.locator("#question")).to_have_attribute("data-question", "pillar_2_question_1")
    return workload


def measure_impact(page: Page, problems: list[str]) -> None:
    draft = page.url
    page.get_by_role("link", name="Publish").first.press("Enter")
    page.get_by_role("link", name="Review by review").press("Enter")
    main = page.locator("main")
    expect(main).to_contain_text("Ticket office")
    expect(main.get_by_role("row", name=re.compile("How do you care for part 1"))).to_contain_text(
        "Medium"
    )
    page.get_by_role("button", name="Open all").press("Enter")
    problems += problems_of_looks(page, "impact")
    page.goto(draft)


def see_the_minor_version_arrive(page: Page, workload: str, problems: list[str]) -> None:
    notice = page.get_by_text(f"{NAME} was updated to 1.1")
    for _attempt in range(20):
        page.goto(workload)
        if notice.count():
            break
        page.wait_for_timeout(500)
    expect(page.locator("main")).to_contain_text("1 question changed risk.")
    problems += problems_of_looks(page, "workload-with-notice")
    page.get_by_role("link", name="See what changed").press("Enter")
    expect(page.locator("main")).to_contain_text("How do you care for part 1?")
    problems += problems_of_looks(page, "what-changed")


def tell_of_the_rename(page: Page, problems: list[str]) -> None:
    page.get_by_role("link", name="Publish").first.press("Enter")
    expect(page.get_by_text("These have the same title as before")).to_be_visible()
    problems += problems_of_looks(page, "publish-with-renames")
    page.get_by_role("link", name="Use these").press("Enter")
    field = page.get_by_label("Renamed ids")
    expect(field).to_have_value(f"{QUESTION} = {RENAMED}")
    expect(page.locator("#reviews")).to_contain_text("lost")
    problems += problems_of_looks(page, "publish-with-consequences")


def upgrade(page: Page, workload: str, problems: list[str]) -> None:
    page.goto(workload)
    expect(page.locator("main")).to_contain_text(f"{NAME} 2.0 is published")
    page.get_by_role("link", name="See what changes, then upgrade").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("to 2.0?")
    problems += problems_of_looks(page, "upgrade")
    page.get_by_role("button", name="Save the milestone and upgrade").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("from 1.1 to 2.0")
    problems += problems_of_looks(page, "upgraded")
    page.get_by_role("link", name="Open the review").press("Enter")
    page.wait_for_url("**/review/**")
    go_to_question(page, RENAMED)
    expect(page.locator("[data-key=a]")).to_be_checked()


def go_to_question(page: Page, question_id: str) -> None:
    """Choose a question in the navigator, unfolding its pillar where it is folded."""
    entry = page.locator(f'.review-entry[href*="/{question_id}/"]')
    if not entry.is_visible():
        page.locator(".review-pillar", has=entry).locator("summary").first.press("Enter")
    expect(entry).to_be_visible()
    entry.press("Enter")
    expect(page.locator("#question")).to_have_attribute("data-question", question_id)


def undo(page: Page, workload: str) -> None:
    page.goto(workload)
    page.get_by_role("link", name="See what changed, or undo it").press("Enter")
    page.get_by_role("button", name="Undo: back to 1.1").press("Enter")
    page.goto(workload)
    expect(page.locator("main")).to_contain_text(f"{NAME} 2.0 is published")
    page.get_by_role("link", name="review").first.press("Enter")
    page.wait_for_url("**/review/**")
    expect(page.locator(f'.review-entry[href*="/{QUESTION}/"]')).to_have_count(1)
    expect(page.locator('.review-entry[href*="/pillar_1_question_3/"]')).to_have_count(1)


def an_answer_ends_the_undo(page: Page, workload: str) -> None:
    page.wait_for_url("**/review/**")
    go_to_question(page, "new_question")
    page.keyboard.press("a")
    expect(page.locator("#question-risk")).not_to_contain_text("Unanswered")
    page.goto(workload)
    page.get_by_role("link", name="See what changed").press("Enter")
    expect(page.get_by_role("button", name="Undo: back to 1.1")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("Somebody answered since")
