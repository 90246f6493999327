"""Everything there is to say about the text of a lens, in one go: for pages and for commands."""

from __future__ import annotations

from dataclasses import dataclass

from common.problems import Problem
from lenses.compatibility import aws_problems
from lenses.definition import LensDefinition
from lenses.lint import Finding, lint
from lenses.schema import inspect_document


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found in a text.

    `problems` are what the format says (errors and warnings), `findings` what the rules of the
    questions do, `aws` what only the AWS service would refuse. `definition` is None where the text
    cannot be imported; then there are no findings either.
    """

    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...]
    aws: tuple[Problem, ...]
    definition: LensDefinition | None

    @property
    def is_importable(self) -> bool:
        """Whether the format allows the document; findings forbid nothing."""
        return self.definition is not None

    @property
    def error_count(self) -> int:
        """How many errors there are, of the format and of the rules."""
        problems = sum(problem.severity == "error" for problem in self.problems)
        return problems + sum(finding.severity == "error" for finding in self.findings)


def examine(text: str | bytes) -> Examination:
    """Examine the text of a lens; never raises, whatever the text.

    Size and depth are bounded before parsing and each kind of problem is cut off at
    `MAX_PROBLEMS`, so that no text takes more than a second or 200 MB.
    """
    found = inspect_document(text)
    refused = {problem.path for problem in found.problems if problem.severity == "error"}
    return Examination(
        problems=found.problems,
        findings=lint(found.definition) if found.definition else (),
        # What is refused here needs no word about AWS.
        aws=tuple(p for p in aws_problems(found.document) if p.path not in refused),
        definition=found.definition,
    )
