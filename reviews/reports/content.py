"""What reports on a workload are made of: its lenses with pillars, questions and answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.charts import Series, line_chart, radar
from common.risk import Risk
from lenses.definition import LensDefinition, Pillar, Question
from reviews.answer_form import ChoiceRow, choice_rows
from reviews.merge import AnswerState
from reviews.models import LensReview, Milestone
from reviews.selectors import Counts, Progress, progress, total
from reviews.selectors_milestones import answers_of, snapshot_of
from reviews.selectors_trend import MilestoneCounts, milestone_counts
from reviews.snapshots import UNANSWERED, AnsweredQuestion, Snapshot, count_questions
from workloads.models import Workload

_FEWEST_AXES = 3
_MOST_POINTS = 12


@dataclass(frozen=True, slots=True)
class PaperQuestion:
    """One question with its answer."""

    question: Question
    state: AnswerState
    risk: Risk
    rows: list[ChoiceRow]


@dataclass(frozen=True, slots=True)
class PaperPillar:
    """One pillar; ``anchor`` names its place in the document."""

    anchor: str
    pillar: Pillar
    counts: Counts
    notes: str
    questions: list[PaperQuestion]

    @property
    def progress(self) -> Progress:
        """How far the pillar is."""
        return progress(self.counts)

    @property
    def at_risk(self) -> list[PaperQuestion]:
        """The questions at high or medium risk, the high ones first."""
        found = [entry for entry in self.questions if entry.risk.is_at_risk]
        return sorted(found, key=lambda entry: -entry.risk.severity)

    @property
    def calm(self) -> list[PaperQuestion]:
        """The other questions."""
        return [entry for entry in self.questions if not entry.risk.is_at_risk]


@dataclass(frozen=True, slots=True)
class PaperLens:
    """One review; ``anchor`` names its place in the document."""

    anchor: str
    review: LensReview
    definition: LensDefinition
    counts: Counts
    pillars: list[PaperPillar]

    @property
    def progress(self) -> Progress:
        """How far the review is."""
        return progress(self.counts)


def paper_lenses(reviews: Sequence[LensReview]) -> list[PaperLens]:
    """Return reviews with all their answers; a query a review."""
    return [_lens(f"lens-{place}", review) for place, review in enumerate(reviews, start=1)]


def _lens(anchor: str, review: LensReview) -> PaperLens:
    definition = review.lens_version.definition
    answers = answers_of(review)
    counts = count_questions(definition, answers)
    pillars = [
        PaperPillar(
            anchor=f"{anchor}-{place}",
            pillar=pillar,
            counts=counts[pillar.id],
            notes=review.pillar_notes.get(pillar.id, ""),
            questions=[
                _question(question, answers.get(question.id, UNANSWERED))
                for question in pillar.questions
            ],
        )
        for place, pillar in enumerate(definition.pillars, start=1)
    ]
    return PaperLens(anchor, review, definition, total(counts.values()), pillars)


def _question(question: Question, answer: AnsweredQuestion) -> PaperQuestion:
    rows = choice_rows(question, answer.state, {})
    return PaperQuestion(question, answer.state, answer.risk, rows)


def latest_snapshot(workload: Workload) -> tuple[Milestone, Snapshot] | None:
    """Return the last milestone with what it holds; raises UserError when it cannot be read."""
    latest: Milestone | None = Milestone.objects.filter(workload=workload).order_by("number").last()
    return (latest, snapshot_of(latest)) if latest else None


def pillar_radar(lens: PaperLens, before: Snapshot | None) -> SafeString:
    """Return a radar of the shares without risk, the milestone's behind; none of few pillars."""
    if len(lens.pillars) < _FEWEST_AXES:
        return SafeString("")
    then: dict[str, Counts] = {}
    for review in before.reviews if before else ():
        if review.lens_id == lens.review.lens_id:
            then = dict(review.counts)
    names = [part.pillar.name for part in lens.pillars]
    is_known = all(part.pillar.id in then for part in lens.pillars)
    return radar(
        [_share(part.counts) for part in lens.pillars],
        names,
        before=[_share(then[part.pillar.id]) for part in lens.pillars] if is_known else (),
    )


def _share(counts: Counts) -> float:
    """The share of the questions that apply which are without risk."""
    applicable = counts.total() - counts[Risk.NOT_APPLICABLE]
    return counts[Risk.NONE] / applicable if applicable else 1.0


def risk_trend(workload: Workload, now: Counts, lens_id: UUID | None = None) -> SafeString:
    """Return a chart of high and medium risks over the last milestones to now; none without any.

    With ``lens_id`` of that lens alone, over the milestones that have it.
    """
    moments = list(milestone_counts([workload.pk]))
    found = [(moment.at, each) for moment in moments for each in _counts_at(moment, lens_id)]
    if not found:
        return SafeString("")
    last = found[1 - _MOST_POINTS :]
    counts = [*(each for _at, each in last), now]
    labels = [date_format(timezone.localtime(at), "j M Y") for at, _counts in last]
    series = [
        Series(str(word), tuple(float(each[risk]) for each in counts), css_class)
        for word, risk, css_class in (
            (_("High risks"), Risk.HIGH, "risk-high"),
            (_("Medium risks"), Risk.MEDIUM, "risk-medium"),
        )
    ]
    return line_chart(series, [*labels, _("now")], title=_("Risks over the milestones"))


def _counts_at(moment: MilestoneCounts, lens_id: UUID | None) -> list[Counts]:
    if lens_id is None:
        return [moment.total]
    return [lens.total for lens in moment.lenses if lens.lens_id == lens_id]
