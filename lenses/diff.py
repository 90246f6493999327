"""What became of a lens between two of its versions: pillars, questions, choices, rules. Pure.

Pillars are matched by id; questions and choices by id and by the renames that an author declared.
``diff(a, a)`` is empty, and ``diff(b, a)`` with the renames turned round is ``diff(a, b)`` with its
sides swapped.

*How many states are judged differently* is counted, not estimated. A state is a set of ticked
choices out of those that both versions have, at least one of them; every other choice of either
version is unticked, none is marked as not applicable. It counts where the two versions' tables
give different risks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from common.risk import Risk
from lenses.conditions import AllOf, AnyOf, Condition, Name, Not
from lenses.definition import Choice, LensDefinition, Pillar, Question, Rule
from lenses.ordering import Pair, moved_pairs, undirected
from lenses.renames import NO_RENAMES, Renames, match_choices, match_questions
from lenses.tables import RISKS
from lenses.wording import (
    TextChange,
    choice_texts,
    lens_texts,
    question_texts,
    text_changes,
)


@dataclass(frozen=True, slots=True)
class ChoiceDiff:
    """A choice that changed; a side is None where the version has no such choice."""

    before: Choice | None
    after: Choice | None
    is_moved: bool = False
    texts: tuple[TextChange, ...] = ()

    @property
    def is_added(self) -> bool:
        """Whether only the later version has it."""
        return self.before is None

    @property
    def is_removed(self) -> bool:
        """Whether only the earlier version has it."""
        return self.after is None

    @property
    def is_renamed(self) -> bool:
        """Whether it has another id."""
        return _has_other_id(self.before, self.after)

    @property
    def latest(self) -> Choice:
        """The choice in its later wording."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - a diff has at least one side
        return found


@dataclass(frozen=True, slots=True)
class Witness:
    """A state that two versions judge differently: the smallest there is.

    ``before_ids`` and ``after_ids`` are the ticked choices in the words of each version.
    """

    before_ids: tuple[str, ...]
    after_ids: tuple[str, ...]
    before: Risk
    after: Risk


@dataclass(frozen=True, slots=True)
class RulesDiff:
    """Rules that are not what they were, and what comes of it.

    ``differing`` of ``states`` are judged differently (see the module); ``witness`` is one of them.
    """

    before: tuple[Rule, ...]
    after: tuple[Rule, ...]
    is_rewritten: bool
    differing: int
    states: int
    witness: Witness | None


