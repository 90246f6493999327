"""Export: a file that imports again as the same lens, here and in the AWS service."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from lenses.compatibility import aws_problems
from lenses.conditions import to_text
from lenses.export import export_document, export_for_aws, filename
from lenses.models import Lens, LensVersion
from lenses.schema import MAX_DOCUMENT_CHARACTERS, canonical, read_document
from lenses.services import import_lens
from tenants.context import in_organization
from tests.builders import lens_document, make_lens_version
from tests.conftest import Cast
from tests.lenses.helpers import published, text_of
from tests.lenses.samples import Document, question_of, sample, terms
from tests.lenses.test_published_lenses import COUNTS
from tests.lenses.test_published_lenses import published as shared_lens

SignIn = Callable[[str], Client]


def version_of(text: str | bytes) -> LensVersion:
    """A version as an import makes it, without a database."""
    parsed = read_document(text)
    return LensVersion(
        lens=Lens(name=parsed.definition.name), document=canonical(parsed.document), version="1.0"
    )


texts = st.text(min_size=1, max_size=30).filter(
    lambda text: bool(text.strip()) and "\0" not in text
)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A valid lens with any texts, any rules, and keys of its own."""
    document = sample() | {"name": draw(texts), "description": draw(texts)}
    question = question_of(document)
    question["title"] = draw(texts)
    ids = ["practice_a", "practice_b", "practice_no"]
    question["riskRules"] = [
        {"condition": draw(st.sampled_from(["", " "])) + to_text(draw(terms(ids))), "risk": level}
        for level in draw(st.permutations(["NO_RISK", "MEDIUM_RISK", "HIGH_RISK"]))[
            : draw(st.integers(1, 3))
        ]
    ]
    document |= draw(
        st.dictionaries(
            texts.map(lambda text: f"_{text}"),
            st.none() | st.floats(allow_nan=False, allow_infinity=False) | texts,
            max_size=3,
        )
    )
    address = draw(st.sampled_from([" https://a.example ", "https://b.example/?q=1&r", ""]))
    question["choices"][1]["helpfulResource"] = {"displayText": "x", "Url": address}
    return document


@settings(deadline=None)
@given(documents())
def test_import_then_export_then_import_is_the_same_lens(document: Document) -> None:
    text = json.dumps(document)
    first = read_document(text)
    again = read_document(export_document(version_of(text)))
    assert canonical(again.document) == canonical(first.document)
    assert again.definition == first.definition


@settings(deadline=None)
@given(documents())
def test_an_export_for_aws_means_the_same_or_says_what_is_refused(document: Document) -> None:
    text = json.dumps(document)
    exported = export_for_aws(version_of(text))
    again = read_document(exported.text)
    assert again.definition == read_document(text).definition
    assert aws_problems(again.document) == exported.refused
    assert {problem.rule for problem in exported.left_out} == {"aws.key"}


@pytest.mark.parametrize("name", COUNTS)
def test_a_published_lens_survives_the_way_out_and_in(name: str) -> None:
    version = version_of(shared_lens(name))
    assert canonical(read_document(export_document(version)).document) == version.document
    assert read_document(export_for_aws(version).text).definition == version_definition(version)


def version_definition(version: LensVersion) -> object:
    return read_document(version.document).definition


def test_a_lens_that_would_be_too_large_indented_is_not_indented() -> None:
    document = lens_document(pillars=10, questions=20, choices=9)
    text = json.dumps(document, separators=(",", ":"))
    document["_pad"] = "x" * (MAX_DOCUMENT_CHARACTERS - len(text) - 12)
    version = version_of(json.dumps(document, separators=(",", ":")))
    assert len(export_document(version)) <= MAX_DOCUMENT_CHARACTERS
    assert read_document(export_document(version)).document == document


@pytest.mark.parametrize(
    ("name", "version", "file"),
    [
        ("Payments: what we expect", "1.2", "payments-what-we-expect-1.2.json"),
        ("日本語", "", "lens-draft.json"),
        ('../"; x=\r\n', "1.0", "x-1.0.json"),
    ],
)
def test_a_file_is_named_after_lens_and_version(name: str, version: str, file: str) -> None:
    assert filename(LensVersion(lens=Lens(name=name), version=version)) == file
    built_in = Lens(name=name, alias="operations")
    assert filename(LensVersion(lens=built_in, version="3")) == "operations-3.json"


def test_a_viewer_downloads_a_version(cast: Cast, client_of: SignIn) -> None:
    with in_organization(cast.northwind.pk):
        version = published(cast.actor(), "1.0", name="Payments lens")
    client = client_of("viewer")
    page = client.get(f"/o/northwind/lenses/{version.lens_id}/")
    url = f"/o/northwind/lenses/{version.lens_id}/versions/{version.pk}/export/"
    assert f'href="{url}"' in page.content.decode()
    response = client.get(url)
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    disposition = 'attachment; filename="payments-lens-1.0.json"'
    assert response.headers["Content-Disposition"] == disposition
    assert response.json() == lens_document(name="Payments lens")


