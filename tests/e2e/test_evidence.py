"""Evidence in a real browser: chosen, dropped, pasted, edited, removed; and without scripts."""

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.conftest import Complaints, OpenPage, sign_in
from tests.e2e.looks import problems_of_looks
from tests.e2e.sites import Server
from tests.reviews.evidence import PNG

pytestmark = [pytest.mark.browser, pytest.mark.server]

HAND_OVER = """([name, bytes, size, target, kind]) => {
  const given = new DataTransfer();
  const content = bytes.length ? new Uint8Array(bytes) : new Uint8Array(size);
  given.items.add(new File([content], name, { type: "image/png" }));
  const element = document.querySelector(target);
  const common = { bubbles: true, cancelable: true };
  if (kind === "paste") {
    element.dispatchEvent(new ClipboardEvent("paste", { ...common, clipboardData: given }));
    return;
  }
  for (const step of ["dragover", "drop"])
    element.dispatchEvent(new DragEvent(step, { ...common, dataTransfer: given }));
}"""


def open_review(page: Page, site: Server, workload: str) -> None:
    sign_in(page, site)
    page.goto(f"{site.url}/o/demo/workloads/")
    page.get_by_role("link", name=workload).first.click()
    page.get_by_role("link", name="Review", exact=True).click()


def hand_over(
    page: Page, name: str, content: bytes, target: str, kind: str, *, size: int = 0
) -> None:
    """Drop or paste a file as a browser does."""
    page.evaluate(HAND_OVER, [name, list(content), size, target, kind])


def test_evidence_is_chosen_dropped_and_pasted_edited_and_removed(
    demo: Server, open_page: OpenPage, complaints: Complaints
) -> None:
    page = open_page()
    open_review(page, demo, "Payments API")
    listed = page.locator("#evidence-list")
    expect(listed).to_contain_text("Nothing yet")

    # From a practice's fold, by keyboard.
    page.locator(".choice-more summary").first.press("Enter")
    page.locator("a[data-evidence-add]").first.press("Enter")
    expect(page.locator("#evidence_title")).to_be_focused()
    page.keyboard.type("Access review")
    file = FilePayload(name="review.png", mimeType="image/png", buffer=PNG)
    page.locator("#evidence_file").set_input_files(files=[file])
    page.locator("#evidence").get_by_role("button", name="Add", exact=True).press("Enter")
    expect(listed).to_contain_text("Access review")
    expect(page.locator("#evidence-add > summary")).to_be_focused()
    expect(page.locator("[data-evidence-count]").first).to_have_text("1 piece of evidence")

    # Dropped on a practice, and pasted; what is typed meanwhile stays.
    page.locator("#evidence-add > summary").press("Enter")
    page.locator("#evidence_url").fill("https://wiki.example.com/half")
    hand_over(page, "dropped.png", PNG, "[data-choice]:nth-child(2)", "drop")
    expect(listed).to_contain_text("dropped.png")
    hand_over(page, "image.png", PNG, "#evidence", "paste")
    expect(listed).to_contain_text("Screenshot 20")
    expect(page.locator("#evidence_url")).to_have_value("https://wiki.example.com/half")

    # What is refused says why, beside what is typed.
    hand_over(page, "evil.png", b"<svg onload='alert(1)'/>", "#evidence", "drop")
    expect(page.locator("[data-problem]")).to_contain_text("evil.png: HTML, SVG")
    hand_over(page, "huge.png", b"", "#evidence", "drop", size=50_000_000)
    expect(page.locator("[data-problem]")).to_contain_text("huge.png is too large")
    complaints.forgive("422")

    with page.expect_download() as download:
        page.get_by_role("link", name="Access review").first.click()
    assert download.value.suggested_filename == "review.png"

    page.get_by_role("link", name="Edit: dropped.png").press("Enter")
    page.locator("#modal input[name=title]").fill("As it is called now")
    page.locator("#modal").get_by_role("button", name="Save").click()
    expect(listed).to_contain_text("As it is called now")
    page.get_by_role("link", name="Edit: As it is called now").click()
    page.locator("#modal").get_by_role("link", name="Remove…").click()
    page.locator("#modal").get_by_role("button", name="Remove").click()
    expect(listed).not_to_contain_text("As it is called now")

    page.get_by_role("link", name="Evidence", exact=True).click()
    expect(page.locator(".evidence-group")).to_have_count(1)
    assert problems_of_looks(page, "evidence") == []


def test_evidence_is_added_without_scripts(demo: Server, open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    open_review(page, demo, "Reporting warehouse")
    page.locator(".choice-more summary").first.click()
    page.locator("a[data-evidence-add]").first.click()
    page.locator("#evidence_url").fill("https://wiki.example.com/runbook")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#evidence-list")).to_contain_text("wiki.example.com/runbook")
    page.get_by_role("link", name="Edit: wiki.example.com/runbook").click()
    page.get_by_label("Title").fill("The runbook")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="The runbook").first).to_be_visible()
