"""Every change that the studio makes to a lens: document in, document out. Pure.

No function changes what it is given. An edit that the format does not allow raises `EditError`,
which names the field; one whose target is not there raises `TargetGone`. What an edit leaves
unfinished (a pillar without a question, a practice without a plan) stays possible, because it is
how a lens comes to be; the examination of the draft names it.
"""

from __future__ import annotations

import copy
import re
from typing import Any, Final

from common.problems import gettext_noop
from lenses.definition import is_none_of_these
from lenses.schema.models import MAX_CHOICES, MAX_PILLARS, MAX_QUESTIONS
from lenses.studio.addresses import CHILD_KIND, CHILDREN, LENS, Address, Object, find, question_ids
from lenses.studio.fields import FIELDS, EditError, check_links, write
from lenses.studio.identifiers import is_identifier, none_of_these_id, propose_id

_LIMITS: Final = {"pillars": MAX_PILLARS, "questions": MAX_QUESTIONS, "choices": MAX_CHOICES}
_FULL: Final = {
    "pillars": gettext_noop("A lens has at most %(limit)d pillars."),
    "questions": gettext_noop("A pillar has at most %(limit)d questions."),
    "choices": gettext_noop("A question has at most %(limit)d choices."),
}
_WORD: Final = re.compile(r"[A-Za-z0-9_]+")


def set_texts(document: Object, address: Address, texts: dict[str, str]) -> Object:
    """Set texts of one thing by their names in `FIELDS`; its id is not among them."""
    changed = copy.deepcopy(document)
    item = find(changed, address).item
    for name, text in texts.items():
        field = FIELDS[address.kind][name]
        field.check(text)
        write(item, field, text)
    check_links(item, set(texts))
    return changed


def rename(document: Object, address: Address, new_id: str) -> Object:
    """Give something another id; conditions that name a choice name it by the new one."""
    if not is_identifier(new_id, is_question=address.kind == "question"):
        raise EditError(
            "id",
            "id.characters",
            gettext_noop(
                "An id consists of 3 to 128 letters (a to z), digits and underscores; that of a "
                "question may have hyphens."
            ),
        )
    changed = copy.deepcopy(document)
    found = find(changed, address)
    old_id = address.own_id
    if new_id in _ids_beside(changed, address) - {old_id}:
        raise EditError("id", "id.duplicate", gettext_noop("This id is taken already."))
    if address.kind == "choice" and new_id == "default":
        raise EditError(
            "id", "choice.id_reserved", gettext_noop("“default” is a word of the conditions.")
        )
    found.item["id"] = new_id
    if address.kind == "choice":
        for rule in found.parent["riskRules"]:
            rule["condition"] = _with_name(rule["condition"], old_id, new_id)
        if is_none_of_these(new_id) and not found.item.get("improvementPlan", {}).get(
            "displayText"
        ):
            found.item.pop("improvementPlan", None)
        elif not is_none_of_these(new_id):
            found.item.setdefault("improvementPlan", {"displayText": ""})
    return changed


def _with_name(condition: object, old_id: str, new_id: str) -> object:
    # Word by word, so that blanks and parentheses stay as the author put them, and so that a
    # condition that cannot be read yet is renamed too.
    if not isinstance(condition, str):
        return condition
    return _WORD.sub(lambda word: new_id if word[0] == old_id else word[0], condition)


def _ids_beside(document: Object, address: Address) -> set[str]:
    """The ids among which that of `address` must be unique."""
    if address.kind == "pillar":
        return {pillar["id"] for pillar in document["pillars"]}
    if address.kind == "question":
        return set(question_ids(document))
    return {
        choice["id"] for choice in find(document, Address("question", address.id)).item["choices"]
    }


def _require_room(parent: Object, key: str, field: str = "title") -> None:
    if len(parent[key]) >= _LIMITS[key]:
        raise EditError(field, "list.too_long", _FULL[key], {"limit": _LIMITS[key]})


def add(document: Object, parent: Address, title: str) -> tuple[Object, Address]:
    """Add a pillar to the lens, a question to a pillar or a choice to a question, as the last one.

    The choice "None of these" stays behind the practices. Returns the new address too.
    """
    kind = CHILD_KIND[parent.kind]
    name_field = FIELDS[kind]["name" if kind == "pillar" else "title"]
    title = name_field.as_sent(title)
    try:
        name_field.check(title)
    except EditError as error:
        raise EditError("title", error.code, error.template, error.parameters) from None
    changed = copy.deepcopy(document)
    owner = find(changed, parent).item
    key = CHILDREN[parent.kind]
    _require_room(owner, key)
    address = Address("choice", parent.id, "…") if kind == "choice" else Address(kind, "…")
    identifier = propose_id(title, _ids_beside(changed, address), stem=kind)
    siblings = owner[key]
    index = len(siblings)
    if kind == "choice":
        while index and is_none_of_these(siblings[index - 1]["id"]):
            index -= 1
    siblings.insert(index, _new(kind, identifier, title))
    return changed, address.renamed(identifier)


