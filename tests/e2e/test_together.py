"""Two people answer one review at the same time, over a network and a server that fail."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Complaints, OpenPage
from tests.e2e.looks import keep_picture
from tests.e2e.people import (
    is_ticked,
    leave,
    listening,
    question_at,
    review_of_two,
    saved,
    state_of_review,
    tick,
)
from tests.e2e.sites import Server, embedded_site, production_site

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


def test_two_people_review_together_and_nothing_is_lost(
    site: Server, open_page: OpenPage, complaints: Complaints
) -> None:
    ann, ben = review_of_two(site, open_page)
    questions = [question_at(ann, number) for number in (1, 2, 3)]

    they_see_each_other(ann, ben)
    they_tick_at_the_same_time(ann, ben)
    they_write_the_same_note(ann, ben)
    complaints.forgive("409")  # the browser reports the status; the page shows both texts
    ben_works_offline_while_the_server_dies(ann, ben, questions, site)
    for words in ("net::ERR_", "htmx:", "EventSource", "beforeunload"):
        complaints.forgive(words)

    assert state_of_review(ann, questions) == state_of_review(ben, questions)


def they_see_each_other(ann: Page, ben: Page) -> None:
    expect(ann.locator("#people-bar").get_by_role("img", name="Ben Builder")).to_be_visible()
    here = ann.locator(".review-entry[href*=question_1] .review-entry-people").first
    expect(here).to_be_visible()
    ben.keyboard.press("j")
    there = ann.locator(".review-entry[href*=pillar_1_question_2] .review-entry-people")
    expect(there).to_be_visible()
    ben.keyboard.press("k")
    expect(there).to_have_count(0)
    expect(ben.locator("#question")).to_have_attribute("data-question", "pillar_1_question_1")


def they_tick_at_the_same_time(ann: Page, ben: Page) -> None:
    tick(ann, "a")
    tick(ben, "b")
    for page in (ann, ben):
        is_ticked(page, "ab")
        saved(page)
        # Its mark, its counts and its risk are everywhere what the server says.
        expect(page.locator("#navigator-head")).to_contain_text("1 of 6")
        expect(page.locator(".review-entry-mark").first).to_have_attribute("data-risk", "MEDIUM")
        expect(page.locator("#question-risk")).to_contain_text("Medium")
    expect(ann.locator("#changed-by")).to_contain_text("Changed by Ben Builder")
    keep_picture(ann, "together-changed")


def they_write_the_same_note(ann: Page, ben: Page) -> None:
    ann.locator("#notes").fill("Ann was here.")
    ben.locator("#notes").fill("Ben was here.")
    # Whose save came second is asked.
    notice = "A colleague changed this text too"
    deadline = 100
    while not (ann.get_by_text(notice).count() or ben.get_by_text(notice).count()):
        deadline -= 1
        assert deadline, "nobody is asked"
        ann.wait_for_timeout(50)
    asked_page = ann if ann.get_by_text(notice).count() else ben
    keep_picture(asked_page, "together-conflict")
    asked_page.get_by_role("button", name="Keep both").click()
    saved(asked_page)
    texts = asked_page.locator("#notes").input_value()
    assert sorted(texts.split("\n\n")) == ["Ann was here.", "Ben was here."]
    for page in (ann, ben):
        expect(page.locator("#notes")).to_have_value(texts)


def ben_works_offline_while_the_server_dies(
    ann: Page, ben: Page, questions: list[str], site: Server
) -> None:
    second = ben.context.new_page()
    second.goto(questions[1])
    listening(second)
    ben.context.set_offline(True)
    tick(ben, "a")  # takes the tick away
    ben.locator("#notes").fill("Written without a network.")
    tick(second, "d")
    second.locator("#notes").fill("Also without a network.")
    for page in (ben, second):
        expect(page.locator("#save-state")).to_contain_text("Not saved yet")
    keep_picture(ben, "together-offline")
    second.close()
    leave(ben)

    tick(ann, "d")
    saved(ann)
    ann.keyboard.press("j")
    expect(ann.locator("#question")).to_have_attribute("data-question", "pillar_1_question_2")
    tick(ann, "b")
    saved(ann)
    site.kill_and_restart()
    tick(ann, "a")
    saved(ann)

    ben.context.set_offline(False)
    ben.goto(questions[0])
    saved(ben)
    is_ticked(ben, "bd")
    expect(ben.locator("#notes")).to_have_value("Written without a network.")
    notices = ben.locator("#review-live")
    # The page tells of what it sent itself; the closed one may have been quicker with its own.
    expect(notices.get_by_role("link").first).to_be_visible()
    expect(notices).to_contain_text("is saved")
    keep_picture(ben, "together-back")
    is_ticked(ann, "abd")
    expect(ann.locator("#notes")).to_have_value("Also without a network.")
