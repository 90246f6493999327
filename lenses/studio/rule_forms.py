"""A risk rule as its form shows it: chosen, grouped or typed, and where its text goes wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from common.risk import Risk
from lenses.conditions import Condition, ConditionError, Default, names, parse
from lenses.definition import letters
from lenses.lint import LEVELS
from lenses.schema.models import MAX_CHOICES
from lenses.studio.addresses import Address, Object
from lenses.studio.builder import Groups, groups_of
from lenses.studio.forms import Submitted, dom_id

_TOKEN = re.compile(r"&&|\|\||[A-Za-z0-9_]+|.")

_RISKS = {level: risk for risk, level in LEVELS.items()}


@dataclass(frozen=True, slots=True)
class UseView:
    """One choice in the builder, and what it is used for ("" where it is not)."""

    id: str
    letter: str
    title: str
    use: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """Where a condition cannot be read: the text before, the place, the text after."""

    message: str
    before: str = ""
    at: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class RuleView:
    """One rule. `mode` is default, groups or text; `is_complex` says that groups cannot say it."""

    form_id: str
    level: str
    risk: Risk
    number: int
    is_first: bool
    is_last: bool
    revision: int
    mode: str
    text: str
    uses: tuple[UseView, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    is_complex: bool
    mistake: Mistake | None
    errors: tuple[str, ...] = ()


def rule_form_id(address: Address, level: str) -> str:
    """The id of a rule's form on the page."""
    return f"rule-{dom_id(address)}-{level}"


def rule_views(
    address: Address, question: Object, revision: int, submitted: Submitted | None = None
) -> list[RuleView]:
    """The rules of a question in the order in which they are tried."""
    rules = question["riskRules"]
    return [_view(address, question, place, revision, submitted) for place in range(len(rules))]


def _view(
    address: Address, question: Object, place: int, revision: int, submitted: Submitted | None
) -> RuleView:
    rules = question["riskRules"]
    level = rules[place]["risk"]
    form_id = rule_form_id(address, level)
    sent = submitted if submitted is not None and submitted.form_id == form_id else None
    stored = rules[place].get("condition")
    text = stored if isinstance(stored, str) else ""
    if sent is not None:
        text = sent.values.get("condition", text)
    condition, mistake = read_condition(text, question)
    groups = groups_of(condition) if condition is not None else None
    mode = "groups" if groups is not None and mistake is None else "text"
    if isinstance(condition, Default):
        mode = "default"
    if sent is not None:
        mode = sent.values.get("mode", mode)
    return RuleView(
        form_id=form_id,
        level=level,
        risk=_RISKS[level],
        number=place + 1,
        is_first=place == 0,
        is_last=place == len(rules) - 1,
        revision=revision if sent is None or sent.revision is None else sent.revision,
        mode=mode,
        text=text.strip(),
        uses=_uses(question, groups),
        groups=_said(question, groups),
        is_complex=groups is None and not isinstance(condition, Default),
        mistake=mistake,
        errors=tuple(sent.errors.get("condition", ())) if sent is not None else (),
    )


def read_condition(text: str, question: Object) -> tuple[Condition | None, Mistake | None]:
    """The condition of a text and what is wrong with it; a choice that is not there is wrong."""
    try:
        condition = parse(text)
    except ConditionError as error:
        found = _TOKEN.match(text, error.offset)
        length = len(found[0]) if found else 1
        return None, _mistake(_(error.template) % error.parameters, text, error.offset, length)
    ids = {choice["id"] for choice in question["choices"]}
    for name in names(condition):
        if name not in ids:
            message = _("“%(name)s” is no choice of this question.") % {"name": name}
            return condition, _mistake(message, text, _offset_of(name, text), len(name))
    return condition, None


def _offset_of(name: str, text: str) -> int:
    place = text.find(name)
    while place > 0 and (text[place - 1].isalnum() or text[place - 1] == "_"):
        place = text.find(name, place + 1)
    return max(place, 0)


def _mistake(message: str, text: str, offset: int, length: int) -> Mistake:
    end = offset + length
    return Mistake(message, text[:offset], text[offset:end], text[end:])


def _letter_of(question: Object) -> dict[str, str]:
    ids = [choice["id"] for choice in question["choices"]]
    found = dict(zip(ids, letters(ids[:MAX_CHOICES]), strict=False))
    return {name: found.get(name, "·") for name in ids}


def _uses(question: Object, groups: Groups | None) -> tuple[UseView, ...]:
    uses = groups.uses if groups is not None else {}
    letter = _letter_of(question)
    return tuple(
        UseView(
            choice["id"],
            letter[choice["id"]],
            str(choice.get("title") or choice["id"]),
            uses.get(choice["id"], ""),
        )
        for choice in question["choices"]
    )


def _said(question: Object, groups: Groups | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The groups by letters, for one line that says them."""
    if groups is None:
        return ()
    letter = _letter_of(question)
    named = (("all", groups.all), ("any", groups.any), ("none", groups.none))
    return tuple(
        (kind, tuple(letter.get(name, name) for name in members))
        for kind, members in named
        if members
    )
