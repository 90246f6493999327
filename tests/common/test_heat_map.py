"""The heat map, and charts as tables: what they say without colour, and to whoever listens."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.chart_tables import counts_table, series_table, shares_table
from common.charts import Series
from common.heat_map import HeatCell, HeatRow, heat_map
from common.risk import BY_SEVERITY, Risk


def parse(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(markup)


def texts(table: ElementTree.Element) -> list[list[str]]:
    """Return each row's cells as a screen reader says them."""
    return [["".join(cell.itertext()) for cell in row] for row in table.iter("tr")]


def cell(counts: dict[Risk, int], url: str = "") -> ElementTree.Element:
    row = HeatRow("Payments", [HeatCell(counts, url)])
    table = parse(heat_map(["Security"], [row], caption="Risks", corner="Workload"))
    (found,) = table.iter("td")
    return found[0]


@given(st.dictionaries(st.sampled_from(list(Risk)), st.integers(0, 500)))
def test_a_cell_shows_the_worst_of_what_occurs(counts: dict[Risk, int]) -> None:
    occurring = [risk for risk in BY_SEVERITY if counts.get(risk)]
    assert HeatCell(counts).worst == (occurring[0] if occurring else None)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({Risk.HIGH: 2, Risk.NONE: 7}, "High risk2"),
        ({Risk.MEDIUM: 1, Risk.UNANSWERED: 3}, "Medium risk1"),
        ({Risk.UNANSWERED: 3, Risk.NONE: 1}, "Unanswered3"),
        ({Risk.NONE: 3}, "No risk"),
        ({Risk.NOT_APPLICABLE: 3}, "Not applicable"),
        ({}, "·"),
    ],
)
def test_a_cell_says_risk_and_number_in_words(counts: dict[Risk, int], said: str) -> None:
    assert "".join(cell(counts).itertext()) == said


def test_a_cell_leads_on_where_there_is_something_to_see() -> None:
    there = cell({Risk.HIGH: 2, Risk.NONE: 7}, "/there/?a=1&b=2")
    assert (there.tag, there.get("href")) == ("a", "/there/?a=1&b=2")
    assert there.get("title") == "2 high risks, 7 without risk"
    assert cell({Risk.HIGH: 2}).tag == "span", "on paper there is nowhere to go"
    assert there.find("svg") is not None


def test_the_table_names_itself_its_rows_and_its_columns_and_trusts_no_name() -> None:
    name = '<script>"&</script>'
    rows = [HeatRow(name, [HeatCell(), HeatCell({Risk.HIGH: 1})], "/workload/")]
    markup = heat_map(["Security", name], rows, caption=name, corner="Workload")
    assert "<script>" not in markup
    assert "style=" not in markup
    table = parse(markup)
    assert table.findtext("caption") == name
    assert [head.get("scope") for head in table.iter("th")] == ["col", "col", "col", "row"]
    assert texts(table)[1][0] == name


def test_charts_read_as_tables() -> None:
    lines = [Series("High", (4.0, 2.5)), Series("Medium", (1,))]
    table = parse(series_table(lines, ["May", "now"], caption="Risks", corner="Date"))
    assert table.findtext("caption") == "Risks"
    assert texts(table) == [["Date", "High", "Medium"], ["May", "4", "1"], ["now", "2.5", "–"]]
    shares = shares_table(
        [0.5, 1], ["A", "B"], before=[0, 0.254], caption="Shares", heads=("Pillar", "now", "before")
    )
    assert texts(parse(shares)) == [
        ["Pillar", "now", "before"],
        ["A", "50 %", "0 %"],
        ["B", "100 %", "25 %"],
    ]
    bars = counts_table([{Risk.HIGH: 2}], ["Security"], caption="Bars", corner="Pillar")
    assert texts(parse(bars))[1] == ["Security", "2", "0", "0", "0", "0"]
