"""`manage.py lint_lens`: for terminals and for pipelines, without a database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.lenses.samples import QUESTION, Document, question_of, sample
from tests.shared import ROOT


def lint(path: Path, document: Document | bytes, *options: str) -> tuple[int, str]:
    """Lint a document; return exit code and output."""
    path.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
    out = StringIO()
    try:
        call_command("lint_lens", str(path), *options, stdout=out, no_color=True)
    except SystemExit as error:
        return int(str(error.code)), out.getvalue()
    return 0, out.getvalue()


def flawed() -> Document:
    document = sample() | {"_note": "Ours"}
    question_of(document)["riskRules"][1]["condition"] = "practice_a && !practice_b"
    question_of(document)["riskRules"][0]["condition"] = "practice_a && !practice_a"
    question_of(document)["title"] = "100% sure?"
    return document


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "lens.json"


def test_a_sound_lens_is_no_error(file: Path) -> None:
    code, said = lint(file, sample())
    assert (code, said) == (0, f"{file} has no errors.\n")
    assert json.loads(lint(file, sample(), "--json")[1]) == []


def test_what_is_found_is_grouped_the_gravest_first(file: Path) -> None:
    code, said = lint(file, flawed())
    assert code == 1
    lines = said.splitlines()
    headings = [line for line in lines if line and not line.startswith(" ")]
    assert headings == [
        "Errors (3)",
        "Warnings (2)",
        "What AWS would refuse (2)",
        f"{file} has 3 errors.",
    ]
    assert f"  {QUESTION}.choices[1]  1.1 100% sure?" in lines
    assert "    Tick in this order: practice_a, practice_b" in lines


def test_programs_get_severity_path_code_message_and_witness(file: Path) -> None:
    code, said = lint(file, flawed(), "--json")
    assert code == 1
    found: list[dict[str, Any]] = json.loads(said)
    assert {
        "severity": "error",
        "code": "practice.raises_risk",
        "path": f"{QUESTION}.choices[1]",
        "message": "Ticking “Do the second” raises the risk from MEDIUM_RISK to HIGH_RISK. "
        "A practice that is followed must never make the risk higher.",
        "witness": ["practice_a", "practice_b"],
        "question": "question_one",
    } in found
    assert {entry["severity"] for entry in found} == {"error", "warning", "aws"}


def test_warnings_alone_are_no_error(file: Path) -> None:
    code, said = lint(file, sample() | {"_note": "Ours", "name": "50% off"})
    assert code == 0
    assert "Warnings (1)" in said
    assert "What AWS would refuse (2)" in said


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b" " * 2_000_100, b'{"name": 1}'])
def test_a_file_that_is_no_lens_is_an_error_of_the_lens(file: Path, content: bytes) -> None:
    code, said = lint(file, content)
    assert code == 1
    assert "Errors (" in said


def test_a_file_that_cannot_be_read_has_an_exit_code_of_its_own(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.json", tmp_path):
        with pytest.raises(CommandError, match="Cannot read") as caught:
            call_command("lint_lens", str(path))
        assert caught.value.returncode == 2


@pytest.mark.server
def test_it_needs_no_database_and_leaves_nothing_behind(tmp_path: Path) -> None:
    file = tmp_path / "lens.json"
    file.write_text(json.dumps(flawed()))
    data = tmp_path / "data"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PLUMBLINE_")}
    environment |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PLUMBLINE_DATA_DIR": str(data),
        "PLUMBLINE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere",
    }
    finished = subprocess.run(
        [sys.executable, "manage.py", "lint_lens", str(file), "--json"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 1, finished.stderr
    assert json.loads(finished.stdout)
