"""Why a rename cannot be used, in the reader's language."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from lenses.renames import ProblemCode, RenameProblem


def rename_messages(problems: Iterable[RenameProblem]) -> list[str]:
    """Return one sentence a problem."""
    return [_message(problem.code) % _values(problem) for problem in problems]


def _values(problem: RenameProblem) -> dict[str, str]:
    return {"old": problem.old, "new": problem.new}


def _message(code: ProblemCode) -> str:
    match code:
        case "line":
            return _("“%(old)s” is no rename. Write one a line: old_id = new_id.")
        case "repeated":
            return _("“%(old)s” is renamed twice.")
        case "old_unknown":
            return _("The version before has no “%(old)s”.")
        case "new_unknown":
            return _("“%(old)s” cannot become “%(new)s”: the draft has no such id there.")
        case "taken":
            return _("Two ids would become “%(new)s”; the second is “%(old)s”.")
        case "other_kind":
            return _(
                "“%(old)s” cannot become “%(new)s”: only one of them is the choice “None of these”."
            )
