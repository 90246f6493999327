"""What of a lens the AWS service would not take, and a document without what it does not know.

The service's rules are those of its lens format specification for schema `2021-11-01`; most are
errors here as well (`lenses.schema`). The rest is no mistake in a lens that is used here only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.problems import Problem
from lenses.conditions import DEFAULT
from lenses.schema import canonical
from lenses.schema.findings import Findings, child
from lenses.schema.models import (
    MAX_CHOICES,
    MAX_NAME,
    MAX_PILLARS,
    MAX_QUESTIONS,
    MAX_RESOURCES,
    MAX_TEXT,
)
from lenses.schema.places import Object, Placed, objects, texts_of

MAX_BYTES: Final = 500_000
"""Of the file. Here it is 500,000 characters, which can be more bytes."""

AWS_CODES: Final = (
    "aws.characters",
    "aws.length",
    "aws.count",
    "aws.default",
    "aws.key",
    "aws.size",
)
"""Every rule that a problem of severity "aws" can name; docs/lenses.md explains each."""

_REFUSED: Final = re.compile(r'[;%<>=*"\[\]$|~{}]')

_KEYS: Final = {
    "lens": ("schemaVersion", "name", "description", "pillars"),
    "pillar": ("id", "name", "questions"),
    "question": ("id", "title", "description", "helpfulResource", "choices", "riskRules"),
    "choice": (
        *("id", "title", "description"),
        *("helpfulResource", "improvementPlan", "additionalResources"),
    ),
    "rule": ("condition", "risk"),
    "entry": ("type", "content"),
    "resource": ("displayText", "url"),
}

_OURS: Final = "plumbline"
"""Our own key of questions and choices: no mistake, and left out of an export without a word."""

_LISTS: Final = {
    "lens": {"pillars": "pillar"},
    "pillar": {"questions": "question"},
    "question": {"choices": "choice", "riskRules": "rule"},
    "choice": {"additionalResources": "entry"},
    "entry": {"content": "resource"},
}
"""Under which key of which kind of object a list of which kind stands."""

_SINGLE: Final = {
    "question": ("helpfulResource",),
    "choice": ("helpfulResource", "improvementPlan"),
}
"""Under which keys a resource stands."""

_MOST: Final = {
    "pillars": MAX_PILLARS,
    "questions": MAX_QUESTIONS,
    "choices": MAX_CHOICES,
    "content": MAX_RESOURCES,
}

_LENGTHS: Final = {
    "name": MAX_NAME,
    "title": MAX_NAME,
    "description": MAX_TEXT,
    "displayText": MAX_TEXT,
    "url": MAX_TEXT,
}
_RESTRICTED: Final = ("name", "title", "description")


def aws_problems(document: object) -> tuple[Problem, ...]:
    """What the AWS service would refuse, each with its path, in the order of the document.

    Takes a document as it was read, whatever it is; what has no shape at all has no problem here,
    because `lenses.schema` refuses it.
    """
    findings = Findings()
    if isinstance(document, dict):
        size = len(canonical(document).encode("utf-8", "replace"))
        if size > MAX_BYTES:
            message = _("The file has %(size)d bytes; AWS takes %(limit)d.")
            findings.aws("", "aws.size", message % {"size": size, "limit": MAX_BYTES})
        for kind, (path, item) in _parts("lens", ("", document)):
            _check(kind, path, item, findings)
    return findings.for_aws()


def without_unknown_keys(document: Object) -> Object:
    """A copy that has only keys and ids which the AWS service knows; it means the same here.

    `Url`, which this product reads as `url`, becomes `url`, and a hyphen in the id of a question
    an underscore. Each key that is left out is an `aws.key` problem of the document, but for our
    own, `plumbline`.
    """
    adapted = _known(document, "lens")
    questions = [
        question
        for _pillar_path, pillar in objects(adapted, "pillars", "")
        for _path, question in objects(pillar, "questions", "")
    ]
    taken = {question.get("id") for question in questions}
    for question in questions:
        question["id"] = _without_hyphens(question.get("id"), taken)
    return adapted


def _without_hyphens(identifier: object, taken: set[object]) -> object:
    if not isinstance(identifier, str) or "-" not in identifier:
        return identifier
    adapted = identifier.replace("-", "_")
    while adapted in taken:
        adapted += "_"
    taken.add(adapted)
    return adapted


def _known(item: Object, kind: str) -> Object:
    kept = {key: item[key] for key in item if key in _KEYS[kind]}
    if kind == "resource" and kept.get("url") is None and item.get("Url") is not None:
        kept["url"] = item["Url"]
    for key, inner in _LISTS.get(kind, {}).items():
        members = kept.get(key)
        if isinstance(members, list):
            kept[key] = [_known(m, inner) if isinstance(m, dict) else m for m in members]
    for key in _SINGLE.get(kind, ()):
        resource = kept.get(key)
        if isinstance(resource, dict):
            kept[key] = _known(resource, "resource")
    return kept


def _parts(kind: str, placed: Placed) -> Iterator[tuple[str, Placed]]:
    """An object and all that the format has within it, each with its kind."""
    yield kind, placed
    path, item = placed
    for key, inner in _LISTS.get(kind, {}).items():
        for member in objects(item, key, path):
            yield from _parts(inner, member)
    for key in _SINGLE.get(kind, ()):
        resource = item.get(key)
        if isinstance(resource, dict):
            yield "resource", (child(path, key), resource)


def _check(kind: str, path: str, item: Object, findings: Findings) -> None:
    _check_keys(kind, path, item, findings)
    for key, text in texts_of(item, _RESTRICTED):
        refused = dict.fromkeys(_REFUSED.findall(text))
        if key in _KEYS[kind] and refused:
            message = _("This will not import into AWS, which refuses %(characters)s here.")
            message %= {"characters": " ".join(refused)}
            findings.aws(child(path, key), "aws.characters", message, text)
    for key, text in texts_of(item, _LENGTHS):
        if key in _KEYS[kind] and len(text) > _LENGTHS[key]:
            message = _("AWS takes %(limit)d characters here.") % {"limit": _LENGTHS[key]}
            findings.aws(child(path, key), "aws.length", message, text)
    for key in _LISTS.get(kind, {}):
        _check_count(child(path, key), key, item.get(key), findings)
    if kind == "question":
        _check_default(objects(item, "riskRules", path), child(path, "riskRules"), findings)


def _check_keys(kind: str, path: str, item: Object, findings: Findings) -> None:
    for key in [key for key in item if key not in _KEYS[kind] and key != _OURS]:
        message = _capital_url if kind == "resource" and key == "Url" else _unknown_key
        findings.aws(child(path, key), "aws.key", message, item[key])


def _unknown_key() -> str:
    return _("AWS does not know this key; an export for AWS leaves it out.")


def _capital_url() -> str:
    return _("AWS knows this key as “url” only; an export for AWS writes it so.")


def _check_count(path: str, key: str, members: object, findings: Findings) -> None:
    limit = _MOST.get(key)
    if limit is not None and isinstance(members, list) and len(members) > limit:
        message = ngettext(
            "AWS takes %(limit)d entry here.", "AWS takes %(limit)d entries here.", limit
        )
        findings.aws(path, "aws.count", message % {"limit": limit})


def _check_default(rules: Iterable[Placed], path: str, findings: Findings) -> None:
    conditions = [rule.get("condition") for _path, rule in rules]
    if not any(isinstance(text, str) and text.strip() == DEFAULT for text in conditions):
        message = _("AWS wants a rule whose condition is “default”.")
        findings.aws(path, "aws.default", message)
