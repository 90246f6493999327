"""The sheet *Answers* of a workbook: how an answer looks in its cells, and what the cells said.

A question has one row of its own (does it apply, why not, notes) and one for each choice (ticked,
does it apply, why not, note). The first row is hidden and names the columns for programs, so that
columns can be moved; hidden columns say what a row is of, so that rows can be sorted or deleted.
``revision`` is the one the answer was at: what the cells are compared with when they come back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _

from lenses.definition import Choice, Question
from reviews.exchange.overview import Overview, ReviewOverview, reason_words
from reviews.exchange.tables import risk_text
from reviews.merge import AnswerState, ChoiceDetail
from reviews.reasons import Reason

FORMAT: Final = "plumbline-answers"
FORMAT_VERSION: Final = "1"

SHEET: Final = "Answers"
FORMAT_SHEET: Final = "Format"
"""The names of the sheets are part of the format and the same in every language."""

EDITABLE: Final = ("ticked", "applies", "reason", "notes")
HIDDEN: Final = ("review_id", "question_id", "choice_id", "revision", "lens_sha256")
COLUMNS: Final = ("lens", "pillar", "number", "item", "risk", *EDITABLE, *HIDDEN)

LONGEST_CELL: Final = 32_767
"""Characters that a spreadsheet keeps in a cell."""

_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Words:
    """What the cells say for yes, no and the reasons: in the language of the export."""

    yes: str
    no: str
    reasons: Mapping[str, str]

    @classmethod
    def current(cls) -> Words:
        """Return the words of the language that is active."""
        return cls(_("Yes"), _("No"), {code: reason_words(code) for code in Reason.values})

    def as_mapping(self) -> dict[str, str]:
        """Return what the sheet *Format* keeps of them."""
        reasons = {f"reason.{code}": label for code, label in self.reasons.items()}
        return {"yes": self.yes, "no": self.no, **reasons}

    @classmethod
    def read(cls, values: Mapping[str, str]) -> Words:
        """Return the words that ``as_mapping`` described."""
        reasons = {code: values.get(f"reason.{code}", code) for code in Reason.values}
        return cls(values.get("yes", "Yes"), values.get("no", "No"), reasons)

    def flag(self, is_so: bool) -> str:
        """Return yes or no."""
        return self.yes if is_so else self.no

    def reason(self, code: str) -> str:
        """Return a reason as it stands in a cell."""
        return self.reasons.get(code, code)


def question_cells(state: AnswerState, words: Words) -> dict[str, str]:
    """Return the editable cells of a question's own row."""
    return {
        "ticked": "",
        "applies": words.flag(state.is_applicable),
        "reason": words.reason(state.reason),
        "notes": cell_text(state.notes),
    }


def choice_cells(state: AnswerState, choice_id: str, words: Words) -> dict[str, str]:
    """Return the editable cells of a choice's row."""
    detail = state.detail(choice_id)
    return {
        "ticked": words.flag(choice_id in state.selected),
        "applies": words.flag(not detail.not_applicable),
        "reason": words.reason(detail.reason),
        "notes": cell_text(detail.notes),
    }


def answer_rows(overview: Overview, words: Words) -> Iterator[dict[str, str]]:
    """Yield the rows of the sheet by column: each question, then its choices."""
    for review, pillar, question in overview.questions():
        said = review.said(question)
        shared = {
            "lens": review.lens_name,
            "pillar": pillar.name,
            "number": str(question.number),
            "risk": risk_text(said.risk),
            **_identity(review, question, said.revision),
        }
        yield {
            **shared,
            "item": question.title,
            "choice_id": "",
            **question_cells(said.state, words),
        }
        for choice in question.choices:
            yield {
                **shared,
                "risk": "",
                "item": _item(choice),
                "choice_id": choice.id,
                **choice_cells(said.state, choice.id, words),
            }


def _identity(review: ReviewOverview, question: Question, revision: int) -> dict[str, str]:
    return {
        "review_id": str(review.review_id),
        "question_id": question.id,
        "revision": str(revision),
        "lens_sha256": review.version_sha256,
    }


