"""Each look of a page at once: light, dark and on a phone; what axe finds and what overflows.

PLUMBLINE_TEST_PICTURES names a folder in which a picture of each look is kept, to be looked at.
"""

import os
from pathlib import Path

from playwright.sync_api import Page

from tests.e2e.test_accessibility import LOOKS, overflow, serious_violations


def problems_of_looks(page: Page, name: str) -> list[str]:
    """Return what is wrong with the page that is open, in any look; it ends in the first one."""
    problems = []
    for look in [*LOOKS, next(iter(LOOKS))]:
        page.set_viewport_size(LOOKS[look]["viewport"])
        page.emulate_media(color_scheme=LOOKS[look]["color_scheme"])
        # Colours go over from one look to the other; what is measured half-way is neither.
        come_to_rest(page)
        page.evaluate("new Promise((ready) => setTimeout(ready, 250))")
        problems += [f"{name}, {look}: {problem}" for problem in serious_violations(page)]
        if overflow(page) > 0:
            problems.append(f"{name}, {look}: {overflow(page)} px wider than the window")
        keep_picture(page, f"{name}-{look}")
    return problems


def come_to_rest(page: Page) -> None:
    """Wait until nothing moves any more, for two seconds at most.

    What is cancelled has come to its end too. A page that draws no frames, because another is in
    front of it, never ends what it has begun.
    """
    page.evaluate(
        """() => Promise.race([
            Promise.allSettled(document.getAnimations().map((each) => each.finished)),
            new Promise((ready) => setTimeout(ready, 2000)),
        ])"""
    )


def keep_picture(page: Page, name: str) -> None:
    """Keep a picture of the whole page where a folder for pictures is named."""
    folder = os.environ.get("PLUMBLINE_TEST_PICTURES")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
