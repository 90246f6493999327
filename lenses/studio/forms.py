"""The forms of the studio: one a thing, each with the revision that it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lenses.studio.addresses import Address, Object
from lenses.studio.fields import FIELDS, Field

_LABELS: dict[tuple[str, str], Promise] = {
    ("lens", "name"): _("Name"),
    ("lens", "description"): _("What it is for"),
    ("pillar", "name"): _("Name"),
    ("question", "title"): _("Question"),
    ("question", "description"): _("Why it matters"),
    ("choice", "title"): _("Practice"),
    ("choice", "description"): _("What it means"),
    ("choice", "level"): _("Risk if missing"),
    ("choice", "effort"): _("Effort"),
    ("choice", "evidence"): _("Evidence that would show it"),
}
_OPTIONS: dict[tuple[str, str], Promise] = {
    ("level", "high"): pgettext_lazy("level", "High"),
    ("level", "medium"): pgettext_lazy("level", "Medium"),
    ("level", "low"): pgettext_lazy("level", "Low"),
    ("effort", "small"): pgettext_lazy("effort", "Small"),
    ("effort", "medium"): pgettext_lazy("effort", "Medium"),
    ("effort", "large"): pgettext_lazy("effort", "Large"),
}
_COMMON: dict[str, Promise] = {
    "id": _("Id"),
    "plan_text": _("How to improve"),
    "plan_url": _("Link to how to improve"),
    "help_text": _("Read more: text"),
    "help_url": _("Read more: link"),
}
_ROWS = {"description": 3, "plan_text": 2, "help_text": 1, "evidence": 1}


@dataclass(frozen=True, slots=True)
class FieldView:
    """One control of a form, with its limit and what is wrong with what was sent.

    `options` are those of a list, each with what it is called.
    """

    name: str
    id: str
    label: Promise
    value: str
    limit: int
    rows: int = 0
    is_required: bool = False
    errors: tuple[str, ...] = ()
    options: tuple[tuple[str, Promise | str], ...] = ()


@dataclass(frozen=True, slots=True)
class FormView:
    """A form for the texts of one thing."""

    id: str
    address: Address
    revision: int
    fields: dict[str, FieldView]

    @property
    def errors(self) -> bool:
        """Whether something that was sent was refused."""
        return any(view.errors for view in self.fields.values())


@dataclass(frozen=True, slots=True)
class Submitted:
    """What was sent and refused: shown again where it was written, with what is wrong with it."""

    form_id: str
    values: Mapping[str, str]
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    revision: int | None = None


def dom_id(address: Address) -> str:
    """An id for the page. A hyphen of a question's id is doubled, so that no two are alike."""
    parts = (address.kind, address.id, address.choice_id)
    return "-".join(part.replace("-", "--") for part in parts if part)


def form_view(
    address: Address,
    item: Object,
    revision: int,
    *,
    is_id: bool,
    submitted: Submitted | None = None,
) -> FormView:
    """The form for the texts of something, or (`is_id`) the one for its id alone."""
    form_id = ("id-" if is_id else "texts-") + dom_id(address)
    sent = submitted if submitted is not None and submitted.form_id == form_id else None
    fields = {
        name: _field_view(text_field, address, item, form_id, sent)
        for name, text_field in FIELDS[address.kind].items()
        if (name == "id") == is_id
    }
    if sent is not None and sent.revision is not None:
        revision = sent.revision
    return FormView(form_id, address, revision, fields)


def _field_view(
    text_field: Field, address: Address, item: Object, form_id: str, sent: Submitted | None
) -> FieldView:
    name = text_field.name
    value = text_field.read(item)
    shown = value if sent is None else sent.values.get(name, value)
    return FieldView(
        name=name,
        id=f"{form_id}-{name}",
        label=_LABELS.get((address.kind, name)) or _COMMON[name],
        value=shown,
        limit=text_field.limit,
        rows=0 if text_field.is_line else _ROWS.get(name, 2),
        is_required=text_field.is_required,
        errors=tuple(sent.errors.get(name, ())) if sent is not None else (),
        options=_options(text_field, shown),
    )


def _options(text_field: Field, shown: str) -> tuple[tuple[str, Promise | str], ...]:
    if not text_field.options:
        return ()
    options: list[tuple[str, Promise | str]] = [
        (option, _OPTIONS[text_field.name, option]) for option in text_field.options
    ]
    # What somebody wrote into the JSON stays chosen; another choice would save itself unasked.
    odd = [(shown, shown)] if shown and shown not in text_field.options else []
    return (("", "—"), *options, *odd)
