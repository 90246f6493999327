"""Whatever colour an organisation has, its reports can be read."""

from hypothesis import given
from hypothesis import strategies as st

from common.colours import BLACK, READABLE, WHITE, contrast, ink, text_on

any_colour = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@given(any_colour)
def test_text_on_any_colour_can_be_read(colour: str) -> None:
    assert contrast(text_on(colour), colour) >= 4


@given(any_colour)
def test_ink_of_any_colour_can_be_read_on_white(colour: str) -> None:
    assert contrast(ink(colour), WHITE) >= READABLE


@given(any_colour)
def test_a_colour_that_can_be_read_stays_as_it_is(colour: str) -> None:
    if contrast(colour, WHITE) >= READABLE:
        assert ink(colour) == colour


def test_black_and_white_are_as_far_apart_as_can_be() -> None:
    assert contrast("#000000", WHITE) == 21
    assert contrast(WHITE, WHITE) == 1
    assert (text_on("#ffd500"), text_on("#3b48c9")) == (BLACK, WHITE)
