"""The studio's pages as templates read them: the tree, the form in the middle, what is said."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse

from common.errors import NotFound
from common.problems import Problem
from common.risk import Risk
from lenses.conditions import DEFAULT, MAX_CONDITION_LENGTH
from lenses.definition import is_none_of_these, letters
from lenses.models import Lens, LensVersion
from lenses.schema.models import MAX_CHOICES
from lenses.studio.addresses import LENS, Address, Object, TargetGone, exists, find
from lenses.studio.analysis import Remark, remarks
from lenses.studio.forms import FormView, Submitted, dom_id, form_view
from lenses.studio.operations import title_of
from lenses.studio.rule_forms import RuleView, rule_views
from lenses.studio.rules import missing_levels

SHOWN_REMARKS: Final = 60

RISK_OF_LEVEL: Final = {
    "NO_RISK": Risk.NONE,
    "MEDIUM_RISK": Risk.MEDIUM,
    "HIGH_RISK": Risk.HIGH,
}


@dataclass(frozen=True, slots=True)
class Node:
    """One line of the tree; `mark` is the gravest severity of what is said about it."""

    address: Address
    dom_id: str
    title: str
    url: str
    number: str = ""
    is_current: bool = False
    mark: str = ""
    mark_count: int = 0
    children: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class RemarkView:
    """A remark with the way to its place, and to the trial that shows it."""

    remark: Remark
    where: str
    url: str
    trial_url: str
    witness: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """A choice in the question's form: its texts and its id, each a form."""

    address: Address
    dom_id: str
    letter: str
    title: str
    is_none: bool
    form: FormView
    id_form: FormView
    remarks: tuple[Remark, ...]
    has_errors: bool


