"""What is changed is kept until the server has it: over reloads, lost answers and lost sessions."""

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from tests.e2e.conftest import Complaints, OpenPage
from tests.e2e.looks import keep_picture
from tests.e2e.people import (
    BEN,
    add_ben,
    is_ticked,
    leave,
    saved,
    sign_in_as,
    sign_out,
    sign_up_ben,
    tick,
)
from tests.e2e.sites import PASSWORD, Server
from tests.e2e.test_two_editors import open_question

pytestmark = [pytest.mark.browser, pytest.mark.server]

PORTAL = "Customer portal"
WAREHOUSE = "Reporting warehouse"


def not_saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_contain_text("Not saved yet")


def test_what_was_changed_offline_survives_a_reload(
    demo: Server, open_page: OpenPage, complaints: Complaints
) -> None:
    page = open_page()
    open_question(page, demo, PORTAL, "change")
    address = page.url

    page.context.set_offline(True)
    was_ticked = page.locator("[data-key=a]").is_checked()
    tick(page, "a")
    page.locator("#notes").fill("Kept in the browser.")
    not_saved(page)
    leave(page)
    page.context.set_offline(False)
    page.goto(address)

    saved(page)
    expect(page.locator("#review-live")).to_contain_text("is saved")
    page.reload()
    expect(page.locator("[data-key=a]")).to_be_checked(checked=not was_ticked)
    expect(page.locator("#notes")).to_have_value("Kept in the browser.")
    expect(page.locator("#review-live")).to_be_empty()


def test_another_question_is_sent_in_the_background(
    demo: Server, open_page: OpenPage, complaints: Complaints
) -> None:
    page = open_page()
    open_question(page, demo, PORTAL, "incident")
    address = page.url

    page.context.set_offline(True)
    page.locator("#notes").fill("From the question before.")
    not_saved(page)
    leave(page)
    page.context.set_offline(False)
    page.goto(address.replace("/incident/", "/ownership/"))

    notice = page.locator("#review-live")
    expect(notice).to_contain_text("is saved")
    notice.get_by_role("link").click()
    expect(page.locator("#question")).to_have_attribute("data-question", "incident")
    expect(page.locator("#notes")).to_have_value("From the question before.")


def test_a_conflict_from_earlier_leads_to_its_question(
    demo: Server, open_page: OpenPage, complaints: Complaints
) -> None:
    ann, other = open_page(), open_page()
    for page in (ann, other):
        open_question(page, demo, PORTAL, "learning")
    address = ann.url
    ann.context.set_offline(True)
    ann.locator("#notes").fill("Written offline.")
    not_saved(ann)
    other.locator("#notes").fill("Written meanwhile.")
    saved(other)
    leave(ann)
    ann.context.set_offline(False)

    ann.goto(address.replace("/learning/", "/ownership/"))
    expect(ann.locator("#review-live")).to_contain_text("Choose what it should say")
    keep_picture(ann, "autosave-earlier-conflict")
    ann.locator("#review-live").get_by_role("link").click()
    expect(ann.locator("[data-theirs]")).to_have_text("Written meanwhile.")
    expect(ann.locator("[data-mine]")).to_have_text("Written offline.")
    # It is there until one has chosen, whatever happens to the page.
    ann.once("dialog", lambda dialog: dialog.accept())
    ann.reload()
    expect(ann.locator("[data-mine]")).to_have_text("Written offline.")
    ann.get_by_role("button", name="Keep yours").click()
    saved(ann)

    expect(other.locator("#notes")).to_have_value("Written offline.")
    ann.reload()
    expect(ann.locator("[data-conflict]")).to_have_count(0)
    for words in ("ERR_INTERNET_DISCONNECTED", "htmx:", "409", "beforeunload"):
        complaints.forgive(words)


def test_a_lost_answer_is_no_conflict_with_oneself(
    demo: Server, open_page: OpenPage, complaints: Complaints
) -> None:
    page = open_page()
    open_question(page, demo, WAREHOUSE, "recovery")
    lost: list[object] = []

    def lose(route: Route) -> None:
        if route.request.method != "POST" or lost:
            route.continue_()
            return
        lost.append(route.fetch())  # the server has it; its answer goes astray
        route.abort()

    page.route("**/recovery/", lose)
    page.locator("#notes").press_sequentially("First half")
    not_saved(page)
    page.locator("#notes").press_sequentially(", second half")
    saved(page)

    assert lost
    expect(page.get_by_text("A colleague changed this text too")).to_have_count(0)
    page.unroute("**/recovery/")
    page.reload()
    expect(page.locator("#notes")).to_have_value("First half, second half")


