"""A lens written in the studio by keyboard alone, from nothing to version 1.0."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Complaints, OpenPage, sign_in
from tests.e2e.sites import Server
from tests.e2e.test_accessibility import LOOKS, overflow, serious_violations

pytestmark = [pytest.mark.browser, pytest.mark.server]

PILLARS = {
    "Know what runs": ["Who owns it?", "What does it need?", "Where does it run?"],
    "Be ready": ["Who is called?", "What do they read?", "What do they try first?"],
}
PRACTICES = ["It is written down", "It is kept true", "It is tried out"]
WRITTEN, KEPT, TRIED = ("it_is_written_down", "it_is_kept_true", "it_is_tried_out")
PAGES = ("", "pillars/first_pillar/", "questions/first_question/", "?view=json", "history/")


def saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_contain_text("Saved")


def arrived(page: Page, text: str) -> None:
    """Wait until another part is there: the focus is led to its title after it is swapped in."""
    title = page.locator("#studio-title")
    expect(title).to_have_text(text)
    expect(title).to_be_focused()


def begin(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Lenses").press("Enter")
    page.get_by_role("link", name="New lens").press("Enter")
    page.get_by_label("Name").fill(name)
    page.keyboard.press("Enter")
    expect(page.locator("#studio-title")).to_have_text(name)


def add(page: Page, text: str) -> None:
    page.locator("#add-title").focus()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def add_practices(page: Page) -> None:
    for number, practice in enumerate(PRACTICES, start=1):
        add(page, practice)
        expect(page.locator(".studio-choice")).to_have_count(number)
        expect(page.locator("#add-title")).to_be_focused()
        expect(page.locator("#add-title")).to_have_value("")
    for choice in page.locator(".studio-choice").all():
        choice.locator("summary").first.press("Enter")
        choice.get_by_label("How to improve", exact=True).fill("Ask who would know.")
        saved(page)


def condition(page: Page, level: str, text: str) -> None:
    """Type the condition of a rule that exists."""
    form = page.locator(f"form[id$={level}]")
    form.get_by_label("Type", exact=True).press("Space")
    area = form.locator("textarea")
    area.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press("Escape")
    expect(form.locator(".studio-echo")).to_have_attribute("data-text", text)
    saved(page)


def test_a_lens_is_written_by_keyboard_and_published(
    demo: Server, open_page: OpenPage, complaints: Complaints, tmp_path: Path
) -> None:
    page = open_page()
    sign_in(page, demo)
    begin(page, "Readiness")
    lens = page.url
    write_everything(page, lens)
    plant_mistakes_and_find_them(page)
    mend_them(page)
    reorder(page)
    page.reload()
    expect_order(page)
    complete_an_id(page)
    publish(page, lens)


def write_everything(page: Page, lens: str) -> None:
    for pillar, questions in PILLARS.items():
        page.locator("#node-lens").press("Enter")
        arrived(page, "Readiness")
        add(page, pillar)
        arrived(page, pillar)
        for question in questions:
            add(page, question)
            arrived(page, question)
            add_practices(page)
            page.locator(".studio-place a").press("Enter")
            arrived(page, pillar)
    # The skeleton's own pillar goes, comes back, and goes.
    node = page.locator("#node-pillar-first_pillar")
    node.press("Delete")
    expect(node).to_have_count(0)
    page.locator("#undo").press("Enter")
    expect(node).to_have_count(1)
    node.press("Delete")
    expect(node).to_have_count(0)
    expect(page.locator(".studio-node-question")).to_have_count(6)


def open_question(page: Page, text: str) -> None:
    page.locator(".studio-node-question", has_text=text).press("Enter")
    title = page.locator("#studio-title")
    expect(title).to_contain_text(text)
    expect(title).to_be_focused()


def plant_mistakes_and_find_them(page: Page) -> None:
    open_question(page, "Who owns it?")
    for level in ("NO_RISK", "MEDIUM_RISK"):
        page.locator(f"#add-rule-{level}").press("Enter")
        expect(page.locator(f"form[id$={level}]")).to_be_visible()
    condition(page, "NO_RISK", WRITTEN)
    condition(page, "MEDIUM_RISK", f"{WRITTEN} && {KEPT}")
    findings = page.locator("#remarks")
    # Whoever has both is without a risk before the medium rule is asked.
    expect(findings).to_contain_text("never")
    condition(page, "NO_RISK", f"{WRITTEN} && !{KEPT}")
    expect(findings).to_contain_text("It is kept true")
    witness = findings.locator("[data-witness]").first
    assert KEPT in (witness.get_attribute("data-witness") or "")
    witness.press("Enter")
    expect(page.locator("#trial-outcome")).to_contain_text("Medium risk")
    condition(page, "NO_RISK", f"{WRITTEN} && (")
    expect(page.locator(".studio-mistake").first).to_contain_text("choice id is expected")


def mend_them(page: Page) -> None:
    form = page.locator("form[id$=NO_RISK]")
    condition(page, "NO_RISK", WRITTEN)
    form.get_by_label("Choose", exact=True).press("Space")
    for name in PRACTICES:
        form.get_by_label(f"{name}: among all of").press("Space")
        saved(page)
    every = " && ".join((WRITTEN, KEPT, TRIED))
    expect(form.locator(".studio-echo")).to_have_attribute("data-text", every)
    for question in ("What does it need?", "Where does it run?", *PILLARS["Be ready"]):
        open_question(page, question)
        page.locator("#add-rule-NO_RISK").press("Enter")
        expect(page.locator("form[id$=NO_RISK] .studio-echo")).to_have_attribute("data-text", every)
    expect(page.locator("#remarks")).not_to_contain_text("being published")


def reorder(page: Page) -> None:
    node = page.locator(".studio-node-question", has_text="Who is called?")
    node.focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".studio-node-question").nth(3)).to_contain_text("Who is called?")
    expect(node.locator(".studio-number")).to_have_text("1.4")
    expect(node).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(node.locator(".studio-number")).to_have_text("1.3")
    expect(node).to_be_focused()
    saved(page)


def expect_order(page: Page) -> None:
    shown = [text.strip() for text in page.locator(".studio-node-question").all_inner_texts()]
    titles = [text.rpartition("\n")[2] for text in shown]
    assert titles == [
        "Who owns it?",
        "What does it need?",
        "Who is called?",
        "Where does it run?",
        "What do they read?",
        "What do they try first?",
    ]


def complete_an_id(page: Page) -> None:
    open_question(page, "Who owns it?")
    form = page.locator("form[id$=MEDIUM_RISK]")
    form.get_by_label("Type", exact=True).press("Space")
    form.locator("textarea").press("Control+a")
    page.keyboard.type("it_is_w")
    expect(page.locator("#condition-proposals").get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(form.locator("textarea")).to_have_value(WRITTEN)
    expect(form.locator(".studio-echo")).to_have_attribute("data-text", WRITTEN)
    saved(page)


def publish(page: Page, lens: str) -> None:
    page.get_by_role("link", name="Publish…").press("Enter")
    page.get_by_role("textbox", name="Version").fill("1.0")
    page.get_by_role("button", name="Publish").first.press("Enter")
    expect(page.get_by_text("Published").first).to_be_visible()
    page.goto(lens)
    expect(page.locator("#studio")).not_to_have_attribute("data-editable", "")
    expect(page.get_by_text("Read-only")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_the_studio_has_no_serious_violation(demo: Server, open_page: OpenPage, look: str) -> None:
    page = open_page(**LOOKS[look])
    sign_in(page, demo)
    page.goto(f"{demo.url}/o/demo/lenses/new/")
    problems = serious_violations(page)
    page.get_by_label("Name").fill(f"Looked at {look}")
    page.keyboard.press("Enter")
    expect(page.locator("#studio-title")).to_have_text(f"Looked at {look}")
    lens = page.url
    for rest in (
        "",
        "pillars/first_pillar/",
        "questions/first_question/",
        "?view=json",
        "history/",
    ):
        page.goto(lens + rest)
        for details in page.locator("main details").all():
            details.evaluate("details => details.open = true")
        problems += [f"{rest} {problem}" for problem in serious_violations(page)]
        if overflow(page) > 0:
            problems.append(f"{rest} is {overflow(page)} px wider than the window")
    assert problems == []


def test_json_and_form_are_kept_in_step(
    demo: Server, open_page: OpenPage, complaints: Complaints
) -> None:
    page = open_page()
    sign_in(page, demo)
    begin(page, "In step")
    open_question(page, "How do you do")
    page.locator(".studio-views").get_by_role("link", name="JSON").press("Enter")
    text = page.locator("#json-text")
    text.fill(text.input_value().replace("How do you do what", "How did you do what"))
    saved(page)
    expect(page.locator(".studio-node-question")).to_contain_text("How did you")
    text.fill("{ oops")
    expect(page.locator("#json-problems")).to_contain_text("line 1, column 3")
    assert text.input_value() == "{ oops"
    complaints.forgive("422")


def test_a_line_is_dragged_to_its_place_and_a_practice_tried_as_not_applicable(
    demo: Server, open_page: OpenPage, complaints: Complaints
) -> None:
    page = open_page()
    sign_in(page, demo)
    begin(page, "By mouse")
    open_question(page, "How do you do")
    lines = page.locator(".studio-node-choice")
    first, second = lines.all_inner_texts()[:2]
    lines.nth(1).drag_to(lines.nth(0), target_position={"x": 40, "y": 2})
    expect(lines.nth(0)).to_contain_text(second.splitlines()[-1])
    expect(lines.nth(1)).to_contain_text(first.splitlines()[-1])
    saved(page)
    outcome = page.locator("#trial-outcome")
    page.locator("input[name=tick]").nth(1).check()
    expect(outcome).to_contain_text("Medium risk")
    # What does not apply drops out of "all of".
    page.locator("input[name=na]").nth(0).check()
    expect(outcome).to_contain_text("No risk")


def test_two_editors_of_one_text_choose_and_an_id_follows_its_address(
    demo: Server, open_page: OpenPage, complaints: Complaints
) -> None:
    page = open_page()
    sign_in(page, demo)
    begin(page, "For two")
    open_question(page, "How do you do")
    other = page.context.new_page()
    other.goto(page.url)
    for editor, text in ((other, "Theirs?"), (page, "Mine?")):
        editor.get_by_label("Question", exact=True).fill(text)
        editor.keyboard.press("Tab")
        expect(editor.locator("#save-state")).not_to_have_text("Saving…")
    expect(page.locator("[data-clash]")).to_contain_text("Theirs?")
    page.locator("#keep-mine").press("Enter")
    expect(page.locator("[data-clash]")).to_have_count(0)
    expect(page.get_by_label("Question", exact=True)).to_have_value("Mine?")
    other.get_by_label("Why it matters").fill("Because it does.")
    other.keyboard.press("Tab")
    expect(other.get_by_label("Question", exact=True)).to_have_value("Mine?")
    page.get_by_label("Id", exact=True).first.fill("another_id")
    page.keyboard.press("Enter")
    page.wait_for_url("**/questions/another_id/")
    saved(page)
    expect(page.get_by_label("Why it matters")).to_have_value("Because it does.")
    complaints.forgive("409")
