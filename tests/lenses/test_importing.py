"""Importing a lens by upload and by paste."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from common.errors import Forbidden, Invalid, InvalidDocument, LimitExceeded
from lenses.models import Lens, LensVersion
from lenses.schema import canonical, sha256
from lenses.services import import_lens, name_key
from tenants.models import AuditEvent, Organization
from tests.builders import lens_document, make_lens_version
from tests.conftest import Cast
from tests.lenses.helpers import CATALOGUE, IMPORT, page, paste, published, text_of, upload
from tests.lenses.samples import question_of, sample
from tests.shared import shared_path

SignIn = Callable[[str], Client]

SHARED_COUNTS = {
    "dynamodb-0.7": 15,
    "ecs": 36,
    "elasticache-2.0": 22,
    "generative-ai": 29,
    "orr-1.3.4": 51,
    "orr-1.3.5": 51,
    "passport": 11,
    "s3": 35,
    "saas-business": 29,
}


def test_an_import_makes_a_draft_that_holds_the_document_and_its_figures(
    cast: Cast, in_northwind: Organization
) -> None:
    document = lens_document(name="Payments lens", pillars=2, questions=3, choices=4)

    draft = import_lens(actor=cast.actor("lead"), text=json.dumps(document, indent=2))

    draft = LensVersion.objects.select_related("lens").get(pk=draft.pk)
    assert (draft.lens.name, draft.lens.organization_id) == ("Payments lens", cast.northwind.pk)
    assert (draft.status, draft.version, draft.published_at) == ("draft", "", None)
    assert draft.document == canonical(document)
    assert draft.sha256 == sha256(draft.document)
    assert draft.description == document["description"]
    # "None of these" is no practice.
    assert (draft.question_count, draft.choice_count) == (6, 18)
    assert draft.warnings == []


def test_what_the_import_tolerated_is_kept_with_the_draft(
    cast: Cast, in_northwind: Organization
) -> None:
    document = sample() | {"_note": "ours"}
    draft = import_lens(actor=cast.actor("lead"), text=json.dumps(document))
    draft.refresh_from_db()
    assert [(warning["path"], warning["rule"]) for warning in draft.warnings] == [
        ("_note", "key.unknown")
    ]
    assert set(draft.warnings[0]) == {"path", "rule", "message"}


def test_an_import_is_written_to_the_audit_log(cast: Cast, in_northwind: Organization) -> None:
    draft = import_lens(actor=cast.actor("lead"), text=text_of(name="Payments lens"))
    event = AuditEvent.objects.order_by("-sequence").first()
    assert (event.verb, event.object_name, event.actor_name) == (
        "lens.imported",
        "Payments lens",
        "Lead",
    )
    assert event.after["draft_sha256"] == draft.sha256


def test_an_import_of_the_same_name_replaces_the_draft(
    cast: Cast, in_northwind: Organization
) -> None:
    actor = cast.actor("lead")
    first = import_lens(actor=actor, text=text_of(name="Payments Lens", questions=3))
    second = import_lens(actor=actor, text=text_of(name="payments-LENS!", questions=5))
    assert second.lens_id == first.lens_id
    only = LensVersion.objects.get(lens=first.lens_id)
    assert (only.sha256, only.question_count) == (second.sha256, 10)
    # Nothing is published yet, so the new spelling is the name.
    assert Lens.objects.get(pk=first.lens_id).name == "payments-LENS!"


def test_an_import_beside_a_published_version_leaves_that_as_it_is(
    cast: Cast, in_northwind: Organization
) -> None:
    first = published(cast.actor("owner"), name="Payments lens", questions=3)
    before = LensVersion.objects.values().get(pk=first.pk)
    draft = import_lens(actor=cast.actor("lead"), text=text_of(name="Payments lens", questions=5))
    assert draft.lens_id == first.lens_id
    assert draft.pk != first.pk
    assert LensVersion.objects.values().get(pk=first.pk) == before


def test_a_published_lens_keeps_the_spelling_of_its_name(
    cast: Cast, in_northwind: Organization
) -> None:
    version = published(cast.actor("owner"), name="Payments lens")
    with pytest.raises(Invalid) as caught:
        import_lens(actor=cast.actor("lead"), text=text_of(name="Payments Lens"))
    assert "“Payments lens”" in caught.value.message
    assert "“Payments Lens”" in caught.value.message
    assert Lens.objects.get(pk=version.lens_id).name == "Payments lens"
    assert LensVersion.objects.filter(lens=version.lens_id).count() == 1


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Payments Lens", "paymentslens"),
        ("payments_lens (2)", "paymentslens2"),
        ("Über-Prüfung", "überprüfung"),
        ("U\u0308ber-Pru\u0308fung", "überprüfung"),
        ("負荷試験", "負荷試験"),
        ("!!!", "!!!"),
        ("…", "…"),
        ("İ" * 128, "i" * 128),
    ],
)
def test_names_are_compared_by_their_letters_and_digits(name: str, key: str) -> None:
    assert name_key(name) == key


def test_two_names_without_letters_are_two_lenses(cast: Cast, in_northwind: Organization) -> None:
    one = import_lens(actor=cast.actor("lead"), text=text_of(name="!!!"))
    other = import_lens(actor=cast.actor("lead"), text=text_of(name="???"))
    assert one.lens_id != other.lens_id


def test_a_built_in_lens_of_the_same_name_is_not_touched(
    cast: Cast, in_northwind: Organization
) -> None:
    built_in = make_lens_version(lens_document(name="Framework"), built_in=True)
    draft = import_lens(actor=cast.actor("lead"), text=text_of(name="Framework", questions=5))
    assert draft.lens_id != built_in.lens_id
    assert LensVersion.objects.get(lens=built_in.lens_id).sha256 == built_in.sha256


def test_the_limit_of_custom_lenses_holds_for_new_lenses_only(
    cast: Cast, in_northwind: Organization
) -> None:
    cast.northwind.limits = {"custom_lenses": 2}
    actor = cast.actor("lead")
    for name in ("One lens", "Two lens"):
        import_lens(actor=actor, text=text_of(name=name))
    with pytest.raises(LimitExceeded) as caught:
        import_lens(actor=actor, text=text_of(name="Three lens"))
    assert (caught.value.limit, caught.value.value) == ("custom_lenses", 2)
    import_lens(actor=actor, text=text_of(name="Two lens", questions=5))
    assert Lens.objects.filter(organization=cast.northwind.pk).count() == 2


def test_a_refused_document_leaves_nothing_behind(cast: Cast, in_northwind: Organization) -> None:
    draft = import_lens(actor=cast.actor("lead"), text=text_of(name="Payments lens"))
    broken = lens_document(name="Payments lens")
    del broken["pillars"][0]["questions"][0]["title"]
    with pytest.raises(InvalidDocument):
        import_lens(actor=cast.actor("lead"), text=json.dumps(broken))
    assert LensVersion.objects.get(lens=draft.lens_id).sha256 == draft.sha256


@pytest.mark.parametrize("role", ["contributor", "viewer"])
def test_who_may_not_draft_lenses_cannot_import(
    cast: Cast, in_northwind: Organization, role: str
) -> None:
    with pytest.raises(Forbidden):
        import_lens(actor=cast.actor(role), text=text_of())


# --- The page ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["owner", "admin", "lead"])
def test_a_lens_is_pasted_on_the_import_page(client_of: SignIn, role: str) -> None:
    client = client_of(role)
    response = paste(client, text_of(name="Payments lens"))
    assert response.status_code == 302
    read = page(client.get(response["Location"]))
    assert "Payments lens" in read
    assert "This is a draft" in read


def test_a_lens_is_uploaded_on_the_import_page(client_of: SignIn) -> None:
    client = client_of("lead")
    content = ("\N{ZERO WIDTH NO-BREAK SPACE}" + text_of(name="Payments lens")).encode()
    response = upload(client, content)
    assert response.status_code == 302
    assert "Payments lens" in page(client.get(response["Location"]))


@pytest.mark.parametrize("role", ["contributor", "viewer"])
def test_the_import_page_is_closed_to_who_may_not_draft(client_of: SignIn, role: str) -> None:
    client = client_of(role)
    assert client.get(IMPORT).status_code == 403
    assert paste(client, text_of()).status_code == 403


def test_the_import_page_of_another_organisation_does_not_exist(client_of: SignIn) -> None:
    assert client_of("stranger").get(IMPORT).status_code == 404
    assert paste(client_of("stranger"), text_of()).status_code == 404


def test_the_import_page_answers_get_and_post_only(client_of: SignIn) -> None:
    assert client_of("lead").put(IMPORT).status_code == 405
    assert client_of("lead").delete(IMPORT).status_code == 405


def test_an_import_without_a_token_is_refused(client_of: SignIn, cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.lead)
    assert paste(client, text_of()).status_code == 403
    token = client.get(IMPORT).cookies["csrftoken"].value
    sent = client.post(IMPORT, {"text": text_of(), "csrfmiddlewaretoken": token})
    assert sent.status_code == 302


def test_a_refusal_lists_every_problem_with_place_rule_value_and_message(
    client_of: SignIn,
) -> None:
    document: dict[str, Any] = sample() | {"_note": "ours", "schemaVersion": "2020"}
    question = question_of(document)
    question["id"] = "a b"
    question["riskRules"][0]["condition"] = "practice_a & practice_z"
    text = json.dumps(document)

    response = paste(client_of("lead"), text)

    assert response.status_code == 422
    read = page(response)
    places = [
        "pillars[0].questions[0].id",
        "pillars[0].questions[0].riskRules[0].condition",
        "schemaVersion",
        "_note",
    ]
    found = [read.index(f"<code>{place}</code>") for place in places]
    assert found == sorted(found)  # errors as they were found, then what would be tolerated
    for shown in ("id.characters", "a b", "condition.single_operator", "2020", "key.unknown"):
        assert shown in read
    assert "3 errors" in read
    # What was pasted is still there to be mended.
    assert "practice_a &amp; practice_z" in read
    assert "_note" in read


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b'{"schemaVersion": "2021-11-01", "pillars": [', "document.truncated"),
        (b"\xff\xfe{}", "document.encoding"),
        (b"schemaVersion: 2021-11-01", "document.syntax"),
        (b"[" * 100_000, "document.depth"),
        (b"[]", "type.object"),
        (b"x" * 600_000, "document.size"),
    ],
)
def test_a_file_that_is_no_lens_is_refused_with_the_reason(
    client_of: SignIn, content: bytes, rule: str
) -> None:
    response = upload(client_of("lead"), content, name="not a lens.json")
    assert response.status_code == 422
    assert rule in page(response)
    assert "not a lens.json" in page(response)


def test_a_file_of_two_megabytes_is_refused_naming_the_limit(client_of: SignIn) -> None:
    response = upload(client_of("lead"), b"{" + b" " * (2 << 20) + b"}")
    assert response.status_code == 422
    read = page(response)
    assert "The file has 2.0" in read
    assert "a lens has at most 500,000 characters" in read


@pytest.mark.parametrize("name", ["file", "text"])
def test_what_is_larger_than_a_request_may_be_is_refused_in_words(
    client_of: SignIn, name: str
) -> None:
    content = "x" * 5_000_000
    sent = SimpleUploadedFile("lens.json", content.encode()) if name == "file" else content
    response = client_of("lead").post(IMPORT, {name: sent})
    assert response.status_code == 413
    assert "at most 500,000 characters" in page(response)


def test_exactly_one_of_file_and_text_is_asked_for(client_of: SignIn) -> None:
    client = client_of("lead")
    file = SimpleUploadedFile("lens.json", text_of().encode())
    both = client.post(IMPORT, {"file": file, "text": text_of(name="Pasted lens")})
    assert both.status_code == 422
    assert "not both" in page(both)
    assert "Pasted lens" in page(both)
    none = client.post(IMPORT, {"text": "  \n"})
    assert none.status_code == 422
    assert "Choose a file, or paste" in page(none)
    assert client.post(IMPORT).status_code == 422
    empty = upload(client, b"")
    assert empty.status_code == 422
    assert "empty" in page(empty)


def test_line_ends_that_the_browser_adds_do_not_count(client_of: SignIn) -> None:
    document = lens_document(name="Long lens")
    lines = 400_000 // 2
    text = json.dumps(document).replace("{", "{" + "\r\n" * lines, 1)
    assert len(text) > 400_000
    padded = text + "\r\n" * (500_000 - len(text.replace("\r\n", "\n")))
    assert paste(client_of("lead"), padded).status_code == 302
    assert paste(client_of("lead"), padded + "\r\n").status_code == 422


def test_a_different_spelling_of_a_published_name_is_explained_on_the_page(
    cast: Cast, client_of: SignIn
) -> None:
    from tenants.context import in_organization

    with in_organization(cast.northwind.pk):
        published(cast.actor("owner"), name="Payments lens")
    response = paste(client_of("lead"), text_of(name="Payments LENS"))
    assert response.status_code == 422
    assert "“Payments lens”" in page(response)
    assert "“Payments LENS”" in page(response)


def test_the_limit_of_lenses_is_explained_on_the_page(cast: Cast, client_of: SignIn) -> None:
    from tenants.context import in_organization

    with in_organization(cast.northwind.pk):
        Organization.objects.update(limits={"custom_lenses": 0})
    response = paste(client_of("lead"), text_of())
    assert response.status_code == 422
    assert "Lenses of your own" in page(response)
    assert "standard" in page(response)


def test_a_lens_cannot_put_markup_into_the_page(client_of: SignIn) -> None:
    client = client_of("lead")
    document = lens_document(name="<script>alert(1)</script>")
    document["description"] = "<img src=x onerror=alert(2)>"
    document["pillars"][0]["questions"][0]["title"] = "<b>bold</b>"
    response = paste(client, json.dumps(document))
    read = page(client.get(response["Location"]))
    assert "<script>alert" not in read
    assert "<img src=x" not in read
    assert "<b>bold" not in read
    assert "&lt;b&gt;bold" in read
    assert "<script>alert" not in page(client.get(CATALOGUE))


@pytest.mark.parametrize("name", SHARED_COUNTS)
def test_a_published_lens_of_others_imports_through_the_page(client_of: SignIn, name: str) -> None:
    client = client_of("lead")
    response = upload(client, shared_path("lenses", f"{name}.json").read_bytes())
    assert response.status_code == 302
    read = client.get(response["Location"])
    assert read.status_code == 200
    assert f"{SHARED_COUNTS[name]} questions" in page(read)


def test_a_lens_with_titles_that_are_no_text_is_refused_naming_the_places(
    client_of: SignIn,
) -> None:
    content = shared_path("lenses", "emr-spark-1.0.json").read_bytes()
    response = upload(client_of("lead"), content)
    assert response.status_code == 422
    read = page(response)
    for key in ("title", "description"):
        assert f"<code>pillars[3].questions[4].{key}</code>" in read
    assert "NaN" in read
    assert "number.finite" in read