def test_a_viewer_downloads_a_version_that_aws_takes(cast: Cast, client_of: SignIn) -> None:
    with in_organization(cast.northwind.pk):
        version = make_lens_version(sample() | {"_note": "Ours"})
    client = client_of("viewer")
    url = f"/o/northwind/lenses/{version.lens_id}/versions/{version.pk}/export/?for=aws"
    assert f'href="{url}"' in client.get(f"/o/northwind/lenses/{version.lens_id}/").text
    response = client.get(url)
    assert response.headers["Content-Disposition"] == 'attachment; filename="sample-1.0-aws.json"'
    assert response.json() == sample()


def test_what_aws_would_refuse_is_said_instead_of_a_file(cast: Cast, client_of: SignIn) -> None:
    with in_organization(cast.northwind.pk):
        version = make_lens_version(sample() | {"description": "50% off"})
    url = f"/o/northwind/lenses/{version.lens_id}/versions/{version.pk}/export/"
    refused = client_of("viewer").get(url, {"for": "aws"})
    assert refused.status_code == 422
    assert "Content-Disposition" not in refused.headers
    assert "1 place to mend first" in refused.text
    assert "<code>aws.characters</code>" in refused.text
    assert f'href="{url}"' in refused.text


def test_a_version_of_another_lens_or_organisation_is_not_found(
    cast: Cast, client_of: SignIn
) -> None:
    with in_organization(cast.northwind.pk):
        one, other = make_lens_version(), make_lens_version()
    for name in ("export", "findings"):
        url = f"/o/northwind/lenses/{other.lens_id}/versions/{one.pk}/{name}/"
        assert client_of("owner").get(url).status_code == 404
        url = f"/o/southridge/lenses/{one.lens_id}/versions/{one.pk}/{name}/"
        assert client_of("stranger").get(url).status_code == 404


def export(lens: object, *options: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    arguments = (str(lens), "--organization", "northwind", *options)
    call_command("export_lens", *arguments, stdout=out, stderr=err, no_color=True)
    return out.getvalue(), err.getvalue()


def test_the_command_exports_by_name_or_id_and_version(cast: Cast, tmp_path: Path) -> None:
    with in_organization(cast.northwind.pk):
        old = published(cast.actor(), "1.0", name="Payments lens", questions=1)
        published(cast.actor(), "1.1", name="Payments lens", questions=2)
        import_lens(actor=cast.actor(), text=text_of(name="Payments lens", questions=3))

    def questions(text: str) -> int:
        return len(json.loads(text)["pillars"][0]["questions"])

    assert questions(export("payments LENS")[0]) == 2
    assert questions(export(old.lens_id, "--version", "1.0")[0]) == 1
    assert questions(export("Payments lens", "--version", "draft")[0]) == 3
    file = tmp_path / "out.json"
    assert export("Payments lens", "--output", str(file)) == ("", "")
    assert questions(file.read_text(encoding="utf-8")) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("Nothing",), "There is no lens “Nothing”."),
        (("Payments lens", "--version", "9"), "“Payments lens” has no version 9."),
        (("Payments lens", "--organization", "nowhere"), "There is no organisation “nowhere”."),
        (("Payments lens", "--output", "/nowhere/x.json"), "Cannot write /nowhere/x.json"),
    ],
)
def test_the_command_says_what_is_not_there(
    cast: Cast, arguments: tuple[str, ...], said: str
) -> None:
    with in_organization(cast.northwind.pk):
        published(cast.actor(), name="Payments lens")
    with pytest.raises(CommandError, match=said):
        export(*arguments)


@pytest.mark.parametrize("by", ["name", "pk"])
def test_a_lens_of_another_organisation_is_not_there(cast: Cast, by: str) -> None:
    with in_organization(cast.southridge.pk):
        version = published(cast.southridge_actor, name="Theirs")
    with pytest.raises(CommandError, match="There is no lens"):
        export(getattr(version.lens, by))


def imported(cast: Cast, changes: dict[str, Any]) -> None:
    with in_organization(cast.northwind.pk):
        import_lens(actor=cast.actor(), text=json.dumps(sample() | changes))


def test_the_command_leaves_out_for_aws_what_aws_does_not_know_and_says_so(cast: Cast) -> None:
    imported(cast, {"_note": "Ours"})
    out, err = export("Sample", "--for-aws")
    assert json.loads(out) == sample()
    assert "_note" in err
    assert json.loads(export("Sample")[0]) == sample() | {"_note": "Ours"}


def test_the_command_writes_nothing_that_aws_would_refuse(cast: Cast, tmp_path: Path) -> None:
    imported(cast, {"_note": "Ours", "description": "50% off"})
    file = tmp_path / "out.json"
    with pytest.raises(CommandError, match=r"(?s)AWS would refuse.*description: ") as caught:
        export("Sample", "--for-aws", "--output", str(file))
    assert caught.value.returncode == 1
    assert not file.exists()