def test_after_signing_in_again_saving_goes_on(
    demo: Server, open_page: OpenPage, complaints: Complaints
) -> None:
    page = open_page()
    open_question(page, demo, PORTAL, "ownership")
    was_ticked = page.locator("[data-key=b]").is_checked()

    sign_out(page.context)
    tick(page, "b")
    not_saved(page)
    expect(page.locator("#save-state")).to_contain_text("signed out")
    keep_picture(page, "autosave-signed-out")
    with page.context.expect_page() as opened:
        page.locator("#save-state").get_by_role("link", name="Sign in again").click()
    second = opened.value
    sign_in_as(second, demo, demo.sign_in.email, demo.sign_in.password)
    second.close()
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")

    saved(page)
    page.reload()
    expect(page.locator("[data-key=b]")).to_be_checked(checked=not was_ticked)
    for words in ("401", "403", "EventSource"):
        complaints.forgive(words)


def test_signing_in_while_a_change_is_turned_away_loses_nothing(
    demo: Server, open_page: OpenPage, complaints: Complaints
) -> None:
    page = open_page()
    open_question(page, demo, WAREHOUSE, "ownership")
    was_ticked = page.locator("[data-key=b]").is_checked()
    session = [each for each in page.context.cookies() if each["name"] == "sessionid"]
    turned_away: list[int] = []

    def sign_in_meanwhile(route: Route) -> None:
        if route.request.method != "POST" or turned_away:
            route.continue_()
            return
        answer = route.fetch(max_redirects=0)
        turned_away.append(answer.status)
        page.context.add_cookies(session)  # type: ignore[arg-type]  # what cookies() returned
        route.fulfill(response=answer)

    page.route("**/ownership/", sign_in_meanwhile)
    sign_out(page.context)
    tick(page, "b")

    saved(page)
    assert turned_away == [302]
    page.reload()
    expect(page.locator("[data-key=b]")).to_be_checked(checked=not was_ticked)
    for words in ("401", "403", "EventSource"):
        complaints.forgive(words)


def test_another_persons_sign_in_does_not_send_it(
    demo: Server, open_page: OpenPage, complaints: Complaints
) -> None:
    page, ben = open_page(), open_page()
    open_question(page, demo, WAREHOUSE, "change")
    address = page.url
    sign_up_ben(ben, demo)
    setup = page.context.new_page()
    setup.goto(address)
    add_ben(setup, demo)
    setup.close()
    boxes = page.locator("#question input[name=choice]")
    before = "".join(box.get_attribute("data-key") or "" for box in boxes.all() if box.is_checked())
    page.context.set_offline(True)
    page.locator("#notes").fill("Only Ann says so.")
    not_saved(page)
    left = page.context.new_page()
    sign_out(page.context)
    page.context.set_offline(False)
    sign_in_as(left, demo, BEN, PASSWORD)

    # The page that Ann has left open sends nothing in Ben's name, nor does one that Ben opens.
    page.evaluate("dispatchEvent(new Event('focus'))")
    left.goto(address)
    left.wait_for_timeout(2000)
    expect(left.locator("#notes")).to_have_value("")
    is_ticked(left, before)
    expect(left.locator("#review-live")).to_be_empty()
    expect(page.locator("#save-state")).to_contain_text("Not saved yet")
    page.close()
    sign_out(left.context)
    sign_in_as(left, demo, demo.sign_in.email, demo.sign_in.password)
    left.goto(address)

    expect(left.locator("#review-live")).to_contain_text("is saved")
    left.reload()
    expect(left.locator("#notes")).to_have_value("Only Ann says so.")
    for words in ("ERR_INTERNET_DISCONNECTED", "401", "403", "EventSource"):
        complaints.forgive(words)


def test_where_the_browser_keeps_nothing_it_says_so(
    demo: Server, open_page: OpenPage, complaints: Complaints
) -> None:
    page = open_page()
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full'); }")
    open_question(page, demo, PORTAL, "incident")

    page.context.set_offline(True)
    tick(page, "a")
    expect(page.locator("#save-state")).to_contain_text("leave this page open")
    warned: list[str] = []

    def stay(dialog: Dialog) -> None:
        warned.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.close(run_before_unload=True)
    page.wait_for_timeout(300)
    assert warned == ["beforeunload"]
    page.context.set_offline(False)

    saved(page)
    for words in ("ERR_INTERNET_DISCONNECTED", "htmx:"):
        complaints.forgive(words)
