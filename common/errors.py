"""Everything a user can do wrong, as exceptions that know how to be shown.

A view, an API and a task all turn a `UserError` into an answer in the same way: by its `status`,
its `code` for programs, its `message` for people and its `fields` for the form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from common.problems import Problem, Severity

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text = str | _StrPromise

__all__ = [
    "Conflict",
    "Forbidden",
    "Invalid",
    "InvalidDocument",
    "LimitExceeded",
    "NotFound",
    "Problem",
    "Severity",
    "UserError",
]


class UserError(Exception):
    """Something the user did that cannot be done, in words the user can act on.

    `message` may be lazy: it is translated when it is read, so an error that is raised in a
    worker is shown in the language of the person who reads it. `fields` holds messages by the
    name of the form field they belong to.
    """

    status: int = 422
    code: str = "invalid"
    default_message: Text = _("This cannot be done.")

    def __init__(
        self,
        message: Text | None = None,
        *,
        code: str | None = None,
        fields: Mapping[str, Iterable[Text]] | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message)
        self._message = self.default_message if message is None else message
        self._fields = {name: tuple(messages) for name, messages in (fields or {}).items()}
        self.code = code or self.code
        self.status = status or self.status

    @property
    def message(self) -> str:
        """The sentence for people, in the language that is active now."""
        return str(self._message)

    @property
    def fields(self) -> dict[str, list[str]]:
        """Messages by form field, in the language that is active now."""
        return {name: [str(text) for text in texts] for name, texts in self._fields.items()}

    def __str__(self) -> str:
        return self.message


class Invalid(UserError):
    """What was sent does not make sense or breaks a rule; `fields` says where."""

    default_message = _("Some of what you entered cannot be used.")


class NotFound(UserError):
    """There is no such thing, or none that this user may know of."""

    status = 404
    code = "not_found"
    default_message = _("There is no such thing here, or it was deleted.")


class Forbidden(UserError):
    """The thing is known to the user, the action is not allowed."""

    status = 403
    code = "forbidden"
    default_message = _("Your role does not allow this.")


class Conflict(UserError):
    """Somebody else changed the thing in between, or its state does not permit the action."""

    status = 409
    code = "conflict"
    default_message = _("Somebody else changed this in the meantime.")


class LimitExceeded(UserError):
    """A limit of the organisation's plan would be passed: names limit, value and plan.

    `limit` is the limit's stable name (`workloads`), `value` the number the plan allows, `plan`
    the plan's name.
    """

    code = "limit_exceeded"

    def __init__(
        self,
        message: Text,
        *,
        limit: str,
        value: int,
        plan: str,
        fields: Mapping[str, Iterable[Text]] | None = None,
    ) -> None:
        super().__init__(message, fields=fields)
        self.limit = limit
        self.value = value
        self.plan = plan


class InvalidDocument(UserError):
    """A document that was refused, with every problem it has, never only the first."""

    code = "invalid_document"

    def __init__(self, problems: Iterable[Problem], message: Text | None = None) -> None:
        super().__init__(message)
        self.problems: list[Problem] = list(problems)
        self._has_own_message = message is not None

    @property
    def errors(self) -> list[Problem]:
        """The problems that made the refusal necessary, without the warnings."""
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def message(self) -> str:
        """The sentence for people, in the language that is active now."""
        if self._has_own_message:
            return str(self._message)
        count = len(self.errors)
        return ngettext(
            "The document cannot be used: it has %(count)d error.",
            "The document cannot be used: it has %(count)d errors.",
            count,
        ) % {"count": count}
