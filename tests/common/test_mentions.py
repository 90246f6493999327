"""@mentions in rendered text: who is meant, and what stays text."""

import time

import pytest

from common.ids import new_id
from common.markdown import render_markdown
from common.mentions import Person, handles_of, mark_mentions

ANN = Person(new_id(), "Ann Lee", "ann@example.com")
BO = Person(new_id(), "Bo", "bo@example.com")
TWIN = Person(new_id(), "Twin", "twin-1@example.com")
OTHER_TWIN = Person(new_id(), "twin", "twin-2@example.com")
SLY = Person(new_id(), "ann@example.com", "sly@example.com")
SIGNS = Person(new_id(), "A & <b>", "signs@example.com")
PEOPLE = [ANN, BO, TWIN, OTHER_TWIN, SLY, SIGNS]


def found(text: str) -> list[Person]:
    ids = mark_mentions(render_markdown(text), PEOPLE).ids
    return [person for key in ids for person in PEOPLE if person.id == key]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@Ann Lee, look", [ANN]),
        ("look, @ann lee!", [ANN]),
        ("(@ann@example.com)", [ANN]),
        ("@ANN@EXAMPLE.COM.", [ANN]),
        ("@Bo @Ann Lee @Bo", [BO, ANN]),
        ("**@Bo**'s", [BO]),
        ("- @Bo\n- @Ann Lee", [BO, ANN]),
        ("@A & <b> did", [SIGNS]),
        ("@sly@example.com", [SLY]),
        # Nobody: other words, no beginning of a word, code, links, and a name that several share.
        ("@Bob", []),
        ("@Ann", []),
        ("@bo@example.com.au", []),
        ("mail ann@example.com", []),
        ("x@Bo", []),
        ("`@Bo`", []),
        ("```\n@Bo\n```", []),
        ("[@Bo](https://example.com)", []),
        ('[x](https://example.com "> @Bo")', []),
        ("@Twin", []),
        ("@twin-2@example.com", [OTHER_TWIN]),
        ("@", []),
        ("", []),
    ],
)
def test_who_is_meant(text: str, meant: list[Person]) -> None:
    assert found(text) == meant


def test_a_mention_is_marked_as_it_was_written_and_mine_as_mine() -> None:
    html = mark_mentions(render_markdown("@bo and @Ann Lee"), PEOPLE, me=ANN.id).html
    assert '<mark class="mention">@bo</mark>' in html
    assert '<mark class="mention mention-me">@Ann Lee</mark>' in html


def test_an_attribute_is_never_broken_into() -> None:
    text = '[x](https://example.com "a > @Bo \'b") @Bo'
    html = mark_mentions(render_markdown(text), PEOPLE).html
    assert html.count("<mark") == 1
    assert 'title="a > @Bo' in html or 'title="a &gt; @Bo' in html


def test_a_name_with_signs_stays_harmless() -> None:
    html = mark_mentions(render_markdown("@A & <b>"), PEOPLE).html
    assert '<mark class="mention">@A &amp; &lt;b&gt;</mark>' in html


def test_the_handle_is_the_name_or_the_address_where_names_clash() -> None:
    handles = handles_of(PEOPLE)
    assert handles[ANN.id] == "Ann Lee"
    assert handles[TWIN.id] == "twin-1@example.com"
    assert handles[SLY.id] == "sly@example.com"


def test_a_thousand_members_and_a_text_of_signs_take_no_time() -> None:
    people = [
        Person(new_id(), f"Name {n} " + "x" * (n % 90), f"{n}@example.com") for n in range(1000)
    ]
    html = render_markdown("@ @@ @x " * 620)
    begun = time.perf_counter()
    mark_mentions(html, people)
    assert time.perf_counter() - begun < 2
