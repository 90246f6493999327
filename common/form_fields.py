"""What the template of a form field needs to know about a bound field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.forms import CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

Kind = Literal["input", "check", "options", "hidden"]


@dataclass(frozen=True, slots=True)
class FieldView:
    """A bound field ready to be drawn: its control, and the texts tied to it by id."""

    bound: BoundField
    kind: Kind
    control: SafeString
    label: str
    help_text: str
    errors: tuple[str, ...]
    label_for: str
    help_id: str
    error_id: str
    described_by: str


def kind_of(bound: BoundField) -> Kind:
    """How a field is laid out: by one label, as a ticked line, or as a group of options."""
    if bound.is_hidden:
        return "hidden"
    if isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple):
        return "options"
    if isinstance(bound.field.widget, CheckboxInput):
        return "check"
    return "input"


def field_view(
    bound: BoundField,
    *,
    label: str | None = None,
    help_text: str | None = None,
    placeholder: bool = True,
    attributes: dict[str, str | bool] | None = None,
) -> FieldView:
    """Renders the control of `bound` with its help and errors named in `aria-describedby`.

    `label` and `help_text` replace the form's own; `placeholder=False` drops a placeholder that
    only repeats the label; `attributes` are HTML attributes for the control.
    """
    shown_help = bound.help_text if help_text is None else help_text
    errors = tuple(str(error) for error in bound.errors)
    attrs = dict(attributes or {})
    identifier = str(attrs.get("id") or bound.field.widget.attrs.get("id") or bound.auto_id)
    help_id = f"{identifier}_helptext"
    error_id = f"{identifier}_error"
    described_by = " ".join(
        name for name, present in ((error_id, errors), (help_id, shown_help)) if present
    )
    kind = kind_of(bound)
    if described_by and kind != "options":
        attrs["aria-describedby"] = described_by
    if not placeholder:
        bound.field.widget.attrs.pop("placeholder", None)
    return FieldView(
        bound=bound,
        kind=kind,
        control=bound.as_widget(attrs=attrs),
        label=str(bound.label) if label is None else label,
        help_text=str(shown_help or ""),
        errors=errors,
        label_for=bound.field.widget.id_for_label(identifier),
        help_id=help_id,
        error_id=error_id,
        described_by=described_by,
    )
