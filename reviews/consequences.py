"""What an upgrade does to one review, as its pages tell it: before it is done and afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from common.risk import Risk
from lenses.definition import LensDefinition, Question
from reviews.carry_over import CarryOver, Passage
from reviews.merge import EMPTY, AnswerState, ChoiceDetail, risk_of, state_from
from reviews.models import Answer, LensReview, ReviewUpgrade
from reviews.selectors_versions import Upgrade, passage, passage_between
from reviews.services.answers import state_of
from reviews.services.moving import unpack_answers


@dataclass(frozen=True, slots=True)
class ChangedRisk:
    """A kept question, in its later wording, that stands at another risk."""

    question: Question
    pillar_name: str
    before: Risk
    after: Risk


@dataclass(frozen=True, slots=True)
class DroppedAnswer:
    """An answer to a question that is gone."""

    question: Question
    pillar_name: str
    risk: Risk
    ticked: tuple[str, ...]
    notes: str


@dataclass(frozen=True, slots=True)
class DroppedChoice:
    """What was said about a choice that is gone from a question that stays."""

    question: Question
    title: str
    is_selected: bool
    detail: ChoiceDetail


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question that the version before did not ask."""

    question: Question
    pillar_name: str


@dataclass(frozen=True, slots=True)
class Consequences:
    """Everything that a page about an upgrade tells. ``carried`` counts answers that go on."""

    carried: int
    renamed: int
    changed_risks: tuple[ChangedRisk, ...]
    dropped_answers: tuple[DroppedAnswer, ...]
    dropped_choices: tuple[DroppedChoice, ...]
    new_questions: tuple[NewQuestion, ...]

    @property
    def dropped(self) -> int:
        """How much was said that has no place in the later version."""
        return len(self.dropped_answers) + len(self.dropped_choices)


def preview(upgrade: Upgrade) -> Consequences:
    """Return what an upgrade would do to its review as it stands. One query."""
    review = upgrade.review
    way = passage(review.lens_version, upgrade.version, upgrade.renames)
    said = _said(review)
    carried = way.carry(said)
    return _consequences(way, carried, sum(state != EMPTY for state in carried.answers.values()))


def _said(review: LensReview) -> dict[str, AnswerState]:
    rows = Answer.objects.filter(review=review)
    return {row.question_id: state_of(row) for row in rows}


def consequences_of(applied: ReviewUpgrade) -> Consequences:
    """Return what an upgrade did, from the answers that it kept for undoing. Two queries."""
    way = passage_between(applied.from_version_id, applied.to_version)
    kept: dict[str, Any] = unpack_answers(bytes(applied.before))
    said = {
        key: state_from(values)
        for key, values in kept.items()
        if values is not None and key in way.touched
    }
    return _consequences(way, way.carry(said), applied.counts.get("carried", 0))


def _consequences(way: Passage, carried: CarryOver, count: int) -> Consequences:
    pillars = _pillar_names(way.before) | _pillar_names(way.after)
    return Consequences(
        carried=count,
        renamed=sum(step.is_renamed for step in carried.carried),
        changed_risks=tuple(
            ChangedRisk(question, pillars[question.pillar_id], change.before, change.after)
            for change in carried.changed_risks
            for question in [way.after.question(change.question_id_after)]
        ),
        dropped_answers=tuple(_dropped_answers(way, carried, pillars)),
        dropped_choices=tuple(
            DroppedChoice(
                question,
                question.choice(item.choice_id).title,
                item.is_selected,
                item.detail,
            )
            for item in carried.dropped
            if item.choice_id
            for question in [way.before.question(item.question_id)]
            if item.choice_id in question.choice_ids
        ),
        new_questions=tuple(
            NewQuestion(question, pillars[question.pillar_id])
            for question in map(way.after.question, carried.new_questions)
        ),
    )


def _dropped_answers(
    way: Passage, carried: CarryOver, pillars: dict[str, str]
) -> Iterable[DroppedAnswer]:
    known = {question.id for question in way.before.questions}
    for item in carried.dropped:
        if item.choice_id or item.question_id not in known:
            continue
        question = way.before.question(item.question_id)
        titles = (choice.title for choice in question.choices if choice.id in item.state.selected)
        yield DroppedAnswer(
            question=question,
            pillar_name=pillars[question.pillar_id],
            risk=risk_of(question, item.state),
            ticked=tuple(titles),
            notes=item.state.notes,
        )


def _pillar_names(definition: LensDefinition) -> dict[str, str]:
    return {pillar.id: pillar.name for pillar in definition.pillars}
