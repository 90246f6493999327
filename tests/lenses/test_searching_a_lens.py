"""The page of a lens: the search within, what is said about practices, and the language."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lenses.catalog import languages
from lenses.models import LensVersion
from lenses.services import import_lens
from lenses.translation import Texts, Translation
from tenants.context import in_organization
from tests.builders import lens_document
from tests.conftest import Cast
from tests.lenses.helpers import page
from tests.lenses.samples import question_of, sample

SignIn = Callable[[str], Client]
QueryCount = Callable[[Callable[[], Any]], int]

GERMAN = Translation(
    Texts("Muster", "Eine Linse."),
    {"operationalExcellence": Texts("Betrieb")},
    {"question_one": Texts("Erstens?")},
    {"practice_a": Texts("Das Erste tun", "", "1. Anfangen.\n2. Aufhören.", "Beleg")},
)


def with_notes() -> dict[str, Any]:
    """Return the sample, its first practice with all that our own lenses say."""
    document = sample()
    question = question_of(document)
    question["plumbline"] = {"rulesBecause": "The first one <alone> counts."}
    practice = question["choices"][0]
    practice["description"] = "Keys & locks."
    practice["improvementPlan"] = {"displayText": "1. Look at it.\n2. Act on it."}
    practice["plumbline"] = {
        "code": "SEC03-BP02",
        "level": "high",
        "effort": "large",
        "evidence": "The book of keys",
    }
    return document


def imported(cast: Cast, document: dict[str, Any]) -> LensVersion:
    with in_organization(cast.northwind.pk):
        return import_lens(actor=cast.actor("lead"), text=json.dumps(document))


def url_of(version: LensVersion) -> str:
    return f"/o/northwind/lenses/{version.lens_id}/"


@pytest.fixture
def lens(cast: Cast) -> LensVersion:
    """A lens of six questions, of which only the fifth has a code."""
    document = lens_document(pillars=2, questions=3)
    document["pillars"][1]["questions"][1]["choices"][0]["plumbline"] = {"code": "SEC03-BP02"}
    return imported(cast, document)


@pytest.fixture
def german(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> LensVersion:
    """A lens that is translated, as built-in ones are."""
    version = imported(cast, with_notes() | {"name": "Two languages"})
    monkeypatch.setattr(
        languages, "_translated_versions", lambda: {version.sha256: Path("nowhere")}
    )
    monkeypatch.setattr(languages, "_languages", lambda _folder: ("de",))
    monkeypatch.setattr(languages, "translation_of", lambda _folder, _language: GERMAN)
    return version


# --- The search -------------------------------------------------------------------------------
def test_a_search_shows_only_the_questions_found_and_opens_them(
    lens: LensVersion, client_of: SignIn
) -> None:
    read = page(client_of("viewer").get(url_of(lens), {"q": "sec03"}))
    assert "1 question of 6" in read
    assert read.count('<details class="lens-question" open>') == 1
    assert '<details class="lens-question">' not in read
    assert 'id="q-pillar_2_question_2"' in read
    assert 'href="#q-pillar_2_question_2"' in read
    assert "#q-pillar_1_question_1" not in read
    assert '<span class="lens-number">2.2</span>' in read
    assert "<mark>SEC03</mark>-BP02" in read
    assert 'name="q" value="sec03"' in read


def test_a_search_that_finds_nothing_says_so_and_leads_back(
    lens: LensVersion, client_of: SignIn
) -> None:
    read = page(client_of("viewer").get(url_of(lens), {"q": "unicorns <b>"}))
    assert "No question has these words" in read
    assert "All 6 questions" in read
    assert "“unicorns &lt;b&gt;”" in read
    assert "<b>" not in read
    assert '<a class="button" href="?">Show all questions</a>' in read
    assert "lens-question-body" not in read


@pytest.mark.parametrize("query", ["", "   "])
def test_an_empty_search_is_the_whole_lens(
    lens: LensVersion, client_of: SignIn, query: str
) -> None:
    read = page(client_of("viewer").get(url_of(lens), {"q": query}))
    assert read.count("lens-question-body") == 6
    assert "<mark>" not in read


def test_marks_are_never_in_addresses_or_attributes(cast: Cast, client_of: SignIn) -> None:
    document = sample()
    question_of(document)["title"] = "Is example.com https?"
    version = imported(cast, document)
    read = page(client_of("viewer").get(url_of(version), {"q": "example https"}))
    assert "<mark>example</mark>.com <mark>https</mark>" in read
    assert 'href="https://example.com/c"' in read
    assert not re.search(r'="[^"]*<mark>', read)
    # An address that is shown as a text stays one word, to be copied.
    assert "<mark>https</mark>://" not in read


def test_typing_replaces_the_questions_and_the_contents_only(
    lens: LensVersion, client_of: SignIn
) -> None:
    response = client_of("viewer").get(
        url_of(lens), {"q": "sec03", "language": "fr"}, headers={"HX-Request": "true"}
    )
    read = page(response)
    assert "<html" not in read
    assert 'id="lens-contents" hx-swap-oob="innerHTML"' in read
    assert "1 question of 6" in read
    assert response["HX-Replace-Url"] == "?q=sec03"
    assert "1 question of 6" in response["HX-Trigger"]


def test_an_emptied_search_brings_the_whole_lens_back(lens: LensVersion, client_of: SignIn) -> None:
    response = client_of("viewer").get(url_of(lens), {"q": ""}, headers={"HX-Request": "true"})
    assert page(response).count("lens-question-body") == 6
    assert response["HX-Replace-Url"] == "?"


def test_a_search_takes_no_more_queries_than_the_page(
    lens: LensVersion, client_of: SignIn, query_count: QueryCount
) -> None:
    client = client_of("viewer")
    client.get(url_of(lens))
    plain = query_count(lambda: client.get(url_of(lens)))
    assert query_count(lambda: client.get(url_of(lens), {"q": "sec03"})) <= plain
    assert query_count(lambda: client.get(url_of(lens), {"q": "part"})) <= plain


# --- What is said about practices -------------------------------------------------------------
def test_a_practice_shows_its_code_level_effort_evidence_and_steps(
    cast: Cast, client_of: SignIn
) -> None:
    read = page(client_of("viewer").get(url_of(imported(cast, with_notes()))))
    for text in (
        '<span class="practice-code">SEC03-BP02</span>',
        "</svg></span>High risk if missing</span>",
        "Effort: Large",
        "Evidence that would show it",
        "The book of keys",
        "<li>Look at it.</li><li>Act on it.</li></ol>",
        "Why these rules: The first one &lt;alone&gt; counts.",
    ):
        assert text in read


@pytest.mark.parametrize(
    ("level", "words"),
    [("high", "High risk"), ("medium", "Medium risk"), ("low", "Low risk")],
)
def test_each_level_has_its_words_beside_its_shape(
    cast: Cast, client_of: SignIn, level: str, words: str
) -> None:
    document = with_notes()
    question_of(document)["choices"][0]["plumbline"] = {"level": level}
    read = page(client_of("viewer").get(url_of(imported(cast, document))))
    assert f"</svg></span>{words} if missing</span>" in read
    assert "Effort:" not in read
    assert "practice-code" not in read


def test_a_lens_without_notes_shows_no_empty_labels(lens: LensVersion, client_of: SignIn) -> None:
    read = page(client_of("viewer").get(url_of(lens), {"q": "part 1"}))
    for text in ("if missing", "Effort:", "Evidence that", "Why these rules"):
        assert text not in read


# --- The language -----------------------------------------------------------------------------
def test_a_translated_lens_is_read_in_the_chosen_language(
    german: LensVersion, client_of: SignIn
) -> None:
    client = client_of("viewer")
    english = page(client.get(url_of(german)))
    assert "First?" in english
    assert "Erstens?" not in english
    assert 'lang="de" hreflang="de">Deutsch</a>' in english
    assert 'hreflang="en" aria-current="true">English</a>' in english
    read = page(client.get(url_of(german), {"language": "de"}))
    for text in (
        '<p class="lens-prose" lang="de">Eine Linse.</p>',
        '<h2 id="pillar-1" lang="de">1. Betrieb</h2>',
        '<h3 lang="de">Erstens?</h3>',
        '<strong lang="de">Das Erste tun</strong>',
        '<ol class="practice-steps" lang="de"><li>Anfangen.</li>',
        '<p class="lens-prose" lang="de">Beleg</p>',
        'href="?language=de&amp;open=1"',
        '<input type="hidden" name="language" value="de">',
    ):
        assert text in read
    assert "First?" not in read
    assert "First?" in page(client.get(url_of(german)))


def test_a_search_is_of_the_chosen_language(german: LensVersion, client_of: SignIn) -> None:
    client = client_of("viewer")
    read = page(client.get(url_of(german), {"q": "erstens aufhören", "language": "de"}))
    assert "<mark>Erstens</mark>?" in read
    assert 'href="?language=de">' in read
    assert "No question has" in page(client.get(url_of(german), {"q": "erstens"}))
    typed = client.get(
        url_of(german), {"q": "erstens", "language": "de"}, headers={"HX-Request": "true"}
    )
    assert typed["HX-Replace-Url"] == "?q=erstens&language=de"


@pytest.mark.parametrize("language", ["fr", "xx-yy", "<b>", "", "../de", "x" * 2_000])
def test_an_unknown_language_is_shown_in_english(
    german: LensVersion, client_of: SignIn, language: str
) -> None:
    response = client_of("viewer").get(url_of(german), {"language": language})
    assert response.status_code == 200
    read = page(response)
    assert "First?" in read
    assert "Erstens?" not in read
    assert 'name="language"' not in read


def test_a_lens_in_one_language_offers_none(lens: LensVersion, client_of: SignIn) -> None:
    read = page(client_of("viewer").get(url_of(lens), {"language": "de"}))
    assert "Read in:" not in read
    assert "hreflang" not in read
