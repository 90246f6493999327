"""Names of people as the pages show them."""

from __future__ import annotations

from typing import Final

_LETTERS: Final = 2


def person_name(person: object) -> str:
    """A person's name: of a user the name or else the e-mail address, of a text the text."""
    if person is None:
        return ""
    for attribute in ("name", "email"):
        value = getattr(person, attribute, "")
        if isinstance(value, str) and value.strip():
            return value.strip()
    return str(person)


def initials(name: str) -> str:
    """The first letters of the first and the last word, or the first two of a single word."""
    words = [word for word in name.partition("@")[0].replace(".", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    if len(words) == 1:
        return words[0][:_LETTERS].upper()
    return (words[0][0] + words[-1][0]).upper()
