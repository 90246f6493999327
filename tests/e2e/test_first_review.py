"""The main path, by keyboard alone: from a lens to a plan, with a power cut on the way."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.builders import lens_document
from tests.e2e.conftest import OpenPage, sign_in
from tests.e2e.sites import Server, embedded_site, production_site
from tests.shared import SHARED

pytestmark = [pytest.mark.browser, pytest.mark.server]

Start = Callable[[Path], Iterator[Server]]


@pytest.fixture(
    params=[
        pytest.param(embedded_site, id="embedded"),
        pytest.param(production_site, id="production", marks=pytest.mark.redis),
    ]
)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    with request.param(tmp_path) as started:
        yield started


def published_lens() -> str:
    """Return the text of a published lens of 51 questions, or of a stand-in when there is none."""
    path = SHARED / "lenses" / "orr-1.3.5.json"
    if path.exists():
        return path.read_text(encoding="utf-8")
    return json.dumps(lens_document(name="Stand-in", pillars=3, questions=17))


def test_a_first_review_from_lens_to_plan(site: Server, open_page: OpenPage) -> None:
    page = open_page()
    enter(page, site)
    text = published_lens()
    name = json.loads(text)["name"]
    questions = sum(len(pillar["questions"]) for pillar in json.loads(text)["pillars"])

    import_and_publish(page, text)
    create_workload(page, name)
    answer_all_but_one(page, questions)
    site.kill_and_restart()
    page.reload()
    expect(page.locator("#navigator-head")).to_contain_text(f"{questions - 1} of {questions}")
    answer_the_last(page, questions)
    mark_a_choice_and_a_question_as_not_applicable(page)
    save_milestone(page, "Baseline")
    change_five_answers(page)
    compare_with_now(page)
    open_plan(page)


def enter(page: Page, site: Server) -> None:
    if site.sign_in.has_signed_up:
        sign_in(page, site)
        return
    page.goto(f"{site.url}/accounts/signup/")
    page.locator("input[name=name]").fill("Lea Lead")
    page.locator("input[name=email]").fill(site.sign_in.email)
    page.locator("input[name=password1]").fill(site.sign_in.password)
    page.locator("input[name=password2]").fill(site.sign_in.password)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="organisation").first.press("Enter")
    page.get_by_label("Name").fill("Northwind")
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/northwind/**")


def menu(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name=name).press("Enter")


def tab(page: Page, name: str) -> None:
    tabs = page.get_by_role("navigation", name="Workload", exact=True)
    tabs.get_by_role("link", name=name).press("Enter")


def import_and_publish(page: Page, text: str) -> None:
    menu(page, "Lenses")
    page.get_by_role("link", name="Import").first.press("Enter")
    upload: FilePayload = {"name": "lens.json", "mimeType": "", "buffer": text.encode()}
    page.get_by_label("File").set_input_files(upload)
    page.get_by_role("button", name="Import as draft").press("Enter")
    page.get_by_role("link", name="Publish").press("Enter")
    page.get_by_role("textbox", name="Version").fill("1.0")
    page.get_by_role("button", name="Publish").press("Enter")
    expect(page.get_by_text("Published").first).to_be_visible()


def create_workload(page: Page, lens: str) -> None:
    menu(page, "Workloads")
    # Where there is none yet, the empty page offers the first.
    page.locator('main a[href$="/workloads/new/"]').first.press("Enter")
    page.get_by_role("textbox", name="Name").fill("Order events")
    page.get_by_role("textbox", name="Description").fill(
        "Hands each order on to those who need to know."
    )
    for box in page.locator("input[name=lenses]").all():
        box.uncheck()
    page.get_by_role("checkbox", name=lens).press("Space")
    page.get_by_role("button", name="Create the workload").press("Enter")
    page.get_by_role("link", name="review").first.press("Enter")
    page.wait_for_url("**/review/**")


def saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_contain_text("Saved")


def next_unanswered(page: Page) -> None:
    here = page.locator("#question").get_attribute("data-question") or ""
    page.keyboard.press("n")
    expect(page.locator("#question")).not_to_have_attribute("data-question", here)


def answer_all_but_one(page: Page, questions: int) -> None:
    for number in range(1, questions):
        page.keyboard.press("a")
        expect(page.locator("#question-risk")).not_to_contain_text("Unanswered")
        if number == 3:
            page.keyboard.press("m")
            page.keyboard.type("Checked with the team: j, k and n are only letters here.")
            page.keyboard.press("Escape")
        next_unanswered(page)
        expect(page.locator("#navigator-head")).to_contain_text(f"{number} of {questions}")


def answer_the_last(page: Page, questions: int) -> None:
    page.keyboard.press("a")
    saved(page)
    expect(page.locator("#navigator-head")).to_contain_text(f"{questions} of {questions}")
    expect(page.locator("#next-unanswered")).to_contain_text("No other question")


def mark_a_choice_and_a_question_as_not_applicable(page: Page) -> None:
    page.locator("[data-choice] input[name=choice]").first.press("Enter")
    page.locator("[data-not-applicable]").first.press("Space")
    saved(page)
    expect(page.locator(".choice").first).to_have_class("choice choice-off")
    here = page.locator("#question").get_attribute("data-question") or ""
    page.keyboard.press("k")
    expect(page.locator("#question")).not_to_have_attribute("data-question", here)
    page.keyboard.press(".")
    expect(page.locator("#question-risk")).to_contain_text("Not applicable")
    page.locator("#reason").select_option("OUT_OF_SCOPE")
    saved(page)


def save_milestone(page: Page, name: str) -> None:
    tab(page, "Milestones")
    page.get_by_role("button", name="Save milestone").first.press("Enter")
    field = page.get_by_label("Name").last
    field.fill(name)
    field.press("Enter")
    # The table of the milestones; the figures of the trend may name it too.
    expect(page.get_by_role("link", name=name, exact=True).first).to_be_visible()


def change_five_answers(page: Page) -> None:
    tab(page, "Review")
    page.wait_for_url("**/review/**")
    for _number in range(5):
        box = page.locator("[data-key=a]")
        was_ticked = box.is_checked()
        page.keyboard.press("a")
        expect(box).to_be_checked(checked=not was_ticked)
        saved(page)
        here = page.locator("#question").get_attribute("data-question") or ""
        # The review opened where one was last, near its end.
        page.keyboard.press("k")
        expect(page.locator("#question")).not_to_have_attribute("data-question", here)


def compare_with_now(page: Page) -> None:
    tab(page, "Milestones")
    page.get_by_role("link", name="Compare Baseline with now").press("Enter")
    expect(page.get_by_role("heading", name="Baseline")).to_be_visible()
    # Five answers were emptied: each of them is named, whichever way its risk went.
    expect(page.locator("details:has(summary .mark)")).to_have_count(5)


def open_plan(page: Page) -> None:
    page.get_by_role("link", name="Order events").first.press("Enter")
    tab(page, "Plan")
    expect(page.get_by_text("would lower")).to_be_visible()
    first = page.locator("main details").first
    first.locator("summary").press("Enter")
    expect(first).to_have_attribute("open", "")
