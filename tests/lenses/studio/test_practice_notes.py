"""Level, effort and evidence of a practice in the studio, and question ids with hyphens."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lenses.models import LensVersion
from lenses.services import import_lens
from lenses.studio import edits
from lenses.studio.addresses import Address, find
from lenses.studio.forms import dom_id
from lenses.studio.identifiers import is_identifier, none_of_these_id
from tenants.models import Organization
from tests.builders import lens_document
from tests.conftest import Cast
from tests.lenses.helpers import page
from tests.lenses.studio.drafts import CHOICE, QUESTION, draft_of, send, studio_url

SignIn = Callable[[str], Client]

PRACTICE = Address.parse(CHOICE)


@pytest.fixture
def draft(cast: Cast, in_northwind: Organization) -> LensVersion:
    return draft_of(cast.actor())


def item(draft: LensVersion, address: str = CHOICE) -> dict[str, Any]:
    draft.refresh_from_db()
    return find(json.loads(draft.document), Address.parse(address)).item


def test_level_effort_and_evidence_are_saved_under_our_own_key(
    client_of: SignIn, draft: LensVersion
) -> None:
    texts = {"level": "high", "effort": "small", "evidence": "The rota of June"}
    response = send(client_of("lead"), draft, op="texts", item=CHOICE, **texts)
    assert response.status_code == 200
    assert item(draft)["plumbline"] == texts
    read = page(client_of("lead").get(studio_url(draft, "questions/pillar_1_question_1/")))
    for text in (
        '<option value="high" selected>High</option>',
        '<option value="small" selected>Small</option>',
        ">The rota of June</textarea>",
    ):
        assert text in read


def test_each_list_has_an_empty_choice(client_of: SignIn, draft: LensVersion) -> None:
    read = page(client_of("lead").get(studio_url(draft, "questions/pillar_1_question_1/")))
    practices = 3
    for name in ("level", "effort"):
        assert len(re.findall(f'<select [^>]*name="{name}"', read)) == practices
    assert read.count('<option value="" selected>—</option>') == 2 * practices
    # "None of these" says nothing about itself.
    assert read.count('name="evidence"') == practices


def test_an_emptied_set_of_notes_leaves_no_key(client_of: SignIn, draft: LensVersion) -> None:
    client = client_of("lead")
    send(client, draft, op="texts", item=CHOICE, level="low", evidence="A list")
    send(client, draft, revision=1, op="texts", item=CHOICE, level="low", evidence="")
    assert item(draft)["plumbline"] == {"level": "low"}
    send(client, draft, revision=2, op="texts", item=CHOICE, level="", evidence="")
    assert "plumbline" not in item(draft)


def test_what_else_stands_under_the_key_stays() -> None:
    document = lens_document()
    find(document, PRACTICE).item["plumbline"] = {"code": "SEC03-BP02", "level": "high"}
    changed = edits.set_texts(document, PRACTICE, {"level": ""})
    assert find(changed, PRACTICE).item["plumbline"] == {"code": "SEC03-BP02"}


@pytest.mark.parametrize(("name", "value"), [("level", "huge"), ("effort", "High")])
def test_a_value_outside_of_the_list_is_refused(
    client_of: SignIn, draft: LensVersion, name: str, value: str
) -> None:
    response = send(client_of("lead"), draft, op="texts", item=CHOICE, **{name: value})
    assert response.status_code == 422
    assert "Choose one of the list." in page(response)
    assert "plumbline" not in item(draft)


def test_an_odd_value_of_the_json_stays_until_another_is_chosen(
    client_of: SignIn, draft: LensVersion
) -> None:
    client = client_of("lead")
    odd = item(draft, QUESTION)
    odd["choices"][0]["plumbline"] = {"level": "huge", "effort": "small"}
    assert send(client, draft, op="json", item=QUESTION, text=json.dumps(odd)).status_code == 200
    read = page(client.get(studio_url(draft, "questions/pillar_1_question_1/")))
    assert '<option value="huge" selected>huge</option>' in read
    sent = send(client, draft, revision=1, op="texts", item=CHOICE, level="huge", effort="large")
    assert sent.status_code == 200
    assert item(draft)["plumbline"] == {"level": "huge", "effort": "large"}


# --- Question ids with hyphens, as the Framework has them ----------------------------------------
@pytest.fixture
def hyphenated(cast: Cast, in_northwind: Organization) -> LensVersion:
    document = lens_document()
    document["pillars"][0]["questions"][0]["id"] = "ops-model"
    return import_lens(actor=cast.actor(), text=json.dumps(document))


def test_a_question_id_with_hyphens_has_its_page(
    client_of: SignIn, hyphenated: LensVersion
) -> None:
    client = client_of("lead")
    response = client.get(studio_url(hyphenated, "questions/ops-model/"))
    assert response.status_code == 200
    assert 'data-node="question:ops-model"' in page(response)
    assert (
        client.get(
            studio_url(hyphenated, "questions/ops-model/test/"), headers={"HX-Request": "true"}
        ).status_code
        == 200
    )


def test_all_of_a_question_with_hyphens_is_edited(
    client_of: SignIn, hyphenated: LensVersion
) -> None:
    client, question = client_of("lead"), "question:ops-model"
    choice = "choice:ops-model/pillar_1_question_1_choice_1"
    assert send(client, hyphenated, op="texts", item=question, title="Who?").status_code == 200
    sent = send(client, hyphenated, revision=1, op="texts", item=choice, title="Somebody")
    assert sent.status_code == 200
    assert send(client, hyphenated, revision=2, do=f"move {question} down").status_code == 200
    renamed = send(client, hyphenated, revision=3, op="texts", item=question, id="ops-team")
    assert renamed.status_code == 200
    found = item(hyphenated, "question:ops-team")
    assert (found["title"], found["choices"][0]["title"]) == ("Who?", "Somebody")


@pytest.mark.parametrize("address", ["pillar:pillar_1", CHOICE])
def test_only_a_question_may_have_hyphens_in_its_id(
    client_of: SignIn, draft: LensVersion, address: str
) -> None:
    response = send(client_of("lead"), draft, op="texts", item=address, id="with-hyphen")
    assert response.status_code == 422
    assert "that of a question may have hyphens" in page(response)


def test_none_of_these_of_such_a_question_can_be_named_by_a_condition() -> None:
    identifier = none_of_these_id("ops-model", ())
    assert identifier == "ops_model_no"
    assert is_identifier(identifier)


def test_no_two_things_of_a_page_have_one_id() -> None:
    texts = ["question:a-b", "question:a--b", "question:a_b", "choice:a-b/ccc", "choice:a/b_ccc"]
    found = {dom_id(Address.parse(text)) for text in texts}
    assert len(found) == len(texts)
    assert dom_id(Address.parse(QUESTION)) == "question-pillar_1_question_1"
