"""The palette finds a thing by what one remembers of its name, and the likeliest comes first."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.palette import MAX_QUERY, Entry, Kind, fold, ranked, words_of


def entry(title: str, kind: Kind = Kind.WORKLOAD, **more: str) -> Entry:
    return Entry(key=f"{kind}:{title}", kind=kind, title=title, **more)  # type: ignore[arg-type]


def titles(query: str, *names: str, recent: tuple[str, ...] = ()) -> list[str]:
    groups = ranked(query, [entry(name) for name in names], recent)
    return [found.title for group in groups for found in group.entries]


@pytest.mark.parametrize(
    "query",
    [
        "payments api",
        "PAYMENTS",
        "api pay",
        "pay",
        "payapi",
        "pymnts",
        "pa",
        "ments",
        "  payments\t api ",
    ],
)
def test_a_name_is_found_by_what_one_remembers_of_it(query: str) -> None:
    assert titles(query, "Customer portal", "Payments API") == ["Payments API"]


@pytest.mark.parametrize("query", ["xpayments", "ipa stnemyap", "payments customer", "p q"])
def test_what_does_not_fit_is_not_found(query: str) -> None:
    assert titles(query, "Customer portal", "Payments API") == []


@pytest.mark.parametrize(
    ("query", "name"),
    [("uberblick", "Überblick"), ("ÜBER", "Überblick"), ("strasse", "Straße"), ("lodz", "Łódź")],
)
def test_diacritics_and_case_say_nothing(query: str, name: str) -> None:
    assert titles(query, name) == [name]


def test_initials_find_a_long_title() -> None:
    title = "Grant the least privilege that a task needs"
    assert titles("gtlp", "Give each team a room", title) == [title]


def test_letters_from_anywhere_in_a_long_title_are_no_fit() -> None:
    assert titles("sec", "Keep what several people decide on in the archive") == []


def test_sentences_that_only_have_the_letters_give_way_to_what_has_the_word() -> None:
    sentence = entry("Find the parts you call", Kind.QUESTION)
    assert ranked("pay", [sentence])
    found = ranked("pay", [sentence, entry("Payments API")])
    assert [group.kind for group in found] == [Kind.WORKLOAD]


def test_the_way_a_word_fits_decides_the_order() -> None:
    names = ("Repay", "A way to pay", "Payments API", "Pay", "Party for all of you")
    assert titles("pay", *names)[:4] == ["Pay", "Payments API", "A way to pay", "Repay"]


def test_what_stands_beside_a_title_is_found_after_titles() -> None:
    people = [
        entry("Ann Lee", Kind.PERSON, detail="ann@example.com"),
        entry("Example Person", Kind.PERSON, detail="someone@elsewhere.org"),
    ]
    found = ranked("example", people)[0].entries
    assert [each.title for each in found] == ["Example Person", "Ann Lee"]


def test_groups_come_in_the_order_of_their_best_entry() -> None:
    entries = [entry("Manage secrets", Kind.QUESTION), entry("Secrets", Kind.LENS)]
    assert [group.kind for group in ranked("secrets", entries)] == [Kind.LENS, Kind.QUESTION]


def test_what_was_used_lately_comes_first_among_equals() -> None:
    names = ("Payments one", "Payments two")
    assert titles("payments", *names)[0] == "Payments one"
    assert titles("payments", *names, recent=("workload:Payments two",))[0] == "Payments two"


def test_without_a_query_what_was_used_lately_and_then_the_actions() -> None:
    entries = [
        entry("Payments"),
        entry("Portal"),
        entry("New workload", Kind.ACTION),
        entry("Import a lens", Kind.ACTION),
    ]
    recent = ("workload:Portal", "workload:gone", "action:New workload")
    groups = ranked("", entries, recent)
    assert [(group.kind, [each.title for each in group.entries]) for group in groups] == [
        (Kind.RECENT, ["Portal", "New workload"]),
        (Kind.ACTION, ["Import a lens"]),
    ]


def test_a_long_list_is_cut_by_group() -> None:
    entries = [entry(f"Pay {number}", kind) for number in range(50) for kind in Kind]
    groups = ranked("pay", entries)
    assert all(len(group.entries) <= 6 for group in groups)
    assert sum(len(group.entries) for group in groups) <= 24


def test_a_very_long_query_is_cut() -> None:
    assert sum(map(len, words_of("ab " * 10_000))) <= MAX_QUERY
    assert titles("a" * 100_000, "a" * 100) == ["a" * 100]


_NAMES = st.text(alphabet=string.ascii_letters + " -äöéß", min_size=1, max_size=40).filter(
    lambda name: bool(name.strip())
)


@given(_NAMES, st.lists(_NAMES, max_size=20))
def test_a_name_finds_itself_before_all_others(name: str, others: list[str]) -> None:
    name = " ".join(name.split())
    found = ranked(name, [entry(each) for each in {name, *others}])[0].entries
    assert fold(found[0].title) == fold(name)


@given(st.lists(_NAMES, min_size=1, max_size=6))
def test_the_beginnings_of_words_find_the_name(words: list[str]) -> None:
    name = " ".join(words)
    initials = "".join(word[0] for word in fold(name).replace("-", " ").split() if word)
    if initials:
        assert titles(initials, name) == [name]


@given(st.text(max_size=30), st.lists(_NAMES, max_size=12), st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_read_does_not_matter(
    query: str, names: list[str], source: random.Random
) -> None:
    entries = [entry(name) for name in dict.fromkeys(names)]
    mixed = source.sample(entries, len(entries))
    assert ranked(query, entries) == ranked(query, mixed)


@given(st.text(max_size=20), st.lists(_NAMES, max_size=12))
def test_what_is_found_has_every_letter_of_the_query(query: str, names: list[str]) -> None:
    letters = set("".join(words_of(query)))
    for found in titles(query, *names) if letters else []:
        assert letters <= set(fold(found))


@given(st.text(max_size=200), st.lists(st.text(max_size=200), max_size=5))
def test_any_text_at_all_is_taken(query: str, names: list[str]) -> None:
    ranked(query, [entry(name) for name in names], tuple(names))
