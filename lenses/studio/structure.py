"""What a document needs so that the studio can find its way in it. Pure but for its words.

Less than the format asks for: a draft may be unfinished, but lists must be lists, and everything
must have an id that nothing beside it has.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext as _

from common.problems import Problem
from lenses.definition import is_none_of_these
from lenses.schema.findings import Findings, child
from lenses.studio.addresses import Object
from lenses.studio.identifiers import is_identifier
from lenses.studio.rules import LEVELS

_LISTS: Final = ("pillars", "questions", "choices")


def structure_problems(document: object) -> list[Problem]:
    """Why a document cannot be opened in the studio, place by place; empty when it can."""
    findings = Findings()
    if not isinstance(document, dict):
        findings.error("", "type.object", _("This must be an object."), document)
    else:
        _Structure(findings).lens(document)
    return findings.problems()


class _Structure:
    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._question_ids: set[str] = set()

    def lens(self, lens: Object) -> None:
        pillar_ids: set[str] = set()
        for pillar, path in self._items(lens, "pillars", ""):
            self._identify(pillar, path, pillar_ids)
            for question, question_path in self._items(pillar, "questions", path):
                self._identify(question, question_path, self._question_ids, is_question=True)
                choice_ids: set[str] = set()
                for choice, choice_path in self._items(question, "choices", question_path):
                    self._identify(choice, choice_path, choice_ids)
                self._rules(question, question_path)

    def _items(self, parent: Object, key: str, path: str) -> Iterator[tuple[Object, str]]:
        place = child(path, key)
        items: Any = parent.get(key)
        if not isinstance(items, list):
            self._findings.error(place, "type.list", _("This must be a list."), items)
            return
        for index, item in enumerate(items):
            if isinstance(item, dict):
                yield item, child(place, index)
            else:
                message = _("This must be an object.")
                self._findings.error(child(place, index), "type.object", message, item)

    def _identify(
        self, item: Object, path: str, taken: set[str], *, is_question: bool = False
    ) -> None:
        identifier = item.get("id")
        place = child(path, "id")
        if not isinstance(identifier, str) or not is_identifier(
            identifier, is_question=is_question
        ):
            message = _(
                "An id consists of 3 to 128 letters (a to z), digits and underscores; that of a "
                "question may have hyphens."
            )
            self._findings.error(place, "id.characters", message, identifier)
        elif identifier in taken:
            message = _("Something else has the same id.")
            self._findings.error(place, "id.duplicate", message, identifier)
        else:
            taken.add(identifier)

    def _rules(self, question: Object, path: str) -> None:
        levels: set[str] = set()
        for rule, rule_path in self._items(question, "riskRules", path):
            level = rule.get("risk")
            place = child(rule_path, "risk")
            if not isinstance(level, str) or level not in LEVELS:
                message = _("This must be %(expected)s.") % {"expected": ", ".join(LEVELS)}
                self._findings.error(place, "value.choice", message, level)
            elif level in levels:
                message = _("Another rule of this question has the same risk level.")
                self._findings.error(place, "risk.duplicate", message, level)
            else:
                levels.add(level)


def counts(document: Object) -> tuple[int, int]:
    """How many questions and practices a document has, finished or not."""
    questions = [question for pillar in document["pillars"] for question in pillar["questions"]]
    practices = sum(
        not is_none_of_these(choice["id"])
        for question in questions
        for choice in question["choices"]
    )
    return len(questions), practices
