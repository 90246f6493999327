"""`manage.py import_lens`."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from lenses.models import Lens, LensVersion
from tenants.context import in_organization
from tenants.models import AuditEvent
from tests.conftest import Cast
from tests.lenses.helpers import text_of
from tests.lenses.samples import question_of, sample
from tests.lenses.test_importing import SHARED_COUNTS
from tests.shared import shared_path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "lens.json"
    path.write_text(text_of(name="Payments lens"), encoding="utf-8")
    return path


def run(path: Path | str, *arguments: str, organization: str = "northwind") -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command(
        "import_lens",
        str(path),
        "--organization",
        organization,
        *arguments,
        stdout=out,
        stderr=err,
        no_color=True,
    )
    return out.getvalue(), err.getvalue()


def refused(path: Path | str, *arguments: str, organization: str = "northwind") -> list[str]:
    with pytest.raises(CommandError) as caught:
        run(path, *arguments, organization=organization)
    assert caught.value.returncode == 1
    return str(caught.value).splitlines()


def versions(cast: Cast) -> list[tuple[str, str]]:
    with in_organization(cast.northwind.pk):
        return list(LensVersion.objects.order_by("pk").values_list("status", "version"))


def test_the_command_imports_a_draft(cast: Cast, file: Path) -> None:
    out, err = run(file)
    assert "“Payments lens” is imported as a draft." in out
    assert "Questions: 6, practices: 18." in out
    assert err == ""
    assert versions(cast) == [("draft", "")]


def test_the_command_acts_as_the_system(cast: Cast, file: Path) -> None:
    run(file, "--publish", "1.0")
    with in_organization(cast.northwind.pk):
        events = list(AuditEvent.objects.filter(verb__startswith="lens.").order_by("sequence"))
    assert [event.verb for event in events] == ["lens.imported", "lens.published"]
    assert {(event.actor_id, event.actor_name) for event in events} == {(None, "Plumbline")}


def test_the_command_publishes_where_asked_to(cast: Cast, file: Path) -> None:
    out, _err = run(file, "--publish", "1.0")
    assert "published as version 1.0" in out
    assert versions(cast) == [("published", "1.0")]


def test_a_version_that_cannot_be_used_leaves_no_draft_behind(cast: Cast, file: Path) -> None:
    assert refused(file, "--publish", "1 0") == ["1 to 32 letters, digits and dots, such as 1.0."]
    assert versions(cast) == []
    run(file, "--publish", "1.0")
    assert "1.0 already" in refused(file, "--publish", "1.0")[0]
    assert versions(cast) == [("published", "1.0")]
    with in_organization(cast.northwind.pk):
        assert AuditEvent.objects.filter(verb="lens.imported").count() == 1


def test_a_version_is_published_with_the_ids_that_were_renamed(
    cast: Cast, file: Path, tmp_path: Path
) -> None:
    run(file, "--publish", "1.0")
    old, new = "pillar_1_question_1", "renamed_question"
    file.write_text(text_of(name="Payments lens").replace(f'"{old}"', f'"{new}"'), encoding="utf-8")
    renames = tmp_path / "renames.json"
    renames.write_text(json.dumps({old: "nowhere"}), encoding="utf-8")
    publish = ("--publish", "2.0", "--renames", str(renames))
    assert "no such id" in refused(file, *publish)[0]
    renames.write_text("nonsense", encoding="utf-8")
    assert "is no rename" in refused(file, *publish)[0]
    renames.write_text(json.dumps({old: new}), encoding="utf-8")
    assert "add --publish" in refused(file, "--renames", str(renames))[0]
    assert versions(cast) == [("published", "1.0")]
    run(file, *publish)
    with in_organization(cast.northwind.pk):
        assert LensVersion.objects.get(version="2.0").renames == {old: new}


def test_an_unknown_organisation_is_named(cast: Cast, file: Path) -> None:
    assert refused(file, organization="nobody") == ["There is no organisation “nobody”."]


def test_a_refusal_prints_every_problem_on_a_line_of_its_own(cast: Cast, tmp_path: Path) -> None:
    document = sample()
    question = question_of(document)
    question["id"] = "a b"
    del question["title"]
    question["riskRules"][0]["condition"] = "practice_z"
    path = tmp_path / "lens.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    summary, *lines = refused(path)
    assert "3 errors" in summary
    assert [line.split(":")[0].strip() for line in lines] == [
        "pillars[0].questions[0].id",
        "pillars[0].questions[0].riskRules[0].condition",
        "pillars[0].questions[0].title",
    ]
    assert "(a b) [id.characters]" in lines[0]
    with in_organization(cast.northwind.pk):
        assert not Lens.objects.filter(organization=cast.northwind.pk).exists()


def test_warnings_are_printed_and_do_not_stop_the_import(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "lens.json"
    path.write_text(json.dumps(sample() | {"_note": "ours"}), encoding="utf-8")
    _out, err = run(path)
    assert err.startswith("warning: _note: ")
    assert versions(cast) == [("draft", "")]


def test_a_file_that_cannot_be_read_is_named(cast: Cast, tmp_path: Path) -> None:
    assert "nowhere.json" in refused(tmp_path / "nowhere.json")[0]
    assert str(tmp_path) in refused(tmp_path)[0]


def test_a_file_that_is_too_large_is_not_read(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    with path.open("wb") as large:
        large.truncate(3 << 30)
    assert "500,000 characters" in refused(path)[0]


@pytest.mark.parametrize("name", SHARED_COUNTS)
def test_a_published_lens_of_others_imports_through_the_command(cast: Cast, name: str) -> None:
    out, _err = run(shared_path("lenses", f"{name}.json"), "--publish", "1.0")
    assert f"Questions: {SHARED_COUNTS[name]}," in out
    assert versions(cast) == [("published", "1.0")]


def test_a_lens_with_titles_that_are_no_text_is_refused_naming_the_places(cast: Cast) -> None:
    lines = refused(shared_path("lenses", "emr-spark-1.0.json"))
    for key in ("title", "description"):
        assert any(line.strip().startswith(f"pillars[3].questions[4].{key}:") for line in lines)
    assert versions(cast) == []


def test_errors_of_the_rules_are_counted_and_do_not_stop_the_import(
    cast: Cast, tmp_path: Path
) -> None:
    document = sample()
    question_of(document)["riskRules"][1]["condition"] = "practice_a && !practice_b"
    question_of(document)["riskRules"][0]["condition"] = "practice_a && !practice_a"
    path = tmp_path / "lens.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    out, err = run(path)
    assert "is imported as a draft" in out
    assert err == "Its rules have 3 errors, which lint_lens explains.\n"
