"""What the shape of a document does not say: uniqueness, conditions, addresses, and warnings.

The checks walk the document as it was read, so that they find their problems even where the shape
is wrong elsewhere: an author sees all errors at once. What published lenses do outside of the
format is tolerated with a warning (docs/lenses.md); what the
AWS service would refuse is told by `lenses.compatibility`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from lenses.conditions import DEFAULT, Condition, ConditionError, Default, names, parse
from lenses.definition import is_none_of_these
from lenses.schema.findings import Findings, child
from lenses.schema.models import (
    AdditionalResourcesPart,
    ChoicePart,
    LensPart,
    PillarPart,
    PracticeNotesPart,
    QuestionNotesPart,
    QuestionPart,
    ResourcePart,
    RulePart,
    known_keys,
)
from lenses.schema.places import Object, Placed, objects, texts_of

_LENS_KEYS: Final = known_keys(LensPart)
_PILLAR_KEYS: Final = known_keys(PillarPart)
_QUESTION_KEYS: Final = known_keys(QuestionPart)
_CHOICE_KEYS: Final = known_keys(ChoicePart)
_QUESTION_NOTES_KEYS: Final = known_keys(QuestionNotesPart)
_PRACTICE_NOTES_KEYS: Final = known_keys(PracticeNotesPart)
_RULE_KEYS: Final = known_keys(RulePart)
_RESOURCE_KEYS: Final = known_keys(ResourcePart)
_ADDITIONAL_KEYS: Final = known_keys(AdditionalResourcesPart)

_BLANK_OR_CONTROL: Final = re.compile(r"[\s\x00-\x1f\x7f]")


def check_document(document: object, findings: Findings) -> dict[str, Condition]:
    """Report everything that is wrong or odd in a document beyond its shape.

    Returns the conditions that it read by their texts, so that nobody need read them again.
    """
    checks = _Checks(findings)
    if isinstance(document, dict):
        checks.lens(document)
    return checks.conditions


def _identifiers(items: object) -> set[str]:
    """The ids in a list, however long it is."""
    if not isinstance(items, list):
        return set()
    found = (item.get("id") for item in items if isinstance(item, dict))
    return {identifier for identifier in found if isinstance(identifier, str)}


class _Checks:
    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self.conditions: dict[str, Condition] = {}

    def lens(self, lens: Object) -> None:
        self._keys(lens, "", _LENS_KEYS)
        self._filled_texts(lens, "", "name", "description")
        pillars = objects(lens, "pillars", "")
        self._unique(pillars, "id", _("Another pillar of this lens has the same id."))
        questions: list[Placed] = []
        for path, pillar in pillars:
            self._keys(pillar, path, _PILLAR_KEYS)
            self._filled_texts(pillar, path, "name")
            questions += objects(pillar, "questions", path)
        self._unique(questions, "id", _("Another question of this lens has the same id."))
        for path, question in questions:
            self._question(question, path)

    def _question(self, question: Object, path: str) -> None:
        self._keys(question, path, _QUESTION_KEYS)
        self._filled_texts(question, path, "title")
        if "url" in question:
            self._address(question["url"], child(path, "url"))
        self._own_notes(question, path, _QUESTION_NOTES_KEYS)
        self._resource(question, "helpfulResource", path)
        choices = objects(question, "choices", path)
        self._unique(choices, "id", _("Another choice of this question has the same id."))
        for choice_path, choice in choices:
            self._choice(choice, choice_path)
        rules = objects(question, "riskRules", path)
        self._unique(rules, "risk", _("Another rule of this question has the same risk level."))
        self._rules(rules, _identifiers(question.get("choices")))

    def _choice(self, choice: Object, path: str) -> None:
        self._keys(choice, path, _CHOICE_KEYS)
        self._own_notes(choice, path, _PRACTICE_NOTES_KEYS)
        self._filled_texts(choice, path, "title")
        identifier = choice.get("id")
        if identifier == DEFAULT:
            message = _("“default” is a word of the conditions and cannot be the id of a choice.")
            self._findings.error(child(path, "id"), "choice.id_reserved", message, identifier)
        self._improvement_plan(choice, path)
        self._resource(choice, "helpfulResource", path)
        additional = objects(choice, "additionalResources", path)
        self._unique(additional, "type", _("There is another entry of this type."))
        for entry_path, entry in additional:
            self._keys(entry, entry_path, _ADDITIONAL_KEYS)
            for resource_path, resource in objects(entry, "content", entry_path):
                self._resource_parts(resource, resource_path)

    def _improvement_plan(self, choice: Object, path: str) -> None:
        plan = choice.get("improvementPlan")
        place = child(path, "improvementPlan")
        if isinstance(plan, dict):
            self._resource_parts(plan, place)
        identifier = choice.get("id")
        if isinstance(identifier, str) and is_none_of_these(identifier):
            return
        if plan is None:
            message = _("Every choice but “None of these” needs an improvement plan.")
            self._findings.error(place, "choice.improvement_plan", message)
        elif isinstance(plan, dict) and not _filled(plan.get("displayText")):
            message = _("The improvement plan needs a text.")
            self._findings.error(child(place, "displayText"), "choice.improvement_plan", message)

    def _own_notes(self, item: Object, path: str, known: frozenset[str]) -> None:
        notes = item.get("plumbline")
        if isinstance(notes, dict):
            self._keys(notes, child(path, "plumbline"), known)

    def _resource(self, parent: Object, key: str, path: str) -> None:
        resource = parent.get(key)
        if isinstance(resource, dict):
            self._resource_parts(resource, child(path, key))

    def _resource_parts(self, resource: Object, path: str) -> None:
        self._keys(resource, path, _RESOURCE_KEYS)
        key = "url"
        if "Url" in resource:
            message = _("The key is “url”, in small letters; read as such.")
            self._findings.warning(child(path, "Url"), "key.capital_url", message, resource["Url"])
            key = "url" if resource.get("url") is not None else "Url"
        has_address = self._address(resource.get(key), child(path, key))
        if has_address and not _filled(resource.get("displayText")):
            message = _("A link needs a text (displayText).")
            self._findings.error(child(path, "displayText"), "resource.text", message)
        elif not has_address and resource.get("displayText", "") == "":
            message = _("This resource has neither a text nor a link.")
            self._findings.warning(path, "resource.empty", message)

    def _address(self, address: object, path: str) -> bool:
        """Check a URL; whether there is one."""
        if not isinstance(address, str):
            return False
        stripped = address.strip()
        if not stripped:
            self._findings.warning(path, "url.blank", _("The address is empty."), address)
            return False
        if stripped != address:
            message = _("There are blanks around the address; they are ignored.")
            self._findings.warning(path, "url.padded", message, address)
        if not _is_web_address(stripped):
            message = _("This is no web address: it must begin with https:// or http://.")
            self._findings.error(path, "url.scheme", message, address)
        return True

    def _rules(self, rules: list[Placed], choice_ids: set[str]) -> None:
        for rule_path, rule in rules:
            self._keys(rule, rule_path, _RULE_KEYS)
            condition = rule.get("condition")
            if isinstance(condition, str):
                self._condition(condition, choice_ids, child(rule_path, "condition"))

    def _condition(self, text: str, choice_ids: set[str], path: str) -> None:
        try:
            condition = self.conditions[text] = self.conditions.get(text) or parse(text)
        except ConditionError as error:
            message = _(error.template) % error.parameters
            self._findings.error(path, error.code, message, text)
            return
        if text != text.strip():
            message = _("There are blanks around the condition; they are ignored.")
            self._findings.warning(path, "condition.padded", message, text)
        if isinstance(condition, Default):
            return
        read = names(condition)
        unknown = [name for name in read if name not in choice_ids]
        if unknown:
            message = _("The condition names what is no choice of this question: %(names)s.")
            self._findings.error(
                path, "condition.unknown_choice", message % {"names": _listed(unknown)}, text
            )
        for name in read:
            if is_none_of_these(name):
                message = _("The condition reads “None of these” (%(name)s).") % {"name": name}
                self._findings.warning(path, "condition.none_of_these", message, text)

    def _unique(self, placed: Iterable[Placed], key: str, message: str) -> None:
        seen: set[str] = set()
        for path, item in placed:
            value = item.get(key)
            if not isinstance(value, str):
                continue
            if value in seen:
                self._findings.error(child(path, key), f"{key}.duplicate", message, value)
            seen.add(value)

    def _keys(self, item: Object, path: str, known: frozenset[str]) -> None:
        for key in [key for key in item if key not in known]:
            self._findings.warning(child(path, key), "key.unknown", _unknown_key, item[key])

    def _filled_texts(self, item: Object, path: str, *keys: str) -> None:
        for key, text in texts_of(item, keys):
            if text and not text.strip():
                message = _("This must not be blank.")
                self._findings.error(child(path, key), "text.empty", message, text)


def _unknown_key() -> str:
    return _("The format has no such key here; it is kept and not used.")


def _filled(text: object) -> bool:
    """Whether there is a text; a value of another type is for the shape to report."""
    return text is not None and not (isinstance(text, str) and not text.strip())


def _listed(names_: list[str], limit: int = 10) -> str:
    return ", ".join(names_[:limit]) + (", …" if len(names_) > limit else "")


def _is_web_address(address: str) -> bool:
    if _BLANK_OR_CONTROL.search(address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:  # a bracket or a port that cannot be
        return False