def _item(choice: Choice) -> str:
    return f"{choice.letter}  {choice.title}"


def cell_text(text: str) -> str:
    """Return a text as a cell can keep it."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))[:LONGEST_CELL]


def cell_key(text: str) -> str:
    """Return what two readings of one cell have in common, whatever programs wrote in between.

    Programs escape characters that XML cannot hold (``_x000D_``), and not all undo it.
    """
    text = text.replace("x005F_", "")
    return cell_text(_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)).rstrip()


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that cannot be read: the column, what stands there, what could."""

    column: str
    value: str
    message: str


def read_flag(text: str, words: Words) -> bool | None:
    """Return what a cell says, None where it is neither yes nor no."""
    said = text.strip().casefold()
    if said in {words.yes.casefold(), "yes", "true", "x", "1"}:
        return True
    if said in {words.no.casefold(), "no", "false", "", "0"}:
        return False
    return None


def read_reason(text: str, words: Words) -> str | None:
    """Return the code of a reason, None where there is no such."""
    said = text.strip().casefold()
    if not said:
        return ""
    for code, label in words.reasons.items():
        if said in {code.casefold(), label.casefold()}:
            return code
    return None


def edited(
    state: AnswerState, choice_id: str, cells: Mapping[str, str], words: Words
) -> tuple[AnswerState, list[CellProblem]]:
    """Return an answer with what a row's cells say otherwise; cells as they were do not count.

    ``choice_id`` is empty for the question's own row.
    """
    was = choice_cells(state, choice_id, words) if choice_id else question_cells(state, words)
    changed = {
        name: cells[name]
        for name in EDITABLE
        if name in cells and cell_key(cells[name]) != cell_key(was[name])
    }
    values: dict[str, bool | str] = {}
    problems = []
    for name, text in changed.items():
        value, message = _read(name, text, is_choice=bool(choice_id), words=words)
        if value is None:
            problems.append(CellProblem(name, text, message))
        else:
            values[name] = value
    if "notes" in values and _is_cut(state, choice_id):
        message = _("The note is longer than a cell can hold: change it in the browser.")
        problems.append(CellProblem("notes", changed["notes"], message))
    if choice_id:
        return _with_choice(state, choice_id, values), problems
    return _with_question(state, values), problems


def _read(name: str, text: str, *, is_choice: bool, words: Words) -> tuple[bool | str | None, str]:
    if name == "notes":
        return text, ""
    if name == "reason":
        labels = ", ".join(words.reasons.values())
        message = _("There is no such reason; there are: %(labels)s.") % {"labels": labels}
        return read_reason(text, words), message
    if name == "ticked" and not is_choice:
        return None, _("A question itself cannot be ticked: tick its choices.")
    message = _("Write %(yes)s or %(no)s.") % {"yes": words.yes, "no": words.no}
    if name == "applies" and not text.strip():
        return None, message
    return read_flag(text, words), message


def _is_cut(state: AnswerState, choice_id: str) -> bool:
    notes = state.detail(choice_id).notes if choice_id else state.notes
    return len(notes) > LONGEST_CELL


def _with_question(state: AnswerState, values: Mapping[str, bool | str]) -> AnswerState:
    return replace(
        state,
        is_applicable=bool(values.get("applies", state.is_applicable)),
        reason=str(values.get("reason", state.reason)),
        notes=str(values.get("notes", state.notes)),
    )


def _with_choice(
    state: AnswerState, choice_id: str, values: Mapping[str, bool | str]
) -> AnswerState:
    was = state.detail(choice_id)
    detail = ChoiceDetail(
        not_applicable=not values.get("applies", not was.not_applicable),
        reason=str(values.get("reason", was.reason)),
        notes=str(values.get("notes", was.notes)),
    )
    is_ticked = values.get("ticked", choice_id in state.selected)
    selected = state.selected | {choice_id} if is_ticked else state.selected - {choice_id}
    details = {**state.details, choice_id: detail}
    return replace(
        state,
        selected=frozenset(selected),
        details={key: each for key, each in details.items() if each},
    )
