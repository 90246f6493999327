"""An examination as pages and commands show it: by severity, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.problems import Problem
from lenses.definition import Choice, LensDefinition, Question
from lenses.lint import Finding
from lenses.lint_texts import message_of
from lenses.review_of_document import Examination

ShownSeverity = Literal["error", "warning", "info", "aws"]

MAX_SHOWN: Final = 200
"""Entries of one severity on a page; a file and a command have them all."""

_LABELS: Final = {
    "error": gettext_lazy("Errors"),
    "warning": gettext_lazy("Warnings"),
    "info": gettext_lazy("Worth a look"),
    "aws": gettext_lazy("What AWS would refuse"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an examination.

    `witness` are ids of choices to tick, in order, `choices` the choices themselves. `question` is
    None where the path leads to none, `number` is such as "2.3". `value` is what stands at the
    path, shortened, for problems of the format.
    """

    severity: ShownSeverity
    code: str
    path: str
    message: str
    value: str = ""
    witness: tuple[str, ...] = ()
    question: Question | None = None
    number: str = ""

    @property
    def severity_label(self) -> str:
        """The heading of the entries of this severity."""
        return str(_LABELS[self.severity])

    @property
    def question_title(self) -> str:
        """The question's title; empty where the entry is about none."""
        return self.question.title if self.question else ""

    @property
    def witness_label(self) -> str:
        """What to do with the witness."""
        is_ordered = self.code == "practice.raises_risk"
        return _("Tick in this order:") if is_ordered else _("Tick to see it:")

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The choices of the witness."""
        if self.question is None:
            return ()
        return tuple(self.question.choice(choice_id) for choice_id in self.witness)

    def as_json(self) -> dict[str, Any]:
        """Return the entry as programs read it; the keys stay."""
        return {
            "severity": self.severity,
            "code": self.code,
            "path": self.path,
            "message": self.message,
            "witness": list(self.witness),
            "question": self.question.id if self.question else None,
        }


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of one severity; `more` of them are not among `entries`."""

    severity: ShownSeverity
    label: str
    entries: tuple[Entry, ...]
    more: int

    @property
    def count(self) -> int:
        """How many there are altogether."""
        return len(self.entries) + self.more


def entries_of(examination: Examination) -> list[Entry]:
    """Return everything that was found, the gravest first, then in the order of the document."""
    problems = [_of_problem(problem) for problem in (*examination.problems, *examination.aws)]
    findings = _of_findings(examination.findings, examination.definition)
    place = list(_LABELS).index
    return sorted([*problems, *findings], key=lambda entry: place(entry.severity))


def about_rules(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries about what the rules do, which concern readers and not only authors."""
    return [entry for entry in entries if entry.question]


def groups_of(entries: Iterable[Entry], *, limit: int = MAX_SHOWN) -> tuple[Group, ...]:
    """Return sorted entries by severity, at most `limit` of each; none without an entry."""
    groups = []
    for severity, found in groupby(entries, key=lambda entry: entry.severity):
        same = tuple(found)
        shown = same[:limit]
        groups.append(Group(severity, str(_LABELS[severity]), shown, len(same) - len(shown)))
    return tuple(groups)


def _of_problem(problem: Problem) -> Entry:
    return Entry(
        severity=problem.severity,
        code=problem.rule,
        path=problem.path,
        message=problem.message,
        value="" if problem.value is None else str(problem.value),
    )


def _of_findings(findings: Iterable[Finding], definition: LensDefinition | None) -> list[Entry]:
    if definition is None:
        return []
    numbers = {
        question.id: f"{place}.{question.number}"
        for place, pillar in enumerate(definition.pillars, start=1)
        for question in pillar.questions
    }
    return [
        Entry(
            severity=finding.severity,
            code=finding.code,
            path=finding.path,
            message=message_of(finding),
            witness=finding.witness,
            question=definition.question(finding.question_id),
            number=numbers[finding.question_id],
        )
        for finding in findings
    ]
