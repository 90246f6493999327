"""What becomes of a review's answers when its lens version gives way to another. Pure.

The rules are those of docs/lenses.md. Questions are matched by id, and by nothing else but the
renames that an author declared: ``{"old question": "new question", "old question.old choice": "new
choice"}``, old ids in the words of the version before. A kept question keeps its notes, its
not-applicable flag and reason, and what was said about the choices that still exist. Nothing is
invented, and what cannot be kept is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from common.risk import Risk
from lenses.definition import LensDefinition, Question
from reviews.merge import EMPTY, AnswerState, ChoiceDetail

Renames = Mapping[str, str]

NO_RENAMES: Final[Renames] = {}


@dataclass(frozen=True, slots=True)
class Carried:
    """A question that both versions have, and whose answer goes on."""

    question_id_before: str
    question_id_after: str

    @property
    def is_renamed(self) -> bool:
        """Whether it has another id now."""
        return self.question_id_before != self.question_id_after


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something that was said and has no place any more.

    A whole answer when ``choice_id`` is empty: ``state`` is the answer. Else what was said about
    one choice of a kept question. Ids are those of the version before.
    """

    question_id: str
    choice_id: str = ""
    is_selected: bool = False
    detail: ChoiceDetail = field(default_factory=ChoiceDetail)
    state: AnswerState = EMPTY


@dataclass(frozen=True, slots=True)
class RiskChange:
    """A kept question that stands at another risk, because its rules or its choices changed."""

    question_id_before: str
    question_id_after: str
    before: Risk
    after: Risk


@dataclass(frozen=True, slots=True)
class CarryOver:
    """The answers in the words of the later version, and what that step did.

    ``new_questions`` and ``removed_questions`` hold ids of the later and of the earlier version,
    whether or not anything was answered.
    """

    answers: dict[str, AnswerState]
    carried: tuple[Carried, ...]
    dropped: tuple[Dropped, ...]
    changed_risks: tuple[RiskChange, ...]
    new_questions: tuple[str, ...]
    removed_questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    """One kept question: where it went, and its choices, old id to new."""

    before: Question
    after: Question
    choices: Mapping[str, str]
    is_untouched: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """The way from one lens version to another, worked out once for any number of reviews."""

    before: LensDefinition
    after: LensDefinition
    _steps: Mapping[str, _Step]

    @classmethod
    def between(
        cls, before: LensDefinition, after: LensDefinition, renames: Renames = NO_RENAMES
    ) -> Passage:
        """Match the questions and choices of two versions.

        A rename whose old or new id does not exist says nothing; where two old ids claim one new
        id, a declared rename goes before a same id, and the earlier question before the later.
        """
        questions = _match(
            [question.id for question in before.questions],
            {question.id for question in after.questions},
            {question.id: renames.get(question.id, "") for question in before.questions},
        )
        steps = {
            old: _step(before.question(old), after.question(new), renames)
            for old, new in questions.items()
        }
        return cls(before, after, steps)

    @property
    def touched(self) -> frozenset[str]:
        """The questions of the version before whose answer or risk may not stay as it is."""
        return frozenset(
            question.id
            for question in self.before.questions
            if question.id not in self._steps or not self._steps[question.id].is_untouched
        )

    def question_after(self, question_id: str) -> str | None:
        """The id that a question of the version before has now; None when it is gone."""
        step = self._steps.get(question_id)
        return step.after.id if step else None

    def choice_after(self, question_id: str, choice_id: str) -> str | None:
        """The id that a choice of the version before has now; None when it is gone."""
        step = self._steps.get(question_id)
        return step.choices.get(choice_id) if step else None

    @property
    def new_questions(self) -> tuple[str, ...]:
        """The questions that only the later version has, in its order."""
        kept = {step.after.id for step in self._steps.values()}
        return tuple(question.id for question in self.after.questions if question.id not in kept)

    @property
    def removed_questions(self) -> tuple[str, ...]:
        """The questions that only the earlier version has, in its order."""
        return tuple(
            question.id for question in self.before.questions if question.id not in self._steps
        )

    def carry_answer(self, question_id: str, state: AnswerState) -> AnswerState:
        """Return the answer to one question in the words of the later version.

        Empty when the question is gone.
        """
        step = self._steps.get(question_id)
        return _carried_state(step, state) if step else EMPTY

    def carry(self, state: Mapping[str, AnswerState]) -> CarryOver:
        """Carry a review's answers, given by question id of the version before."""
        answers: dict[str, AnswerState] = {}
        carried: list[Carried] = []
        dropped: list[Dropped] = []
        risks: list[RiskChange] = []
        for question_id, said in state.items():
            step = self._steps.get(question_id)
            if step is None:
                if said != EMPTY:
                    dropped.append(Dropped(question_id, state=said))
                continue
            answers[step.after.id] = after = _carried_state(step, said)
            carried.append(Carried(question_id, step.after.id))
            if step.is_untouched:
                continue
            dropped.extend(_dropped_choices(step, said))
            change = RiskChange(
                question_id, step.after.id, _risk(step.before, said), _risk(step.after, after)
            )
            if change.before != change.after:
                risks.append(change)
        return CarryOver(
            answers=answers,
            carried=tuple(carried),
            dropped=tuple(dropped),
            changed_risks=tuple(risks),
            new_questions=self.new_questions,
            removed_questions=self.removed_questions,
        )


