"""HTML on paper: tagged PDF by WeasyPrint, which is imported when the first page is to be set.

It needs Pango, a library of the system that no Python package brings along. Where that is missing
everything else works, and `obstacle` says what to install.
"""

from __future__ import annotations

import ctypes
import re
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.contrib.staticfiles import finders
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from common.colours import ink, text_on
from common.errors import UserError

ACCENT: Final = "#3b48c9"
"""The colour of a report whose organisation has none: the accent of tokens.css."""

# The package in Debian, and what the library is called there, on macOS and on Windows.
_LIBRARIES: Final = {
    "libpango-1.0-0": ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
    "libpangoft2-1.0-0": (
        "libpangoft2-1.0.so.0",
        "libpangoft2-1.0.dylib",
        "libpangoft2-1.0-0.dll",
    ),
    "libharfbuzz-subset0": (
        "libharfbuzz-subset.so.0",
        "libharfbuzz-subset.0.dylib",
        "libharfbuzz-subset-0.dll",
    ),
}
_SHEETS: Final = ("css/tokens.css", "css/report.css", "css/report-parts.css")
_CHART_SHEET: Final = "css/report-chart.css"

# The names around a radar reach over its edge: a page lets them, on paper they would be cut off.
_RADAR: Final = re.compile(r'(class="chart radar" viewBox=")0 0 (\d+) ')
_BESIDE_RADAR: Final = 60

# A large report takes some hundred megabytes while it is set; two at once need not.
_one_at_a_time = threading.Lock()

Progress = Callable[[int, int], None]


def obstacle() -> str:
    """Return why no PDF can be written on this machine, and what to do; empty when one can."""
    missing = missing_packages()
    if not missing:
        return ""
    return _(
        "PDF needs Pango, which this server lacks. Whoever runs it installs %(packages)s "
        "(apt-get install %(packages)s) and starts it again. All other formats work, and so does "
        "printing a page from the browser."
    ) % {"packages": " ".join(missing)}


@cache
def missing_packages() -> tuple[str, ...]:
    """Return the Debian packages that have the libraries this process cannot load."""
    return tuple(package for package, names in _LIBRARIES.items() if not any(map(_loads, names)))


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def write_pdf(html: str, file: BinaryIO, *, colour: str = "", progress: Progress) -> int:
    """Write a whole HTML document as PDF/UA to the file; returns how many pages it has.

    ``colour`` is the organisation's, as #rrggbb. Nothing that the HTML refers to is fetched, by no
    scheme: the style sheets are read here. Raises UserError where a library is missing.
    """
    document, css, fetcher = _weasyprint()
    with _one_at_a_time:
        found = document(string=html, url_fetcher=fetcher, base_url=None).render(
            stylesheets=[css(string=text, url_fetcher=fetcher) for text in _sheets(colour)],
            pdf_variant="pdf/ua-1",
        )
        progress(1, 2)
        found.write_pdf(file, pdf_variant="pdf/ua-1")
    progress(2, 2)
    return len(found.pages)


def _weasyprint() -> tuple[Any, Any, Any]:
    """Import the library; returns its document, its style sheet and the fetcher that refuses."""
    if problem := obstacle():
        raise UserError(problem, code="pdf_unavailable")
    try:
        # Here: importing it is slow, and fails where the system's libraries lack.
        from weasyprint import CSS, HTML  # type: ignore[import-untyped]  # noqa: PLC0415
        from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]  # noqa: PLC0415
    except OSError as error:
        problem = _("PDF cannot be written on this server: %(error)s") % {"error": error}
        raise UserError(problem, code="pdf_unavailable") from error

    class Refusal(URLFetcher):  # type: ignore[misc]
        """Fetches nothing: a note must not make the server open a file or an address."""

        def fetch(self, url: str, _headers: object = None) -> Any:
            message = f"a report fetches nothing: {url[:100]}"
            raise ValueError(message)

    return HTML, CSS, Refusal()


def _sheets(colour: str) -> list[str]:
    colour = colour or ACCENT
    brand = f":root {{ --brand: {colour}; --on-brand: {text_on(colour)}; --ink: {ink(colour)}; }}"
    return [*(_read(name) for name in _SHEETS), brand]


def _read(name: str) -> str:
    path = finders.find(name)
    if not isinstance(path, str):
        raise FileNotFoundError(name)
    return Path(path).read_text(encoding="utf-8")


def on_paper(chart: SafeString) -> SafeString:
    """Return a chart of common/charts with its colours inside.

    On a page they come from the style sheets; on paper those do not reach into a drawing.
    """
    if not chart:
        return chart
    head, sign, rest = _RADAR.sub(_widened, chart).partition(">")
    return mark_safe(f"{head}{sign}{_chart_style()}{rest}")  # noqa: S308 - the chart is safe


def _widened(found: re.Match[str]) -> str:
    return f"{found[1]}{-_BESIDE_RADAR} 0 {int(found[2]) + 2 * _BESIDE_RADAR} "


@cache
def _chart_style() -> str:
    tokens = dict(re.findall(r"--([\w-]+): light-dark\((#\w{6}), #\w{6}\);", _read(_SHEETS[0])))
    text = re.sub(r"/\*.*?\*/", "", _read(_CHART_SHEET), flags=re.DOTALL)
    text = re.sub(r"var\(--([\w-]+)\)", lambda found: tokens[found[1]], text)
    return f"<style>{' '.join(text.split())}</style>"
