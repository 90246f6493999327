"""What the page sends: small operations, applied to whatever the draft is by then.

An operation says which revision it was made in. Where the draft has moved on, what the sender
changed is applied to what is there now; only the same text changed by two is a clash.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from django.utils.translation import gettext as _

from common.errors import InvalidDocument
from lenses.conditions import DEFAULT, ConditionError, parse
from lenses.schema.findings import Findings
from lenses.schema.reading import read_json
from lenses.studio import edits, rules
from lenses.studio.addresses import LENS, Address, Object, TargetGone, exists, find
from lenses.studio.builder import Groups, groups_of, text_of
from lenses.studio.fields import FIELDS, EditError
from lenses.studio.structure import structure_problems

_STEPS: Final = {"up": -1, "down": 1}


@dataclass(frozen=True, slots=True)
class Clash:
    """A text that two people changed: `theirs` is what is stored now (None: the thing is gone)."""

    field: str
    theirs: str | None
    mine: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One change: `kind`, what it is about, and what was sent with it.

    `keeps_mine` overrules a clash: what was sent becomes a new change.
    """

    kind: str
    address: Address
    values: Mapping[str, str] = field(default_factory=dict)
    keeps_mine: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What an operation came to.

    `address` is where the thing is now; `is_structural` says that more than texts changed;
    `summary` is for the history.
    """

    document: Object
    address: Address
    summary: str
    is_structural: bool = True
    clashes: tuple[Clash, ...] = ()


def perform(operation: Operation, current: Object, base: Object | None) -> Done:
    """Apply an operation to the current document.

    `base` is the document that the sender saw, None where nobody knows it any more. Raises
    `EditError`, `TargetGone`, and `InvalidDocument` for a JSON text.
    """
    handler = _HANDLERS.get(operation.kind)
    is_misplaced = operation.kind in _OF_QUESTIONS and operation.address.kind != "question"
    if handler is None or is_misplaced:
        raise EditError("", "operation", _("The studio knows no such change."))
    return handler(operation, current, base)


def title_of(document: Object, address: Address) -> str:
    """What people call a thing."""
    item = find(document, address).item
    text = item.get("name") if address.kind in ("lens", "pillar") else item.get("title")
    return text if isinstance(text, str) and text.strip() else address.own_id


def _texts(operation: Operation, current: Object, base: Object | None) -> Done:
    address, fields = operation.address, FIELDS[operation.address.kind]
    mine = {
        name: fields[name].as_sent(value)
        for name, value in operation.values.items()
        if name in fields
    }
    document = current
    if not exists(document, address):
        if not operation.keeps_mine or base is None:
            clashes = tuple(Clash(name, None, text) for name, text in mine.items() if text)
            return Done(document, address, "", clashes=clashes)
        document = edits.put_back(document, base, address)
    theirs = _read(document, address)
    before = _read(base, address) if base is not None and exists(base, address) else None
    changed, clashes = _merged(mine, before, theirs, keeps_mine=operation.keeps_mine)
    new_id = changed.pop("id", None)
    if changed:
        document = edits.set_texts(document, address, changed)
    if new_id is not None:
        document = edits.rename(document, address, new_id)
        address = address.renamed(new_id)
    summary = _("Changed “%(title)s”") % {"title": title_of(document, address)}
    return Done(document, address, summary, is_structural=new_id is not None, clashes=clashes)


def _read(document: Object, address: Address) -> dict[str, str]:
    item = find(document, address).item
    return {name: text_field.read(item) for name, text_field in FIELDS[address.kind].items()}


def _merged(
    mine: dict[str, str],
    before: dict[str, str] | None,
    theirs: dict[str, str],
    *,
    keeps_mine: bool,
) -> tuple[dict[str, str], tuple[Clash, ...]]:
    changed: dict[str, str] = {}
    clashes = []
    for name, text in mine.items():
        is_mine = before is None or text != before[name]
        if not is_mine or text == theirs[name]:
            continue
        if keeps_mine or (before is not None and before[name] == theirs[name]):
            changed[name] = text
        else:
            clashes.append(Clash(name, theirs[name], text))
    return changed, tuple(clashes)


def _rule(operation: Operation, current: Object, base: Object | None) -> Done:
    address, level = operation.address, operation.values.get("level", "")
    question = find(current, address).item
    theirs = rules.condition_text(question, level)
    mine = sent_condition(operation.values, question, theirs or "")
    done = Done(current, address, "", is_structural=False)
    if mine.strip() == (theirs or "").strip() and theirs is not None:
        return done
    before = None
    if base is not None and exists(base, address):
        before = rules.condition_text(find(base, address).item, level)
    if before is not None and mine.strip() == before.strip():
        return done
    if theirs is not None and before != theirs and not operation.keeps_mine:
        return replace(done, clashes=(Clash("condition", theirs, mine),))
    document = rules.set_condition(current, address, level, mine)
    summary = _("Changed a rule of “%(title)s”") % {"title": title_of(document, address)}
    return replace(done, document=document, summary=summary)


def sent_condition(values: Mapping[str, str], question: Object, stored: str) -> str:
    """The condition that a rule's form stands for: "default", its groups or its text.

    Groups without any choice say nothing yet: what is stored stays.
    """
    mode = values.get("mode", "text")
    if mode == "default":
        return DEFAULT
    if mode == "groups":
        ids = [choice["id"] for choice in question["choices"]]
        groups = Groups.of_uses((name, values.get(f"use.{name}", "")) for name in ids)
        says_the_same = not groups or groups.uses == _uses(stored)
        return stored if says_the_same else text_of(groups)
    return values.get("condition", "").replace("\r\n", "\n").strip()


def _uses(text: str) -> Mapping[str, str] | None:
    try:
        groups = groups_of(parse(text))
    except ConditionError:
        return None
    return groups.uses if groups is not None else None


def _add(operation: Operation, current: Object, base: Object | None) -> Done:
    if operation.address.kind == "choice":
        raise EditError("title", "add.place", _("A choice has nothing below it."))
    title = operation.values.get("title", "")
    document, address = edits.add(current, operation.address, title)
    summary = _("Added “%(title)s”") % {"title": title_of(document, address)}
    return Done(document, address, summary)


def _add_none(operation: Operation, current: Object, base: Object | None) -> Done:
    title = _("None of these")
    document, address = edits.add_none_of_these(current, operation.address, title)
    return Done(document, address, _("Added “%(title)s”") % {"title": title})


def _delete(operation: Operation, current: Object, base: Object | None) -> Done:
    found = find(current, operation.address)
    if operation.address == LENS:
        raise EditError("", "delete.lens", _("A lens is deleted on its own page."))
    title = title_of(current, operation.address)
    document = edits.delete(current, operation.address)
    return Done(document, found.parent_address, _("Deleted “%(title)s”") % {"title": title})


def _put_back(operation: Operation, current: Object, base: Object | None) -> Done:
    if base is None:
        raise TargetGone(operation.address)
    document = edits.put_back(current, base, operation.address)
    title = title_of(document, operation.address)
    return Done(document, operation.address, _("Put “%(title)s” back") % {"title": title})


def _move(operation: Operation, current: Object, base: Object | None) -> Done:
    address, values = operation.address, operation.values
    if values.get("direction") in _STEPS:
        document = edits.move(current, address, _STEPS[values["direction"]])
    else:
        try:
            parent, index = Address.parse(values.get("parent", "")), int(values.get("index", ""))
        except ValueError:
            raise EditError("", "move.place", _("It cannot stand there.")) from None
        document = edits.move_to(current, address, parent, index)
    return Done(document, address, _("Moved “%(title)s”") % {"title": title_of(current, address)})


def _change_rules(operation: Operation, current: Object, base: Object | None) -> Done:
    address, level = operation.address, operation.values.get("level", "")
    find(current, address)
    if operation.kind == "add-rule":
        document = rules.add_rule(current, address, level)
    elif operation.kind == "delete-rule":
        document = rules.delete_rule(current, address, level)
    else:
        step = _STEPS.get(operation.values.get("direction", ""), 0)
        document = rules.move_rule(current, address, level, step)
    summary = _("Changed the rules of “%(title)s”") % {"title": title_of(document, address)}
    return Done(document, address, summary)


def _json(operation: Operation, current: Object, base: Object | None) -> Done:
    address = operation.address
    findings = Findings()
    value = edits.as_object(read_json(operation.values.get("text", ""), findings))
    if findings.has_errors:
        raise InvalidDocument(findings.problems())
    if not exists(current, address) and operation.keeps_mine and base is not None:
        current = edits.put_back(current, base, address)
    here = find(current, address)
    is_stale = base is None or not exists(base, address) or find(base, address).item != here.item
    if is_stale and value != here.item and not operation.keeps_mine:
        return Done(current, address, "", clashes=(Clash("text", "", ""),))
    document = edits.replace(current, address, value)
    problems = structure_problems(document)
    if problems:
        raise InvalidDocument(problems)
    identifier = value.get("id", "") if address != LENS else ""
    after = address if address == LENS else address.renamed(str(identifier))
    summary = _("Edited the JSON of “%(title)s”") % {"title": title_of(document, after)}
    return Done(document, after, summary)


_OF_QUESTIONS: Final = frozenset({"rule", "add-none", "add-rule", "delete-rule", "move-rule"})

_Handler = Callable[[Operation, Object, Object | None], Done]

_HANDLERS: Final[dict[str, _Handler]] = {
    "texts": _texts,
    "rule": _rule,
    "add": _add,
    "add-none": _add_none,
    "delete": _delete,
    "put-back": _put_back,
    "move": _move,
    "move-to": _move,
    "add-rule": _change_rules,
    "delete-rule": _change_rules,
    "move-rule": _change_rules,
    "json": _json,
}
