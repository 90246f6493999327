"""Charts: what they measure, what they say, and that they carry no style of their own."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import charts, marks
from common.charts import Series
from common.risk import Risk

COUNTS = {Risk.HIGH: 4, Risk.MEDIUM: 7, Risk.NONE: 32, Risk.UNANSWERED: 14, Risk.NOT_APPLICABLE: 0}


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


@given(st.dictionaries(st.sampled_from(list(Risk)), st.integers(0, 5_000)))
def test_the_parts_of_a_meter_fill_it_exactly(counts: dict[Risk, int]) -> None:
    segments = charts.meter_segments(counts)
    assert [part.risk for part in segments] == [r for r in marks.METER_ORDER if counts.get(r)]
    if segments:
        assert segments[0].start == 0
        assert sum(part.width for part in segments) == pytest.approx(100)
        for before, after in pairwise(segments):
            assert after.start == pytest.approx(before.start + before.width)


def test_a_meter_names_all_its_counts() -> None:
    svg = parse(charts.risk_meter(COUNTS))
    assert svg.get("role") == "img"
    assert svg.findtext("title") == "4 high risks, 7 medium risks, 32 without risk, 14 unanswered"
    assert [group.get("class") for group in svg.findall("g")] == [
        "risk-high",
        "risk-medium",
        "risk-none",
        "risk-unanswered",
    ]


def test_a_meter_of_nothing_says_so() -> None:
    svg = parse(charts.risk_meter({}))
    assert svg.findtext("title") == "No questions"
    assert svg.find("rect") is not None


def test_numbers_are_written_only_where_they_have_room() -> None:
    svg = parse(charts.risk_meter({Risk.HIGH: 1, Risk.NONE: 99}, numbers=True))
    assert [text.text for text in svg.iter("text")] == ["99"]


def test_progress_never_overflows() -> None:
    assert 'width="100%" height="100%" rx="3"/></svg>' in charts.progress(7, 5)
    assert 'width="0%"' in charts.progress(0, 0)


@pytest.mark.parametrize(
    ("counts", "high", "left"),
    [
        ({Risk.HIGH: 2}, 2, 0),
        ({"HIGH": 2, "UNANSWERED": 3}, 2, 3),
        (SimpleNamespace(high=2, medium=1, none=0, unanswered=3, not_applicable=None), 2, 3),
    ],
)
def test_counts_are_read_from_what_a_page_has(counts: object, high: int, left: int) -> None:
    read = marks.read_counts(counts)
    assert (read[Risk.HIGH], read[Risk.UNANSWERED]) == (high, left)
    assert len(read) == len(Risk)


def test_a_key_that_is_no_risk_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="LOW"):
        marks.read_counts({"LOW": 1})


def test_each_risk_has_its_own_shape_word_and_class() -> None:
    for table in (marks.SLUGS, marks.CHARACTERS, marks.WORDS):
        assert len({str(value) for value in table.values()}) == len(Risk)
    assert len({marks.drawing(risk) for risk in Risk}) == len(Risk)


def test_a_sparkline_needs_two_points_and_stays_in_its_box() -> None:
    assert charts.sparkline([3], label="x") == ""
    svg = parse(charts.sparkline([5, 5, 9, 1], label="High risks"))
    assert svg.findtext("title") == "High risks"
    path = svg.find("path")
    assert path is not None
    points = path.attrib["d"].removeprefix("M").split("L")
    for point in points:
        x, y = map(float, point.split())
        assert 0 <= x <= 96
        assert 0 <= y <= 28


def test_a_flat_sparkline_is_drawn() -> None:
    assert "NaN" not in charts.sparkline([0, 0, 0], label="none")


@pytest.mark.parametrize(
    ("highest", "labels"),
    [
        (150_013, ["0", "100k", "200k"]),
        (9_001, ["0", "5000", "10k"]),
        (3_000_000, ["0", "2M", "4M"]),
    ],
)
def test_large_numbers_fit_beside_the_axis(highest: float, labels: list[str]) -> None:
    svg = parse(charts.line_chart([Series("High", (0, highest))], [], title="Risks over time"))
    assert [text.text for text in svg.iter("text")] == labels


def test_a_line_chart_begins_at_zero_and_labels_its_ends() -> None:
    lines = [Series("High", (90, 38), "risk-high"), Series("Medium", (60, 112), "risk-medium")]
    svg = parse(charts.line_chart(lines, ["Nov", "now"], title="Risks over time"))
    texts = [text.text for text in svg.iter("text")]
    assert texts == ["0", "100", "200", "Nov", "now"]
    assert [
        path.findtext("title") for path in svg.iter("path") if path.find("title") is not None
    ] == [
        "High",
        "Medium",
    ]


def test_a_line_chart_without_values_still_has_its_axes() -> None:
    assert "<title>Nothing yet</title>" in charts.line_chart([], [], title="Nothing yet")


def test_a_radar_draws_now_over_before() -> None:
    svg = parse(charts.radar([0.5, 1, 2], ["A", "B", "C"], before=[0, 0.5, 1]))
    kinds = [polygon.get("class") for polygon in svg.findall("polygon")]
    assert kinds == ["chart-axis"] * 4 + ["chart-area-before", "chart-area"]
    outer, now = svg.findall("polygon")[3], svg.findall("polygon")[5]
    assert now.attrib["points"].split()[1:] == outer.attrib["points"].split()[1:]


@pytest.mark.parametrize(
    ("now", "labels", "before"),
    [([1, 1], ["A", "B"], []), ([1, 1], ["A", "B", "C"], []), ([1, 1, 1], ["A", "B", "C"], [1])],
)
def test_a_radar_with_missing_values_is_refused(
    now: list[float], labels: list[str], before: list[float]
) -> None:
    with pytest.raises(ValueError, match="radar"):
        charts.radar(now, labels, before=before)


def test_names_are_escaped_and_nothing_carries_a_style() -> None:
    nasty = '<script>"&'
    for svg in (
        charts.risk_meter(COUNTS, numbers=True),
        charts.sparkline([1, 2], label=nasty),
        charts.line_chart([Series(nasty, (1, 2))], [nasty, nasty], title=nasty),
        charts.radar([1, 1, 1], [nasty] * 3, title=nasty),
    ):
        assert "<script" not in svg
        assert "style=" not in svg
        parse(svg)
