"""HTML on paper: tagged, in colour, fetching nothing; and a machine that lacks the libraries."""

import io
import logging
import re
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.safestring import mark_safe

from common import pdf
from common.charts import radar, risk_meter
from common.errors import UserError
from common.risk import Risk

PAGE = "<html lang='en'><head><title>A report</title></head><body>{}</body></html>"


@pytest.fixture
def _with_the_libraries() -> None:
    if missing := pdf.missing_packages():
        pytest.fail(f"PDF cannot be tested here: install {' '.join(missing)}")


@pytest.fixture
def _without_the_libraries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(pdf, "_loads", lambda name: not name.startswith("libpango"))
    pdf.missing_packages.cache_clear()
    yield
    pdf.missing_packages.cache_clear()


def written(body: str, **options: Any) -> tuple[bytes, int]:
    file = io.BytesIO()
    pages = pdf.write_pdf(PAGE.format(body), file, progress=lambda _done, _total: None, **options)
    return file.getvalue(), pages


def unpacked(content: bytes) -> bytes:
    """Return a PDF with what is compressed in it as it was."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    return content + b"".join(map(_unpacked, streams))


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


@pytest.mark.usefixtures("_with_the_libraries")
def test_a_document_is_a_tagged_pdf_with_an_outline() -> None:
    steps: list[tuple[int, int]] = []
    file = io.BytesIO()
    html = PAGE.format("<h1>One</h1><p>Text</p><h1>Two</h1>" + "<p>More</p>" * 200)
    pages = pdf.write_pdf(html, file, progress=lambda *step: steps.append(step))
    assert file.getvalue().startswith(b"%PDF-")
    plain = unpacked(file.getvalue())
    for name in (b"/MarkInfo", b"/StructTreeRoot", b"/Outlines", b"pdfuaid:part"):
        assert name in plain
    assert pages > 2
    assert steps == [(1, 2), (2, 2)]


@pytest.mark.usefixtures("_with_the_libraries")
def test_nothing_is_fetched_by_any_scheme(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def opened(*_values: Any, **_options: Any) -> Any:
        raise AssertionError("something was fetched")

    monkeypatch.setattr("urllib.request.OpenerDirector.open", opened)
    places = (
        *("file:///etc/passwd", "http://169.254.169.254/latest", "https://example.com/a.png"),
        *("data:image/png;base64,AAAA", "ftp://example.com/a", "relative.png", "//example.com/a"),
    )
    body = "".join(f'<img src="{place}" alt="">' for place in places)
    body += '<link rel="stylesheet" href="file:///etc/passwd">'
    body += '<style>@import "http://example.com/a"; p {background: url(file:///etc/passwd)}</style>'
    body += '<svg viewBox="0 0 1 1"><title>x</title><image href="file:///etc/passwd"/></svg>'
    with caplog.at_level(logging.CRITICAL, logger="weasyprint"):
        content, pages = written(body)
    assert pages == 1
    assert b"root:" not in unpacked(content)


@pytest.mark.usefixtures("_without_the_libraries")
def test_a_machine_without_the_libraries_says_what_to_install() -> None:
    assert pdf.missing_packages() == ("libpango-1.0-0", "libpangoft2-1.0-0")
    assert "apt-get install libpango-1.0-0 libpangoft2-1.0-0" in pdf.obstacle()
    with pytest.raises(UserError, match="All other formats work") as refused:
        written("<p>x</p>")
    assert refused.value.code == "pdf_unavailable"


@pytest.mark.usefixtures("_with_the_libraries")
def test_a_machine_with_them_has_no_obstacle() -> None:
    assert pdf.obstacle() == ""


def test_charts_bring_their_colours_and_keep_their_names() -> None:
    meter = pdf.on_paper(risk_meter({Risk.HIGH: 2, Risk.NONE: 3}, numbers=True))
    assert "<title>2 high risks, 3 without risk</title>" in meter
    assert "#b4232c" in meter
    assert "var(" not in meter
    assert pdf.on_paper(mark_safe("")) == ""


def test_the_names_around_a_radar_have_room() -> None:
    drawn = pdf.on_paper(radar([0.5] * 3, ["A", "B", "C"]))
    assert 'viewBox="-60 0 440 226"' in drawn