def _new(kind: str, identifier: str, title: str) -> Object:
    if kind == "pillar":
        return {"id": identifier, "name": title, "questions": []}
    if kind == "choice":
        return {"id": identifier, "title": title, "improvementPlan": {"displayText": ""}}
    return {
        "id": identifier,
        "title": title,
        "choices": [],
        "riskRules": [{"condition": "default", "risk": "HIGH_RISK"}],
    }


def add_none_of_these(document: Object, question: Address, title: str) -> tuple[Object, Address]:
    """Add the choice "None of these", unless the question has one."""
    changed = copy.deepcopy(document)
    owner = find(changed, question).item
    ids = [choice["id"] for choice in owner["choices"]]
    if any(is_none_of_these(identifier) for identifier in ids):
        raise EditError(
            "title", "choice.second_none", gettext_noop("The question has “None of these” already.")
        )
    _require_room(owner, "choices")
    identifier = none_of_these_id(question.id, ids)
    owner["choices"].append({"id": identifier, "title": title})
    return changed, Address("choice", question.id, identifier)


def delete(document: Object, address: Address) -> Object:
    """Delete a pillar, a question or a choice; rules keep naming a choice until they are mended."""
    if address.kind == "lens":
        raise ValueError("the lens itself is not deleted here")
    changed = copy.deepcopy(document)
    found = find(changed, address)
    del found.siblings[found.index]
    return changed


def put_back(document: Object, earlier: Object, address: Address) -> Object:
    """Undo a deletion: put what stood at `address` in an `earlier` document in its place again.

    What was done since stays. Raises `TargetGone` where the earlier document has no such thing or
    its parent is gone too.
    """
    stood = find(earlier, address)
    changed = copy.deepcopy(document)
    parent = find(changed, stood.parent_address)
    key = CHILDREN[stood.parent_address.kind]
    siblings = parent.item[key]
    taken = _ids_beside(changed, address)
    lost = {question["id"] for question in stood.item.get("questions", ())}
    if address.own_id in taken or lost & set(question_ids(changed)):
        raise EditError("", "id.duplicate", gettext_noop("Something with its id is there now."))
    _require_room(parent.item, key)
    siblings.insert(min(stood.index, len(siblings)), copy.deepcopy(stood.item))
    return changed


def move(document: Object, address: Address, step: int) -> Object:
    """Move something one place up (-1) or down (+1); a question also into the next pillar.

    At the end of its way it stays where it is.
    """
    found = find(document, address)
    index = found.index + step
    if 0 <= index < len(found.siblings):
        return move_to(document, address, found.parent_address, index)
    if address.kind != "question":
        return document
    pillars = document["pillars"]
    number = next(place for place, pillar in enumerate(pillars) if pillar is found.parent) + step
    if not 0 <= number < len(pillars):
        return document
    end = len(pillars[number]["questions"]) if step < 0 else 0
    return move_to(document, address, Address("pillar", pillars[number]["id"]), end)


def move_to(document: Object, address: Address, parent: Address, index: int) -> Object:
    """Move something to a place: under `parent`, so that it is the `index`-th there afterwards."""
    found = find(document, address)
    if parent.kind != found.parent_address.kind or (
        address.kind == "choice" and parent != found.parent_address
    ):
        raise EditError("", "move.place", gettext_noop("It cannot stand there."))
    changed = copy.deepcopy(document)
    here = find(changed, address)
    owner = find(changed, parent).item
    key = CHILDREN[parent.kind]
    if owner is not here.parent:
        _require_room(owner, key, field="")
    del here.siblings[here.index]
    siblings = owner[key]
    siblings.insert(max(0, min(index, len(siblings))), here.item)
    return changed


def replace(document: Object, address: Address, value: Object) -> Object:
    """Put another object in the place of something, as the JSON text of it says."""
    if address == LENS:
        return copy.deepcopy(value)
    changed = copy.deepcopy(document)
    found = find(changed, address)
    found.siblings[found.index] = copy.deepcopy(value)
    return changed


def as_object(value: Any) -> Object:
    """The value, when it is an object; raises `EditError` for the JSON text otherwise."""
    if not isinstance(value, dict):
        raise EditError("text", "type.object", gettext_noop("This must be an object: { … }."))
    return value