@dataclass(frozen=True, slots=True)
class QuestionDiff:
    """A question that changed; a side is None where the version has no such question."""

    before: Question | None
    after: Question | None
    pillar_before: Pillar | None
    pillar_after: Pillar | None
    is_moved: bool = False
    texts: tuple[TextChange, ...] = ()
    choices: tuple[ChoiceDiff, ...] = ()
    rules: RulesDiff | None = None

    @property
    def is_added(self) -> bool:
        """Whether only the later version has it."""
        return self.before is None

    @property
    def is_removed(self) -> bool:
        """Whether only the earlier version has it."""
        return self.after is None

    @property
    def is_renamed(self) -> bool:
        """Whether it has another id."""
        return _has_other_id(self.before, self.after)

    @property
    def has_other_pillar(self) -> bool:
        """Whether it stands in another pillar."""
        return _has_other_id(self.pillar_before, self.pillar_after)

    @property
    def is_judged_differently(self) -> bool:
        """Whether one and the same answer may have another risk."""
        return self.rules is not None and self.rules.differing > 0

    @property
    def has_other_choices(self) -> bool:
        """Whether a choice is new or gone."""
        return any(choice.is_added or choice.is_removed for choice in self.choices)

    @property
    def latest(self) -> Question:
        """The question in its later wording."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - a diff has at least one side
        return found


@dataclass(frozen=True, slots=True)
class PillarDiff:
    """A pillar of either version, changed or not: the page shows them all."""

    before: Pillar | None
    after: Pillar | None
    is_moved: bool = False
    texts: tuple[TextChange, ...] = ()

    @property
    def latest(self) -> Pillar:
        """The pillar in its later wording."""
        found = self.after or self.before
        assert found is not None  # noqa: S101 - a diff has at least one side
        return found

    @property
    def is_change(self) -> bool:
        """Whether the pillar itself changed; its questions have lines of their own."""
        return self.before is None or self.after is None or self.is_moved or bool(self.texts)


@dataclass(frozen=True, slots=True)
class LensDiff:
    """All that two versions differ in: in the later one's order, then what it no longer has."""

    before: LensDefinition
    after: LensDefinition
    texts: tuple[TextChange, ...]
    pillars: tuple[PillarDiff, ...]
    questions: tuple[QuestionDiff, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the two versions say the same."""
        return not (
            self.texts or self.questions or any(pillar.is_change for pillar in self.pillars)
        )


def diff(before: LensDefinition, after: LensDefinition, renames: Renames = NO_RENAMES) -> LensDiff:
    """Compare two versions of a lens, or any two lenses."""
    return LensDiff(
        before=before,
        after=after,
        texts=text_changes(lens_texts(before), lens_texts(after)),
        pillars=tuple(_pillars(before, after)),
        questions=tuple(_questions(before, after, renames)),
    )


def _pillars(before: LensDefinition, after: LensDefinition) -> Iterator[PillarDiff]:
    was = {pillar.id: pillar for pillar in before.pillars}
    became = {pillar.id: pillar for pillar in after.pillars}
    moved = moved_pairs([(key, key) for key in was if key in became], list(became))
    for pillar_id in _later_first(was, became):
        old, new = was.get(pillar_id), became.get(pillar_id)
        texts = text_changes({"name": old.name}, {"name": new.name}) if old and new else ()
        yield PillarDiff(old, new, (pillar_id, pillar_id) in moved, texts)


def _questions(
    before: LensDefinition, after: LensDefinition, renames: Renames
) -> Iterator[QuestionDiff]:
    successors = match_questions(before, after, renames)
    predecessors = {new: old for old, new in successors.items()}
    moved = _moved_questions(before, after, successors)
    was, became = _with_pillars(before), _with_pillars(after)
    for new_id, (question, pillar) in became.items():
        old_id = predecessors.get(new_id)
        if old_id is None:
            yield QuestionDiff(None, question, None, pillar)
            continue
        old, old_pillar = was[old_id]
        changed = QuestionDiff(
            before=old,
            after=question,
            pillar_before=old_pillar,
            pillar_after=pillar,
            is_moved=(old_id, new_id) in moved,
            texts=text_changes(question_texts(old), question_texts(question)),
            choices=tuple(_choices(old, question, renames)),
            rules=_rules(old, question, renames),
        )
        parts = (changed.is_moved, changed.texts, changed.choices, changed.rules)
        if any(parts) or changed.is_renamed:
            yield changed
    for old_id, (question, pillar) in was.items():
        if old_id not in successors:
            yield QuestionDiff(question, None, pillar, None)


def _with_pillars(definition: LensDefinition) -> dict[str, tuple[Question, Pillar]]:
    return {
        question.id: (question, pillar)
        for pillar in definition.pillars
        for question in pillar.questions
    }


def _moved_questions(
    before: LensDefinition, after: LensDefinition, successors: Mapping[str, str]
) -> set[Pair]:
    new_pillars = {question.id: question.pillar_id for question in after.questions}
    moved: set[Pair] = set()
    kept: dict[str, list[Pair]] = {}
    for question in before.questions:
        new_id = successors.get(question.id)
        if new_id is None:
            continue
        if new_pillars[new_id] == question.pillar_id:
            kept.setdefault(question.pillar_id, []).append((question.id, new_id))
        else:
            moved.add((question.id, new_id))
    order = [question.id for question in after.questions]
    for pairs in kept.values():
        moved |= moved_pairs(pairs, order)
    return moved


def _choices(before: Question, after: Question, renames: Renames) -> Iterator[ChoiceDiff]:
    successors = match_choices(before, after, renames)
    predecessors = {new: old for old, new in successors.items()}
    moved = moved_pairs(list(successors.items()), list(after.choice_ids))
    for choice in after.choices:
        old_id = predecessors.get(choice.id)
        if old_id is None:
            yield ChoiceDiff(None, choice)
            continue
        old = before.choice(old_id)
        texts = text_changes(choice_texts(old), choice_texts(choice))
        changed = ChoiceDiff(old, choice, (old_id, choice.id) in moved, texts)
        if changed.is_moved or changed.texts or changed.is_renamed:
            yield changed
    for choice in before.choices:
        if choice.id not in successors:
            yield ChoiceDiff(choice, None)


def _rules(before: Question, after: Question, renames: Renames) -> RulesDiff | None:
    pairs = list(match_choices(before, after, renames).items())
    names = dict(pairs)
    was = [(_renamed(rule.condition, names), rule.risk) for rule in before.rules]
    is_rewritten = was != [(rule.condition, rule.risk) for rule in after.rules]
    if not is_rewritten:
        # The same rules over the same choices judge alike; a choice that no rule reads is nothing.
        return None
    differing, states, witness = _compare_tables(before, after, pairs)
    return RulesDiff(before.rules, after.rules, is_rewritten, differing, states, witness)


def _renamed(condition: Condition, names: Mapping[str, str]) -> Condition:
    match condition:
        case Name(identifier):
            return Name(names.get(identifier, identifier))
        case Not(operand):
            return Not(_renamed(operand, names))  # type: ignore[arg-type]
        case AllOf(operands):
            return AllOf(tuple(_renamed(operand, names) for operand in operands))  # type: ignore[misc]
        case AnyOf(operands):
            return AnyOf(tuple(_renamed(operand, names) for operand in operands))  # type: ignore[misc]
        case _:
            return condition


def _compare_tables(
    before: Question, after: Question, pairs: Sequence[Pair]
) -> tuple[int, int, Witness | None]:
    """How many states differ, of how many, and the smallest of them."""
    # In an order that is the same from both sides, so that the witness is.
    ordered = sorted(pairs, key=undirected)
    old_masks = _masks([before.mask((old,)) for old, _new in ordered])
    new_masks = _masks([after.mask((new,)) for _old, new in ordered])
    old_table, new_table = before.table(), after.table()
    differing = [
        state
        for state, (old, new) in enumerate(zip(old_masks, new_masks, strict=True))
        if old_table[old] != new_table[new]
    ]
    states = len(old_masks) - 1
    if not differing:
        return 0, states, None
    smallest = min(differing, key=lambda state: (state.bit_count(), state))
    old, new = old_masks[smallest], new_masks[smallest]
    witness = Witness(before.ids(old), after.ids(new), RISKS[old_table[old]], RISKS[new_table[new]])
    return len(differing), states, witness


def _masks(bits: Sequence[int]) -> list[int]:
    """The mask of every set of some choices; state s holds the i-th where bit i of s is set."""
    masks = [0]
    for bit in bits:
        masks += [mask | bit for mask in masks]
    return masks


def _later_first(before: Iterable[str], after: Mapping[str, object]) -> list[str]:
    return [*after, *(key for key in before if key not in after)]


def _has_other_id(
    before: Pillar | Question | Choice | None, after: Pillar | Question | Choice | None
) -> bool:
    return before is not None and after is not None and before.id != after.id
