"""What is wrong with a document, place by place. Pure: used by rules that must not know Django."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "aws"]
"""`aws`: all right here, refused by the AWS service."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule at one place of a document.

    `path` is a JSON path such as `pillars[0].questions[2].choices[1].id` (`$` is the whole
    document), `rule` a stable code that programs may compare, `message` a sentence for people,
    `value` what stands at the place, shortened for showing.
    """

    path: str
    rule: str
    message: str
    value: object = None
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


def gettext_noop(message: str) -> str:
    """Mark an English template for the translators where Django must not be imported.

    `makemessages` collects by the function's name; the Django layer that shows the message
    translates it and fills in its parameters.
    """
    return message
