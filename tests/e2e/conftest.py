"""Chromium, and pages that fail the test on any console error or breach of the CSP."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import wraps

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    expect,
    sync_playwright,
)

from tests.e2e.sites import Server, embedded_site
from tests.services import chromium

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1440, "height": 900}
# Milliseconds until what should show counts as missing. How long it takes says something of the
# machine; benchmarks measure the product.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run a browser test that fails once more: the run's summary names it as rerun.

    A browser, a server, a worker and a database are four clocks; what fails twice is no accident.
    """
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


ACTIONS = ("check", "click", "drag_to", "fill", "focus", "press", "select_option", "uncheck")


@pytest.fixture(scope="module", autouse=True)
def _whole_pages() -> Iterator[None]:
    """Act on a page only once it has loaded.

    A page works without its scripts: what is pressed before they run is a form that is sent, or a
    link that loads the page again under what is typed next. A test means the page with scripts.
    """

    def patient(act: Callable[..., object]) -> Callable[..., object]:
        @wraps(act)
        def act_when_loaded(locator: Locator, *arguments: object, **options: object) -> object:
            locator.page.wait_for_load_state()
            return act(locator, *arguments, **options)

        return act_when_loaded

    with pytest.MonkeyPatch.context() as patch:
        for name in ACTIONS:
            patch.setattr(Locator, name, patient(getattr(Locator, name)))
        yield


# Not for the session: Playwright keeps an event loop running in the thread, and other modules'
# tests run loops of their own there.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield started
        started.close()


class Demos:
    """Sites in the embedded mode with their demo organisation: one for the tests of a module."""

    def __init__(self, start: Callable[[], Server]) -> None:
        self._start = start
        self.current = start()

    def renewed(self) -> Server:
        """Start another, and use it from now on."""
        self.current = self._start()
        return self.current


@pytest.fixture(scope="module")
def demos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demos]:
    """Serve the demo for the tests of one module."""
    with ExitStack() as sites:
        yield Demos(lambda: sites.enter_context(embedded_site(tmp_path_factory.mktemp("demo"))))


@pytest.fixture
def demo(request: pytest.FixtureRequest, demos: Demos) -> Server:
    """The module's demo; a new one for a test that is run again: it left its marks in the old."""
    is_again = getattr(request.node, "execution_count", 1) > 1
    return demos.renewed() if is_again else demos.current


# What the browser and htmx say of a request that never arrived; the page says it in its own words.
NETWORK_IS_AWAY = ("net::ERR_", "htmx:sendError", "htmx:afterRequest")


class Complaints:
    """What pages complained of; a test that expects a complaint takes it out."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self._forgiven: list[str] = []

    def watch(self, page: Page) -> None:
        """Collect the console's errors and warnings (a breach of the CSP is one) and scripts'."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.messages.append(str(error)))

    def _console(self, message: ConsoleMessage) -> None:
        is_of_network = any(words in message.text for words in NETWORK_IS_AWAY)
        is_forgiven = any(words in message.text for words in self._forgiven)
        if message.type in {"error", "warning"} and not (is_of_network or is_forgiven):
            self.messages.append(message.text)

    def forgive(self, words: str) -> None:
        """Forget the complaints that contain ``words``, also those still on their way."""
        self._forgiven.append(words)
        self.messages = [message for message in self.messages if words not in message]


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    collected = Complaints()
    yield collected
    assert collected.messages == []


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, complaints: Complaints) -> Iterator[OpenPage]:
    """Return a function that opens a page for a new visitor: ``open_page(color_scheme="dark")``."""
    contexts: list[BrowserContext] = []

    def open_one(**options: object) -> Page:
        context = browser.new_context(**{"viewport": DESKTOP, **options})  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        complaints.watch(page)
        return page

    yield open_one
    for context in contexts:
        context.close()


def sign_in(page: Page, site: Server) -> None:
    """Sign in by keyboard."""
    page.goto(f"{site.url}/accounts/login/")
    page.locator("input[name=login]").fill(site.sign_in.email)
    page.locator("input[name=password]").fill(site.sign_in.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/**")
