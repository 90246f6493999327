"""docs/lenses.md, the linter and the check for AWS say the same."""

from __future__ import annotations

import json
import re

from lenses.compatibility import AWS_CODES
from lenses.definition import LensDefinition
from lenses.lint import CODES
from lenses.review_of_document import examine
from tests.lenses.samples import question_of, sample
from tests.shared import ROOT

TEXT = (ROOT / "docs" / "lenses.md").read_text(encoding="utf-8")


def test_every_finding_is_explained_and_every_explained_finding_exists() -> None:
    listed = re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \|", TEXT, re.MULTILINE)
    assert listed == [*CODES, *AWS_CODES]


def example() -> LensDefinition:
    """The lens that the document begins with."""
    found = re.search(r"^    \{\n(    .*\n)+", TEXT, re.MULTILINE)
    assert found is not None
    examination = examine(found[0])
    assert (examination.problems, examination.findings, examination.aws) == ((), (), ())
    assert examination.definition is not None
    return examination.definition


def test_the_example_is_a_lens_without_a_finding() -> None:
    assert len(example().questions) == 1


def test_the_rules_that_work_have_no_finding() -> None:
    section = TEXT.split("## Rules that work")[1].split("\n## ")[0]
    blocks = re.findall(r"(?:^    .+_RISK\n)+", section, re.MULTILINE)
    assert len(blocks) == 2
    for block in blocks:
        document = sample()
        question = question_of(document)
        question["choices"] = [
            {"id": name, "title": name, "improvementPlan": {"displayText": "Begin."}}
            for name in ("rota", "trained", "rehearsed")
        ] + [{"id": "on_call_no", "title": "None of these"}]
        lines = [line.strip().rsplit(maxsplit=1) for line in block.splitlines()]
        question["riskRules"] = [{"condition": text, "risk": risk} for text, risk in lines]
        examination = examine(json.dumps(document))
        assert (examination.problems, examination.findings) == ((), ())
