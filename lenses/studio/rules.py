"""Edits of a question's risk rules: one a level, tried in order. Pure; see `edits`."""

from __future__ import annotations

import copy
from typing import Final

from common.problems import gettext_noop
from lenses.conditions import DEFAULT, MAX_CONDITION_LENGTH
from lenses.definition import is_none_of_these
from lenses.studio.addresses import Address, Object, find
from lenses.studio.fields import EditError

LEVELS: Final = ("NO_RISK", "MEDIUM_RISK", "HIGH_RISK")
"""In the order in which a new rule takes its place: the first that is true decides."""


def condition_text(question: Object, level: str) -> str | None:
    """The condition of a level as the file has it; None where the question has no such rule."""
    for rule in question["riskRules"]:
        if rule["risk"] == level:
            return str(rule.get("condition", ""))
    return None


def missing_levels(question: Object) -> list[str]:
    """The levels for which a question has no rule."""
    present = {rule["risk"] for rule in question["riskRules"]}
    return [level for level in LEVELS if level not in present]


def _rule(question: Object, level: str) -> tuple[int, Object]:
    for index, rule in enumerate(question["riskRules"]):
        if rule["risk"] == level:
            return index, rule
    raise EditError("", "rule.gone", gettext_noop("This rule was deleted in the meantime."))


def set_condition(document: Object, address: Address, level: str, text: str) -> Object:
    """Set the condition of a level; one that cannot be read is kept, and found when examined."""
    if len(text) > MAX_CONDITION_LENGTH:
        raise EditError(
            "condition",
            "condition.too_long",
            gettext_noop("The condition has %(length)d characters; %(limit)d are allowed."),
            {"length": len(text), "limit": MAX_CONDITION_LENGTH},
        )
    if "\x00" in text:
        raise EditError(
            "condition", "text.characters", gettext_noop("This text holds what is no character.")
        )
    changed = copy.deepcopy(document)
    _rule(find(changed, address).item, level)[1]["condition"] = text
    return changed


def add_rule(document: Object, address: Address, level: str) -> Object:
    """Add the rule of a level that has none: before the default, with a condition to begin with."""
    changed = copy.deepcopy(document)
    question = find(changed, address).item
    if level not in missing_levels(question):
        raise EditError("", "rule.there", gettext_noop("The question has a rule of this level."))
    rules = question["riskRules"]
    condition = _first_condition(question, level)
    new_rule = {"condition": condition, "risk": level}
    if condition == DEFAULT:
        rules.append(new_rule)
        return changed
    defaults = [place for place, rule in enumerate(rules) if _is_default(rule)]
    later = [
        place
        for place, rule in enumerate(rules)
        if LEVELS.index(rule["risk"]) > LEVELS.index(level)
    ]
    rules.insert(min([*defaults, *later, len(rules)]), new_rule)
    return changed


def _is_default(rule: Object) -> bool:
    return str(rule.get("condition", "")).strip() == DEFAULT


def _first_condition(question: Object, level: str) -> str:
    practices = [c["id"] for c in question["choices"] if not is_none_of_these(c["id"])]
    if not practices or not any(_is_default(rule) for rule in question["riskRules"]):
        return DEFAULT
    text = " && ".join(practices) if level == "NO_RISK" else practices[0]
    return text if len(text) <= MAX_CONDITION_LENGTH else practices[0]


def delete_rule(document: Object, address: Address, level: str) -> Object:
    """Delete the rule of a level; the last one stays, since a question has at least one."""
    changed = copy.deepcopy(document)
    question = find(changed, address).item
    index, _found = _rule(question, level)
    if len(question["riskRules"]) == 1:
        raise EditError("", "list.empty", gettext_noop("A question has at least one rule."))
    del question["riskRules"][index]
    return changed


def move_rule(document: Object, address: Address, level: str, step: int) -> Object:
    """Try a rule one place earlier (-1) or later (+1)."""
    changed = copy.deepcopy(document)
    rules = find(changed, address).item["riskRules"]
    index, rule = _rule(find(changed, address).item, level)
    if 0 <= index + step < len(rules):
        del rules[index]
        rules.insert(index + step, rule)
    return changed
