"""What can become of a lens, a pillar, a question and a choice between two moments. Pure.

Which of two risks is worse follows `common.risk.BY_SEVERITY`, except that *no risk* and *not
applicable* are equally good: there is nothing to do about either.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from common.risk import Risk
from lenses.definition import Choice, Question
from reviews.merge import ChoiceDetail
from reviews.snapshots import AnsweredQuestion, EvidenceReference, ReviewSnapshot


class Verdict(StrEnum):
    """What became of a question. The order is that of the page."""

    WORSE = "worse"
    IMPROVED = "improved"
    ANSWERED = "answered"
    TAKEN_BACK = "taken_back"
    CHANGED = "changed"
    ONLY_AFTER = "only_after"
    ONLY_BEFORE = "only_before"


@dataclass(frozen=True, slots=True)
class TextChange:
    """A text that is not what it was; empty where there was none."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChoiceSide:
    """A choice as it stood at one of the two moments."""

    choice: Choice
    is_selected: bool
    detail: ChoiceDetail

    @property
    def says_something(self) -> bool:
        """Whether it was ticked or anything else was said about it."""
        return self.is_selected or bool(self.detail)


@dataclass(frozen=True, slots=True)
class ChoiceChange:
    """A choice about which something else is said; a side is None where the lens has no such."""

    before: ChoiceSide | None
    after: ChoiceSide | None

    @property
    def choice(self) -> Choice:
        """The choice in its later wording."""
        side = self.after or self.before
        assert side is not None  # noqa: S101 - a change has at least one side
        return side.choice

    @property
    def is_gained(self) -> bool:
        """Whether it is ticked and was not."""
        return is_selected(self.after) and not is_selected(self.before)

    @property
    def is_lost(self) -> bool:
        """Whether it was ticked and is not, or is no longer a choice."""
        return is_selected(self.before) and not is_selected(self.after)

    @property
    def became_not_applicable(self) -> bool:
        """Whether it is marked as not applicable and was not."""
        return detail_of(self.after).not_applicable and not detail_of(self.before).not_applicable

    @property
    def became_applicable(self) -> bool:
        """Whether it was marked as not applicable and is not."""
        return detail_of(self.before).not_applicable and not detail_of(self.after).not_applicable

    @property
    def reason(self) -> TextChange | None:
        """The change of the reason why it does not apply (its code)."""
        return text_change(detail_of(self.before).reason, detail_of(self.after).reason)

    @property
    def notes(self) -> TextChange | None:
        """The change of the note on the choice."""
        return text_change(detail_of(self.before).notes, detail_of(self.after).notes)


@dataclass(frozen=True, slots=True)
class QuestionSide:
    """A question as it stood at one of the two moments."""

    question: Question
    pillar_name: str
    answer: AnsweredQuestion

    @property
    def risk(self) -> Risk:
        """The risk it had."""
        return self.answer.risk


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """A question that is not what it was. A side is None where the lens has no such question."""

    before: QuestionSide | None
    after: QuestionSide | None
    choices: tuple[ChoiceChange, ...]

    @property
    def latest(self) -> QuestionSide:
        """The later of its sides: the wording to show."""
        side = self.after or self.before
        assert side is not None  # noqa: S101 - a change has at least one side
        return side

    @property
    def verdict(self) -> Verdict:
        """Which list it belongs to.

        Where one side has no answer nothing is known of it: neither is better.
        """
        if self.before is None:
            return Verdict.ONLY_AFTER
        if self.after is None:
            return Verdict.ONLY_BEFORE
        answered = [side.risk is not Risk.UNANSWERED for side in (self.before, self.after)]
        if answered == [False, True]:
            return Verdict.ANSWERED
        if answered == [True, False]:
            return Verdict.TAKEN_BACK
        was, became = badness(self.before.risk), badness(self.after.risk)
        if was == became:
            return Verdict.CHANGED
        return Verdict.WORSE if became > was else Verdict.IMPROVED

    @property
    def became_not_applicable(self) -> bool:
        """Whether the question as a whole was set to "does not apply"."""
        return _applies(self.before) and not _applies(self.after)

    @property
    def became_applicable(self) -> bool:
        """Whether the question applies again."""
        return _applies(self.after) and not _applies(self.before)

    @property
    def reason(self) -> TextChange | None:
        """The change of the reason why the question does not apply (its code)."""
        return text_change(_said(self.before).state.reason, _said(self.after).state.reason)

    @property
    def notes(self) -> TextChange | None:
        """The change of the notes."""
        return text_change(_said(self.before).state.notes, _said(self.after).state.notes)

    @property
    def is_by_the_lens(self) -> bool:
        """Whether nobody answered otherwise: the risk moved because the lens version did."""
        if self.before is None or self.after is None:
            return False
        return not self.choices and same_words(self.before.answer, self.after.answer)


