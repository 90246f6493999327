"""The form around one question: from the fields a browser sends to an AnswerState.

Field names: ``revision``; ``choice`` (one a ticked choice); ``not_applicable`` (one a choice marked
so); ``reason.<choice id>`` and ``notes.<choice id>``; ``does_not_apply``, ``reason``, ``notes``;
``version``, the lens version that the form was made for; ``key``, what the browser calls this
request, of at most 40 letters, digits and hyphens: sent again under the same one after its answer
got lost, it changes nothing.
"""

from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from common.errors import Invalid
from lenses.definition import Choice, Question
from reviews.merge import REQUEST_KEY, AnswerState, ChoiceDetail, Conflict

_OF_A_CHOICE = frozenset({"reason", "notes"})
_MAX_REVISION = 2**31 - 1


def submitted_state(data: QueryDict) -> AnswerState:
    """Return the answer that the fields describe; unknown choices are the service's to refuse."""
    not_applicable = set(data.getlist("not_applicable"))
    named = (name.partition(".") for name in data)
    ids = {choice_id for kind, _dot, choice_id in named if kind in _OF_A_CHOICE and choice_id}
    ids |= not_applicable
    details = {
        choice_id: ChoiceDetail(
            not_applicable=choice_id in not_applicable,
            reason=data.get(f"reason.{choice_id}", ""),
            notes=_text(data, f"notes.{choice_id}"),
        )
        for choice_id in ids
    }
    return AnswerState(
        selected=frozenset(data.getlist("choice")),
        details={choice_id: detail for choice_id, detail in details.items() if detail},
        is_applicable="does_not_apply" not in data,
        reason=data.get("reason", ""),
        notes=_text(data, "notes"),
    )


def submitted_revision(data: QueryDict) -> int:
    """Return the revision the editor started from; raises Invalid when it is none."""
    text = data.get("revision", "")
    # Python refuses to read more than a few thousand digits.
    if not (text.isascii() and text.isdigit()) or int(text[:20]) > _MAX_REVISION:
        raise Invalid(fields={"revision": [_("The page's revision is missing: reload it.")]})
    return int(text[:20])


def _text(data: QueryDict, name: str) -> str:
    # Browsers send CRLF for what the person sees as one character.
    return data.get(name, "").replace("\r\n", "\n")


def submitted_version(data: QueryDict) -> UUID | None:
    """Return the lens version that the form was made for; None when it does not say."""
    try:
        return UUID(data.get("version", ""))
    except ValueError:
        return None


def submitted_key(data: QueryDict) -> str:
    """Return what the browser calls this request; empty when it does not, or in no usable way.

    The answer is worth more than its name, so it is saved all the same.
    """
    key = data.get("key", "")
    return key if REQUEST_KEY.fullmatch(key) else ""


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """One choice as the page shows it."""

    choice: Choice
    is_selected: bool
    detail: ChoiceDetail
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextConflict:
    """Two texts for one field, named so that a person knows which."""

    name: str
    label: str
    theirs: str
    mine: str


def choice_rows(
    question: Question, state: AnswerState, errors: dict[str, list[str]]
) -> list[ChoiceRow]:
    """Return the question's choices with what the answer says about each."""
    rows = []
    for choice in question.choices:
        messages = [
            text
            for key, texts in errors.items()
            if key.startswith(f"{choice.id}.")
            for text in texts
        ]
        rows.append(
            ChoiceRow(
                choice=choice,
                is_selected=choice.id in state.selected,
                detail=state.detail(choice.id),
                errors=tuple(messages),
            )
        )
    return rows


def text_conflicts(question: Question, conflicts: tuple[Conflict, ...]) -> list[TextConflict]:
    """Name the fields in conflict as the page does: the notes "Notes", a choice's by its title."""
    named = []
    for conflict in conflicts:
        choice_id, _dot, kind = conflict.field.rpartition(".")
        if choice_id:
            name, label = f"{kind}.{choice_id}", question.choice(choice_id).title
        else:
            name, label = kind, _("Notes") if kind == "notes" else _("Reason")
        named.append(TextConflict(name, label, conflict.theirs, conflict.mine))
    return named
