"""Places in a lens document: how an edit names what it is about. Pure.

By ids and never by numbers: when two people edit at once, places move and ids stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

Object: TypeAlias = dict[str, Any]
Kind = Literal["lens", "pillar", "question", "choice"]

CHILDREN: Final[dict[str, str]] = {"lens": "pillars", "pillar": "questions", "question": "choices"}
"""The key under which each kind keeps what it is made of."""

CHILD_KIND: Final[dict[str, Kind]] = {"lens": "pillar", "pillar": "question", "question": "choice"}


class TargetGone(LookupError):
    """What an edit is about is not in the document; `address` is its text."""

    def __init__(self, address: Address) -> None:
        super().__init__(str(address))
        self.address = address


@dataclass(frozen=True, slots=True)
class Address:
    """The lens, or a pillar, a question or a choice by its id; a choice with its question's."""

    kind: Kind
    id: str = ""
    choice_id: str = ""

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read what `str` wrote; raises `ValueError`."""
        kind, _colon, rest = text.partition(":")
        if kind == "lens" and not rest:
            return LENS
        if kind in ("pillar", "question") and rest:
            return cls(kind, rest)  # type: ignore[arg-type]
        question_id, _slash, choice_id = rest.partition("/")
        if kind == "choice" and question_id and choice_id:
            return cls("choice", question_id, choice_id)
        raise ValueError(f"no address: {text[:80]!r}")

    def __str__(self) -> str:
        if self.kind == "lens":
            return "lens"
        return f"{self.kind}:{self.id}" + (f"/{self.choice_id}" if self.choice_id else "")

    @property
    def own_id(self) -> str:
        """The id of the thing itself."""
        return self.choice_id or self.id

    @property
    def page(self) -> Address:
        """What is on the page on which this is edited: a choice is edited with its question."""
        return Address("question", self.id) if self.kind == "choice" else self

    def renamed(self, new_id: str) -> Address:
        """The address of the same thing under another id."""
        if self.kind == "choice":
            return Address("choice", self.id, new_id)
        return Address(self.kind, new_id)


LENS: Final = Address("lens")


@dataclass(frozen=True, slots=True)
class Found:
    """A thing in a document: itself, its siblings (itself included), its place, its parent."""

    item: Object
    siblings: list[Object]
    index: int
    parent: Object
    parent_address: Address
    path: str


def find(document: Object, address: Address) -> Found:
    """Where something stands; raises `TargetGone`. The lens itself is its own parent."""
    if address.kind == "lens":
        return Found(document, [document], 0, document, LENS, "")
    for number, pillar in enumerate(document["pillars"]):
        place = f"pillars[{number}]"
        if address.kind == "pillar":
            if pillar["id"] == address.id:
                return Found(pillar, document["pillars"], number, document, LENS, place)
            continue
        found = _find_in_pillar(pillar, address, place)
        if found is not None:
            return found
    raise TargetGone(address)


def _find_in_pillar(pillar: Object, address: Address, place: str) -> Found | None:
    for index, question in enumerate(pillar["questions"]):
        if question["id"] != address.id:
            continue
        path = f"{place}.questions[{index}]"
        owner = Address("pillar", pillar["id"])
        if address.kind == "question":
            return Found(question, pillar["questions"], index, pillar, owner, path)
        for number, choice in enumerate(question["choices"]):
            if choice["id"] == address.choice_id:
                owner = Address("question", question["id"])
                path = f"{path}.choices[{number}]"
                return Found(choice, question["choices"], number, question, owner, path)
        raise TargetGone(address)
    return None


def exists(document: Object, address: Address) -> bool:
    """Whether there is such a thing in a document."""
    try:
        find(document, address)
    except TargetGone:
        return False
    return True


def children(document: Object, address: Address) -> list[Address]:
    """The addresses of what something is made of, in order; a choice is made of nothing."""
    if address.kind == "choice":
        return []
    item = find(document, address).item
    ids = [child["id"] for child in item[CHILDREN[address.kind]]]
    if address.kind == "question":
        return [Address("choice", address.id, choice_id) for choice_id in ids]
    return [Address(CHILD_KIND[address.kind], identifier) for identifier in ids]


def question_ids(document: Object) -> list[str]:
    """The ids of all questions, in order."""
    return [question["id"] for pillar in document["pillars"] for question in pillar["questions"]]
