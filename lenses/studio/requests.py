"""What the studio's page sends, read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from common.errors import Invalid
from lenses.studio.addresses import Address
from lenses.studio.forms import Submitted, dom_id
from lenses.studio.operations import Operation
from lenses.studio.rule_forms import rule_form_id

_MAX_REVISION_DIGITS: Final = 9
_NOT_VALUES: Final = frozenset(
    {"csrfmiddlewaretoken", "op", "item", "revision", "keep", "at", "do", "view"}
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One operation, the revision it was made in, and the page (`at`) on which it was made."""

    operation: Operation
    revision: int
    at: Address
    view: str

    @property
    def form_id(self) -> str:
        """The id of the form that was sent, where what it holds is shown again."""
        operation = self.operation
        name = dom_id(operation.address)
        if operation.kind == "rule":
            return rule_form_id(operation.address, operation.values.get("level", ""))
        if operation.kind == "texts":
            return ("id-" if "id" in operation.values else "texts-") + name
        return f"{operation.kind}-{name}"

    def submitted(self, errors: dict[str, list[str]]) -> Submitted:
        """What was sent, to be shown again."""
        return Submitted(self.form_id, self.operation.values, errors, self.revision)


def read_request(data: QueryDict) -> Sent:
    """Read a POST. A button sends `do`: an operation and its parts, parted by blanks."""
    buttons = [text for text in data.getlist("do") if text.strip()]
    values = {key: str(value) for key, value in data.items() if key not in _NOT_VALUES}
    kind, item = data.get("op", ""), data.get("item", "")
    if buttons:
        kind, item, *rest = [*buttons[-1].split(), "", ""]
        values |= _button_values(kind, rest)
    try:
        address = Address.parse(item)
        at = Address.parse(data.get("at") or str(address)).page
    except ValueError:
        raise Invalid(_("The studio knows no such change.")) from None
    revision = data.get("revision", "")
    is_number = revision.isdecimal() and len(revision) <= _MAX_REVISION_DIGITS
    operation = Operation(kind, address, values, keeps_mine=bool(data.get("keep")))
    return Sent(operation, int(revision) if is_number else -1, at, data.get("view", ""))


def _button_values(kind: str, rest: list[str]) -> dict[str, str]:
    if kind == "move":
        return {"direction": rest[0]}
    if kind == "move-to":
        return {"parent": rest[0], "index": rest[1]}
    if kind in ("add-rule", "delete-rule", "move-rule"):
        return {"level": rest[0], "direction": rest[1]}
    return {}