@dataclass(kw_only=True)
class StudioPage:
    """Everything about one page of the studio; `at` is what the form in the middle edits."""

    slug: str
    lens: Lens
    version: LensVersion
    document: Object
    problems: tuple[Problem, ...]
    at: Address
    may_edit: bool
    submitted: Submitted | None = None
    _remarks: list[Remark] = field(init=False)
    _marks: dict[str, Counter[str]] = field(init=False)

    def __post_init__(self) -> None:
        if not exists(self.document, self.at):
            raise NotFound
        self._remarks = remarks(self.document, self.problems)
        self._marks = {}
        for remark in self._remarks:
            if remark.severity in ("error", "warning"):
                page = str(remark.address.page)
                self._marks.setdefault(page, Counter())[remark.severity] += 1

    # --- Ways ---------------------------------------------------------------------------------

    def url(self, address: Address, **query: Any) -> str:
        """The page on which something is edited, at its place there."""
        names = {"lens": "lens-studio", "pillar": "lens-studio-pillar"}
        arguments: dict[str, Any] = {"slug": self.slug, "lens_id": self.lens.pk}
        if address.kind == "pillar":
            arguments["pillar_id"] = address.id
        elif address.kind != "lens":
            arguments["question_id"] = address.id
        found = reverse(names.get(address.kind, "lens-studio-question"), kwargs=arguments)
        if not self.may_edit:
            query["version"] = self.version.pk
        asked = f"?{urlencode(query, doseq=True)}" if query else ""
        place = f"#{dom_id(address)}" if address.kind == "choice" else ""
        return f"{found}{asked}{place}"

    @property
    def form_url(self) -> str:
        """The page of what is open, as a form."""
        return self.url(self.at)

    @property
    def json_url(self) -> str:
        """The same as JSON."""
        return self.url(self.at, view="json")

    # --- The tree -----------------------------------------------------------------------------

    @property
    def tree(self) -> Node:
        """The lens with its pillars and questions; the choices of the question that is open."""
        pillars = tuple(
            self._pillar_node(pillar, number)
            for number, pillar in enumerate(self.document["pillars"], start=1)
        )
        return self._node(LENS, children=pillars)

    def _pillar_node(self, pillar: Object, number: int) -> Node:
        questions = tuple(
            self._question_node(question, f"{number}.{place}")
            for place, question in enumerate(pillar["questions"], start=1)
        )
        return self._node(Address("pillar", pillar["id"]), f"{number}", children=questions)

    def _question_node(self, question: Object, number: str) -> Node:
        address = Address("question", question["id"])
        if address != self.at.page:
            return self._node(address, number)
        ids = [choice["id"] for choice in question["choices"]]
        choices = tuple(
            self._node(Address("choice", address.id, choice_id), letter)
            for choice_id, letter in zip(ids, _letters(ids), strict=True)
        )
        return self._node(address, number, children=choices)

    def _node(self, address: Address, number: str = "", children: tuple[Node, ...] = ()) -> Node:
        marks = self._marks.get(str(address), Counter())
        mark = "error" if marks["error"] else "warning" if marks["warning"] else ""
        return Node(
            address=address,
            dom_id=dom_id(address),
            title=title_of(self.document, address),
            url=self.url(address),
            number=number,
            is_current=address == self.at.page,
            mark=mark,
            mark_count=marks[mark] if mark else 0,
            children=children,
        )

    @property
    def current_node(self) -> Node:
        """The tree's line of what is being edited."""
        return next(node for node in _walk(self.tree) if node.is_current)

    # --- The form -----------------------------------------------------------------------------

    @property
    def item(self) -> Object:
        """What the form in the middle edits."""
        return find(self.document, self.at).item

    @property
    def title(self) -> str:
        """What it is called."""
        return title_of(self.document, self.at)

    @property
    def parent(self) -> Node:
        """The line above it in the tree."""
        return self._node(find(self.document, self.at).parent_address)

    def form(self, address: Address | None = None) -> FormView:
        """The texts of something, with what was sent and refused where there is such."""
        return self._form(address or self.at, is_id=False)

    def id_form(self, address: Address | None = None) -> FormView:
        """The id of something: a form of its own, because half an id must not be saved."""
        return self._form(address or self.at, is_id=True)

    def _form(self, address: Address, *, is_id: bool) -> FormView:
        item = find(self.document, address).item
        revision = self.version.draft_revision
        return form_view(address, item, revision, is_id=is_id, submitted=self.submitted)

    @property
    def choices(self) -> list[ChoiceView]:
        """The choices of the question that is open, each with its forms."""
        ids = [choice["id"] for choice in self.item["choices"]]
        return [
            self._choice(Address("choice", self.at.id, choice_id), letter)
            for choice_id, letter in zip(ids, _letters(ids), strict=True)
        ]

    def _choice(self, address: Address, letter: str) -> ChoiceView:
        said = tuple(remark for remark in self._remarks if remark.address == address)
        form, id_form = self.form(address), self.id_form(address)
        return ChoiceView(
            address=address,
            dom_id=dom_id(address),
            letter=letter,
            title=title_of(self.document, address),
            is_none=is_none_of_these(address.choice_id),
            form=form,
            id_form=id_form,
            remarks=said,
            has_errors=bool(form.errors or id_form.errors),
        )

    @property
    def has_none_of_these(self) -> bool:
        """Whether the question that is open has the choice "None of these"."""
        return any(is_none_of_these(choice["id"]) for choice in self.item["choices"])

    @property
    def rules(self) -> list[RuleView]:
        """The rules of the question that is open."""
        return rule_views(self.at, self.item, self.version.draft_revision, self.submitted)

    @property
    def missing_rules(self) -> list[tuple[str, Risk]]:
        """The levels without a rule."""
        return [(level, RISK_OF_LEVEL[level]) for level in missing_levels(self.item)]

    @property
    def json_text(self) -> str:
        """The JSON of what is open, laid out to be read."""
        if self.submitted is not None and "text" in self.submitted.values:
            return self.submitted.values["text"]
        return json.dumps(self.item, ensure_ascii=False, indent=2)

    # --- What is said -------------------------------------------------------------------------

    @property
    def error_count(self) -> int:
        """How many errors of the format keep the draft from being published."""
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def shows_places(self) -> bool:
        """Whether remarks about what is open must say where: the page of the lens shows all."""
        return self.at == LENS

    def remarks_here(self) -> list[RemarkView]:
        """What is said about what is open; on the page of the lens everything."""
        if self.at == LENS:
            return self._views(self._remarks)
        return self._views(remark for remark in self._remarks if remark.address.page == self.at)

    def remarks_elsewhere(self) -> list[RemarkView]:
        """What is said about the rest, without what only AWS would refuse."""
        if self.at == LENS:
            return []
        return self._views(
            remark
            for remark in self._remarks
            if remark.address.page != self.at and remark.severity in ("error", "warning")
        )

    @property
    def severities(self) -> dict[str, int]:
        """How many remarks of each severity there are in the whole lens."""
        counts = Counter(remark.severity for remark in self._remarks)
        return {name: counts[name] for name in ("error", "warning", "info", "aws")}

    def _views(self, said: Iterable[Remark]) -> list[RemarkView]:
        views = []
        for remark in list(said)[:SHOWN_REMARKS]:
            address = remark.address
            trial = ""
            if remark.witness:
                trial = f"{self.url(address.page, tick=list(remark.witness))}#trial"
            views.append(
                RemarkView(
                    remark=remark,
                    where=title_of(self.document, address),
                    url=self.url(address),
                    trial_url=trial,
                    witness=self._titles(address, remark.witness),
                )
            )
        return views

    def _titles(self, address: Address, ids: tuple[str, ...]) -> tuple[str, ...]:
        try:
            choices = [Address("choice", address.id, choice_id) for choice_id in ids]
            return tuple(title_of(self.document, choice) for choice in choices)
        except TargetGone:
            return ids

    # --- Completion ---------------------------------------------------------------------------

    @property
    def completions(self) -> list[Mapping[str, str]]:
        """The words that a condition may hold: choice ids with their titles, and "default"."""
        words = [
            {"id": choice["id"], "title": str(choice.get("title", ""))}
            for choice in self.item["choices"]
        ]
        return [*words, {"id": DEFAULT, "title": ""}]

    @property
    def condition_limit(self) -> int:
        """Characters that a condition may have."""
        return MAX_CONDITION_LENGTH


def _letters(ids: list[str]) -> list[str]:
    # A draft may have more choices than there are letters; the examination says so.
    return [*letters(ids[:MAX_CHOICES]), *["·"] * (len(ids) - MAX_CHOICES)]


def _walk(node: Node) -> Iterable[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)
