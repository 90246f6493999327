"""Saving in the studio: who may, what is refused beside its field, and two editors at once."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lenses.models import DraftChange, LensVersion
from lenses.services import import_lens, publish_version
from lenses.studio.addresses import Address, find
from lenses.studio.services import save_draft
from tenants.context import in_organization
from tenants.models import AuditEvent, Organization
from tenants.permissions import Role
from tests.builders import lens_document, make_lens_version
from tests.conftest import Cast
from tests.lenses.helpers import page
from tests.lenses.studio.drafts import CHOICE, QUESTION, draft_of, send, studio_url

SignIn = Callable[[str], Client]


@pytest.fixture
def draft(cast: Cast, in_northwind: Organization) -> LensVersion:
    return draft_of(cast.actor())


def item(draft: LensVersion, address: str) -> dict[str, Any]:
    draft.refresh_from_db()
    return find(json.loads(draft.document), Address.parse(address)).item


def test_a_text_saves_itself(client_of: SignIn, draft: LensVersion) -> None:
    response = send(client_of("lead"), draft, op="texts", item=QUESTION, title="Who is on call?")
    assert response.status_code == 200
    assert "Saved" in page(response)
    assert item(draft, QUESTION)["title"] == "Who is on call?"
    assert draft.draft_revision == 1
    change = DraftChange.objects.get(draft=draft, revision=1)
    assert (change.by_name, change.summary) == ("Lead", "Changed “Who is on call?”")
    events = AuditEvent.objects.filter(verb="lens.draft_changed")
    assert events.count() == 1
    assert events.get().after["draft_sha256"] == draft.sha256


def test_without_scripts_a_form_leads_back_to_its_page(
    client_of: SignIn, draft: LensVersion
) -> None:
    client = client_of("owner")
    response = send(client, draft, htmx=False, op="texts", item=QUESTION, title="New?")
    assert response.status_code == 302
    assert response["Location"] == studio_url(draft, "questions/pillar_1_question_1/")
    assert "New?" in page(client.get(response["Location"]))


def test_what_changes_nothing_makes_no_revision(client_of: SignIn, draft: LensVersion) -> None:
    title = item(draft, QUESTION)["title"]
    assert (
        send(client_of("owner"), draft, op="texts", item=QUESTION, title=title).status_code == 200
    )
    draft.refresh_from_db()
    assert draft.draft_revision == 0
    assert not DraftChange.objects.exists()


@pytest.mark.parametrize("htmx", [True, False])
def test_what_the_format_refuses_is_said_beside_its_field_and_stays_there(
    client_of: SignIn, draft: LensVersion, htmx: bool
) -> None:
    long = "x" * 129
    response = send(client_of("owner"), draft, htmx=htmx, op="texts", item=QUESTION, title=long)
    assert response.status_code == 422
    assert "129 characters; 128 are allowed." in page(response)
    assert htmx or long in page(response)
    draft.refresh_from_db()
    assert draft.draft_revision == 0


def test_different_parts_changed_by_two_both_stay(client_of: SignIn, draft: LensVersion) -> None:
    send(client_of("admin"), draft, op="texts", item=QUESTION, title="Theirs?", description="Old")
    base = draft_at(draft)
    send(client_of("lead"), draft, revision=base, op="texts", item=QUESTION, title="Newer?")
    # The admin still sees revision `base`: another text, and another part of the lens.
    sent = {"title": "Theirs?", "description": "Mine"}
    assert send(client_of("admin"), draft, revision=base, op="texts", item=QUESTION, **sent)
    send(client_of("admin"), draft, revision=base, op="texts", item=CHOICE, title="Mine too")
    question = item(draft, QUESTION)
    assert (question["title"], question["description"]) == ("Newer?", "Mine")
    assert item(draft, CHOICE)["title"] == "Mine too"


def draft_at(draft: LensVersion) -> int:
    draft.refresh_from_db()
    return draft.draft_revision


@pytest.mark.parametrize("htmx", [True, False])
def test_the_same_text_changed_by_two_is_a_choice_and_nothing_is_lost(
    client_of: SignIn, draft: LensVersion, htmx: bool
) -> None:
    send(client_of("lead"), draft, op="texts", item=QUESTION, title="Theirs?")
    owner = client_of("owner")
    response = send(owner, draft, htmx=htmx, op="texts", item=QUESTION, title="Mine?")
    assert response.status_code == 409
    assert "Theirs?" in page(response)
    assert "Mine?" in page(response)
    assert item(draft, QUESTION)["title"] == "Theirs?"
    kept = send(owner, draft, htmx=htmx, op="texts", item=QUESTION, title="Mine?", keep="1")
    assert kept.status_code == (200 if htmx else 302)
    assert item(draft, QUESTION)["title"] == "Mine?"
    assert "Theirs?" in DraftChange.objects.get(draft=draft, revision=1).document


def test_a_text_of_what_a_colleague_deleted_can_be_put_back_with_it(
    client_of: SignIn, draft: LensVersion
) -> None:
    send(client_of("lead"), draft, do=f"delete {CHOICE}")
    owner = client_of("owner")
    response = send(owner, draft, op="texts", item=CHOICE, title="Still wanted")
    assert response.status_code == 409
    assert "Still wanted" in page(response)
    send(owner, draft, op="texts", item=CHOICE, title="Still wanted", keep="1")
    assert item(draft, CHOICE)["title"] == "Still wanted"


def test_an_operation_on_what_is_gone_is_a_conflict(client_of: SignIn, draft: LensVersion) -> None:
    send(client_of("lead"), draft, do=f"delete {CHOICE}")
    assert send(client_of("owner"), draft, do=f"move {CHOICE} down").status_code == 409


def test_a_whole_document_is_saved_only_over_the_revision_it_began_with(
    cast: Cast, in_northwind: Organization, draft: LensVersion
) -> None:
    text = json.dumps(lens_document() | {"description": "Rewritten."})
    arguments: dict[str, Any] = {
        "actor": cast.actor(),
        "lens_id": draft.lens_id,
        "document_text": text,
    }
    saved = save_draft(**arguments, expected_revision=0, summary="Rewritten")
    assert saved.draft_revision == 1
    with pytest.raises(Exception, match="colleague"):
        save_draft(**arguments, expected_revision=0, summary="Again")


def test_parts_are_added_moved_and_deleted_with_undo(client_of: SignIn, draft: LensVersion) -> None:
    owner = client_of("owner")
    added = send(
        owner, draft, htmx=False, op="add", item="pillar:pillar_1", title="Who is on call?"
    )
    assert added["Location"].endswith("/questions/who_is_on_call/")
    send(owner, draft, revision=1, do="move question:who_is_on_call up")
    deleted = send(owner, draft, htmx=False, revision=2, do="delete question:who_is_on_call")
    notice = page(owner.get(deleted["Location"]))
    assert 'name="op" value="put-back"' in notice
    send(owner, draft, revision=2, op="put-back", item="question:who_is_on_call", at="lens")
    draft.refresh_from_db()
    ids = [question["id"] for question in json.loads(draft.document)["pillars"][0]["questions"]]
    assert ids[2] == "who_is_on_call"


def test_a_draft_with_an_error_says_so_everywhere_and_is_not_published(
    client_of: SignIn, draft: LensVersion, cast: Cast
) -> None:
    owner = client_of("owner")
    send(owner, draft, op="add", item="pillar:pillar_1", title="Unfinished?")
    draft.refresh_from_db()
    assert draft.error_count == 1
    assert "1 problem keeps it from being published" in page(owner.get(studio_url(draft)))
    lens = page(owner.get(f"/o/northwind/lenses/{draft.lens_id}/"))
    assert studio_url(draft) in lens
    assert "1 error" in lens
    with pytest.raises(Exception, match="error"):
        publish_version(actor=cast.actor(), lens_id=draft.lens_id, version="1.0")


def test_a_rule_is_chosen_typed_or_the_default(client_of: SignIn, draft: LensVersion) -> None:
    owner = client_of("owner")
    stem = "pillar_1_question_1_choice_"
    rule = {"op": "rule", "item": QUESTION, "level": "NO_RISK"}
    send(owner, draft, **rule, mode="groups", **{f"use.{stem}1": "all", f"use.{stem}2": "none"})
    assert condition(draft) == f"{stem}1 && !{stem}2"
    # The text it is already says the same: chosen groups do not rewrite it.
    send(owner, draft, revision=1, **rule, mode="text", condition=f"({stem}1)  ||  {stem}2")
    uses = {f"use.{stem}1": "any", f"use.{stem}2": "any"}
    send(owner, draft, revision=2, **rule, mode="groups", **uses)
    assert condition(draft) == f"({stem}1)  ||  {stem}2"
    response = send(owner, draft, revision=2, **rule, mode="text", condition=f"{stem}1 && && x")
    assert response.status_code == 200
    assert "<mark>&amp;&amp;</mark>" in page(response)
    assert condition(draft) == f"{stem}1 && && x"
    send(owner, draft, revision=3, **rule, mode="default")
    assert condition(draft) == "default"
    assert send(owner, draft, revision=4, do=f"delete-rule {QUESTION} NO_RISK").status_code == 200
    assert send(owner, draft, revision=5, do=f"add-rule {QUESTION} NO_RISK").status_code == 200


def condition(draft: LensVersion) -> str:
    text: str = item(draft, QUESTION)["riskRules"][0]["condition"]
    return text


def test_json_is_taken_over_and_a_mistake_in_it_is_placed(
    client_of: SignIn, draft: LensVersion
) -> None:
    owner = client_of("owner")
    json_page = studio_url(draft, "questions/pillar_1_question_1/?view=json")
    assert "&quot;riskRules&quot;" in page(owner.get(json_page))
    value = item(draft, QUESTION) | {"title": "From JSON?"}
    sent = {"op": "json", "item": QUESTION, "view": "json"}
    assert send(owner, draft, **sent, text=json.dumps(value)).status_code == 200
    assert item(draft, QUESTION)["title"] == "From JSON?"
    broken = send(owner, draft, htmx=False, revision=1, **sent, text='{"id": "a",\n  oops}')
    assert broken.status_code == 422
    assert "line 2, column 3" in page(broken)
    assert "oops" in page(broken)
    twice = json.dumps(value | {"id": "pillar_1_question_2"})
    assert "Something else has the same id" in page(
        send(owner, draft, revision=1, **sent, text=twice)
    )
    stale = send(owner, draft, **sent, text=json.dumps(value | {"title": "Late?"}))
    assert stale.status_code == 409
    send(owner, draft, **sent, text=json.dumps(value | {"title": "Late?"}), keep="1")
    assert item(draft, QUESTION)["title"] == "Late?"


def test_the_tester_gives_the_risk_and_the_rule(client_of: SignIn, draft: LensVersion) -> None:
    stem = "pillar_1_question_1_choice_"
    url = studio_url(draft, "questions/pillar_1_question_1/test/")
    partial = {"HX-Request": "true"}
    owner = client_of("owner")
    response = owner.get(url, {"tick": f"{stem}1"}, headers=partial)
    assert "Medium risk" in page(response)
    assert "Rule 2 of 3" in page(response)
    ticks = {"tick": [f"{stem}1", f"{stem}2"], "na": f"{stem}3"}
    assert "No risk" in page(owner.get(url, ticks, headers=partial))
    assert "Unanswered" in page(owner.get(url, headers=partial))
    assert "Not applicable" in page(owner.get(url, {"na_question": "1"}, headers=partial))


def test_findings_name_a_witness_to_try(client_of: SignIn, draft: LensVersion) -> None:
    stem = "pillar_1_question_1_choice_"
    rule = {"op": "rule", "item": QUESTION, "level": "NO_RISK", "mode": "text"}
    response = send(client_of("owner"), draft, **rule, condition=f"{stem}1 && !{stem}2")
    text = page(response)
    assert "To see it, tick:" in text
    assert f'data-witness="{stem}1 {stem}2"' in text


@pytest.mark.parametrize("role", ["contributor", "viewer"])
def test_who_may_not_draft_gets_403(client_of: SignIn, draft: LensVersion, role: str) -> None:
    client = client_of(role)
    assert send(client, draft, op="texts", item="lens", name="Mine").status_code == 403
    assert client.get(studio_url(draft)).status_code == 403


def test_the_lens_of_another_organisation_is_not_found(cast: Cast, client_of: SignIn) -> None:
    with in_organization(cast.southridge.pk):
        theirs = draft_of(cast.southridge_actor)
    owner = client_of("owner")
    assert owner.get(studio_url(theirs)).status_code == 404
    assert send(owner, theirs, op="texts", item="lens", name="Mine").status_code == 404
    assert owner.post(studio_url(theirs, "history/"), {"revision": 0}).status_code == 404


def test_a_published_version_opens_to_be_read(
    client_of: SignIn, cast: Cast, draft: LensVersion
) -> None:
    publish_version(actor=cast.actor(), lens_id=draft.lens_id, version="1.0")
    owner = client_of("owner")
    text = page(owner.get(studio_url(draft, "questions/pillar_1_question_1/")))
    assert "A published version never changes" in text
    assert "disabled" in text
    assert 'id="operation"' not in text
    assert send(owner, draft, op="texts", item="lens", name="Mine").status_code == 409


def test_a_built_in_lens_opens_to_be_read(client_of: SignIn, cast: Cast) -> None:
    with in_organization(cast.northwind.pk):
        version = make_lens_version(built_in=True)
    owner = client_of("owner")
    assert "Built-in lenses are changed by nobody" in page(owner.get(studio_url(version)))
    assert send(owner, version, op="texts", item="lens", name="Mine").status_code == 403


def test_a_published_lens_keeps_its_name_and_a_name_is_one_lens_s(
    client_of: SignIn, cast: Cast, draft: LensVersion
) -> None:
    owner = client_of("owner")
    other = draft_of(cast.actor(), name="Other")
    sent = {"op": "texts", "item": "lens"}
    assert "lens with this name" in page(send(owner, draft, **sent, name="OTHER"))
    assert send(owner, other, **sent, name="Third").status_code == 200
    other.lens.refresh_from_db()
    assert other.lens.name == "Third"
    publish_version(actor=cast.actor(), lens_id=other.lens_id, version="1.0")
    text = json.dumps(lens_document(name="Third"))
    following = import_lens(actor=cast.actor(Role.LEAD), text=text)
    assert "keeps its name" in page(send(owner, following, **sent, name="Fourth"))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"op": "texts", "item": "nonsense"},
        {"op": "no-such", "item": "lens"},
        {"do": "move"},
        {"do": "move-to question:pillar_1_question_1 lens x"},
        {"do": "delete lens"},
        {"op": "json", "item": "lens", "text": "[1]"},
        {"op": "json", "item": "lens", "text": "[" * 99},
        {"op": "rule", "item": QUESTION, "level": "NONE"},
        {"op": "add", "item": CHOICE, "title": "Below"},
        {"op": "texts", "item": "lens", "revision": "9" * 40, "name": "New name"},
        *({"op": op, "item": "lens"} for op in ("rule", "add-none", "add-rule", "move-rule")),
        {"op": "delete-rule", "item": CHOICE},
        {"op": "rule", "item": "question:none", "at": "lens"},
        {
            "op": "rule",
            "item": QUESTION,
            "at": "lens",
            "level": "HIGH_RISK",
            "condition": "x" * 9999,
        },
        {"op": "texts", "item": "question:none", "at": CHOICE, "title": "Where?"},
    ],
)
def test_nonsense_is_refused_in_words(
    client_of: SignIn, draft: LensVersion, data: dict[str, str]
) -> None:
    assert send(client_of("owner"), draft, **data).status_code in (409, 422)


def test_a_page_costs_the_same_queries_for_a_large_lens(
    cast: Cast, in_northwind: Organization, client_of: SignIn, query_count: Callable[..., int]
) -> None:
    client = client_of("owner")
    small = draft_of(cast.actor(), name="Small", pillars=1, questions=1)
    large = draft_of(cast.actor(), name="Large", pillars=5, questions=10)
    client.get(studio_url(small))
    counts = [query_count(lambda one=one: client.get(studio_url(one))) for one in (small, large)]
    assert counts[0] == counts[1]
