"""The page of a lens."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from common.ids import new_id
from lenses.models import LensVersion
from lenses.services import import_lens, publish_version
from tenants.context import in_organization
from tests.builders import lens_document, make_lens_version
from tests.conftest import Cast
from tests.lenses.helpers import page, published, text_of
from tests.lenses.samples import question_of, sample
from tests.shared import shared_path

SignIn = Callable[[str], Client]
QueryCount = Callable[[Callable[[], Any]], int]


def import_document(cast: Cast, document: dict[str, Any]) -> LensVersion:
    with in_organization(cast.northwind.pk):
        return import_lens(actor=cast.actor("lead"), text=json.dumps(document))


def url_of(version: LensVersion, *, exactly: bool = False) -> str:
    lens = f"/o/northwind/lenses/{version.lens_id}/"
    return f"{lens}versions/{version.pk}/" if exactly else lens


def test_a_lens_is_read_from_pillars_to_links(cast: Cast, client_of: SignIn) -> None:
    version = import_document(cast, sample())
    read = page(client_of("viewer").get(url_of(version)))
    for text in (
        "A lens for tests.",
        "1. Operations",
        "First?",
        "Why it matters.",
        "Do the first",
        "Begin.",
        "Go on.",
        "None of these",
    ):
        assert text in read
    for address in ("a", "b", "c"):
        assert f'href="https://example.com/{address}" rel="noopener noreferrer"' in read
    assert "1 question" in read
    assert "2 practices" in read


def test_rules_are_read_in_plain_words(cast: Cast, client_of: SignIn) -> None:
    document = sample()
    question_of(document)["riskRules"] = [
        {"condition": "practice_a && (practice_b || !practice_no)", "risk": "NO_RISK"},
        {"condition": "practice_a", "risk": "MEDIUM_RISK"},
        {"condition": "default", "risk": "HIGH_RISK"},
    ]
    version = import_document(cast, document)
    read = page(client_of("viewer").get(url_of(version)))
    rules = read[read.index('class="lens-rules"') :].partition("</ol>")[0]
    for text in (
        "No risk",
        "when all of these are ticked:",
        '<span class="lens-letter">a</span> Do the first',
        "at least one of:",
        '<span class="lens-letter">b</span> Do the second',
        '<em>not ticked:</em> <span class="lens-letter">x</span> None of these',
        "Medium risk",
        'when this is ticked: <span class="lens-letter">a</span> Do the first',
        "High risk",
        "in every other case",
    ):
        assert text in rules
    assert "practice_a" not in rules
    assert rules.count("<ul") == rules.count("</ul>")
    assert rules.count("<li>") == rules.count("</li>")


def test_a_condition_that_nests_as_deep_as_may_be_is_shown(cast: Cast, client_of: SignIn) -> None:
    document = sample()
    deep = "practice_a"
    for level in range(49):
        operator = "&&" if level % 2 else "||"
        deep = f"practice_b {operator} ({deep})"
    question_of(document)["riskRules"][0]["condition"] = deep
    version = import_document(cast, document)
    assert client_of("viewer").get(url_of(version)).status_code == 200


def test_every_question_has_an_anchor_and_an_entry_in_the_contents(
    cast: Cast, client_of: SignIn
) -> None:
    version = import_document(cast, lens_document(pillars=2, questions=3))
    read = page(client_of("viewer").get(url_of(version)))
    for pillar in (1, 2):
        assert f'href="#pillar-{pillar}"' in read
        assert f'id="pillar-{pillar}"' in read
        for number in (1, 2, 3):
            question = f"pillar_{pillar}_question_{number}"
            assert f'href="#q-{question}"' in read
            assert f'id="q-{question}"' in read


def test_questions_are_folded_until_all_are_opened(cast: Cast, client_of: SignIn) -> None:
    version = import_document(cast, lens_document(pillars=1, questions=3))
    client = client_of("viewer")
    assert '<details class="lens-question">' in page(client.get(url_of(version)))
    opened = page(client.get(url_of(version) + "?open"))
    assert opened.count('<details class="lens-question" open>') == 3


def test_versions_are_listed_with_date_and_person(cast: Cast, client_of: SignIn) -> None:
    with in_organization(cast.northwind.pk):
        published(cast.actor("owner"), "1.0", name="Payments lens")
        last = published(cast.actor("admin"), "1.1", name="Payments lens")
        draft = import_lens(actor=cast.actor("lead"), text=text_of(name="Payments lens"))
    read = page(client_of("viewer").get(url_of(last)))
    versions = read[read.index('id="versions-heading"') :]
    assert versions.index("Draft") < versions.index("1.1") < versions.index("1.0")
    for text in ("Published", "Superseded", "Owner", "Admin", "<time"):
        assert text in versions
    assert url_of(draft, exactly=True) in versions


def test_a_lens_opens_at_the_version_that_reviews_use(cast: Cast, client_of: SignIn) -> None:
    with in_organization(cast.northwind.pk):
        old = published(cast.actor("owner"), "1.0", name="Payments lens", questions=3)
        published(cast.actor("owner"), "1.1", name="Payments lens", questions=4)
        draft = import_lens(
            actor=cast.actor("lead"), text=text_of(name="Payments lens", questions=5)
        )
    client = client_of("viewer")
    assert "8 questions" in page(client.get(url_of(old)))
    earlier = page(client.get(url_of(old, exactly=True)))
    assert "6 questions" in earlier
    assert "You are reading version 1.0. New reviews use version 1.1." in earlier
    assert "10 questions" in page(client.get(url_of(draft, exactly=True)))


def test_warnings_of_the_import_are_on_the_page_for_authors(cast: Cast, client_of: SignIn) -> None:
    version = import_document(cast, sample() | {"_note": "ours"})
    read = page(client_of("lead").get(url_of(version)))
    assert "<code>_note</code>" in read
    assert "key.unknown" in read
    assert "key.unknown" not in page(client_of("viewer").get(url_of(version)))


def test_a_built_in_lens_is_read_by_all_and_changed_by_none(cast: Cast, client_of: SignIn) -> None:
    with in_organization(cast.northwind.pk):
        version = make_lens_version(built_in=True)
    for role in ("owner", "viewer"):
        read = page(client_of(role).get(url_of(version)))
        assert "Built in" in read
        assert "/publish/" not in read
        assert "/lenses/import/" not in read
    foreign = url_of(version).replace("northwind", "southridge")
    assert client_of("stranger").get(foreign).status_code == 200


def test_lenses_of_others_and_of_nobody_are_not_there(cast: Cast, client_of: SignIn) -> None:
    with in_organization(cast.southridge.pk):
        foreign = published(cast.southridge_actor, name="Southridge lens")
    own = import_document(cast, sample())
    client = client_of("owner")
    assert client.get(url_of(foreign)).status_code == 404
    assert client.get(url_of(foreign, exactly=True)).status_code == 404
    assert client.get(f"/o/northwind/lenses/{new_id()}/").status_code == 404
    assert client.get(f"/o/northwind/lenses/{uuid4()}/").status_code == 404
    # A version belongs to its lens.
    mixed = f"/o/northwind/lenses/{own.lens_id}/versions/{foreign.pk}/"
    assert client.get(mixed).status_code == 404
    assert client_of("stranger").get(url_of(own)).status_code == 404


def test_a_lens_is_only_read_at_its_address(cast: Cast, client_of: SignIn) -> None:
    version = import_document(cast, sample())
    for exactly in (False, True):
        assert client_of("owner").post(url_of(version, exactly=exactly)).status_code == 405


def test_a_long_lens_takes_as_many_queries_as_a_short_one(
    cast: Cast, client_of: SignIn, query_count: QueryCount
) -> None:
    client = client_of("owner")

    def publish(name: str, **size: int) -> LensVersion:
        with in_organization(cast.northwind.pk):
            draft = import_lens(actor=cast.actor("lead"), text=text_of(name=name, **size))
            return publish_version(actor=cast.actor("owner"), lens_id=draft.lens_id, version="1.0")

    short = publish("Short lens", pillars=1, questions=2)
    long = publish("Long lens", pillars=6, questions=10, choices=6)
    for version in (short, long):
        client.get(url_of(version))
    few = query_count(lambda: client.get(url_of(short)))
    assert query_count(lambda: client.get(url_of(long))) == few
    assert few <= 8


def test_twenty_versions_take_as_many_queries_as_two(
    cast: Cast, client_of: SignIn, query_count: QueryCount
) -> None:
    client = client_of("owner")

    def publish(first: int, last: int) -> LensVersion:
        with in_organization(cast.northwind.pk):
            for number in range(first, last):
                version = published(cast.actor("owner"), f"1.{number}", name="Payments lens")
        return version

    few_versions = publish(0, 2)
    client.get(url_of(few_versions))
    few = query_count(lambda: client.get(url_of(few_versions)))
    many_versions = publish(2, 20)
    client.get(url_of(many_versions))
    assert query_count(lambda: client.get(url_of(many_versions))) == few


@pytest.mark.parametrize("name", ["ecs", "orr-1.3.5", "s3", "saas-business"])
def test_a_published_lens_of_others_is_read(cast: Cast, client_of: SignIn, name: str) -> None:
    document = json.loads(shared_path("lenses", f"{name}.json").read_text("utf-8-sig"))
    version = import_document(cast, document)
    read = client_of("viewer").get(url_of(version)).content.decode()
    for pillar in document["pillars"]:
        for question in pillar["questions"]:
            assert f'id="q-{question["id"]}"' in read
