"""What was found in a lens, on its page and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from django.test import Client

from lenses.examination_shown import entries_of, groups_of
from lenses.models import LensVersion
from lenses.review_of_document import examine
from lenses.services import import_lens
from tenants.context import in_organization
from tests.builders import make_lens_version
from tests.conftest import Cast
from tests.lenses.helpers import page
from tests.lenses.samples import QUESTION, Document, question_of, sample

SignIn = Callable[[str], Client]


def flawed() -> Document:
    """A practice that raises the risk, a level out of reach, a key of its own, a percent sign."""
    document = sample() | {"_note": "Ours", "name": "Half & <half>"}
    question_of(document)["choices"][1]["title"] = "Do <b>99%</b> of it"
    question_of(document)["riskRules"][1]["condition"] = "practice_a && !practice_b"
    question_of(document)["riskRules"][0]["condition"] = "practice_a && !practice_a"
    return document


def draft_of(cast: Cast, document: Document) -> LensVersion:
    with in_organization(cast.northwind.pk):
        return import_lens(actor=cast.actor("lead"), text=json.dumps(document))


def url_of(version: LensVersion, name: str = "") -> str:
    return f"/o/northwind/lenses/{version.lens_id}/versions/{version.pk}/{name}"


def test_a_draft_shows_what_was_found_with_the_choices_to_tick(
    cast: Cast, client_of: SignIn
) -> None:
    draft = draft_of(cast, flawed())
    read = page(client_of("lead").get(url_of(draft)))
    assert read.index("Findings") < read.index("lens-layout")
    assert "Ticking “Do &lt;b&gt;99%&lt;/b&gt; of it” raises the risk" in read
    assert "Tick in this order:" in read
    assert f"<code>{QUESTION}.choices[1]</code> <code>practice.raises_risk</code>" in read
    assert '<a href="#q-question_one">' in read
    for label in ("Errors", "Warnings", "What AWS would refuse"):
        assert f"<span>{label}</span>" in read
    assert "aws.characters" in read
    assert "key.unknown" in read


def test_readers_see_what_the_rules_do_and_not_what_the_format_says(
    cast: Cast, client_of: SignIn
) -> None:
    draft = draft_of(cast, flawed())
    read = page(client_of("viewer").get(url_of(draft)))
    assert "practice.raises_risk" in read
    assert "key.unknown" not in read
    assert "aws." not in read
    found = client_of("viewer").get(url_of(draft, "findings/")).json()["findings"]
    assert {entry["code"] for entry in found} == {
        "practice.raises_risk",
        "no_risk.out_of_reach",
        "rule.never_fires",
        "level.unreachable",
    }


def test_a_sound_lens_says_so(cast: Cast, client_of: SignIn) -> None:
    with in_organization(cast.northwind.pk):
        version = make_lens_version(sample())
    read = page(client_of("viewer").get(url_of(version)))
    assert "None. Every level can occur" in read
    assert client_of("viewer").get(url_of(version, "findings/")).json()["findings"] == []


def test_a_built_in_lens_is_looked_at_too(cast: Cast, client_of: SignIn) -> None:
    with in_organization(cast.northwind.pk):
        version = make_lens_version(flawed(), built_in=True)
    assert "practice.raises_risk" in page(client_of("viewer").get(url_of(version)))


def test_programs_get_everything_of_a_version(cast: Cast, client_of: SignIn) -> None:
    draft = draft_of(cast, flawed())
    answer = client_of("lead").get(url_of(draft, "findings/")).json()
    assert (answer["lens"], answer["version"]) == ("Half & <half>", None)
    assert answer["sha256"] == draft.sha256
    by_code = {entry["code"]: entry for entry in answer["findings"]}
    assert by_code["practice.raises_risk"]["witness"] == ["practice_a", "practice_b"]
    assert by_code["key.unknown"]["path"] == "_note"
    assert by_code["aws.characters"]["severity"] == "aws"
    order = [entry["severity"] for entry in answer["findings"]]
    assert order == sorted(order, key=["error", "warning", "info", "aws"].index)


def test_an_import_that_is_refused_says_nothing_about_rules(cast: Cast, client_of: SignIn) -> None:
    document = flawed() | {"name": ""}
    response = client_of("lead").post("/o/northwind/lenses/import/", {"text": json.dumps(document)})
    assert response.status_code == 422
    assert "text.empty" in page(response)


def test_a_page_shows_some_of_very_many() -> None:
    document = sample() | {f"_{number}": 1 for number in range(300)}
    groups = groups_of(entries_of(examine(json.dumps(document))), limit=200)
    assert [(group.severity, len(group.entries), group.more) for group in groups] == [
        ("warning", 200, 100),
        ("aws", 200, 100),
    ]
    assert groups[0].count == 300


def test_findings_cost_the_same_queries_however_many_there_are(
    cast: Cast, client_of: SignIn, query_count: Callable[[Callable[[], object]], int]
) -> None:
    few, many = draft_of(cast, sample()), draft_of(cast, flawed())
    client = client_of("lead")
    client.get(url_of(few))
    counts = [
        query_count(partial(client.get, url_of(version, "findings/"))) for version in (few, many)
    ]
    assert counts[0] == counts[1]
