"""Names that a person takes for the same are the same."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from common.names import name_key


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Before launch", "before  LAUNCH"),
        ("Après la crise", "Apre\u0300s la crise"),
        ("Straße", "STRASSE"),
        ("Ｑ１", "q1"),
    ],
)
def test_case_blanks_and_ways_to_write_a_letter_make_no_other_name(name: str, other: str) -> None:
    assert name_key(name) == name_key(other)


def test_other_letters_make_another_name() -> None:
    assert name_key("Après") != name_key("Apres")


@given(st.text())
@example("O\u00af")  # a blank and a macron, which goes onto the letter once the blank is gone
def test_a_key_is_its_own_key(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)