@dataclass(frozen=True, slots=True)
class PillarChange:
    """How a pillar's questions stood by risk. None where the lens or the pillar was not there."""

    pillar_id: str
    name: str
    before: Counter[Risk] | None
    after: Counter[Risk] | None
    notes: TextChange | None

    def difference(self, risk: Risk) -> int:
        """How many questions more stand at ``risk``; negative when fewer do."""
        return (self.after or Counter())[risk] - (self.before or Counter())[risk]


@dataclass(frozen=True, slots=True)
class EvidenceChange:
    """A piece of evidence that came, went, or is not what or where it was.

    A side is None where it was not there; ``before`` stands in the words of the later lens version.
    """

    before: EvidenceReference | None
    after: EvidenceReference | None

    @property
    def latest(self) -> EvidenceReference:
        """The later of its sides."""
        piece = self.after or self.before
        assert piece is not None  # noqa: S101 - a change has at least one side
        return piece


@dataclass(frozen=True, slots=True)
class LensChange:
    """One lens: its pillars, all of them, and those of its questions that changed."""

    lens_id: UUID
    before: ReviewSnapshot | None
    after: ReviewSnapshot | None
    pillars: tuple[PillarChange, ...]
    questions: tuple[QuestionChange, ...]
    notes: TextChange | None
    evidence: tuple[EvidenceChange, ...] = ()

    @property
    def name(self) -> str:
        """The name of the lens."""
        review = self.after or self.before
        assert review is not None  # noqa: S101 - a lens stands in at least one snapshot
        return review.lens_name

    @property
    def has_other_version(self) -> bool:
        """Whether both reviews are there, of different versions of the lens."""
        if self.before is None or self.after is None:
            return False
        return self.before.document_sha256 != self.after.document_sha256

    @property
    def is_in_one(self) -> bool:
        """Whether the lens was added or removed in between."""
        return self.before is None or self.after is None

    @property
    def is_empty(self) -> bool:
        """Whether nothing about the lens changed."""
        texts = (self.notes, *(pillar.notes for pillar in self.pillars))
        is_same = not (self.is_in_one or self.has_other_version)
        return is_same and not (self.questions or self.evidence or any(texts))


@dataclass(frozen=True, slots=True)
class Comparison:
    """All lenses of two snapshots: in the later one's order, then those it no longer has."""

    lenses: tuple[LensChange, ...]
    before: Counter[Risk]
    after: Counter[Risk]

    @property
    def is_empty(self) -> bool:
        """Whether the two say the same."""
        return all(lens.is_empty for lens in self.lenses)

    def questions(self, *verdicts: Verdict) -> list[tuple[LensChange, QuestionChange]]:
        """Return the questions of these verdicts with their lens, in the order of the lenses."""
        return [
            (lens, question)
            for lens in self.lenses
            for question in lens.questions
            if question.verdict in verdicts
        ]


def badness(risk: Risk) -> int:
    """Rank a risk, the higher the worse; *no risk* and *not applicable* rank alike."""
    return max(risk.severity, Risk.NONE.severity)


def text_change(before: str, after: str) -> TextChange | None:
    """The change of a text; None when it is the same."""
    return None if before == after else TextChange(before, after)


def is_selected(side: ChoiceSide | None) -> bool:
    """Whether a choice is there and ticked."""
    return side is not None and side.is_selected


_NO_DETAIL = ChoiceDetail()


def detail_of(side: ChoiceSide | None) -> ChoiceDetail:
    """What was said about a choice; nothing where it is not there."""
    return side.detail if side else _NO_DETAIL


_NO_ANSWER = AnsweredQuestion()


def _said(side: QuestionSide | None) -> AnsweredQuestion:
    return side.answer if side else _NO_ANSWER


def _applies(side: QuestionSide | None) -> bool:
    return _said(side).state.is_applicable


def same_words(before: AnsweredQuestion, after: AnsweredQuestion) -> bool:
    """Whether the two answers say the same about the question as a whole."""
    was, became = before.state, after.state
    return (was.is_applicable, was.reason, was.notes) == (
        became.is_applicable,
        became.reason,
        became.notes,
    )
