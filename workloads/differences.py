"""Two editors' versions of a workload, side by side."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from workloads.forms import WorkloadForm
from workloads.models import Workload
from workloads.properties import tidied, tidied_tags
from workloads.services import StaleEdit


@dataclass(frozen=True, slots=True)
class Difference:
    """A field on which what is stored and what was typed differ, as texts."""

    field: str
    label: str
    stored: str
    typed: str


def differences(form: WorkloadForm, error: StaleEdit) -> tuple[Difference, ...]:
    """Return the fields on which a valid form and what is stored differ, in the form's order."""
    stored: dict[str, Any] = {**error.current.as_mapping(), "tags": error.tags}
    typed: dict[str, Any] = {
        **tidied(form.properties()).as_mapping(),
        "tags": tidied_tags(form.tags_said()),
    }
    return tuple(
        Difference(
            field=name,
            label=str(form.fields[name].label),
            stored=_text(name, stored[name]),
            typed=_text(name, typed[name]),
        )
        for name in form.fields
        if name in stored and stored[name] != typed[name]
    )


def _text(name: str, value: Any) -> str:
    if name == "environment":
        return str(Workload.Environment(value).label)
    if isinstance(value, dict):
        value = [f"{key} = {text}" for key, text in value.items()]
    if isinstance(value, list):
        value = "\n".join(value)
    return str(value) if value else _("(empty)")
