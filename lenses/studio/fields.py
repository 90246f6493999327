"""The texts of a lens as forms have them: one name, one value, one limit each. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from common.problems import gettext_noop
from lenses.definition import is_none_of_these
from lenses.schema.models import EFFORTS, LEVELS, MAX_NAME, MAX_TEXT
from lenses.studio.addresses import Kind, Object
from lenses.studio.identifiers import MAX_ID


class EditError(ValueError):
    """An edit that the format does not allow.

    `field` is the form's field it belongs to, `template` an English sentence with places for
    `parameters`, so that a layer above can translate it; `code` is stable.
    """

    def __init__(
        self,
        field: str,
        code: str,
        template: str,
        parameters: Mapping[str, object] | None = None,
    ) -> None:
        self.field = field
        self.code = code
        self.template = template
        self.parameters = dict(parameters or {})
        super().__init__(template % self.parameters)


@dataclass(frozen=True, slots=True)
class Field:
    """One text of a lens: the way to it through keys, and what it may be."""

    name: str
    path: tuple[str, ...]
    limit: int
    is_required: bool = False
    is_line: bool = False
    options: tuple[str, ...] = ()
    """What it may be apart from empty; without options any text."""

    def read(self, item: Object) -> str:
        """The text as a form shows it; empty where there is none."""
        value: object = item
        for key in self.path:
            if not isinstance(value, dict):
                return ""
            found = value.get(key)
            if found is None and key == "url":
                found = value.get("Url")  # as one published lens writes it
            value = found
        return self.as_sent(value) if isinstance(value, str) else ""

    def as_sent(self, text: str) -> str:
        """A text as a browser sends it back unchanged: its line ends, and none in one line."""
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text.replace("\n", " ").strip() if self.is_line else text.strip()

    def check(self, text: str) -> None:
        """Raise `EditError` where the format does not allow a text."""
        if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
            raise EditError(
                self.name, "text.characters", gettext_noop("This text holds what is no character.")
            )
        if self.is_required and not text:
            raise EditError(self.name, "text.empty", gettext_noop("This must not be empty."))
        if len(text) > self.limit:
            raise EditError(
                self.name,
                "text.too_long",
                gettext_noop("%(length)d characters; %(limit)d are allowed."),
                {"length": len(text), "limit": self.limit},
            )
        if self.options and text and text not in self.options:
            raise EditError(self.name, "value.choice", gettext_noop("Choose one of the list."))
        if self.path[-1] == "url" and text and not text.startswith(("https://", "http://")):
            raise EditError(
                self.name,
                "url.scheme",
                gettext_noop("A web address begins with https:// or http://."),
            )


_TITLE: Final = Field("title", ("title",), MAX_NAME, is_required=True, is_line=True)
_ID: Final = Field("id", ("id",), MAX_ID, is_required=True, is_line=True)
_DESCRIPTION: Final = Field("description", ("description",), MAX_TEXT)
_HELP: Final = (
    Field("help_text", ("helpfulResource", "displayText"), MAX_TEXT),
    Field("help_url", ("helpfulResource", "url"), MAX_TEXT, is_line=True),
)
_PLAN: Final = (
    Field("plan_text", ("improvementPlan", "displayText"), MAX_TEXT),
    Field("plan_url", ("improvementPlan", "url"), MAX_TEXT, is_line=True),
)
_NOTES: Final = (
    Field("level", ("plumbline", "level"), MAX_NAME, is_line=True, options=LEVELS),
    Field("effort", ("plumbline", "effort"), MAX_NAME, is_line=True, options=EFFORTS),
    Field("evidence", ("plumbline", "evidence"), MAX_TEXT),
)

_BY_KIND: Final[dict[Kind, tuple[Field, ...]]] = {
    "lens": (
        Field("name", ("name",), MAX_NAME, is_required=True, is_line=True),
        Field("description", ("description",), MAX_TEXT, is_required=True),
    ),
    "pillar": (Field("name", ("name",), MAX_NAME, is_required=True, is_line=True), _ID),
    "question": (_TITLE, _DESCRIPTION, *_HELP, _ID),
    "choice": (_TITLE, _DESCRIPTION, *_PLAN, *_NOTES, *_HELP, _ID),
}

FIELDS: Final[dict[Kind, dict[str, Field]]] = {
    kind: {field.name: field for field in fields} for kind, fields in _BY_KIND.items()
}
"""The texts of each kind; the id is among them, but only `edits.rename` may write it."""


def write(item: Object, field: Field, text: str) -> None:
    """Set a text of an item, in place; an empty optional text leaves no key behind."""
    if len(field.path) == 1:
        key = field.path[0]
        if text or field.is_required:
            item[key] = text
        else:
            item.pop(key, None)
        return
    resource_key, key = field.path
    resource = item.get(resource_key)
    if not isinstance(resource, dict):
        resource = {}
    if key == "url":
        resource.pop("Url", None)
    if text:
        resource[key] = text
    else:
        resource.pop(key, None)
    needs_plan = resource_key == "improvementPlan" and not is_none_of_these(str(item.get("id")))
    if needs_plan:
        resource.setdefault("displayText", "")
    if resource:
        item[resource_key] = resource
    else:
        item.pop(resource_key, None)


def check_links(item: Object, names: set[str]) -> None:
    """Raise `EditError` for a link without a text, where one of the two was just set."""
    for text_name, path in (("help_text", "helpfulResource"), ("plan_text", "improvementPlan")):
        resource = item.get(path)
        if not names & {text_name, text_name.replace("text", "url")}:
            continue
        if isinstance(resource, dict) and resource.get("url") and not resource.get("displayText"):
            raise EditError(text_name, "resource.text", gettext_noop("A link needs a text."))
