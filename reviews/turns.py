"""Where that belongs which stands at an id, when a lens version changes its ids. Pure.

A passage says where questions and practices go that both versions have. This says it of every id,
those of what is gone too: each gives and takes once, so nothing gets mixed, and the way back is
exact. Whatever is kept by ids (comments, evidence, a plan) follows the same turns.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256

from reviews.carry_over import Passage

Ids = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Turns:
    """The new ids of questions and, by the old id of their question, of practices.

    Only ids that change are in them.
    """

    questions: Ids
    choices: Mapping[str, Ids]

    @classmethod
    def of(cls, passage: Passage) -> Turns:
        """Return the turns that the ids of a review take on its way."""
        return cls(_question_turns(passage), _choice_turns(passage))

    def question(self, question_id: str) -> str:
        """Return the id that what stands at ``question_id`` belongs to now."""
        return self.questions.get(question_id, question_id)

    def choice(self, question_id: str, choice_id: str) -> str:
        """Return the id that what stands at a practice of a question, by old ids, belongs to."""
        return self.choices.get(question_id, {}).get(choice_id, choice_id)


def aside(free_id: str) -> str:
    """Return an id that no lens has: where that waits whose id another has now."""
    # An id may be as long as its column, so nothing can be put before it.
    return f"~{sha256(free_id.encode()).hexdigest()[:32]}"


def _question_turns(passage: Passage) -> Ids:
    befores = [question.id for question in passage.before.questions]
    afters = {question.id for question in passage.after.questions}
    return _in_turn({old: passage.question_after(old) for old in befores}, afters)


def _choice_turns(passage: Passage) -> Mapping[str, Ids]:
    found = {}
    for question in passage.before.questions:
        question_id = passage.question_after(question.id)
        if question_id is None:
            continue
        afters = passage.after.question(question_id).choice_ids
        ways = {old: passage.choice_after(question.id, old) for old in question.choice_ids}
        turns = _in_turn(ways, afters)
        if turns:
            found[question.id] = turns
    return found


def _in_turn(ways: Mapping[str, str | None], afters: Collection[str]) -> Ids:
    """Let each id that is taken over go to the one that becomes free in turn."""
    renamed = {old: new for old, new in ways.items() if new is not None and new != old}
    earlier = {new: old for old, new in renamed.items()}
    turns = dict(renamed)
    for taken in earlier.keys() - renamed.keys():
        free = taken
        while free in earlier:
            free = earlier[free]
        if taken in ways and free in afters:
            # What is gone would come to stand at what is new and was never spoken of.
            turns |= {taken: aside(taken), aside(taken): aside(free), aside(free): free}
        else:
            turns[taken] = free
    return turns