def carry_over(
    state: Mapping[str, AnswerState],
    before: LensDefinition,
    after: LensDefinition,
    renames: Renames = NO_RENAMES,
) -> CarryOver:
    """Carry one review's answers from a version to a later one.

    ``Passage.between(…).carry(…)`` is the same for many reviews.
    """
    return Passage.between(before, after, renames).carry(state)


def _match(olds: list[str], news: set[str], renamed: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    taken: set[str] = set()
    for is_declared in (True, False):
        for old in olds:
            has_other_name = renamed[old] in news
            new = renamed[old] if has_other_name else old
            if has_other_name is is_declared and new in news and new not in taken:
                found[old] = new
                taken.add(new)
    return {old: found[old] for old in olds if old in found}


def _step(before: Question, after: Question, renames: Renames) -> _Step:
    choices = _match(
        list(before.choice_ids),
        set(after.choice_ids),
        {choice.id: renames.get(f"{before.id}.{choice.id}", "") for choice in before.choices},
    )
    # A practice and "None of these" are not the same thing under two names.
    choices = {
        old: new
        for old, new in choices.items()
        if before.choice(old).is_none_of_these == after.choice(new).is_none_of_these
    }
    is_untouched = (
        before.id == after.id
        and len(choices) == len(before.choices) == len(after.choices)
        and all(old == new for old, new in choices.items())
        and [(rule.condition, rule.risk) for rule in before.rules]
        == [(rule.condition, rule.risk) for rule in after.rules]
    )
    return _Step(before, after, choices, is_untouched)


def _carried_state(step: _Step, state: AnswerState) -> AnswerState:
    if step.is_untouched:
        return state
    choices = step.choices
    return replace(
        state,
        selected=frozenset(choices[key] for key in state.selected if key in choices),
        details={choices[key]: detail for key, detail in state.details.items() if key in choices},
    )


def _dropped_choices(step: _Step, state: AnswerState) -> Iterator[Dropped]:
    said = state.selected | {key for key, detail in state.details.items() if detail}
    for choice_id in sorted(said - step.choices.keys()):
        yield Dropped(
            step.before.id,
            choice_id,
            is_selected=choice_id in state.selected,
            detail=state.detail(choice_id),
        )


def _risk(question: Question, state: AnswerState) -> Risk:
    known = set(question.choice_ids)
    return question.risk(state.selected & known, state.not_applicable & known, state.is_applicable)
