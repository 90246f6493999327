"""Ids that got another name in a later version of a lens. Pure.

Renames are what an author declares: ``{"old question": "new question", "old question.old choice":
"new choice"}``, the old ids in the words of the version before. Nothing else makes two ids one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from lenses.definition import Choice, LensDefinition, Question

Renames = Mapping[str, str]

NO_RENAMES: Final[Renames] = {}

ProblemCode = Literal["line", "repeated", "old_unknown", "new_unknown", "taken", "other_kind"]

# The id of a question may have hyphens; "a->b" is read as an arrow all the same.
_LINE: Final = re.compile(r"([\w-]+(?:\.\w+)?)\s*(?:=|:|->|→)\s*(?:[\w-]+\.)?([\w-]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class RenameProblem:
    """Why a rename cannot be used; ``old`` is the whole line where it is not even a rename."""

    code: ProblemCode
    old: str
    new: str = ""


def read_renames(text: str) -> tuple[dict[str, str], tuple[RenameProblem, ...]]:
    """Read one rename a line, such as ``old_id = new_id``; ``→``, ``->`` and ``:`` will do too.

    A choice is written with its question: ``old_question.old_choice = new_choice``. A JSON object
    from old ids to new says the same.
    """
    renames: dict[str, str] = {}
    problems: list[RenameProblem] = []
    for line in filter(None, (line.strip() for line in _lines(text))):
        match = _LINE.fullmatch(line)
        if match is None:
            problems.append(RenameProblem("line", line[:200]))
        elif match[1] in renames:
            problems.append(RenameProblem("repeated", match[1], match[2]))
        else:
            renames[match[1]] = match[2]
    return renames, tuple(problems)


def _lines(text: str) -> list[str]:
    if text.lstrip().startswith("{"):
        try:
            pairs: list[tuple[str, object]] = json.loads(text, object_pairs_hook=list)
        except (ValueError, RecursionError):
            pass  # its lines are refused, and shown
        else:
            return [f"{old} = {new}" if isinstance(new, str) else old for old, new in pairs]
    return text.splitlines()


def write_renames(renames: Renames) -> str:
    """The lines that `read_renames` reads."""
    return "\n".join(f"{old} = {new}" for old, new in renames.items())


def check_renames(
    renames: Renames, before: LensDefinition, after: LensDefinition
) -> tuple[RenameProblem, ...]:
    """Why some renames do not lead from one version to the other; all of them at once."""
    questions = match_questions(before, after, renames)
    olds = {question.id: question for question in before.questions}
    news = {question.id: question for question in after.questions}
    claimed: dict[tuple[str, str], str] = {}
    problems: list[RenameProblem] = []
    for old, new in renames.items():
        question_id, _, choice_id = old.partition(".")
        place = question_id if choice_id else ""
        code: ProblemCode | None
        if choice_id:
            successor = news.get(questions.get(question_id, ""))
            code = _choice_problem(olds.get(question_id), successor, choice_id, new)
        else:
            code = _question_problem(old, new, olds, news)
        if code is None and claimed.setdefault((place, new), old) != old:
            code = "taken"
        if code:
            problems.append(RenameProblem(code, old, new))
    return tuple(problems)


def _question_problem(
    old: str, new: str, olds: Mapping[str, Question], news: Mapping[str, Question]
) -> ProblemCode | None:
    if old not in olds:
        return "old_unknown"
    return None if new in news else "new_unknown"


def _choice_problem(
    before: Question | None, after: Question | None, old: str, new: str
) -> ProblemCode | None:
    if before is None or old not in before.choice_ids:
        return "old_unknown"
    if after is None or new not in after.choice_ids:
        return "new_unknown"
    is_same_kind = before.choice(old).is_none_of_these == after.choice(new).is_none_of_these
    return None if is_same_kind else "other_kind"


def match_questions(
    before: LensDefinition, after: LensDefinition, renames: Renames = NO_RENAMES
) -> dict[str, str]:
    """The questions that both versions have, old id to new, in the order of the version before."""
    olds = [question.id for question in before.questions]
    return _match(olds, [question.id for question in after.questions], renames)


def match_choices(
    before: Question, after: Question, renames: Renames = NO_RENAMES
) -> dict[str, str]:
    """The choices that two versions of a question both have, old id to new, in the old order.

    A practice and "None of these" are never one choice under two names.
    """
    renamed = {
        choice_id: renames[key]
        for choice_id in before.choice_ids
        if (key := f"{before.id}.{choice_id}") in renames
    }
    found = _match(before.choice_ids, after.choice_ids, renamed)
    return {
        old: new
        for old, new in found.items()
        if before.choice(old).is_none_of_these == after.choice(new).is_none_of_these
    }


def _match(olds: Sequence[str], news: Sequence[str], renamed: Renames) -> dict[str, str]:
    # A declared rename goes before a same id, the earlier old id before the later.
    found: dict[str, str] = {}
    free = set(news)
    for is_declared in (True, False):
        for old in olds:
            has_other_name = renamed.get(old, "") in news
            new = renamed[old] if has_other_name else old
            if has_other_name is is_declared and new in free:
                found[old] = new
                free.remove(new)
    return {old: found[old] for old in olds if old in found}


def suggest_renames(before: LensDefinition, after: LensDefinition) -> dict[str, str]:
    """What looks like a rename: an id that is gone and a new one that has the same title.

    Only where one title stands for one of each; whether it is one, an author decides.
    """
    found = _same_titles(before.questions, after.questions)
    for old, new in match_questions(before, after, found).items():
        choices = _same_titles(before.question(old).choices, after.question(new).choices)
        found |= {f"{old}.{choice}": other for choice, other in choices.items()}
    return found


def _same_titles(
    before: Sequence[Question] | Sequence[Choice], after: Sequence[Question] | Sequence[Choice]
) -> dict[str, str]:
    olds, news = {each.id for each in before}, {each.id for each in after}
    gone = _by_title(each for each in before if each.id not in news)
    new = _by_title(each for each in after if each.id not in olds)
    return {
        gone[title][0]: new[title][0]
        for title in gone
        if len(gone[title]) == len(new.get(title, ())) == 1
    }


def _by_title(things: Iterable[Question | Choice]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for thing in things:
        found.setdefault(" ".join(thing.title.casefold().split()), []).append(thing.id)
    return found
