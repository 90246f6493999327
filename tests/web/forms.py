"""The forms on pages as a browser knows them: where they go, which fields they have."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client

Fields = list[tuple[str, str]]


@dataclass
class PageForm:
    """One form: its address, and its fields with the values a browser would send unchanged."""

    action: str
    fields: Fields = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def changed(self, name: str, value: str) -> Fields:
        """Return the fields with one of them replaced."""
        return [*((key, was) for key, was in self.fields if key != name), (name, value)]


class _Reader(HTMLParser):
    """Collects the forms of a page that are sent by POST."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[PageForm] = []
        self._form: PageForm | None = None
        self._text: str | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attributes}
        if tag == "form":
            is_post = said.get("method", "").lower() == "post"
            action = urlsplit(urljoin(self.address, said.get("action") or self.address)).path
            self._form = PageForm(action) if is_post else None
        elif self._form is not None:
            self._field(self._form, tag, said)

    def _field(self, form: PageForm, tag: str, said: dict[str, str]) -> None:
        name = said.get("name", "")
        if name and tag in {"input", "textarea", "select", "button"}:
            form.names.add(name)
        if tag == "input" and name:
            is_box = said.get("type") in {"checkbox", "radio"}
            if not is_box or "checked" in said:
                form.fields.append((name, said.get("value", "on" if is_box else "")))
        elif tag == "textarea":
            form.fields.append((name, ""))
            self._text = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in said:
            form.fields.append((self._select, said.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._text is not None and self._form is not None:
            self._text += data
            name, _value = self._form.fields[-1]
            self._form.fields[-1] = (name, self._text.removeprefix("\n"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = None
        elif tag == "form" and self._form is not None:
            self.forms.append(self._form)
            self._form = None


def forms_on(client: Client, address: str) -> list[PageForm]:
    """Return the forms of a page, redirects followed."""
    response = client.get(address, follow=True)
    assert response.status_code == 200, address
    where: str = response.redirect_chain[-1][0] if response.redirect_chain else address
    reader = _Reader(where)
    reader.feed(response.content.decode())
    return reader.forms


def send(client: Client, action: str, fields: Fields) -> Any:
    """Send fields as a browser does, except that a text may be no Unicode at all."""
    encoded = "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in fields)
    return client.generic("POST", action, encoded, "application/x-www-form-urlencoded")


def _encoded(text: str) -> str:
    raw = text.encode("utf-8", "surrogatepass")
    return f"%{raw.hex('%')}" if raw else ""
