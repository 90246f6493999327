"""A pytest plugin: which services a test may use.

PLUMBLINE_TEST_REQUIRE lists services (postgres, redis, browser) whose absence is a failure
instead of a skip.
"""

import os
import shutil
import sys

import pytest
from django.db import connection

# Images of containers often forbid to keep compiled modules. Here each of the run's processes, and
# there are hundreds, would compile the same ones, and pytest rewrite the assertions of all tests.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def redis_url() -> str | None:
    """Return the address of a Redis database that no other process of this run uses.

    Installations that share a database take each other's messages. The variable names the
    first database; the n-th process of a parallel run gets the n-th after it.
    """
    url = os.environ.get("PLUMBLINE_TEST_REDIS_URL")
    if not url:
        return None
    server, _, database = url.rpartition("/")
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return f"{server}/{int(database) + number}"


def chromium() -> str | None:
    """Return the path of the browser for tests."""
    named = os.environ.get("PLUMBLINE_TEST_CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


def is_required(service: str) -> bool:
    """Tell whether the absence of a service must fail the run."""
    return service in os.environ.get("PLUMBLINE_TEST_REQUIRE", "").split(",")


def _absence(service: str) -> str | None:
    """Say what is missing for a service; None when nothing is."""
    if service == "postgres" and connection.vendor != "postgresql":
        return "the database under test is not PostgreSQL"
    if service == "redis" and not redis_url():
        return "PLUMBLINE_TEST_REDIS_URL is not set"
    if service == "browser" and not chromium():
        return "no Chromium found; PLUMBLINE_TEST_CHROMIUM can name one"
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL leave out what uses no database: it runs on SQLite, and once is enough."""
    if connection.vendor != "postgresql":
        return
    left_out = [item for item in items if not _uses_database(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if _uses_database(item)]


def _uses_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db", "django_db_setup"}
    names = fixtures.intersection(getattr(item, "fixturenames", ()))
    return bool(names) or item.get_closest_marker("django_db") is not None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose service is absent, or fail it when the service is required."""
    for service in ("postgres", "redis", "browser"):
        reason = _absence(service) if item.get_closest_marker(service) else None
        if reason and is_required(service):
            pytest.fail(reason, pytrace=False)
        if reason:
            pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show why tests were run again: what went well in the end may be a fault all the same."""
    for report in terminalreporter.getreports("rerun"):
        terminalreporter.section(f"rerun: {report.nodeid}")
        terminalreporter.line(report.longreprtext)
