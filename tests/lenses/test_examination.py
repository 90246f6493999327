"""Everything about a text in one go: never an exception, never long, never large."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenses.review_of_document import Examination, examine
from tests.lenses.samples import QUESTION, changed, question_of, sample
from tests.shared import ROOT


def rules(examination: Examination) -> set[str]:
    return {problem.rule for problem in examination.problems}


def test_a_sound_lens_has_nothing_to_say() -> None:
    examination = examine(json.dumps(sample()))
    assert (examination.problems, examination.findings, examination.aws) == ((), (), ())
    assert examination.is_importable
    assert examination.error_count == 0


def test_problems_findings_and_aws_come_together() -> None:
    document = changed(["_note"], "Ours")
    document["name"] = "50% off"
    question_of(document)["riskRules"][1]["condition"] = "practice_a && !practice_a"
    examination = examine(json.dumps(document))
    assert rules(examination) == {"key.unknown"}
    assert [problem.path for problem in examination.aws] == ["_note", "name"]
    assert {finding.path for finding in examination.findings} >= {
        f"{QUESTION}.riskRules[1].condition"
    }
    assert examination.error_count == 1


def test_a_document_that_cannot_be_imported_has_no_findings_and_one_word_a_place() -> None:
    document = changed(["name"], "%" * 129)
    document["description"] = "50%"
    examination = examine(json.dumps(document))
    assert examination.definition is None
    assert examination.findings == ()
    assert rules(examination) == {"text.too_long"}
    assert [problem.path for problem in examination.aws] == ["description"]


@settings(deadline=None)
@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_input_at_all_is_examined(source: str | bytes) -> None:
    assert not examine(source).is_importable


def test_ids_that_differ_only_by_case_are_two_ids() -> None:
    document = sample()
    question = question_of(document)
    question["choices"][1]["id"] = "PRACTICE_A"
    question["riskRules"][0]["condition"] = "practice_a && PRACTICE_A"
    assert examine(json.dumps(document)).is_importable


def test_html_in_texts_is_text_and_a_script_for_an_address_is_refused() -> None:
    script = "<script>alert(1)</script>"
    document = changed(["description"], script)
    assert rules(examine(json.dumps(document))) == set()
    question_of(document)["helpfulResource"]["url"] = "javascript:alert(1)"
    assert rules(examine(json.dumps(document))) == {"url.scheme"}


def largest(condition: str) -> str:
    """As many questions of 15 choices as there is room for, with one condition."""
    names = [f"c{place:02}" for place in range(15)]
    choices = [
        {"id": name, "title": "T", "improvementPlan": {"displayText": "I"}} for name in names
    ]
    levels = ("NO_RISK", "MEDIUM_RISK", "HIGH_RISK")
    questions = [
        {
            "id": f"question_{number}",
            "title": "T",
            "choices": choices,
            "riskRules": [{"condition": condition, "risk": level} for level in levels],
        }
        for number in range(min(200, 470_000 // (3 * len(condition) + 1300)))
    ]
    document = sample()
    document["pillars"] = [
        {"id": f"pillar_{place}", "name": "P", "questions": questions[start : start + 20]}
        for place, start in enumerate(range(0, len(questions), 20))
    ]
    return json.dumps(document, separators=(",", ":"))


HOSTILE: dict[str, Callable[[], str | bytes]] = {
    "deep lists": lambda: "[" * 499_999,
    "deep objects": lambda: '{"a":' * 99_999,
    "as deep as allowed, often": lambda: "[" + ",".join(["[" * 30 + "]" * 30] * 8_000) + "]",
    "a million blanks": lambda: b" " * 1_000_000,
    "a lens after blanks": lambda: " " * 490_000 + json.dumps(sample()),
    "a lens with blanks in a condition": lambda: json.dumps(
        changed(["pillars", 0, "questions", 0, "riskRules", 1, "condition"], " " * 480_000)
    ),
    "repeated keys": lambda: "{" + ",".join(['"a":1'] * 80_000) + "}",
    "repeated keys in many objects": lambda: "[" + ",".join(['{"a":1,"a":1}'] * 34_000) + "]",
    "unknown keys": lambda: (
        json.dumps(sample())[:-1] + "".join(f',"k{n}":0' for n in range(45_000)) + "}"
    ),
    "not UTF-8": lambda: b"\xff\xfe" * 250_000,
    "UTF-16": lambda: json.dumps(sample()).encode("utf-16"),
    "a byte order mark": lambda: b"\xef\xbb\xbf" + json.dumps(sample()).encode(),
    "halves of pairs": lambda: "[" + ",".join(['"\\ud800"'] * 50_000) + "]",
    "half a pair unescaped": lambda: json.dumps(changed(["name"], "X")).replace("X", "\udc00"),
    "null characters": lambda: '["' + "\\u0000" * 80_000 + '"]',
    "signs that AWS refuses": lambda: json.dumps(changed(["name"], "%<>" * 160_000)),
    "empty pillars": lambda: json.dumps(changed(["pillars"], [{}] * 120_000)),
    "empty choices": lambda: json.dumps(
        changed(["pillars", 0, "questions", 0, "choices"], [{}] * 120_000)
    ),
    "rules of nothing": lambda: json.dumps(
        changed(["pillars", 0, "questions", 0, "riskRules"], [{"condition": "a&&"}] * 20_000)
    ),
    "rules with deep conditions": lambda: json.dumps(
        changed(["pillars", 0, "questions", 0, "riskRules"], [{"condition": "(" * 2000}] * 240)
    ),
    "numbers": lambda: "[" + "9" * 400_000 + "]",
    "many numbers": lambda: "[" + "1e999," * 80_000 + "1]",
    "an endless text": lambda: '"' + "\\\\" * 249_000,
    "the longest conditions": lambda: largest(" || ".join(["(c00 && !c14)"] * 120)),
    "the most choices": lambda: largest("c00 && !c14 || c03"),
    "negations as deep as allowed": lambda: largest(" || ".join(["!" * 49 + "c07"] * 36)),
}

_MEASURE = """
import json, resource, sys
from pathlib import Path
import django
django.setup()
from lenses.review_of_document import examine
sources = []
for path in sorted(Path(sys.argv[1]).iterdir()):
    content = path.read_bytes()
    is_text = path.suffix == ".text"
    sources.append(content.decode("utf-8", "surrogatepass") if is_text else content)
examine("{}")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for source in sources:
    examine(source)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps((after - before) / 1024))
"""


@pytest.mark.server
def test_no_hostile_text_hangs_or_takes_more_than_200_megabytes(tmp_path: Path) -> None:
    for number, make in enumerate(HOSTILE.values()):
        source = make()
        if isinstance(source, str):
            (tmp_path / f"{number:03}.text").write_bytes(source.encode("utf-8", "surrogatepass"))
        else:
            (tmp_path / f"{number:03}.bytes").write_bytes(source)
    finished = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(tmp_path)],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PLUMBLINE_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout) < 200
